"""The Crime Data Explorer's codes, read from `codes.toml`, and the places that can be asked about."""

import re
from importlib.resources import files

from msgspec import Struct

from adapters.errors import Unreadable
from adapters.toml import read_toml
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction

UNITED_STATES = parse_jurisdiction("US")

FIRST_YEAR = 1985
"""Of which the interface has arrests."""

NAMED = re.compile(
    r"(?P<where>national|state/(?P<state>[A-Z]{2})|agency/(?P<ori>(?P<prefix>[A-Z]{2})[A-Z0-9]{7}))"
    r"/(?P<offence>all|\d{2,3})(?:/(?P<year>\d{4}))?(?P<sex>/sex)?",
    re.ASCII,
)

UNMEANT = (
    "is neither national/OFFENCE/YYYY nor state/XX/OFFENCE/YYYY nor agency/ORI/OFFENCE/YYYY, the first two of which "
    "may end in /sex; without YYYY it is the newest year"
)

POSTAL = {"NB": "NE"}
"""Numbers of agencies begin with the state's postal code; Nebraska's with an older one."""


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    """Offences by code, the code of all together, and agencies (ids) by their number in the programme."""

    total: str
    offences: dict[str, str]
    agencies: dict[str, str]


CODES = read_toml("codes", files("adapters.police.fbi_crime_data").joinpath("codes.toml").read_bytes(), Codes)


class Series(Struct, frozen=True, kw_only=True):
    """What one question is about: whose arrests, for which offence, in which year (None for the newest)."""

    where: str
    """As the interface's path has it: `national`, `state/IL`, `agency/ILCPD0000`."""

    jurisdiction: Jurisdiction
    offence: str
    year: int | None
    ori: str | None = None
    by_sex: bool = False
    """Whether the year as a whole is meant, by the sex of those arrested, and not its months."""

    @property
    def path(self) -> str:
        """Where the interface has it."""
        return f"arrest/{self.where}/{self.offence}"

    @property
    def name(self) -> str:
        """The name of the scope that holds it."""
        return f"{self.where}/{self.offence}/{self.year}" + ("/sex" if self.by_sex else "")


def series(name: str) -> Series:
    """What a scope's name asks for. Raises Unreadable."""
    match = NAMED.fullmatch(name)
    if match is None:
        raise Unreadable(f"{name[:80]!r} {UNMEANT}")
    if match["offence"] not in CODES.offences:
        raise Unreadable(f"no offence of arrests has the code {match['offence']}")
    if match["sex"] and match["ori"]:
        raise Unreadable("of one agency, sexes are not told apart: few arrests lie behind such a figure")
    if match["year"] and int(match["year"]) < FIRST_YEAR:
        raise Unreadable(f"there are arrests from {FIRST_YEAR} on")
    return Series(
        where=match["where"],
        jurisdiction=_place(match["state"], match["prefix"]),
        offence=match["offence"],
        year=int(match["year"]) if match["year"] else None,
        ori=match["ori"],
        by_sex=bool(match["sex"]),
    )


def _place(state: str | None, prefix: str | None) -> Jurisdiction:
    code = state or prefix
    if code is None:
        return UNITED_STATES
    try:
        return parse_jurisdiction(f"US-{code if state else POSTAL.get(code, code)}")
    except UnknownJurisdiction:
        if state is None:
            # A federal agency's number names no state.
            return UNITED_STATES
        raise Unreadable(f"no state has the postal code {code}") from None
