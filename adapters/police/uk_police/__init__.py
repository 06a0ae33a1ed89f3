"""data.police.uk: what the forces of England, Wales and Northern Ireland publish month by month.

`street` crimes become cases, `outcomes` become status events, and of `stop-and-search` those that ended in an arrest
become arrests. The archive has one CSV file per force, month and kind, with columns as documented at
https://data.police.uk/about/#columns and seen in files of 2019 to 2023. The live interface is documented at
https://data.police.uk/docs/. Its objects become rows of the archive, and one mapping reads both.
"""

from datetime import timedelta

from adapters.police.uk_police.extents import TERRITORIES, extent
from adapters.source import About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction

TIME_ZONE = "Europe/London"
"""The interface answers for local months, in UTC: the first stop of September 2024 is of 2024-08-31T23:05:00+00:00."""

SEPARATOR = "~"
"""Separates what archive and interface both state of a crime without an id from what tells such crimes apart."""

ABOUT = About(
    name="uk_police",
    title="Street-level crime, outcomes and stop and search",
    kind=SourceKind.POLICE,
    publisher="Home Office (data.police.uk)",
    url="https://data.police.uk/data/",
    licence="Open Government Licence v3.0",
    licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    attribution="Contains public sector information licensed under the Open Government Licence v3.0 (data.police.uk)",
    cadence=timedelta(days=31),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.CASE, RecordType.STATUS_EVENT, RecordType.ARREST}),
    jurisdictions=(Jurisdiction("GB-ENG"), Jurisdiction("GB-NIR"), Jurisdiction("GB-WLS")),
    timezone=TIME_ZONE,
    withdraws=True,
    separator=SEPARATOR,
    version="3",
    extent=extent,
    territories=TERRITORIES,
    notes=(
        "Arrests are those that a stop and search ended in; arrests made in any other way are not published here.",
        "Violence and sexual offences are one category of the publisher and are never counted as sex offences.",
        "Locations are snapped to points that stand for several addresses; of a date only the month is known.",
        "Anti-social behaviour and crimes of the British Transport Police have no id: what tells them apart is month, "
        "point, type and a number, and of such crimes the interface names no other force.",
    ),
)
