"""The FBI's Crime Data Explorer: arrests that police agencies of the United States reported, month by month.

Documented at https://cde.ucr.cjis.gov/LATEST/webapp/#/pages/docApi. A scope is one year of one offence, in the nation,
a state or one agency: `national/23/2024`, `state/IL/240/2024`, `agency/ILCPD0000/23/2024`. In the nation or a state it
may also be of that year as a whole, by sex: `state/IL/240/2024/sex`.
"""

from datetime import timedelta

from adapters.source import LIVE, About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction

ABOUT = About(
    name="fbi_crime_data",
    title="Arrests in the Crime Data Explorer (Uniform Crime Reporting Program)",
    kind=SourceKind.POLICE,
    publisher="Federal Bureau of Investigation",
    url="https://cde.ucr.cjis.gov/",
    licence="Public domain (a work of the United States Government)",
    licence_url="https://www.usa.gov/government-copyright",
    attribution="Federal Bureau of Investigation, Crime Data Explorer",
    cadence=timedelta(days=31),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=(Jurisdiction("US"),),
    timezone=None,
    # A scope is one offence of many, in one area: no extent.
    # Each release states the months anew; the figures of the release before stay as they were.
    withdraws=False,
    authoritative=LIVE,
    version="2",
    notes=(
        "One arrest is counted for each separate instance in which a person is arrested, cited or summoned: these are "
        "arrests, not persons.",
        "Of several offences at one arrest the most serious one counts, and agencies need not take part: states and "
        "the nation are the sum of those that did.",
        "The publisher writes 0 for a month in which nobody reported, and for agencies that it does not know. Such a 0 "
        "is no figure here: it is NOT_REPORTED where people live and no agency took part in that month, and UNKNOWN "
        "where the publisher states no population, as for an agency that does not exist or has no population of its "
        "own. A 0 of a month in which agencies took part is 0.",
        "Months are those of the agencies, in the time zones of the United States.",
        "Months after the publisher's last month with data are NOT_REPORTED.",
        "Rape (23) follows the definition of 2013; Sex Offenses (240) are all others, and neither says what happened "
        "online.",
        "Figures by sex exist for the nation and the states. They need not add up to the total: the publisher tallies "
        "them separately. The same answer has numbers by race; they are not kept.",
    ),
)
