"""The scope of a line of part 3: the whole Union, a Member State, or several of them in one cell."""

import re
from typing import NamedTuple

from adapters.document import RowError
from adapters.records import Dimension
from adapters.vocabulary.jurisdictions import EU, Jurisdiction, UnknownJurisdiction, parse_jurisdiction

WHOLE_UNION = frozenset(
    {
        *("total", "gesamt", "all", "eu", "eu27", "eu-27", "eu total", "european union"),
        *("all member states", "alle mitgliedstaaten", "tous les états membres"),
    }
)
"""The words for the total, in lower case: of the English, German and French templates, and those of providers."""

ALL_STATES = re.compile(r"at ?, ?\[.*\] ?, ?se")
"""The template's placeholder for one line per Member State. Providers leave it where they state one number for all."""

SEPARATOR = re.compile(r" ?(?:[,;/|&+]|\band\b|\bund\b|\bet\b) ?")

STATE_NUMBER = re.compile(r"(?P<place>[A-Za-z]{2}) ?\((?P<number>[^()]+)\)")


class LineScope(NamedTuple):
    """The places that a line counts together, and the dimension that tells it from the total of the same place."""

    places: tuple[Jurisdiction, ...]
    dimensions: tuple[Dimension, ...] = ()

    @property
    def is_union(self) -> bool:
        """Whether it is the whole Union."""
        return self.places == (EU,)


def parse_scope(text: str) -> LineScope:
    """The scope in a cell. Raises RowError."""
    folded = text.casefold()
    if folded in WHOLE_UNION:
        return LineScope((EU,))
    if ALL_STATES.fullmatch(folded):
        return LineScope((EU,), (Dimension("scope", "MEMBER_STATES"),))
    try:
        places = tuple(sorted({parse_jurisdiction(place) for place in SEPARATOR.split(text)}))
    except UnknownJurisdiction:
        raise RowError("is not the code of a Member State", "scope") from None
    if EU in places or not all(len(place) == 2 for place in places):
        raise RowError("is not the code of a Member State", "scope")
    return LineScope(places)


def split_states(text: str) -> list[tuple[str, str]]:
    """The Member States in a cell with a number of each, `DE (8), FR (22)` as in Discord's report; none in another."""
    if STATE_NUMBER.sub("", text).strip(" ,;"):
        return []
    return [(match["place"], match["number"]) for match in STATE_NUMBER.finditer(text)]
