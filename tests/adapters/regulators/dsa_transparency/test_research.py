"""The research API: its queries, and answers that become the same records as the dumps."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import RowError
from adapters.errors import BadRequest, UnexpectedShape
from adapters.formats import php_csv
from adapters.records import Statistic, Takedown
from adapters.regulators.dsa_transparency import research
from adapters.regulators.dsa_transparency.columns import COLUMNS
from adapters.regulators.dsa_transparency.research import (
    ABSENT_COLUMNS,
    ResearchQuery,
    aggregates_path,
    demand_queries,
    dump_row,
    read_aggregates,
    read_count,
    read_search,
)
from adapters.regulators.dsa_transparency.statements import StatementReader
from adapters.source import Demand
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, RecordType, TakedownMeasure, Unit
from tests.conftest import SAMPLES

EXAMPLES = Path(__file__).parents[3] / "examples" / "dsa_transparency"
RECORDED = SAMPLES / "dsa-tdb" / "research_api"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded samples are not here (GATEWAY_SAMPLES)")
DAY = ResearchQuery(datetime(2031, 1, 5, tzinfo=UTC), datetime(2031, 1, 6, tzinfo=UTC))


def answer(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_bytes())


def dump_table() -> tuple[list[str], list[list[str]]]:
    path = EXAMPLES / "sor-global-2031-01-05-full-00000-00000.csv"
    header, *rows = php_csv.read_rows(path.name, [path.read_bytes()])
    return header, rows


def from_dump(header: list[str], row: list[str]) -> Takedown:
    """The record of a row of the dump, without the columns that the index lacks."""
    reader = StatementReader()
    reader.use_header("x", header, full=True)
    takedown = reader.read(["" if column in ABSENT_COLUMNS else cell for column, cell in zip(header, row, strict=True)])
    assert takedown is not None
    return takedown


@pytest.mark.parametrize("name", ["search.json", "search.documented.json"])
def test_a_statement_is_the_same_record_from_the_api_as_from_the_dump(name: str) -> None:
    page = read_search("search", answer(name))
    header, rows = dump_table()
    assert page.result.records == [from_dump(header, row) for row in rows[:7]]
    assert (page.total, page.complete, page.result.rows, page.result.rejections) == (7, True, 7, [])


code = st.from_regex(r"[A-Z]{1,8}(_[A-Z]{1,8})?", fullmatch=True)
codes = st.lists(code, unique=True, max_size=4)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
moments = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None))
LISTS = ("decision_visibility", "category_specification", "category_addition", "content_type", "territorial_scope")
STATEMENT = {
    "uuid": st.uuids().map(str),
    "puid": st.from_regex(r"[0-9]{19}", fullmatch=True),
    "platform_name": st.sampled_from(["TikTok", "Invented Market"]),
    "automated_detection": st.booleans(),
    **dict.fromkeys(("content_date", "application_date", "created_at"), moments),
    **dict.fromkeys(LISTS, codes),
    **dict.fromkeys(("decision_monetary", "decision_provision", "decision_account"), st.none() | code),
    **dict.fromkeys(
        (
            "decision_visibility_other", "decision_monetary_other",
            "account_type", "decision_ground", "content_type_other", "content_language",
            "illegal_content_legal_ground", "illegal_content_explanation", "incompatible_content_ground",
            "incompatible_content_explanation", "source_type", "source_identity", "decision_facts",
            "automated_decision", "category", "content_id_ean",
        ),
        st.none() | texts,
    ),
}  # fmt: skip


@given(st.fixed_dictionaries(STATEMENT))
def test_any_statement_is_the_same_record_from_the_api_and_the_dump(statement: dict[str, Any]) -> None:
    def dump_cell(column: str) -> str:
        value = statement.get("puid" if column == "platform_uid" else column)
        match value:
            case None | []:
                return ""
            case bool():
                return "Yes" if value else "No"
            case datetime():
                return f"{value:%Y-%m-%d %H:%M:%S}"
            case list():
                return json.dumps(value)
            case _:
                return str(value)

    document = {
        key: f"{value.isoformat()}.000000Z" if isinstance(value, datetime) else value
        for key, value in statement.items()
    }
    hits = {"hits": {"total": {"value": 1, "relation": "eq"}, "hits": [{"_source": document}]}}
    (takedown,) = read_search("search", hits).result.records
    assert takedown == from_dump(list(COLUMNS), [dump_cell(column) for column in COLUMNS])


def test_codes_that_the_index_joins_are_read_where_their_list_is_missing() -> None:
    statement = answer("search.json")["hits"]["hits"][2]["_source"]
    joined = {key: value for key, value in statement.items() if key not in ("content_type", "decision_visibility")}
    assert dump_row(joined) == dump_row(statement)


@recorded
def test_the_documented_example_lacks_the_uuid_and_is_rejected() -> None:
    page = read_search("search", json.loads((RECORDED / "research-08-response.json").read_bytes()))
    assert [(rejection.position, rejection.column) for rejection in page.result.rejections] == [(1, "uuid")]
    assert (page.total, page.complete, page.result.records) == (177_303, False, [])


@pytest.mark.parametrize(
    "change",
    [
        {"timed_out": True},
        {"_shards": {"failed": 1}},
        {"hits": {"total": {"value": 8, "relation": "eq"}, "hits": []}},
        {"hits": {"total": {"value": 0, "relation": "gte"}, "hits": []}},
    ],
)
def test_an_answer_with_only_some_statements_is_incomplete(change: dict[str, Any]) -> None:
    assert read_search("search", answer("search.json") | change).complete is False


def test_a_statement_that_is_there_twice_is_one_record() -> None:
    twice = answer("search.json")
    twice["hits"]["hits"] += deepcopy(twice["hits"]["hits"][:1])
    result = read_search("search", twice).result
    assert (result.rows, len(result.records), result.merged) == (8, 7, 1)


@pytest.mark.parametrize("value", [{"a": 1}, 1.5, [1], "\ud800"])
def test_a_value_of_another_kind_is_rejected_with_its_column(value: object) -> None:
    statement = answer("search.json")["hits"]["hits"][0]["_source"]
    with pytest.raises(RowError) as caught:
        dump_row(statement | {"decision_ground": value})
    assert caught.value.column == "decision_ground"


@pytest.mark.parametrize("read", [read_search, read_aggregates, lambda name, data: read_count(name, data, DAY)])
@pytest.mark.parametrize("envelope", [answer("error.json"), {"status": "error", "data": {}}])
def test_an_error_does_not_repeat_the_publishers_message(read: Any, envelope: object) -> None:
    with pytest.raises(BadRequest) as caught:
        read("question", envelope)
    assert "invented" not in str(caught.value)


@pytest.mark.parametrize("read", [read_search, read_aggregates, lambda name, data: read_count(name, data, DAY)])
@pytest.mark.parametrize("other", [None, [], 1, {}, {"hits": 1, "count": "1", "aggregates": 1}, {"status": "success"}])
def test_another_answer_is_an_unexpected_shape(read: Any, other: object) -> None:
    with pytest.raises(UnexpectedShape):
        read("question", other)


def test_a_count_beyond_32_bits_is_one_exact_figure() -> None:
    page = read_count("count", answer("count.json"), msgspec.structs.replace(DAY, platform="tiktok"))
    (figure,) = page.result.records
    assert isinstance(figure, Statistic)
    assert figure.value == page.total == 9_630_559_123
    assert (figure.metric, figure.unit, figure.platform) == (Metric.TAKEDOWNS, Unit.STATEMENTS, "tiktok")
    assert figure.period is not None
    assert (figure.period.start, figure.period.end) == (date(2031, 1, 5), date(2031, 1, 6))


def test_aggregates_become_figures_by_the_publishers_attributes() -> None:
    page = read_aggregates("aggregates", answer("aggregates.json"))
    figures = [figure for figure in page.result.records if isinstance(figure, Statistic)]
    assert (len(figures), page.total, page.complete) == (3, 47, True)
    assert sum(figure.value or 0 for figure in figures) == 47
    assert len({figure.series_key for figure in figures}) == 3
    assert [figure.platform for figure in figures] == ["tiktok", "tiktok", None]
    assert [figure.harm_categories for figure in figures] == [(HarmCategory.CYBER_VIOLENCE_OTHER,)] * 2 + [()]
    assert figures[1].measures == (TakedownMeasure.DEMOTED, TakedownMeasure.REMOVED)
    assert {figure.aggregation for figure in figures} == {Aggregation.SUM}
    assert {(dimension.name, dimension.value) for dimension in figures[2].dimensions} == {
        ("automated_detection", "none"),
        ("category", "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"),
        ("decision_visibility_single", "none"),
        ("platform", "Invented Market"),
    }
    assert page.result.unknown == {("platform", "Invented Market"): 1}


@recorded
def test_the_documented_total_of_a_day_is_one_figure() -> None:
    page = read_aggregates("aggregates", json.loads((RECORDED / "research-23-example-use-cases.json").read_bytes()))
    (figure,) = page.result.records
    assert isinstance(figure, Statistic)
    assert figure.value == 55_225_872
    assert (figure.dimensions, figure.platform) == ((), None)
    assert figure.period is not None
    assert figure.period.start == date(2024, 6, 26)


def test_aggregates_by_one_attribute_each_are_not_additive() -> None:
    mixed = answer("aggregates.json")
    for item, only in zip(mixed["aggregates"], ("category", "automated_detection", "category"), strict=True):
        for attribute in {"automated_detection", "category", "decision_visibility_single", "platform_id"} - {only}:
            del item[attribute]
    figures = [f for f in read_aggregates("all", mixed).result.records if isinstance(f, Statistic)]
    assert {figure.aggregation for figure in figures} == {Aggregation.NONE}


@pytest.mark.parametrize(
    ("change", "column"),
    [({"total": "5"}, "total"), ({"total": -1}, "total"), ({"received_date": "2031-01-06"}, "received_date")],
)
def test_an_invalid_aggregate_is_rejected(change: dict[str, Any], column: str) -> None:
    aggregates = answer("aggregates.json")
    aggregates["attributes"]["10"] = "received_date"
    aggregates["aggregates"][0] |= change
    result = read_aggregates("aggregates", aggregates).result
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [(1, column)]
    assert len(result.records) == 2


def test_the_maximum_number_of_aggregates_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(research, "MAX_AGGREGATES", 3)
    assert read_aggregates("aggregates", answer("aggregates.json")).complete is False


def test_a_query_has_its_window_and_every_name_of_its_platform() -> None:
    window = {"range": {"created_at": {"gte": "2031-01-05T00:00:00Z", "lt": "2031-01-06T00:00:00Z"}}}
    assert DAY.body() == {
        "query": {"bool": {"filter": [window]}},
        "size": 1000,
        "track_total_hits": True,
        "sort": [{"created_at": "asc"}],
    }
    assert DAY.body(size=None) == {"query": {"bool": {"filter": [window]}}}
    _, platform = msgspec.structs.replace(DAY, platform="x").body()["query"]["bool"]["filter"]
    assert {"X", "Twitter"} <= set(platform["terms"]["platform_name.keyword"])


@given(st.integers(1, 200_000))
def test_halves_of_a_query_cover_it_once_down_to_a_second(seconds: int) -> None:
    query = ResearchQuery(DAY.start, DAY.start + timedelta(seconds=seconds))
    halves = query.halves()
    if halves is None:
        assert seconds == 1
    else:
        first, second = halves
        assert first.start == query.start < first.end == second.start < second.end == query.end


def test_a_demand_becomes_one_query_per_platform_and_day_of_the_index() -> None:
    today = date(2031, 1, 10)
    demand = Demand(record=RecordType.TAKEDOWN, platforms=("x", "tiktok"), start=date(2031, 1, 5), end=date(2031, 1, 7))
    queries = demand_queries(demand, today)
    assert [(query.platform, query.start.date()) for query in queries] == [
        ("x", date(2031, 1, 5)), ("x", date(2031, 1, 6)), ("tiktok", date(2031, 1, 5)), ("tiktok", date(2031, 1, 6))
    ]  # fmt: skip
    everything = demand_queries(Demand(record=RecordType.TAKEDOWN), today)
    assert len(everything) == research.INDEX_DAYS
    assert everything[-1].end == datetime(2031, 1, 10, tzinfo=UTC)
    assert demand_queries(Demand(record=RecordType.TAKEDOWN, end=date(2020, 1, 1)), today) == []


def test_the_path_of_aggregates_names_attributes_in_the_publishers_order() -> None:
    assert aggregates_path(date(2031, 1, 5)) == "aggregates/2031-01-05"
    path = aggregates_path(date(2031, 1, 5), ["platform_id", "category"])
    assert path == "aggregates/2031-01-05/category__platform_id"
    with pytest.raises(ValueError, match="territorial_scope"):
        aggregates_path(date(2031, 1, 5), ["territorial_scope"])
