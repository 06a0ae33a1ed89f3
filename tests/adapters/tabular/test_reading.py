"""Tables read by a profile: every cell accounted for, and a file of another shape refused with the difference."""

import asyncio
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape, Unreadable
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.source import Batch, Rejection
from adapters.tabular.loader import read_profile
from adapters.tabular.reading import read_file
from adapters.tabular.source import TabularSource
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, TakedownMeasure, Unit
from tests.support.example_profile import ORCHARD

PROFILE = read_profile(ORCHARD.encode())

HEADER = "Country,Who,Requests,Items"


def read(*lines: str, header: str = HEADER, name: str = "orchard-2031_H1.csv") -> ReadResult:
    result = read_file(PROFILE, name, "\n".join((header, *lines)).encode())
    total = len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    assert result.rows == total
    assert len({record.external_id for record in result.records}) == len(result.records)
    return result


def read_long(*rows: str) -> ReadResult:
    columns = '"columns": ["service", "period", "what", "low", "high"]'
    document = f'{{"figures": {{{columns}, "rows": [{", ".join(rows)}]}}, "beside": [1, 2]}}'
    return read_file(PROFILE, "orchard-long.json", document.encode())


def statistics(result: ReadResult) -> list[Statistic]:
    return [record for record in result.records if isinstance(record, Statistic)]


def test_a_cell_becomes_a_figure_with_the_publishers_words_beside_ours() -> None:
    requests, items = statistics(read('South Korea,Police,"1,234",5'))
    assert requests.external_id.startswith("requests-by-town/requests/")
    assert (requests.metric, requests.unit, requests.aggregation) == (
        Metric.TAKEDOWN_REQUESTS,
        Unit.REQUESTS,
        Aggregation.SUM,
    )
    assert (requests.value, requests.qualifier) == (Decimal(1234), Qualifier.EXACT)
    assert requests.period == Period(start=date(2031, 1, 1), end=date(2031, 7, 1), precision=Precision.HALF_YEAR)
    assert (requests.jurisdictions, requests.platform) == (("KR",), "tumblr")
    assert requests.dimensions == (Dimension("requester", "Police"), Dimension("trigger", "POLICE_REQUEST"))
    assert requests.released_at == date(2031, 9, 1)
    assert requests.native == (
        NativeTerm("metric", "Requests"),
        NativeTerm("jurisdictions", "South Korea"),
        NativeTerm("period", "2031 H1"),
        NativeTerm("trigger", "Police"),
        NativeTerm("value", "1,234"),
    )
    assert (items.measures, items.harm_categories) == ((TakedownMeasure.REMOVED,), (HarmCategory.CSAM,))
    assert items.qualifier is Qualifier.ABOUT


def test_optional_columns_and_columns_of_a_pattern_are_read() -> None:
    header = f"{HEADER},Share,Note,Process: warrant,Process: letter"
    result = read("FR,Police,1,2,0.0821,whatever,3,4", header=header)
    share = next(record for record in statistics(result) if record.unit is Unit.PERCENT)
    assert share.value == Decimal("8.2")
    parts = [record for record in statistics(result) if record.external_id.startswith("requests-by-town/by-process/")]
    assert [part.dimensions[0] for part in parts] == [Dimension("process", "warrant"), Dimension("process", "letter")]


def test_words_in_the_place_of_a_number_have_four_different_meanings() -> None:
    result = read("FR,Police,0,?", "DE,Police,< 10,", "US,Police,20 - 30,1")
    values = [(record.value, record.low, record.high, record.qualifier) for record in statistics(result)]
    assert values == [
        (Decimal(0), None, None, Qualifier.EXACT),
        (None, None, None, Qualifier.UNKNOWN),
        (None, Decimal(0), Decimal(9), Qualifier.LESS_THAN),
        (None, Decimal(20), Decimal(30), Qualifier.RANGE),
        (Decimal(1), None, None, Qualifier.ABOUT),
    ]
    assert result.out_of_scope == 1


def test_a_place_is_a_code_a_name_or_a_word_of_the_profile() -> None:
    result = read(
        "KOR,Police,1,",
        "Türkiye,Police,1,",
        "Old Town,Police,1,",
        "The Two,Police,1,",
        "Sea,Police,1,",
        "Atlantis,Police,1,",
    )
    assert [record.jurisdictions for record in result.records] == [("KR",), ("TR",), ("KR",), ("DE", "FR"), ()]
    assert Dimension("place", "HIGH_SEAS") in statistics(result)[-1].dimensions
    # A row is a cell: the line's empty one is its second.
    assert result.rejections == [Rejection(position=11, reason="is not a known place", column="Country")]


def test_a_word_may_mean_the_total_or_nothing() -> None:
    total, nobody = statistics(read("FR,All,1,", "FR,Nobody,1,"))
    assert Dimension("trigger", "TOTAL") in total.dimensions
    assert nobody.dimensions == (Dimension("requester", "Nobody"),)


def test_a_word_that_the_crosswalk_lacks_is_unknown_and_counted() -> None:
    result = read("FR,Wizards,1,2")
    assert Dimension("trigger", "UNKNOWN") in statistics(result)[0].dimensions
    assert result.unknown == {("trigger", "Wizards"): 2}


def test_a_release_without_a_date_is_counted_and_has_figures_of_its_own() -> None:
    lines = ("FR,Police,1,", "DE,Police,1,")
    first, second = read(*lines), read(*lines, name="orchard-2031_H2.csv")
    assert second.unknown == {("released_at", "2031 H2"): 1}
    assert not {record.external_id for record in first.records} & {record.external_id for record in second.records}


def test_skipped_lines_and_empty_lines_are_one_row_each() -> None:
    result = read("Total,Police,9,9", ",,,", "FR,Police,1,2")
    assert (result.rows, result.out_of_scope, len(result.records)) == (4, 2, 2)


def test_a_line_that_is_too_short_is_one_row_and_refused() -> None:
    result = read("FR,Police,1")
    assert result.rejections == [Rejection(position=1, reason="the line has another number of cells than the header")]


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("FR,Police,many,", "is not a number in this publisher's format", "Requests"),
        ("FR,,1,", "is empty", "Who"),
        ("FR,Po\x07lice,1,", "contains a character that is not printable", None),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_without_its_content(line: str, reason: str, column: str | None) -> None:
    (rejection,) = read(line).rejections
    assert (rejection.reason, rejection.column) == (reason, column)


def test_a_share_of_more_than_the_whole_is_refused() -> None:
    result = read("FR,Police,1,2,1.5", header=f"{HEADER},Share")
    assert [(rejection.reason, rejection.column) for rejection in result.rejections] == [
        ("is more than 100 percent", "Share")
    ]


def test_a_figure_that_appears_twice_is_one_record_with_the_largest_value() -> None:
    for lines in permutations(("FR,Police,3,", "FR,Police,7,", "FR,Police,3,")):
        result = read(*lines)
        (record,) = statistics(result)
        assert (record.value, result.merged) == (Decimal(7), 0)
        smaller = [rejection for rejection in result.rejections if rejection.column == "Requests"]
        assert {rejection.reason for rejection in smaller} == {
            "another row states a larger number for the same figure, which is read instead"
        }
        # A line has two cells, of which the first holds the figure.
        assert [rejection.position for rejection in smaller] == [
            2 * number + 1 for number, line in enumerate(lines) if "7" not in line
        ]
        assert [term.value for term in record.native if term.field == "value"] == ["7", "3", "3"]


def test_a_column_of_a_long_table_selects_the_figure() -> None:
    result = read_long('["Tumblr", "2031", "reports", 0, 249]', '["Pear", "2031", "apples", 3, 3]')
    reports, others = statistics(result)
    assert (reports.metric, reports.low, reports.high, reports.qualifier) == (
        Metric.REPORTS,
        Decimal(0),
        Decimal(249),
        Qualifier.RANGE,
    )
    assert (reports.platform, others.platform) == ("tumblr", "bing")
    assert reports.dimensions == (Dimension("country", "TOTAL"),)
    assert (others.metric, others.value) == (Metric.OTHER, Decimal(3))
    assert result.unknown == {("others", "apples"): 1}
    assert (result.rows, result.out_of_scope) == (4, 2)


def test_parts_that_the_publisher_does_not_name_are_numbered() -> None:
    result = read_long('["Tumblr", "2031", "reports", 5, 5]', '["Tumblr", "2031", "reports", 7, 7]')
    assert [(record.value, record.dimensions[-1]) for record in statistics(result)] == [
        (Decimal(5), Dimension("part", "1")),
        (Decimal(7), Dimension("part", "2")),
    ]
    assert len({record.series_key for record in statistics(result)}) == 2


def test_a_platform_that_has_no_id_is_unknown_and_counted() -> None:
    result = read_long('["Plum", "2031", "reports", 1, 1]')
    assert statistics(result)[0].platform is None
    assert result.unknown == {("platform", "Plum"): 1}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Country,Who,Requests", "has other columns than requests-by-town: lacks 'Items'"),
        ("Country,Who,Wishes,Requests", "has other columns than requests-by-town: lacks 'Items'; has also 'Wishes'"),
        ("<html>,secret", "has none of the columns of requests-by-town"),
    ],
)
def test_a_file_with_other_columns_is_refused_with_the_difference(header: str, message: str) -> None:
    with pytest.raises(UnexpectedShape) as error:
        read("x", header=header)
    assert str(error.value) == f"orchard-2031_H1.csv: {message}"


def test_an_unknown_column_is_counted_and_its_numbers_are_listed() -> None:
    result = read('FR,Police,1,2,"1,234",why', "DE,Police,3,4,,", header=f"{HEADER},Wishes,Reason")
    assert [figure.value for figure in statistics(result)] == [1, 2, 3, 4]
    assert result.unknown == {("column", "Wishes"): 1, ("column", "Reason"): 1}
    assert result.rejections == [Rejection(position=3, reason="the profile does not know this column", column="Wishes")]


def test_a_column_may_have_other_names_and_letters_of_another_case() -> None:
    (figure, _) = statistics(read("FR,Police,1,2", header="country,REQUESTER,Requests,items"))
    assert figure.external_id == statistics(read("FR,Police,1,2"))[0].external_id


def test_unknown_columns_of_a_pattern_are_figures_and_counted() -> None:
    result = read("FR,Police,1,2,5", header=f'{HEADER},"Process, summons"')
    assert statistics(result)[2].dimensions[0] == Dimension("process", "summons")
    assert result.unknown == {("other-processes", "summons"): 1}


def test_tables_below_each_other_are_read_each_by_its_header() -> None:
    """A blank line ends nothing by itself; a title belongs to the header below it; an unknown table is listed."""
    result = read(
        "FR,Police,1,2",
        "",
        "DE,Police,3,4",
        "",
        "Fields,",
        "Field,Hectares",
        "Meadow,7",
        "",
        "Tree,Age",
        "Oak,90",
        "Country,Requester,Requests,Items",
        "KR,Police,5,6",
    )
    assert [figure.value for figure in statistics(result)] == [1, 2, 3, 4, 7, 5, 6]
    assert (result.rows, result.out_of_scope) == (10, 1)
    assert [(rejection.position, rejection.reason) for rejection in result.rejections] == [
        (7, "the profile has no such table"),
        (8, "the profile has no such table"),
    ]


def test_a_line_states_its_own_period_before_the_name_of_the_file() -> None:
    header = f"{HEADER},Term"
    own, other = statistics(read('FR,Police,1,,"July 1 - December 31, 2030"', "FR,Police,1,,", header=header))
    assert own.period == Period(start=date(2030, 7, 1), end=date(2031, 1, 1), precision=Precision.HALF_YEAR)
    assert other.period == Period(start=date(2031, 1, 1), end=date(2031, 7, 1), precision=Precision.HALF_YEAR)


def test_a_file_with_another_number_of_lines_is_refused_with_both() -> None:
    with pytest.raises(UnexpectedShape, match="orchard-2031_H2.csv: has 1 lines, expected 2"):
        read("FR,Police,1,", name="orchard-2031_H2.csv")
    with pytest.raises(UnexpectedShape, match="has 0 lines, expected at least 1"):
        read()


def test_a_file_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(Unreadable, match="apples.csv: orchard_requests has no file of this name"):
        read("x", name="apples.csv")


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5))
def test_any_cell_is_accounted_for(lines: list[list[str]]) -> None:
    rows = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    try:
        read(*rows)
    except (Unreadable, UnexpectedShape):
        return


# The source: which files it finds.


def test_a_folder_is_searched_for_the_files_that_the_profile_knows(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("orchard-2031_H1.csv", "sub/ORCHARD-2031_H2.CSV", "apples.csv", "README.md"):
        (tmp_path / name).write_text(f"{HEADER}\nFR,Police,1,\nDE,Police,2,\n")
    source = TabularSource(PROFILE)
    scopes = list(source.files([tmp_path]))
    assert [scope.name for scope in scopes] == ["orchard-2031_H1", "ORCHARD-2031_H2"]

    async def batches() -> list[Batch]:
        return [batch for scope in scopes for batch in [batch async for batch in source.read(scope, None)]]

    assert [len(batch.records) for batch in asyncio.run(batches())] == [2, 2]


def test_an_unknown_file_is_refused_and_so_are_two_of_one_name(tmp_path: Path) -> None:
    source = TabularSource(PROFILE)
    (tmp_path / "apples.csv").write_text("x")
    for paths in ([tmp_path / "apples.csv"], [tmp_path]):
        with pytest.raises(Unreadable, match="orchard_requests has no file of this name|no file of orchard_requests"):
            source.files(paths)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "orchard-2031_H1.csv").write_text(HEADER)
    with pytest.raises(Unreadable, match="orchard-2031_H1: there are two files of this name"):
        source.files([tmp_path])
    assert source.files([]) == ()


def name_one(source: TabularSource, path: Path, **options: str) -> str | None:
    (scope,) = source.name_files([path], options)
    return scope.file_name


def test_a_file_whose_name_is_lost_is_recognised_by_its_columns_and_named_by_options(tmp_path: Path) -> None:
    path = tmp_path / "download (3).csv"
    path.write_text(f"{HEADER}\nFR,Police,1,\n")
    source = TabularSource(PROFILE)
    (scope,) = source.name_files([path], {"period": "Jan-Jun 2031"})
    assert (scope.name, scope.file_name) == ("orchard-2031_H1", "orchard-2031_H1.csv")

    async def records() -> list[str]:
        return [record.external_id async for batch in source.read(scope, None) for record in batch.records]

    assert asyncio.run(records()) == [record.external_id for record in read("FR,Police,1,").records]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {},
            "has the columns of requests-by-town. --period is missing: the name orchard-{year}_H{half}.csv contains it",
        ),
        ({"period": "2031-H1", "release": "2031-q1"}, "--release does not apply"),
        ({"period": "2031-Q2"}, "--period 2031-Q2: is not a half, which the name"),
        ({"period": "soon"}, "--period soon: is not the name of a period, such as 2023-H2"),
    ],
)
def test_an_option_that_is_missing_or_does_not_apply_is_named(
    options: dict[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "download (3).csv"
    path.write_text(f"{HEADER}\nFR,Police,1,\n")
    source = TabularSource(PROFILE)
    with pytest.raises(Unreadable) as error:
        name_one(source, path, **options)
    assert str(error.value).startswith("download (3).csv: ")
    assert message in str(error.value)
    if not options:
        with pytest.raises(Unreadable, match="--period is missing"):
            source.files([path])


def test_a_name_that_says_what_the_file_is_takes_no_option(tmp_path: Path) -> None:
    path = tmp_path / "orchard-2031_H1.csv"
    path.write_text(f"{HEADER}\nFR,Police,1,\n")
    with pytest.raises(Unreadable, match="--period does not apply: the file's name says what it is"):
        name_one(TabularSource(PROFILE), path, period="2031-H2")


def test_a_period_that_the_lines_state_needs_no_option(tmp_path: Path) -> None:
    path = tmp_path / "download.csv"
    path.write_text(f'{HEADER},Term\nFR,Police,1,,"July 1 - December 31, 2030"\n')
    (scope,) = TabularSource(PROFILE).files([path])
    assert scope.name == "orchard-2030_H2"
