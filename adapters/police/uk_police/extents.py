"""What a scope vouches for, by its name, and the police forces that each country divides into.

A file of the archive has a force's month whole. An area of the live interface is a mile around a point or a polygon: it
vouches for nothing beyond itself. England, Wales and Northern Ireland divide into the territorial forces since the
Local Government Act 1972 and the Police (Northern Ireland) Act 2000; Scotland's police does not publish here, so
nothing vouches for the United Kingdom. British Transport Police is none of them: its records are of Great Britain.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from adapters.extents import Extent, Tenure, Territories
from adapters.months import next_month
from adapters.source import ARCHIVE, LIVE
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import find_agency

SCOPE_NAME = re.compile(
    r"(?P<force>[a-z-]+)/(?P<month>20\d\d-(?:0[1-9]|1[0-2]))/(?P<kind>street|outcomes|stop-and-search)", re.ASCII
)

RECORDS = {
    "street": RecordType.CASE,
    "outcomes": RecordType.STATUS_EVENT,
    "stop-and-search": RecordType.ARREST,
}

PUBLICATION_DELAY = timedelta(days=62)
"""The publisher releases a month about two months after its end."""

ENGLAND = (
    "avon-and-somerset", "bedfordshire", "cambridgeshire", "cheshire", "city-of-london", "cleveland", "cumbria",
    "derbyshire", "devon-and-cornwall", "dorset", "durham", "essex", "gloucestershire", "greater-manchester",
    "hampshire", "hertfordshire", "humberside", "kent", "lancashire", "leicestershire", "lincolnshire", "merseyside",
    "metropolitan", "norfolk", "north-yorkshire", "northamptonshire", "northumbria", "nottinghamshire",
    "south-yorkshire", "staffordshire", "suffolk", "surrey", "sussex", "thames-valley", "warwickshire", "west-mercia",
    "west-midlands", "west-yorkshire", "wiltshire",
)  # fmt: skip
WALES = ("dyfed-powys", "gwent", "north-wales", "south-wales")
NORTHERN_IRELAND = ("northern-ireland",)
TRANSPORT = "btp"


def _tenures(forces: tuple[str, ...], since: date) -> tuple[Tenure, ...]:
    return tuple(Tenure(f"gb.{force}-police", since) for force in forces)


TERRITORIES: Territories = {
    Jurisdiction("GB-ENG"): _tenures(ENGLAND, date(1974, 4, 1)),
    Jurisdiction("GB-WLS"): _tenures(WALES, date(1974, 4, 1)),
    Jurisdiction("GB-NIR"): _tenures(NORTHERN_IRELAND, date(2001, 11, 4)),
}

FORCES = frozenset({*ENGLAND, *WALES, *NORTHERN_IRELAND, TRANSPORT})


@lru_cache(maxsize=16_384)
def extent(channel: str, name: str) -> Extent | None:
    """The month of the force that the name of a scope states.

    Stops and searches are selective: arrests made in any other way are not published.
    """
    match = SCOPE_NAME.fullmatch(name)
    agency = find_agency(match["force"]) if match is not None and match["force"] in FORCES else None
    if match is None or agency is None or channel not in (ARCHIVE, LIVE):
        return None
    record = RECORDS[match["kind"]]
    if channel == LIVE and record is not RecordType.ARREST:
        return None
    month = date.fromisoformat(f"{match['month']}-01")
    return Extent(
        records=frozenset({record}),
        start=month,
        end=next_month(month),
        agencies=frozenset({agency.id}),
        selective=record is RecordType.ARREST,
        delay=PUBLICATION_DELAY if channel == LIVE else timedelta(0),
    )
