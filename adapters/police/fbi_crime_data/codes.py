"""The Crime Data Explorer's codes, from `codes.toml`, and the names of its scopes."""

import re
from importlib.resources import files

from msgspec import Struct

from adapters.errors import UnknownScope
from adapters.toml import read_toml
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction

UNITED_STATES = parse_jurisdiction("US")

FIRST_YEAR = 1985
"""The first year that the interface has arrests of."""

SCOPE_NAME = re.compile(
    r"(?P<area>national|state/(?P<state>[A-Z]{2})|agency/(?P<ori>(?P<prefix>[A-Z]{2})[A-Z0-9]{7}))"
    r"/(?P<offence>all|\d{2,3})(?:/(?P<year>\d{4}))?(?P<sex>/sex)?",
    re.ASCII,
)

NAME_FORMATS = (
    "is neither national/OFFENCE/YYYY nor state/XX/OFFENCE/YYYY nor agency/ORI/OFFENCE/YYYY (the first two may end in "
    "/sex); without YYYY it is the newest year"
)

OLD_POSTAL_CODES = {"NB": "NE"}
"""Agency numbers begin with the state's postal code; Nebraska's with an older one."""


class CrimeCodes(Struct, frozen=True, forbid_unknown_fields=True):
    """Offences by code, the code of all together, and ids of agencies by their number in the programme (ORI)."""

    total: str
    offences: dict[str, str]
    agencies: dict[str, str]


CODES = read_toml("codes", files("adapters.police.fbi_crime_data").joinpath("codes.toml").read_bytes(), CrimeCodes)


class ArrestSeries(Struct, frozen=True, kw_only=True):
    """The arrests of one scope: in an area, for an offence, in a year (None for the newest)."""

    area: str
    """As in the interface's path: `national`, `state/IL`, `agency/ILCPD0000`."""

    jurisdiction: Jurisdiction
    offence: str
    year: int | None
    ori: str | None = None
    by_sex: bool = False
    """Whether it has the whole year by sex, and not its months."""

    @property
    def path(self) -> str:
        """Its path in the interface."""
        return f"arrest/{self.area}/{self.offence}"

    @property
    def name(self) -> str:
        """The name of the scope that holds it."""
        return f"{self.area}/{self.offence}/{self.year}" + ("/sex" if self.by_sex else "")


def parse_scope_name(name: str) -> ArrestSeries:
    """The series that a scope's name means. Raises UnknownScope."""
    match = SCOPE_NAME.fullmatch(name)
    if match is None:
        raise UnknownScope(f"{name[:80]!r} {NAME_FORMATS}")
    if match["offence"] not in CODES.offences:
        raise UnknownScope(f"the offence code {match['offence']} is unknown")
    if match["sex"] and match["ori"]:
        raise UnknownScope("an agency has no figures by sex: too few arrests would be behind them")
    if match["year"] and int(match["year"]) < FIRST_YEAR:
        raise UnknownScope(f"the first year with arrests is {FIRST_YEAR}")
    return ArrestSeries(
        area=match["area"],
        jurisdiction=_jurisdiction(match["state"], match["prefix"]),
        offence=match["offence"],
        year=int(match["year"]) if match["year"] else None,
        ori=match["ori"],
        by_sex=bool(match["sex"]),
    )


def _jurisdiction(state: str | None, prefix: str | None) -> Jurisdiction:
    code = state or prefix
    if code is None:
        return UNITED_STATES
    try:
        return parse_jurisdiction(f"US-{code if state else OLD_POSTAL_CODES.get(code, code)}")
    except UnknownJurisdiction:
        if state is None:
            # A federal agency's number names no state.
            return UNITED_STATES
        raise UnknownScope(f"no state has the postal code {code}") from None
