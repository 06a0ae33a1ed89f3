"""Korea's open data portal (data.go.kr): what its police agencies publish about offences and arrests, year by year.

Each agency uploads tables with columns of its own, and renames them as it likes; a profile says which column of which
version is what. One profile reads a table from the portal's interfaces and from the file that it offers.
"""

from collections.abc import Mapping
from datetime import timedelta

from adapters.police.korea_open_data.profiles import DatasetProfile, shipped_profiles
from adapters.source import About, Publisher
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES

TIME_ZONE = "Asia/Seoul"

LICENCE = "Open public data; each dataset's page states its terms, most often none (이용허락범위 제한 없음)"
LICENCE_URL = "https://www.data.go.kr/ugs/selectPortalPolicyView.do"

URL = "https://www.data.go.kr/"


def describe(profiles: Mapping[str, DatasetProfile]) -> About:
    """The source of these datasets, each of which cites its own publisher."""
    return About(
        name="korea_open_data",
        title="Korean statistics of offences and arrests (data.go.kr)",
        kind=SourceKind.POLICE,
        publisher="data.go.kr, the open data portal of the Republic of Korea",
        url=URL,
        licence=LICENCE,
        licence_url=LICENCE_URL,
        attribution="data.go.kr and the agency that each figure names as its speaker",
        cadence=timedelta(days=30),
        audience=Audience.PUBLIC,
        records=frozenset({RecordType.STATISTIC}),
        jurisdictions=(Jurisdiction("KR"),),
        timezone=TIME_ZONE,
        # A dataset is one table of many: no extent.
        # A later version replaces an earlier one; none is emptied. The portal answers "no data" for its own errors.
        withdraws=False,
        version="3",
        publishers={profile.name: dataset_publisher(profile) for profile in profiles.values()},
        notes=(
            "Cleared cases (검거건수) are not persons: one case may have several suspects, and one suspect several "
            "cases.",
            "Apprehended (검거) is not detained (구속): suspects may be booked and stay at liberty (불구속).",
            "Categories of offences change between versions; figures of one version alone make a series.",
            "In the year of the version itself, figures may end before the year does: their period then has no end.",
            "Where a table prints a dash, it is not known whether nothing happened or nobody counted.",
            "Profiles list the columns that are public about each dataset; one that lacks a column is not read at all.",
        ),
    )


def dataset_publisher(profile: DatasetProfile) -> Publisher:
    """The agency that publishes a dataset's version on the portal."""
    agency = AGENCIES[profile.publisher].name
    return Publisher(
        title=profile.title,
        publisher=f"{agency} (data.go.kr)",
        url=URL,
        licence=LICENCE,
        licence_url=LICENCE_URL,
        attribution=f"{agency}, data.go.kr",
    )


ABOUT = describe(shipped_profiles())
