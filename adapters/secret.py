"""A value that must not appear in any output, such as a publisher's API key."""

import re
from typing import NoReturn


class Secret:
    """A value that appears only through `reveal`: not in repr, str or format, and it cannot be pickled.

    Printable ASCII without spaces, so that it cannot inject into a header; otherwise raises ValueError.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not re.fullmatch(r"[!-~]+", value):
            raise ValueError("a secret is one or more printable ASCII characters without spaces")
        self._value = value

    def reveal(self) -> str:
        """The value itself. Do not keep it in a variable: error reports may print variables."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")
