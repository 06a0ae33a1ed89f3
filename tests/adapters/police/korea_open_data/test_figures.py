"""From tables of data.go.kr to figures: by the profile of their version, from answers and files alike."""

import asyncio
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.figures import TOTAL
from adapters.police.korea_open_data import sandbox
from adapters.police.korea_open_data.figures import figures, read_file
from adapters.police.korea_open_data.profiles import DatasetProfile, load_profiles, read_profiles, shipped_profiles
from adapters.police.korea_open_data.source import KoreaOpenData
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.source import Demand
from adapters.toml import ProfileError
from adapters.vocabulary.enums import (
    Aggregation,
    ArrestEvent,
    HarmCategory,
    Metric,
    Precision,
    Qualifier,
    RecordType,
    Unit,
)
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from adapters.vocabulary.terms import crosswalk

EXAMPLES = Path(__file__).parents[3] / "examples" / "korea_open_data"
CYBER, DRUGS = shipped_profiles()["15053887/20200831"], shipped_profiles()["15142026/20241231"]
REGIONS = read_profiles((EXAMPLES / "profiles.toml").read_bytes())["90000001/20231231"]
CHILD, FILMED = "사이버 음란물(아동음란물)", "사이버 음란물(불법촬영물유포)"


def by_identity(result: ReadResult) -> dict[str, Statistic]:
    """The figures by their identity within the dataset's version."""
    assert result.rows == len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    return {r.external_id.split("/", 2)[2]: r for r in result.records if isinstance(r, Statistic)}


def cyber() -> dict[str, Statistic]:
    payload = orjson.loads((EXAMPLES / "cyber_offences.json").read_bytes())
    return by_identity(figures(CYBER, "x", payload["data"]))


def drugs(content: bytes | None = None) -> ReadResult:
    return read_file(DRUGS, "x.csv", (EXAMPLES / "15142026_20241231.csv").read_bytes() if content is None else content)


# What a figure says.


def test_each_number_is_a_figure_of_its_year_offence_and_measure() -> None:
    records = cyber()
    assert len(records) == 4 * 33
    cleared = records[f"2016/검거건수/{CHILD}"]
    assert (cleared.metric, cleared.unit, cleared.event) == (Metric.ARRESTS, Unit.CASES, ArrestEvent.APPREHENDED)
    assert cleared.value == Decimal(1002)
    assert cleared.qualifier is Qualifier.EXACT
    assert cleared.aggregation is Aggregation.SUM
    assert cleared.period == Period(
        start=date(2016, 1, 1), end=date(2017, 1, 1), precision=Precision.YEAR, timezone="Asia/Seoul"
    )
    assert cleared.dimensions == (Dimension("offence", CHILD),)
    assert cleared.harm_categories == (HarmCategory.CSAM,)
    assert (cleared.agency, cleared.speaker) == ("kr.knpa", "kr.knpa")
    assert cleared.jurisdictions == (parse_jurisdiction("KR"),)
    assert cleared.stated_at == date(2020, 8, 31)
    assert NativeTerm("metric", "검거건수") in cleared.native
    assert NativeTerm("population", "경찰청_연도별 사이버 범죄 통계 현황_20200831") in cleared.native
    # Who reads the sandbox must not find its numbers under the name of a publication.
    assert (cleared.citation, cleared.url) == (None, None)
    recorded = records[f"2016/발생건수/{CHILD}"]
    assert (recorded.metric, recorded.unit, recorded.event) == (Metric.CASES, Unit.CASES, None)


def test_zero_a_dash_and_nothing_are_three_answers() -> None:
    records = cyber()
    zero, dash, nothing = (
        records[f"{where}/{FILMED}"] for where in ("2016/검거건수", "2020/검거건수", "2016/발생건수")
    )
    assert (zero.value, zero.qualifier) == (Decimal(0), Qualifier.EXACT)
    assert (dash.value, dash.qualifier) == (None, Qualifier.UNKNOWN)
    assert (nothing.value, nothing.qualifier) == (None, Qualifier.NOT_REPORTED)


def test_a_year_that_was_not_over_when_it_was_counted_has_no_end() -> None:
    period = cyber()[f"2020/발생건수/{CHILD}"].period
    assert period == Period(start=date(2020, 1, 1), precision=Precision.INTERVAL, timezone="Asia/Seoul", text="2020")


def test_an_offence_of_another_kind_is_no_harm_of_this_gateways() -> None:
    records = cyber()
    assert records["2016/검거건수/해킹(계정도용)"].harm_categories == (HarmCategory.OTHER,)
    assert records[f"2016/검거건수/{FILMED}"].harm_categories == (HarmCategory.NCII,)


def test_persons_are_not_cases_and_are_never_added_up() -> None:
    records = by_identity(drugs())
    persons, detained, free = (records[f"2022/{word}/마약사범"] for word in ("검거인원", "구속", "불구속"))
    assert [figure.unit for figure in (persons, detained, free)] == [Unit.PERSONS] * 3
    assert [figure.event for figure in (persons, detained, free)] == [
        ArrestEvent.APPREHENDED,
        ArrestEvent.DETAINED,
        ArrestEvent.BOOKED_WITHOUT_DETENTION,
    ]
    assert {figure.aggregation for figure in (persons, detained, free)} == {Aggregation.NONE}
    assert persons.released_at == date(2025, 2, 24)


def test_a_cell_that_is_stated_twice_is_one_figure_whatever_the_order_of_rows() -> None:
    figure = by_identity(drugs())["2023/검거건수/마약사범"]
    assert figure.value == Decimal(28)
    assert [term.value for term in figure.native if term.field == "value"] == ["28", "27"]
    lines = (EXAMPLES / "15142026_20241231.csv").read_bytes().splitlines()
    turned = by_identity(drugs(b"\n".join([lines[0], *reversed(lines[1:])])))
    assert turned == by_identity(drugs())


def test_what_cannot_be_read_is_rejected_with_its_column() -> None:
    result = drugs()
    assert result.rows == 6 * 4
    assert result.merged == 3
    assert Counter((r.column, r.reason) for r in result.rejections) == {
        ("검거건수", "another row states a larger number for the same figure"): 1,
        ("불구속", "is not a whole number"): 1,
        ("연도", "is a year that the publisher cannot have counted"): 4,
        (None, "is not a row with each column once"): 4,
    }
    assert [r.position for r in result.rejections] == [5, 16, 17, 18, 19, 20, 21, 22, 23, 24]


def test_a_total_is_told_from_its_parts() -> None:
    records = by_identity(figures(REGIONS, "x", sandbox.arrests()))
    whole, part = records["2023/검거건수/합계/합계"], records["2023/검거건수/사이버 스토킹/서울"]
    assert whole.dimensions == (Dimension("offence", TOTAL), Dimension("region", TOTAL))
    assert whole.value == Decimal(6091)
    assert whole.harm_categories == ()
    assert part.dimensions == (Dimension("offence", "사이버 스토킹"), Dimension("region", "서울"))
    assert part.harm_categories == (HarmCategory.CYBER_VIOLENCE_OTHER,)


def test_a_word_that_no_profile_knows_is_counted_and_never_guessed() -> None:
    row = {"연도": 2016, "구분": "미제건수"} | dict.fromkeys(CYBER.offences, 1)
    result = figures(CYBER, "x", [row])
    assert result.unknown == {("metric", "미제건수"): 33}
    assert {(r.metric, r.unit, r.aggregation) for r in by_identity(result).values()} == {
        (Metric.OTHER, Unit.OTHER, Aggregation.NONE)
    }
    strange = {"연도": "2023년", "지역": "서울", "죄종": "새로운 죄", "검거건수": 1, "검거인원": 2}
    result = figures(REGIONS, "x", [strange])
    assert result.unknown == {("harm_categories", "새로운 죄"): 2}


def test_a_later_version_states_the_same_cells_in_records_of_its_own() -> None:
    toml = (EXAMPLES / "profiles.toml").read_text().replace("20231231", "20241231").replace("2023-12-31", "2024-12-31")
    later = read_profiles(toml.encode())["90000001/20241231"]
    one, other = (by_identity(figures(profile, "x", sandbox.arrests())).values() for profile in (REGIONS, later))
    assert {r.id for r in one}.isdisjoint({r.id for r in other})
    assert {r.series_key for r in one} < {r.series_key for r in other}


@pytest.mark.parametrize("word", ["", " ", "a" * 81, "a\nb", 5, None])
def test_a_word_that_names_nothing_is_rejected(word: object) -> None:
    row = {"연도": "2023", "지역": word, "죄종": "사이버 스토킹", "검거건수": 1, "검거인원": 2}
    assert {r.column for r in figures(REGIONS, "x", [row]).rejections} == {"지역"}


@pytest.mark.parametrize("year", ["20", "2023-01", 20230, True, None, "이천년", Decimal("2023.0"), "1900", 1])
def test_what_is_no_year_is_rejected(year: object) -> None:
    row = {"연도": year, "지역": "서울", "죄종": "사이버 스토킹", "검거건수": 1, "검거인원": 2}
    assert {r.column for r in figures(REGIONS, "x", [row]).rejections} == {"연도"}


@pytest.mark.parametrize("number", [True, -1, "1,2", "1.5", Decimal("1.5"), "１", "9" * 5_000, 10**16, [], {}])
def test_what_is_no_count_is_rejected(number: object) -> None:
    row = {"연도": 2023, "지역": "서울", "죄종": "사이버 스토킹", "검거건수": number, "검거인원": 2}
    assert [r.column for r in figures(REGIONS, "x", [row]).rejections] == ["검거건수"]


cells = st.one_of(
    st.none(), st.integers(-2, 10**17), st.text(max_size=6), st.booleans(), st.just("1,234"), st.just("-")
)


@given(
    st.lists(st.fixed_dictionaries({name: cells for name in REGIONS.columns}) | st.none() | st.integers(), max_size=6)
)
def test_every_number_is_accounted_for_whatever_stands_in_the_cells(rows: list[object]) -> None:
    by_identity(figures(REGIONS, "x", rows))


# Columns.


def test_other_columns_are_refused_and_the_difference_is_shown() -> None:
    rows = [{"연도": 2023, "검거건수": 1, "검거인원(명)": 77, "구속": 2, "불구속": 3}]
    with pytest.raises(UnexpectedShape, match=r"without 검거인원 and with 검거인원\(명\)$") as caught:
        figures(DRUGS, "x", rows)
    assert "77" not in str(caught.value)
    many = [{f"열{number:02}": number for number in range(40)}]
    with pytest.raises(UnexpectedShape, match="and 28 more"):
        figures(DRUGS, "x", many)


def test_a_column_that_the_profile_does_not_have_is_counted_and_its_numbers_are_listed() -> None:
    """Where it tells rows apart, those with another number for one figure are listed too."""
    row = {"연도": 2023, "검거건수": 1, "검거인원": 1, "구속": 1, "불구속": 0}
    result = figures(DRUGS, "x", [row | {"지역": "서울", "면적": "1,234"}, row | {"지역": "부산", "검거건수": 7}])
    assert result.unknown == {("column", "지역"): 2, ("column", "면적"): 1}
    assert [(r.position, r.column) for r in result.rejections] == [(1, "검거건수"), (5, "면적")]
    assert result.rows == len(result.records) + result.merged + len(result.rejections)


def test_a_row_without_a_column_is_rejected_where_others_have_it() -> None:
    whole = {"연도": 2023, "검거건수": 1, "검거인원": 1, "구속": 1, "불구속": 0}
    short = {name: value for name, value in whole.items() if name != "구속"} | {"연도": 2022}
    result = figures(DRUGS, "x", [whole, short])
    assert [(r.column, r.reason) for r in result.rejections] == [("구속", "the column is missing")]


# Files.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_is_read_in_either_encoding_with_or_without_a_mark(encoding: str) -> None:
    content = (EXAMPLES / "15053887_20200831.csv").read_text(encoding="utf-8").encode(encoding)
    assert by_identity(read_file(CYBER, "x.csv", content)) == cyber()


def test_syllables_that_a_system_took_apart_are_the_same_columns() -> None:
    content = normalize("NFD", (EXAMPLES / "15053887_20200831.csv").read_text(encoding="utf-8"))
    assert by_identity(read_file(CYBER, "x.csv", content.encode())) == cyber()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\xfa", "UNREADABLE"),
        ("연도,검거건수".encode("utf-16"), "UNREADABLE"),
        (b"", "UNREADABLE"),
        (b"\n\n", "UNREADABLE"),
        ('연도,"검거건수'.encode(), "UNREADABLE"),
        ("연도,연도\n2023,1\n".encode(), "UNEXPECTED_SHAPE"),
        ("<html><body>점검 중</body></html>\n2023\n".encode(), "UNEXPECTED_SHAPE"),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        drugs(content)
    assert caught.value.code == code


def test_a_file_is_known_by_the_portals_name_and_by_its_number(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    file_names = [folder / f"{CYBER.title}_20200831.csv", folder / "15142026_20241231.csv", folder / "요약.csv"]
    for path in file_names:
        path.write_bytes(b"x")
    source = KoreaOpenData()
    assert {scope.name for scope in source.files([folder])} == {CYBER.name, DRUGS.name}
    decomposed = folder / normalize("NFD", file_names[0].name)
    file_names[0].rename(decomposed)
    assert [scope.name for scope in source.files([decomposed])] == [CYBER.name]
    with pytest.raises(Unreadable, match="no profile"):
        source.files([file_names[2]])
    (folder / "15053887_20200831.csv").write_bytes(b"x")
    with pytest.raises(Unreadable, match="two files"):
        source.files([folder])
    assert source.files([]) == ()


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"x")
    with pytest.raises(Unreadable):
        KoreaOpenData().files([tmp_path])


def test_a_file_is_the_scope_that_an_answer_is() -> None:
    async def run() -> None:
        source = KoreaOpenData()
        (live,) = await source.current(["15053887"])
        (filed,) = source.files([EXAMPLES / "15053887_20200831.csv"])
        assert (live.channel, live.name) == (filed.channel, filed.name)
        await source.close()

    asyncio.run(run())


@pytest.mark.parametrize("name", ["", "1", "15053887/20990101", "../x", "15142026"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        asyncio.run(KoreaOpenData().current([name]))


def test_a_question_about_figures_of_korea_needs_the_datasets_that_can_be_asked_for() -> None:
    source = KoreaOpenData()

    def names(**conditions: object) -> list[str]:
        demand = Demand(**{"record": RecordType.STATISTIC} | conditions)  # type: ignore[arg-type]  # of the test's choice
        return [scope.name for scope in source.scopes(demand)]

    assert names() == names(agencies=("kr.knpa",), jurisdictions=(parse_jurisdiction("KR"),)) == ["15053887/20200831"]
    assert names(record=RecordType.ARREST) == names(jurisdictions=(parse_jurisdiction("FR"),)) == []
    assert names(agencies=("kr.coast-guard",)) == names(start=date(2021, 1, 1)) == []


# Profiles.


def test_a_profile_says_of_a_word_what_the_vocabulary_says_of_it() -> None:
    events = crosswalk(ArrestEvent, "kr")
    for profile in shipped_profiles().values():
        for word, measure in profile.measures.items():
            assert measure.event is events.get(word.removesuffix("건수").removesuffix("인원"))


def test_what_was_not_verified_is_said() -> None:
    assert all(profile.doubt for profile in shipped_profiles().values())


def test_the_sandbox_has_the_columns_of_the_profile() -> None:
    assert {column for row in sandbox.cyber_offences() for column in row} == CYBER.columns
    assert f"{CYBER.id}/v1/uddi:{CYBER.uddi}" == sandbox.CYBER_OFFENCES


MEASURE = '"검거건수" = { metric = "ARRESTS", unit = "CASES", aggregation = "SUM", event = "APPREHENDED" }'
SOUND = f"""
totals = ["합계"]
[[dataset]]
id = "1"
version = "20231231"
title = "t"
publisher = "kr.knpa"
as_of = 2023-12-31
year = "연도"
# more
[dataset.measures]
{MEASURE}
"""


def sound(more: str = "", old: str = "", new: str = "") -> DatasetProfile:
    return read_profiles(SOUND.replace("# more", more).replace(old, new).encode())["1/20231231"]


def test_a_deployment_has_profiles_of_its_own_beside_those_that_are_shipped(tmp_path: Path) -> None:
    assert load_profiles(None) == shipped_profiles()
    assert set(load_profiles(EXAMPLES / "profiles.toml")) > {*shipped_profiles(), REGIONS.name}
    older = tmp_path / "older.toml"
    older.write_text(SOUND.replace('id = "1"', f'id = "{CYBER.id}"').replace("20231231", "20190831"), encoding="utf-8")
    assert [name for name in load_profiles(older) if name.startswith(CYBER.id)] == [f"{CYBER.id}/20190831", CYBER.name]
    assert load_profiles(tmp_path) == load_profiles(older)
    with pytest.raises(ProfileError, match=r"nowhere\.toml: the file cannot be read"):
        load_profiles(tmp_path / "nowhere.toml")


def test_a_profile_may_say_little() -> None:
    assert sound().columns == {"연도", "검거건수"}
    assert not sound().live


@pytest.mark.parametrize(
    ("more", "old", "new"),
    [
        ("", "totals", "total"),
        ("colour = 'red'", "", ""),
        ("", '"kr.knpa"', '"nobody"'),
        ("agency = 'nobody'", "", ""),
        ("", '"연도"', '"검거건수"'),
        ("skip = ['연도']", "", ""),
        ("uddi = 'a'\nservice = 'b'", "", ""),
        ("service = '../b'", "", ""),
        ("service = '/b'", "", ""),
        ("uddi = 'a/b'", "", ""),
        ("measure = '구분'", "", ""),
        ("measure = '구분'\noffence = '죄종'\noffences = ['x']", "", ""),
        ("offences = ['x', 'y']", "", ""),
        ("", '"CASES", aggregation', '"PERSONS", aggregation'),
        ("", MEASURE, ""),
        ("", 'version = "20231231"', 'version = "newest"'),
        ("", "# more", ""),
        ("", "[[dataset]]", "[["),
    ],
)
def test_profiles_that_contradict_themselves_are_refused(more: str, old: str, new: str) -> None:
    if (more, old, new) == ("", "# more", ""):
        whole = SOUND + SOUND.split("\n", 2)[2]
        with pytest.raises(ProfileError, match="there are two profiles of version"):
            read_profiles(whole.encode())
        return
    with pytest.raises(ProfileError):
        sound(more, old, new)
