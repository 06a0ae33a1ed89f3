"""Profile sources: the results of reading each one's examples, one case per source."""

from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from adapters.document import ReadResult
from adapters.records import Statistic
from adapters.tabular.loader import load_profile
from adapters.tabular.profile import SourceProfile
from adapters.tabular.reading import read_file

ROOT = Path(__file__).parents[3]

EXAMPLES = ROOT / "tests" / "examples"


class Case(Struct, frozen=True):
    """A profile source, and the results of reading its examples together."""

    path: str
    """Its profile, below `adapters/`."""

    rows: int
    out_of_scope: int
    rejections: dict[str, int]
    unknown: dict[str, int]
    figures: tuple[str, ...]
    """Some of the figures, as `line` writes them."""

    merged: int = 0

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


CASES = [
    Case(
        "platforms/google_government_requests",
        rows=99,
        out_of_scope=22,
        rejections={"Country/Region: is not a known place": 8},
        unknown={},
        figures=(
            "TAKEDOWN_REQUESTS 12 REQUESTS EXACT SUM KR google 2031-01-01..2031-07-01"
            " requester=Police trigger=POLICE_REQUEST",
            "TAKEDOWN_OUTCOME_RATE 70 PERCENT EXACT NONE KR google 2031-01-01..2031-07-01"
            " legal_basis=ILLEGAL_CONTENT outcome=COMPLIED requester=Police trigger=POLICE_REQUEST REMOVED",
            # The column's name ends in a space.
            "TAKEDOWN_OUTCOME_RATE 5 PERCENT EXACT NONE KR google 2031-01-01..2031-07-01"
            " outcome=NEEDS_INFORMATION requester=Police trigger=POLICE_REQUEST",
            "TAKEDOWN_OUTCOME_RATE None PERCENT NOT_REPORTED NONE KR google 2031-01-01..2031-07-01"
            " outcome=ALREADY_REMOVED requester=Police trigger=POLICE_REQUEST",
            "TAKEDOWN_REQUESTS 3 REQUESTS EXACT SUM KR google 2032-01-01..2032-07-01 product=Google Play Apps"
            " reason=Privacy and Security requester=Court Order Directed at 3rd Party trigger=COURT_ORDER",
            "OTHER 2 ITEMS EXACT SUM KR google 2032-01-01..2032-07-01 legal_basis=ILLEGAL_CONTENT outcome=COMPLIED"
            " product=Google Play Apps reason=Privacy and Security"
            " requester=Court Order Directed at 3rd Party trigger=COURT_ORDER REMOVED",
            "TAKEDOWN_REQUESTS 1 REQUESTS EXACT SUM - google 2032-01-01..2032-07-01"
            " place=Europol product=YouTube reason=Violence requester=Police trigger=POLICE_REQUEST",
            "TAKEDOWN_REQUESTS 9 ITEMS EXACT SUM TR google 2031-01-01..2031-07-01"
            " requester=Court Order Directed at Google trigger=COURT_ORDER",
            "TAKEDOWN_REQUESTS 1 REQUESTS EXACT SUM - google 2031-01-01..2031-07-01"
            " place=Europol requester=Other trigger=UNKNOWN",
            "TAKEDOWN_REQUESTS 5 REQUESTS EXACT NONE KR youtube 2031-01-01..2031-07-01"
            " product=YouTube reason=Privacy and Security",
            "TAKEDOWN_REQUESTS 0..9 REQUESTS LESS_THAN SUM AM google 2030-07-01..2031-01-01"
            " requester=TOTAL trigger=TOTAL",
            "TAKEDOWN_REQUESTS None REQUESTS UNKNOWN SUM CN google 2030-07-01..2031-01-01"
            " requester=TOTAL trigger=TOTAL",
            "TAKEDOWN_REQUESTS 7 REQUESTS EXACT SUM FR google 2031-01-01..2031-07-01"
            " requester=Ordonnances du tribunal trigger=COURT_ORDER",
            "INFORMATION_REQUESTS 1896 REQUESTS EXACT SUM US google 2031-01-01..2031-07-01 instrument=WARRANT",
            "INFORMATION_REQUESTS 44 REQUESTS EXACT SUM KR google 2030-07-01..2031-01-01 instrument=TOTAL",
        ),
    ),
    Case(
        "platforms/meta_government_requests",
        rows=289,
        out_of_scope=233,
        rejections={"Country: is not a known place": 1},
        unknown={"released_at: 2031S1": 1},
        figures=(
            "INFORMATION_REQUESTS 11000..12000 REQUESTS RANGE SUM US meta 2031-01-01..2031-07-01"
            " instrument=TOTAL process=TOTAL",
            "INFORMATION_REQUEST_COMPLIANCE_RATE 79 PERCENT EXACT NONE US meta 2031-01-01..2031-07-01"
            " instrument=TOTAL process=TOTAL",
            "AFFECTED_USERS 2 ACCOUNTS EXACT NONE US meta 2031-01-01..2031-07-01"
            " instrument=SUBPOENA instrument_name=NSLs process=LEGAL_PROCESS",
            "INFORMATION_REQUESTS 7 REQUESTS EXACT SUM TR meta 2031-01-01..2031-07-01"
            " instrument=EMERGENCY process=EMERGENCY",
            "INFORMATION_REQUESTS 1 REQUESTS EXACT SUM TR meta 2031-01-01..2031-07-01 data_type=PRESERVATION",
            "INFORMATION_REQUESTS 1 REQUESTS EXACT SUM BQ+CW+SX meta 2031-01-01..2031-07-01"
            " instrument=TOTAL process=TOTAL",
            "INFORMATION_REQUESTS 2 REQUESTS EXACT SUM - meta 2031-01-01..2031-07-01"
            " instrument=TOTAL place=Somaliland process=TOTAL",
            "TAKEDOWNS 1200 ITEMS EXACT NONE TR meta 2031-01-01..2031-07-01 content=TOTAL ACCESS_DISABLED",
            "TAKEDOWNS 0 ITEMS EXACT NONE HK meta 2031-01-01..2031-07-01 content=TOTAL ACCESS_DISABLED",
            "TAKEDOWNS None ITEMS NOT_REPORTED NONE KR facebook 2031-07-01..2032-01-01 content=Event ACCESS_DISABLED",
            "TAKEDOWNS 7 ITEMS EXACT NONE KR facebook 2031-07-01..2032-01-01 content=Page+Group"
            " worldwide=Global GB externally imposed ACCESS_DISABLED",
        ),
    ),
    Case(
        "platforms/korea_platform_requests",
        rows=8,
        out_of_scope=0,
        rejections={"value: is not a number in this publisher's format": 1},
        unknown={"others: appeals": 1, "platform: Kakao Pear": 1, "data_type: astral_data": 1},
        figures=(
            "INFORMATION_REQUESTS 12 REQUESTS EXACT SUM KR naver 2031-01-01..2031-07-01 data_type=SUBSCRIBER_DATA",
            "INFORMATION_REQUESTS_FULFILLED 0 REQUESTS EXACT SUM KR naver 2031-01-01..2031-07-01"
            " data_type=SUBSCRIBER_DATA",
            "INFORMATION_REQUEST_COMPLIANCE_RATE 88 PERCENT ABOUT NONE KR naver 2031-01-01..2031-07-01"
            " data_type=CONTENT_DATA",
            "AFFECTED_USERS None ACCOUNTS NOT_REPORTED NONE KR daum 2031-01-01..2031-07-01 data_type=INTERCEPTION",
            "AFFECTED_USERS 1210 ACCOUNTS EXACT NONE KR kakao 2031-01-01..2031-07-01 data_type=TRAFFIC_DATA",
        ),
    ),
    Case(
        "platforms/github_transparency",
        rows=16,
        out_of_scope=2,
        rejections={"orchards: the profile does not know this column": 1},
        unknown={"others: orchard_requests": 1, "column: orchards": 1},
        figures=(
            "INFORMATION_REQUESTS 0..249 REQUESTS RANGE SUM - github 2031-01-01..2031-07-01 process=NATIONAL_SECURITY",
            "AFFECTED_USERS 250..499 ACCOUNTS RANGE NONE - github 2031-01-01..2031-07-01 process=NATIONAL_SECURITY",
            "INFORMATION_REQUESTS_FULFILLED 1 REQUESTS EXACT SUM - github 2031-01-01..2032-01-01"
            " instrument=EMERGENCY instrument_name=exigent circumstances",
            "INFORMATION_REQUESTS 2 REQUESTS EXACT SUM KR github 2031-01-01..2032-01-01 instrument=MLAT",
            "INFORMATION_REQUESTS 2 REQUESTS EXACT SUM KR github 2031-01-01..2031-07-01 instrument=MLAT",
            "INFORMATION_REQUESTS_FULFILLED 11 REQUESTS EXACT SUM - github 2031-01-01..2032-01-01"
            " instrument=WARRANT instrument_name=criminal search warrant",
            "TAKEDOWNS 3 ITEMS EXACT SUM HK github 2031-01-01..2032-01-01"
            " content=repositories legal_basis=ILLEGAL_CONTENT",
        ),
    ),
    Case(
        "platforms/ncmec_reports",
        rows=44,
        out_of_scope=12,
        rejections={"country: is not a known place": 2},
        unknown={"harm_categories: apples": 1, "others: apples": 1, "platform: Orchard": 1},
        figures=(
            "REPORTS 32059029 REPORTS EXACT SUM - - 2031-01-01..2032-01-01 place=TOTAL CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 2003 REPORTS EXACT SUM KR - 2031-01-01..2032-01-01 place=KR CHILD_SEXUAL_EXPLOITATION",
            "REPORTS None REPORTS NOT_REPORTED SUM - - 2030-01-01..2031-01-01 place=EUROPE_UNSPECIFIED"
            " CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 7 REPORTS EXACT SUM - - 2030-01-01..2031-01-01 place=UNKNOWN CHILD_SEXUAL_EXPLOITATION",
            # The table has Iran's two-letter code for it.
            "REPORTS 2003 REPORTS EXACT SUM IQ - 2031-01-01..2032-01-01 place=IQ CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 1467 REPORTS EXACT SUM US-AK - 2031-01-01..2032-01-01 place=US-AK CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 9 REPORTS EXACT SUM - - 2031-01-01..2032-01-01 place=US_UNSPECIFIED CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 1962 REPORTS EXACT NONE - - 2031-01-01..2032-01-01"
            " level_of_detail=actionable recipient=local law enforcement",
            "REPORTS 887 REPORTS EXACT SUM US - 2031-01-01..2032-01-01 user_location=US",
            "REPORTS 8 REPORTS EXACT SUM - - 2031-01-01..2032-01-01"
            " exploitation=online enticement of children CHILD_GROOMING",
            "TAKEDOWN_REQUESTS 2 REQUESTS EXACT SUM - telegram 2031-01-01..2032-01-01 platform=Telegram"
            " CHILD_SEXUAL_EXPLOITATION",
            "OTHER 129600.0 SECONDS EXACT NONE - telegram 2031-01-01..2032-01-01 platform=Telegram"
            " CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 20 REPORTS EXACT SUM - microsoft 2031-01-01..2032-01-01 platform=Microsoft service=2"
            " CHILD_SEXUAL_EXPLOITATION",
            "REPORTS 39 REPORTS EXACT SUM - - 2031-01-01..2032-01-01 platform=TOTAL CHILD_SEXUAL_EXPLOITATION",
        ),
    ),
    Case(
        "platforms/meta_enforcement_reports",
        rows=20,
        out_of_scope=0,
        rejections={},
        unknown={
            "others: A metric that nobody has": 2,
            "harm_categories: A policy that nobody wrote": 2,
            "released_at: 2031-q1": 1,
            "released_at: 2031-q2": 1,
        },
        figures=(
            "TAKEDOWNS 12300000 ITEMS ABOUT SUM - facebook 2030-10-01..2031-01-01"
            " policy=Child Endangerment: Sexual Exploitation CHILD_SEXUAL_EXPLOITATION",
            "TAKEDOWNS 12100000 ITEMS ABOUT SUM - facebook 2030-10-01..2031-01-01"
            " policy=Child Endangerment: Sexual Exploitation CHILD_SEXUAL_EXPLOITATION",
            "TAKEDOWNS 694000000 ACCOUNTS ABOUT NONE - facebook 2031-01-01..2031-04-01 policy=Fake Accounts OTHER",
            "OTHER 4..5 PERCENT RANGE NONE - facebook 2031-01-01..2031-04-01 policy=Fake Accounts OTHER",
            "OTHER None PERCENT NOT_REPORTED NONE - facebook 2031-01-01..2031-04-01 policy=Spam OTHER",
            "OTHER 0.06 PERCENT EXACT NONE - instagram 2031-01-01..2031-04-01"
            " policy=Bullying & Harassment CYBER_VIOLENCE_OTHER",
            "OTHER 0 ITEMS ABOUT SUM - instagram 2031-01-01..2031-04-01"
            " policy=Bullying & Harassment CYBER_VIOLENCE_OTHER",
        ),
    ),
    Case(
        "platforms/x_government_requests",
        rows=45,
        out_of_scope=11,
        rejections={"COUNTRY: is not a known place": 2, "Pears: the profile does not know this column": 1},
        unknown={"column: Pears": 1},
        figures=(
            "TAKEDOWN_REQUESTS 98 REQUESTS EXACT SUM KR x 2031-01-01..2031-07-01"
            " country=KR trigger=AGENCY_POLICE_OR_OTHER",
            "TAKEDOWN_REQUESTS 705 REQUESTS EXACT SUM - x 2031-01-01..2031-07-01 country=TOTAL trigger=COURT_ORDER",
            "TAKEDOWNS 70 ITEMS EXACT SUM KR x 2031-01-01..2031-07-01 country=KR ACCESS_DISABLED",
            "TAKEDOWNS 0 ACCOUNTS EXACT NONE TR x 2031-01-01..2031-07-01 country=TR ACCESS_DISABLED",
            "OTHER None ACCOUNTS NOT_REPORTED NONE KR x 2031-01-01..2031-07-01 country=KR",
            "TAKEDOWN_COMPLIANCE_RATE 41 PERCENT EXACT NONE KR x 2031-01-01..2031-07-01 country=KR",
            "TAKEDOWN_REQUESTS 1 REQUESTS EXACT SUM KR x 2031-07-01..2032-01-01 country=KR trigger=COURT_ORDER",
            # Below it, in a table that states another period than the file's name.
            "INFORMATION_REQUESTS 8 REQUESTS EXACT SUM KR x 2031-01-01..2031-07-01 country=KR",
            "INFORMATION_REQUESTS 0..9 REQUESTS LESS_THAN SUM KR x 2031-07-01..2032-01-01 country=KR",
            "INFORMATION_REQUESTS 321 REQUESTS EXACT SUM - x 2031-07-01..2032-01-01 country=TOTAL",
        ),
    ),
    Case(
        "platforms/tiktok_enforcement_reports",
        rows=15,
        out_of_scope=2,
        rejections={"Market: is not a known place": 1},
        unknown={"others: Orchards closed": 1, "released_at: 2031-q1": 1, "released_at: 2031-q2": 1},
        figures=(
            "TAKEDOWNS 43000 ITEMS EXACT SUM - tiktok 2031-01-01..2031-04-01"
            " market=TOTAL policy=TOTAL policy_level=TOTAL task=TOTAL REMOVED",
            "TAKEDOWNS 3000 ITEMS EXACT SUM - tiktok 2031-01-01..2031-04-01"
            " market=TOTAL policy=TOTAL policy_level=TOTAL task=automation REMOVED",
            "TAKEDOWNS 900 ITEMS EXACT SUM VE tiktok 2031-01-01..2031-04-01"
            " market=VE policy=TOTAL policy_level=TOTAL task=TOTAL REMOVED",
            "OTHER 84.1 PERCENT EXACT NONE - tiktok 2031-01-01..2031-04-01"
            " market=TOTAL policy=Harassment and bullying policy_level=issue task=TOTAL CYBER_VIOLENCE_OTHER",
            "OTHER 2.0 PERCENT EXACT NONE - tiktok 2031-01-01..2031-04-01 market=TOTAL"
            " policy=Sexual exploitation of minors policy_level=Community guidelines policy task=human moderation"
            " CHILD_SEXUAL_EXPLOITATION",
            # Metrics and columns of later releases.
            "OTHER 12.1 PERCENT EXACT NONE - tiktok 2031-04-01..2031-07-01"
            " market=TOTAL policy=TOTAL policy_level=TOTAL task=11-100 views",
            "TAKEDOWNS 51000 ITEMS EXACT SUM - tiktok 2031-04-01..2031-07-01"
            " market=TOTAL policy=TOTAL policy_level=TOTAL task=TOTAL REMOVED",
            "TAKEDOWNS 88 ACCOUNTS EXACT NONE - tiktok 2031-04-01..2031-07-01 market=TOTAL"
            " policy=Other accounts removed policy_level=Ban reason - safety task=TOTAL OTHER ACCOUNT_TERMINATED",
            "OTHER 90.2 PERCENT EXACT NONE DE tiktok 2031-04-01..2031-07-01 market=DE"
            " policy=Safety & Civility - Harassment & Bullying policy_level=Sub-policy task=TOTAL CYBER_VIOLENCE_OTHER",
            "OTHER 4.0 OTHER EXACT NONE - tiktok 2031-04-01..2031-07-01"
            " market=TOTAL measure=Orchards closed policy=TOTAL policy_level=TOTAL task=TOTAL",
            "TAKEDOWNS 77 ACCOUNTS EXACT NONE - tiktok 2031-01-01..2031-04-01"
            " market=TOTAL policy=Fake accounts removed policy_level=Ban reason task=TOTAL OTHER ACCOUNT_TERMINATED",
        ),
    ),
]


def line(figure: Statistic) -> str:
    """A figure in one line: metric, value, place, platform, period and dimensions."""
    number = str(figure.value) if figure.low is None else f"{figure.low}..{figure.high}"
    period = figure.period
    assert period is not None
    parts = [
        f"{figure.metric} {number} {figure.unit} {figure.qualifier} {figure.aggregation}",
        f"{'+'.join(figure.jurisdictions) or '-'} {figure.platform or '-'} {period.start}..{period.end}",
        *(f"{dimension.name}={dimension.value}" for dimension in figure.dimensions),
        *figure.harm_categories,
        *figure.measures,
    ]
    return " ".join(parts)


def examples(name: str) -> list[Path]:
    return sorted((EXAMPLES / name).iterdir())


def of_any_length(profile: SourceProfile) -> SourceProfile:
    """The same profile for examples, which have fewer lines than the publisher's files."""
    return replace(profile, tables=tuple(replace(table, min_lines=1, line_counts={}) for table in profile.tables))


def read(case: Case) -> list[ReadResult]:
    profile = of_any_length(load_profile(case.path))
    return [read_file(profile, path.name, path.read_bytes()) for path in examples(case.name)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_row_of_the_examples_is_accounted_for(case: Case) -> None:
    results = read(case)
    figures = [figure for result in results for figure in result.records if isinstance(figure, Statistic)]
    rejections: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for result in results:
        for rejection in result.rejections:
            place = f"{rejection.column}: {rejection.reason}"
            rejections[place] = rejections.get(place, 0) + 1
        for (field, code), count in result.unknown.items():
            unknown[f"{field}: {code}"] = unknown.get(f"{field}: {code}", 0) + count
    assert (rejections, unknown) == (case.rejections, case.unknown)
    assert sum(result.out_of_scope for result in results) == case.out_of_scope
    assert sum(result.merged for result in results) == case.merged
    assert sum(result.rows for result in results) == case.rows
    assert case.rows == len(figures) + case.merged + case.out_of_scope + sum(rejections.values())
    if case.name != "github_transparency":
        # Its CSV files are the JSON file's figures.
        assert len({figure.external_id for figure in figures}) == len(figures)
    lines = [line(figure) for figure in figures]
    assert [figure for figure in case.figures if figure not in lines] == []


def test_every_shipped_profile_has_a_case() -> None:
    profiles = {
        path.relative_to(ROOT / "adapters").with_suffix("").as_posix()
        for path in (ROOT / "adapters" / "platforms").glob("*.toml")
        if b"[[table]]" in path.read_bytes()
    }
    assert profiles == {case.path for case in CASES if case.path.startswith("platforms/")}
