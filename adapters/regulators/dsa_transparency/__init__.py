"""The EU's DSA Transparency Database: the reasons that platforms must give for what they restrict.

Article 24(5) of Regulation (EU) 2022/2065 obliges providers to send each statement of reasons to the Commission, which
publishes them all: day by day as dumps, and for six months through a research API. The rows of both become takedowns.
"""

from datetime import timedelta

from adapters.source import About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import EU, Jurisdiction

ABOUT = About(
    name="dsa_transparency",
    title="Statements of reasons (DSA Transparency Database)",
    kind=SourceKind.REGULATOR,
    publisher="European Commission, DG CONNECT",
    url="https://transparency.dsa.ec.europa.eu/",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="European Commission-DG CONNECT, Digital Services Act Transparency Database, 2023, "
    "doi:10.2906/134353607485211 (CC BY 4.0)",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.TAKEDOWN, RecordType.STATISTIC}),
    jurisdictions=(EU, Jurisdiction("IS"), Jurisdiction("LI"), Jurisdiction("NO")),
    timezone=None,
    # A scope is a day of receipt. A statement's own period is the day of the measure, and one of that day may be
    # received on any later one: no extent. Nor do figures have one: dumps and aggregates of a day differ.
    # Statements are deleted after five years, and duplicates were purged in 2024: a missing row withdraws nothing.
    withdraws=False,
    version="3",
    notes=(
        "A statement is one measure of one platform in the platform's own words; it does not say who requested it.",
        "The day of a dump is that of receipt, in UTC; the days of the content and of the measure have no time zone.",
        "From content to decision a statement may state years; the median is more useful than the mean.",
        "The global dump, a platform's own and the light ones have the same statements; light ones lack territories.",
        "Many days have fewer or more rows than the publisher announced.",
        "Google Play stated automated detection the wrong way round from September 2023 to May 2026.",
        "Meta's statements named the wrong source for notices of trusted flaggers before 2025-10-28.",
        "Other categories and keywords apply since 2025-07-01; old and new names of one are the same here.",
        "Explanations, facts and the names of those who gave notice are not stored: they may name persons.",
    ),
)
