"""Compares spellings of names."""

import unicodedata

MAX_NAME_LENGTH = 200
"""In characters. No real name is nearly as long, and folding a megabyte that a caller sends would take time."""


def fold(text: str) -> str:
    """The form that all spellings of a name share, without case, width and surplus white space.

    This is compatibility caseless matching (The Unicode Standard, definition D146). One pass is not enough: folding
    case can leave characters that decompose, and decomposing can leave upper case.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(unicodedata.normalize("NFKC", decomposed.casefold()).split())
