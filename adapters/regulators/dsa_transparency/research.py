"""The research API: the queries for a slice of the database, and what the answers mean. Does no I/O.

Paths, limits and answers are those of the publisher's documentation (resources/markdown/research-api.md) and code of
2026-06. The two differ: the documentation shows answers inside `{"status": "success", "data": …}` and at most 1,000
statements; the code returns the search engine's answer as it is, with up to 10,000. There is no paging: a query whose
answer is too large is split in two.

A statement becomes the same record as from a dump, except for the columns that the index lacks (ABSENT_COLUMNS).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from adapters.document import ReadResult, RowError
from adapters.errors import BadRequest, UnexpectedShape
from adapters.formats.json import printable
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.regulators.dsa_transparency.cells import DAY, HARMS, MEASURES
from adapters.regulators.dsa_transparency.columns import COLUMNS
from adapters.regulators.dsa_transparency.figures import EMPTY, NAME, SEPARATOR, with_id
from adapters.regulators.dsa_transparency.statements import StatementReader
from adapters.source import Demand
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, TakedownMeasure, Unit
from adapters.vocabulary.names import PLATFORMS, find_platform

SEARCH = "search"
COUNT = "count"
"""Paths below the API's address to which a query is posted."""

CALLS_PER_MINUTE = 50
MAX_STATEMENTS = 1_000
"""Statements in one answer, as documented."""

MAX_AGGREGATES = 5_000
"""Aggregates in one answer: the code requests no more of the search engine, and does not say when there are more."""

INDEX_DAYS = 183
"""How many days the index goes back: about six months."""

AGGREGATE_ATTRIBUTES = (
    "automated_decision", "automated_detection", "category", "content_type_single", "decision_account",
    "decision_ground", "decision_monetary", "decision_provision", "decision_visibility_single", "platform_id",
    "received_date", "source_type",
)  # fmt: skip
"""The attributes by which the API aggregates."""

ABSENT_COLUMNS = (
    "decision_ground_reference_url", "end_date_account_restriction", "end_date_monetary_restriction",
    "end_date_service_restriction", "end_date_visibility_restriction", "incompatible_content_illegal",
    "category_specification_other",
)  # fmt: skip
"""Columns of the dumps that the index does not have."""

FIELDS = {"platform_uid": "puid"}
"""Column of the dumps → field of the index, where the names differ."""

SINGLE_FIELDS = {"decision_visibility": "decision_visibility_single", "content_type": "content_type_single"}
"""Column → field that has the same codes in one text, joined by SEPARATOR."""

OPTIONAL_COLUMNS = frozenset({"content_id_ean"})
"""Columns that statements from before 2025-07-01 lack."""

TIME_COLUMNS = frozenset({"content_date", "application_date", "created_at"})


class ResearchQuery(Struct, frozen=True):
    """Statements received from `start` up to but not including `end`, of one platform or, with None, of all."""

    start: datetime
    end: datetime
    platform: str | None = None

    def body(self, size: int | None = MAX_STATEMENTS) -> dict[str, Any]:
        """The body to post. `size` is the most statements to return; None for a count, which takes no size."""
        window = {"gte": _format_time(self.start), "lt": _format_time(self.end)}
        filters: list[dict[str, Any]] = [{"range": {"created_at": window}}]
        if self.platform is not None:
            filters.append({"terms": {"platform_name.keyword": list(_platform_names(self.platform))}})
        body: dict[str, Any] = {"query": {"bool": {"filter": filters}}}
        if size is not None:
            body |= {"size": size, "track_total_hits": True, "sort": [{"created_at": "asc"}]}
        return body

    def halves(self) -> "tuple[ResearchQuery, ResearchQuery] | None":
        """The same query in two; None for one second, which is the resolution of the index."""
        seconds = int((self.end - self.start).total_seconds()) // 2
        if seconds < 1:
            return None
        middle = self.start + timedelta(seconds=seconds)
        return ResearchQuery(self.start, middle, self.platform), ResearchQuery(middle, self.end, self.platform)


class ResearchPage(NamedTuple):
    """The records of one answer. `total` counts all that match; not `complete` where the answer has only some."""

    result: ReadResult
    total: int
    complete: bool


def demand_queries(demand: Demand, today: date) -> list[ResearchQuery]:
    """One query per platform and day of receipt, like the dumps, within the days that the index has.

    A platform reports a measure on the day of its application or later, so the demand's days are where to look first.
    """
    first = max(demand.start or date.min, today - timedelta(days=INDEX_DAYS))
    end = min(demand.end or date.max, today)
    days = [first + timedelta(days=number) for number in range(max((end - first).days, 0))]
    return [day_query(day, platform) for platform in demand.platforms or (None,) for day in days]


def day_query(day: date, platform: str | None) -> ResearchQuery:
    """The query for one day of receipt."""
    return ResearchQuery(_midnight(day), _midnight(day + DAY), platform)


def aggregates_path(day: date, attributes: Iterable[str] = ()) -> str:
    """The path of the numbers of statements received on a day, by `attributes`; without any, of their total.

    Raises ValueError where the API does not aggregate by one of them: it would ignore that one silently.
    """
    names = sorted(set(attributes))
    if unknown := set(names) - set(AGGREGATE_ATTRIBUTES):
        raise ValueError(", ".join(sorted(unknown)))
    return "/".join(("aggregates", f"{day}", *((SEPARATOR.join(names),) if names else ())))


def read_search(name: str, payload: object) -> ResearchPage:
    """The takedowns of an answer to a search. `name` is the scope's, for messages.

    Raises BadRequest where the answer is an error, UnexpectedShape where it is not an answer to a search.
    """
    data = _data(name, payload)
    try:
        answer = msgspec.convert(data, SearchAnswer)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: the answer is not a search result") from exc
    reader = StatementReader()
    reader.use_header(name, COLUMNS, full=True)
    result = ReadResult(unknown=reader.unknown)
    result.add_rows(answer.hits.hits, lambda hit: reader.read(dump_row(hit.source)))
    total = answer.hits.total
    is_exact = not answer.timed_out and answer.shards.failed == 0 and total.relation == "eq"
    return ResearchPage(result, total.value, is_exact and total.value <= result.rows)


def dump_row(statement: Mapping[str, Any]) -> list[str]:
    """A statement of the index as a row of a dump, in the order of COLUMNS. Raises RowError."""
    return [_dump_cell(statement, column) for column in COLUMNS]


def read_count(name: str, payload: object, query: ResearchQuery) -> ResearchPage:
    """The number of statements of a query of whole days, as a figure. Raises BadRequest and UnexpectedShape."""
    data = _data(name, payload)
    try:
        answer = msgspec.convert(data, CountAnswer)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: the answer is not a count") from exc
    figure = _figure(query.start.date(), query.end.date(), answer.count, platform=query.platform)
    return ResearchPage(ReadResult(rows=1, records=[figure]), answer.count, answer.shards.failed == 0)


def read_aggregates(name: str, payload: object) -> ResearchPage:
    """The figures of a day, one per aggregate. Raises BadRequest and UnexpectedShape."""
    data = _data(name, payload)
    try:
        answer = msgspec.convert(data, AggregatesAnswer)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: the answer has no aggregates") from exc
    names = set(answer.attributes.values() if isinstance(answer.attributes, dict) else answer.attributes)
    result = ReadResult(rows=len(answer.aggregates))
    figures: dict[str, Statistic] = {}
    for position, item in enumerate(answer.aggregates, 1):
        try:
            figure = _aggregate(item, answer.date, names, result.unknown)
        except RowError as exc:
            result.reject(position, exc)
            continue
        if figure.external_id in figures:
            result.reject(position, RowError("is the same aggregate as another"))
            continue
        figures[figure.external_id] = figure
    result.records += figures.values()
    return ResearchPage(result, answer.total, result.rows < MAX_AGGREGATES)


class ShardStatus(Struct):
    """How many parts of the search engine did not answer."""

    failed: int = 0


class HitTotal(Struct):
    """How many statements match; exact where `relation` is `eq`."""

    value: int
    relation: str = "eq"


class SearchHit(Struct):
    """One statement as the index has it."""

    source: dict[str, Any] = msgspec.field(name="_source")


class SearchHits(Struct):
    """The statements of one answer."""

    total: HitTotal
    hits: list[SearchHit]


class SearchAnswer(Struct):
    """The search engine's answer to a search."""

    hits: SearchHits
    timed_out: bool = False
    shards: ShardStatus = msgspec.field(name="_shards", default_factory=ShardStatus)


class CountAnswer(Struct):
    """The search engine's answer to a count."""

    count: int
    shards: ShardStatus = msgspec.field(name="_shards", default_factory=ShardStatus)


class AggregatesAnswer(Struct):
    """The numbers of one day. PHP writes an array whose numbering has gaps as an object: see `attributes`."""

    aggregates: list[dict[str, Any]]
    total: int
    date: date
    attributes: dict[str, str] | list[str]


def _data(name: str, payload: object) -> object:
    """The data of an answer, with or without the envelope that the documentation shows."""
    if not isinstance(payload, dict):
        raise UnexpectedShape(f"{name}: the answer is not an object")
    if "error" in payload or payload.get("status", "success") != "success":
        # The publisher's message repeats the query and may be long: the code is enough.
        raise BadRequest(f"{name}: the publisher answered with an error")
    return payload["data"] if "status" in payload and "data" in payload else payload


def _dump_cell(statement: Mapping[str, Any], column: str) -> str:
    if column in ABSENT_COLUMNS:
        return ""
    field = FIELDS.get(column, column)
    if field not in statement:
        codes = statement.get(SINGLE_FIELDS[column]) if column in SINGLE_FIELDS else None
        if isinstance(codes, str):
            return _cell_text([code for code in codes.split(SEPARATOR) if code], column)
        if column in OPTIONAL_COLUMNS:
            return ""
        raise RowError("is missing", column)
    text = _cell_text(statement[field], column)
    return _dump_time(text) if column in TIME_COLUMNS else text


def _cell_text(value: object, column: str) -> str:
    """A value as the dump writes it."""
    match value:
        case None | []:
            return ""
        case bool():
            return "Yes" if value else "No"
        case int():
            return str(value)
        case str():
            if not value.isascii() and value.encode(errors="replace").decode() != value:
                raise RowError("contains a lone surrogate", column)
            return value
        case list() if all(isinstance(code, str) for code in value):
            return msgspec.json.encode(value).decode()
        case _:
            raise RowError("is neither text nor a list of codes", column)


def _dump_time(text: str) -> str:
    """A time of the index, which may be ISO 8601 in UTC, as the dump writes it."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    if time.tzinfo is not None:
        time = time.astimezone(UTC)
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _aggregate(item: Mapping[str, Any], day: date, names: set[str], unknown: Counter[tuple[str, str]]) -> Statistic:
    """The figure of one aggregate by the attributes `names`. Counts unknown codes. Raises RowError."""
    total = item.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise RowError("is not a number", "total")
    attributes = {name: value for name, value in item.items() if name in names}
    if attributes.pop("received_date", f"{day}") != f"{day}":
        raise RowError("is of another day", "received_date")
    platform = None
    native: tuple[NativeTerm, ...] = ()
    dimensions = []
    if "platform_id" in attributes:
        number, name = attributes.pop("platform_id"), item.get("platform_name")
        if not isinstance(number, int | str) or not isinstance(name, str | None):
            raise RowError("is not a platform", "platform_id")
        text = name or f"{number}"
        platform = _platform_id(name or "", unknown)
        native = (NativeTerm("platform", text),)
        if platform is None:
            dimensions.append(Dimension("platform", text))
    measures: set[TakedownMeasure] = set()
    for attribute, value in sorted(attributes.items()):
        is_flag = attribute == "automated_detection" and value is not None
        text = _cell_text(bool(value) if is_flag else value, attribute)
        dimensions.append(Dimension(attribute, text or EMPTY))
        if attribute.startswith("decision_") and attribute != "decision_ground":
            measures |= _measures(text, unknown)
    harm = HARMS.get(str(attributes.get("category")), HarmCategory.OTHER)
    return _figure(
        day,
        day + DAY,
        total,
        platform=platform,
        native=native,
        measures=tuple(sorted(measures)),
        # A category without an equivalent may still have statements that have one, by their keywords.
        harms=() if harm is HarmCategory.OTHER else (harm,),
        dimensions=tuple(dimensions),
        # For `all` the documentation shows aggregates by one attribute each, side by side.
        aggregation=Aggregation.SUM if names <= item.keys() else Aggregation.NONE,
    )


def _platform_id(name: str, unknown: Counter[tuple[str, str]]) -> str | None:
    platform = find_platform(name)
    if platform is None:
        unknown["platform", printable(name, 80)] += 1
        return None
    return platform.id


def _measures(codes: str, unknown: Counter[tuple[str, str]]) -> set[TakedownMeasure]:
    measures = set()
    for code in filter(None, codes.split(SEPARATOR)):
        measures.add(MEASURES.get(code, TakedownMeasure.OTHER))
        if code not in MEASURES:
            unknown["measures", printable(code, 80)] += 1
    return measures


def _figure(
    start: date,
    end: date,
    number: int,
    *,
    platform: str | None,
    native: tuple[NativeTerm, ...] = (),
    measures: tuple[TakedownMeasure, ...] = (),
    harms: tuple[HarmCategory, ...] = (),
    dimensions: tuple[Dimension, ...] = (),
    aggregation: Aggregation = Aggregation.SUM,
) -> Statistic:
    precision = Precision.DAY if end == start + DAY else Precision.INTERVAL
    figure = Statistic(
        source=NAME,
        external_id="",
        native=native,
        stated_at=end - DAY,
        metric=Metric.TAKEDOWNS,
        value=Decimal(number),
        unit=Unit.STATEMENTS,
        qualifier=Qualifier.EXACT,
        period=Period(start, end, precision, "UTC"),
        aggregation=aggregation,
        platform=platform,
        harm_categories=harms,
        measures=measures,
        dimensions=dimensions,
    )
    return with_id(figure, start)


def _platform_names(platform: str) -> Iterator[str]:
    """What the publisher may call a platform, by its id here; an unknown id stands for itself."""
    entry = PLATFORMS.get(platform)
    if entry is None:
        yield platform
        return
    yield from dict.fromkeys([*(name.text for name in entry.names), *entry.aliases])


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _format_time(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
