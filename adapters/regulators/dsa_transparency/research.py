"""The research API, without asking it: what to ask for a slice of the database, and what its answers say.

Paths, limits and answers as in the publisher's documentation (resources/markdown/research-api.md) and code of 2026-06.
The two differ: the documentation shows answers inside `{"status": "success", "data": …}` and 1,000 statements at most,
the code hands the search engine's answer on as it is, with up to 10,000. There is no paging: a question whose answer is
too large is asked again in two halves.

A statement becomes the same record as from a dump, but for the columns that the index lacks (ABSENT).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from adapters.document import ReadResult, RowError
from adapters.errors import RequestRefused, UnexpectedShape
from adapters.formats.structured import printable
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.regulators.dsa_transparency.statements import (
    COLUMNS,
    DAY,
    HARMS,
    MEASURES,
    NAME,
    NONE_STATED,
    SEVERAL,
    Statements,
    identified,
)
from adapters.source import Demand
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Precision, Qualifier, TakedownMeasure, Unit
from adapters.vocabulary.names import PLATFORMS, find_platform

SEARCH = "search"
COUNT = "count"
"""Paths under the API's address, to which a question is posted."""

CALLS_A_MINUTE = 50
LARGEST = 1_000
"""Statements in one answer, as documented."""

BUCKETS = 5_000
"""Aggregates in one answer: the code asks the search engine for no more, and does not say when there are."""

INDEXED_DAYS = 183
"""How far back the index goes: about six months."""

ATTRIBUTES = (
    "automated_decision", "automated_detection", "category", "content_type_single", "decision_account",
    "decision_ground", "decision_monetary", "decision_provision", "decision_visibility_single", "platform_id",
    "received_date", "source_type",
)  # fmt: skip
"""By what the API aggregates."""

ABSENT = (
    "decision_ground_reference_url", "end_date_account_restriction", "end_date_monetary_restriction",
    "end_date_service_restriction", "end_date_visibility_restriction", "incompatible_content_illegal",
    "category_specification_other",
)  # fmt: skip
"""Columns of the dumps that the index does not hold."""

RENAMED = {"platform_uid": "puid"}
"""Column of the dumps → field of the index, where they differ."""

JOINED = {"decision_visibility": "decision_visibility_single", "content_type": "content_type_single"}
"""Column → field that holds the same codes joined by SEVERAL."""

OPTIONAL = frozenset({"content_id_ean"})
"""What statements from before 2025-07-01 lack."""

DATED = frozenset({"content_date", "application_date", "created_at"})


class Question(Struct, frozen=True):
    """Statements received from `start` up to but not including `end`, of one platform or, with None, of all."""

    start: datetime
    end: datetime
    platform: str | None = None

    def body(self, size: int | None = LARGEST) -> dict[str, Any]:
        """What to post. `size` is the number of statements wanted; None for a count, which takes no size."""
        window = {"gte": _written(self.start), "lt": _written(self.end)}
        filters: list[dict[str, Any]] = [{"range": {"created_at": window}}]
        if self.platform is not None:
            filters.append({"terms": {"platform_name.keyword": list(_names(self.platform))}})
        body: dict[str, Any] = {"query": {"bool": {"filter": filters}}}
        if size is not None:
            body |= {"size": size, "track_total_hits": True, "sort": [{"created_at": "asc"}]}
        return body

    def halves(self) -> "tuple[Question, Question] | None":
        """The same question in two; None for a single second, which is all that the index tells apart."""
        seconds = int((self.end - self.start).total_seconds()) // 2
        if seconds < 1:
            return None
        middle = self.start + timedelta(seconds=seconds)
        return Question(self.start, middle, self.platform), Question(middle, self.end, self.platform)


class Found(NamedTuple):
    """What an answer says. `total` is how many there are; not `complete` where the answer holds only some of them."""

    reading: ReadResult
    total: int
    complete: bool


def questions(demand: Demand, today: date) -> list[Question]:
    """One question per platform and day of receipt, as the dumps are cut, within what the index still holds.

    A measure is stated on the day on which it applies or later, so the days of `demand` are where to look first.
    """
    first = max(demand.start or date.min, today - timedelta(days=INDEXED_DAYS))
    end = min(demand.end or date.max, today)
    days = [first + timedelta(days=number) for number in range(max((end - first).days, 0))]
    return [question_of(day, platform) for platform in demand.platforms or (None,) for day in days]


def question_of(day: date, platform: str | None) -> Question:
    """The question for one day of receipt."""
    return Question(_midnight(day), _midnight(day + DAY), platform)


def aggregates_path(day: date, attributes: Iterable[str] = ()) -> str:
    """The path of the numbers of statements received on a day, by the given attributes; without any, their total.

    Raises ValueError where the API does not aggregate by one of them: it would leave that one out without a word.
    """
    wanted = sorted(set(attributes))
    if unknown := set(wanted) - set(ATTRIBUTES):
        raise ValueError(", ".join(sorted(unknown)))
    return "/".join(("aggregates", f"{day}", *((SEVERAL.join(wanted),) if wanted else ())))


def read_search(name: str, answer: object) -> Found:
    """The takedowns of an answer to a search. `name` says in messages what was asked.

    Raises RequestRefused where the answer is an error, UnexpectedShape where it is no answer to a search.
    """
    data = _data(name, answer)
    try:
        hits = msgspec.convert(data, _Search)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: is no answer to a search") from exc
    statements = Statements()
    statements.columns(name, COLUMNS, full=True)
    reading = ReadResult(rows=len(hits.hits.hits), unknown=statements.unknown)
    found: dict[str, Any] = {}
    for position, hit in enumerate(hits.hits.hits, 1):
        try:
            takedown = statements.read(cells(hit.source))
        except RowError as exc:
            reading.reject(position, exc)
            continue
        if takedown is not None:
            reading.merged += takedown.external_id in found
            found[takedown.external_id] = takedown
    reading.records += found.values()
    total = hits.hits.total
    whole = not hits.timed_out and hits.shards.failed == 0 and total.relation == "eq"
    return Found(reading, total.value, whole and total.value <= reading.rows)


def cells(statement: Mapping[str, Any]) -> list[str]:
    """A statement of the index as a row of a dump, in the order of COLUMNS. Raises Refused."""
    return [_cell(statement, column) for column in COLUMNS]


def read_count(name: str, answer: object, question: Question) -> Found:
    """The number of statements of a question of whole days, as a figure. Raises RequestRefused and UnexpectedShape."""
    data = _data(name, answer)
    try:
        count = msgspec.convert(data, _Count)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: is no answer to a count") from exc
    figure = _figure(question.start.date(), question.end.date(), count.count, platform=question.platform)
    return Found(ReadResult(rows=1, records=[figure]), count.count, count.shards.failed == 0)


def read_aggregates(name: str, answer: object) -> Found:
    """The figures of a day, one per aggregate. Raises RequestRefused and UnexpectedShape."""
    data = _data(name, answer)
    try:
        aggregates = msgspec.convert(data, _Aggregates)
    except msgspec.ValidationError as exc:
        raise UnexpectedShape(f"{name}: is no answer with aggregates") from exc
    wanted = set(aggregates.attributes.values() if isinstance(aggregates.attributes, dict) else aggregates.attributes)
    reading = ReadResult(rows=len(aggregates.aggregates))
    found: dict[str, Statistic] = {}
    for position, item in enumerate(aggregates.aggregates, 1):
        try:
            figure = _aggregate(item, aggregates.date, wanted, reading)
        except RowError as exc:
            reading.reject(position, exc)
            continue
        if figure.external_id in found:
            reading.reject(position, RowError("is the same aggregate as another"))
            continue
        found[figure.external_id] = figure
    reading.records += found.values()
    return Found(reading, aggregates.total, reading.rows < BUCKETS)


class _Shards(Struct):
    failed: int = 0


class _Total(Struct):
    value: int
    relation: str = "eq"


class _Hit(Struct):
    source: dict[str, Any] = msgspec.field(name="_source")


class _Hits(Struct):
    total: _Total
    hits: list[_Hit]


class _Search(Struct):
    hits: _Hits
    timed_out: bool = False
    shards: _Shards = msgspec.field(name="_shards", default_factory=_Shards)


class _Count(Struct):
    count: int
    shards: _Shards = msgspec.field(name="_shards", default_factory=_Shards)


class _Aggregates(Struct):
    aggregates: list[dict[str, Any]]
    total: int
    date: date
    attributes: dict[str, str] | list[str]
    """PHP writes an array whose numbering has gaps as an object."""


def _data(name: str, answer: object) -> object:
    """What an answer holds, with or without the envelope that the documentation shows."""
    if not isinstance(answer, dict):
        raise UnexpectedShape(f"{name}: the answer is no object")
    if "error" in answer or answer.get("status", "success") != "success":
        # The publisher's words repeat the question and may be long: the code is enough.
        raise RequestRefused(f"{name}: the publisher answered with an error")
    return answer["data"] if "status" in answer and "data" in answer else answer


def _cell(statement: Mapping[str, Any], column: str) -> str:
    if column in ABSENT:
        return ""
    field = RENAMED.get(column, column)
    if field not in statement:
        joined = JOINED.get(column)
        if joined is not None and isinstance(statement.get(joined), str):
            return _text([code for code in statement[joined].split(SEVERAL) if code], column)
        if column in OPTIONAL:
            return ""
        raise RowError("is not there", column)
    text = _text(statement[field], column)
    return _local(text) if column in DATED else text


def _text(value: object, column: str) -> str:
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
                raise RowError("holds half a character", column)
            return value
        case list() if all(isinstance(code, str) for code in value):
            return msgspec.json.encode(value).decode()
        case _:
            raise RowError("is neither text nor a list of codes", column)


def _local(text: str) -> str:
    """A time of the index, which may be ISO 8601 in UTC, as the dump writes it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _aggregate(item: Mapping[str, Any], day: date, wanted: set[str], reading: ReadResult) -> Statistic:
    total = item.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise RowError("is no number", "total")
    attributes = {name: value for name, value in item.items() if name in wanted}
    if attributes.pop("received_date", f"{day}") != f"{day}":
        raise RowError("is of another day", "received_date")
    dimensions = []
    native = []
    platform = None
    if "platform_id" in attributes:
        stated = item.get("platform_name") or ""
        number = attributes.pop("platform_id")
        known = find_platform(stated)
        platform = known.id if known else None
        if known is None:
            reading.unknown["platform", printable(stated, 80)] += 1
            dimensions.append(Dimension("platform", stated or f"{number}"))
        native.append(NativeTerm("platform", stated or f"{number}"))
    measures: set[TakedownMeasure] = set()
    for name, value in sorted(attributes.items()):
        text = _text(bool(value) if name == "automated_detection" and value is not None else value, name)
        dimensions.append(Dimension(name, text or NONE_STATED))
        if name.startswith("decision_") and name != "decision_ground":
            for code in filter(None, text.split(SEVERAL)):
                measures.add(MEASURES.get(code, TakedownMeasure.OTHER))
                if code not in MEASURES:
                    reading.unknown["measures", printable(code, 80)] += 1
    harm = HARMS.get(str(attributes.get("category")), HarmCategory.OTHER)
    return _figure(
        day,
        day + DAY,
        total,
        platform=platform,
        native=tuple(native),
        measures=tuple(sorted(measures)),
        # A category of the publisher's that is none of ours may still hold statements that are, by their keywords.
        harms=() if harm is HarmCategory.OTHER else (harm,),
        dimensions=tuple(dimensions),
        # Of `all` the documentation shows aggregates by one attribute each, beside each other.
        aggregation=Aggregation.SUM if wanted <= item.keys() else Aggregation.NONE,
    )


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
    return identified(figure, start)


def _names(platform: str) -> Iterator[str]:
    """What the publisher may call a platform, by our id of it; an id that we do not know stands for itself."""
    known = PLATFORMS.get(platform)
    if known is None:
        yield platform
        return
    yield from dict.fromkeys([*(name.text for name in known.names), *known.aliases])


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
