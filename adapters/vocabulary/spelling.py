"""When two spellings are one name."""

import unicodedata

MAX_NAME_LENGTH = 200
"""Characters. No name in use comes near; folding a megabyte that a caller sent would only cost time."""


def fold(text: str) -> str:
    """What two spellings of one name share, without case, width and surplus white space.

    This is compatibility caseless matching (The Unicode Standard, definition D146): once is not enough, because
    folding case can leave characters that decompose, and decomposing can leave upper case.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(unicodedata.normalize("NFKC", decomposed.casefold()).split())
