"""The half-yearly reports of platforms by the EU's harmonised templates: orders, notices and complaints.

Implementing Regulation (EU) 2024/2835 obliges every provider to report in the same eleven tables, as CSV files or as
one workbook. Three of them are about requests to a platform and become figures: part 3, orders of the Member States;
part 4, notices; part 7, complaints, disputes and suspensions.
"""

from datetime import timedelta

from adapters.source import About, Publisher
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import EU, Jurisdiction
from adapters.vocabulary.names import PLATFORMS, Platform

TITLE = "Harmonised transparency reports under the Digital Services Act"
ATTRIBUTION = "The provider's transparency report after Implementing Regulation (EU) 2024/2835"
LICENCE = "Published by each provider without a stated licence"


def report_publisher(platform: Platform) -> Publisher:
    """The provider that publishes the reports of a platform."""
    return Publisher(
        title=TITLE,
        publisher=f"{platform.operator} ({platform.name})" if platform.operator else f"The provider of {platform.name}",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )


ABOUT = About(
    name="dsa_harmonised_reports",
    title=TITLE,
    kind=SourceKind.PLATFORM,
    publisher="Providers of intermediary services in the EU, each for its own services",
    url="https://digital-strategy.ec.europa.eu/en/policies/dsa-brings-transparency",
    licence=LICENCE,
    licence_url=None,
    attribution=ATTRIBUTION,
    cadence=timedelta(days=182),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=(EU, Jurisdiction("IS"), Jurisdiction("LI"), Jurisdiction("NO")),
    timezone=None,
    # A file is one part of one provider's report, under a name of its own: no extent.
    withdraws=True,
    version="3",
    notes=(
        "Totals are listed beside their parts in two dimensions, category and Member State: do not add them up.",
        "An empty cell states nothing; 0 is a figure.",
        "Sub-categories, categories and Member States need not add up to their total.",
        "The template states no unit for medians, and providers use different ones: hours, minutes or days.",
        "Where a cell states the unit of its time (8:17 HRS), the figure is in seconds.",
        'A category may have several lines "other": the dimension description tells them apart.',
        "The scope MEMBER_STATES is what a provider states for all Member States in one line, beside the total.",
        "An order or a notice may name many items; the unit says which of them is counted.",
        "The template asks for no time zone of the reporting period, and providers state none.",
        "Contextual information is free text and is not stored.",
    ),
    publishers={platform.id: report_publisher(platform) for platform in PLATFORMS.values()},
)
