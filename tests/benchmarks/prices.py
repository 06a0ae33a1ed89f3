"""`python -m tests.benchmarks prices`: what operations cost in CPU time, beside the price that they are given.

Documents are generated from the schema and answered over a catalogue in which most pages are full. Half of them are
answered as if nobody had sent them before, so that they are scanned, parsed and validated.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from graphql import GraphQLObjectType, get_introspection_query
from msgspec import Struct
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack
from scipy.stats import spearmanr

from adapters.press.published_figures.source import PublishedFigures
from adapters.records import RECORD_TYPES, Period, Record, Reference
from adapters.vocabulary.enums import Audience
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.access.callers import Caller
from gateway.operations import work_costs
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.preparation import prepare
from gateway.operations.pricing import Amounts, price
from gateway.operations.request import Request
from schema.access import work_of
from schema.contract import master, visible_schema
from tests.support.catalogue import Shelf, shelf_at
from tests.support.full_documents import selection
from tests.support.random_operations import Operations

SHARING = 20
"""How many records of each type share a reference, so that most pages of related records are full."""

MAX_COST = 20_000
"""Documents that cost more are refused, and left out."""

REPETITIONS = 2
"""How often a document is answered: the least time counts."""

QUANTILE = 0.9
"""The part of documents that should take no more than their price stands for: a price is an upper bound."""

OVERLAP = 5.0
"""Microseconds per pair of fields to compare, measured by itself: generated documents have hardly any."""

FLOORS = {"token": 5, "field": 5, "value": 2, "object": 4, "introspection": 10, "row": 5, "reading": 100}

LIKELIHOODS = {"after": 0.0, "before": 0.0, "asOf": 0.1, "filter": 0.2, "release": 0.1, "name": 0.1}
"""How often an argument is given. Most conditions that are made at random are met by nothing."""

VALUES = {
    "String": ['"one"', '"two"', '"telegram"'],
    "source": ['["one"]', '["two", "three"]'],
    "platform": ['["telegram"]'],
    "agency": ['["kr.knpa"]'],
    "scheme": ['"no"'],
    "value": ['"1"', '"2"'],
    "ID": [f'"{record_type.value}:one:{number}"' for record_type in RECORD_TYPES for number in range(9)],
    "Int": ["1", "2", "5", "10", "20", "50"],
    "Boolean": ["true", "false"],
    "start": ['"2024-01-01"', '"2024-02-01"'],
    "end": ['"2024-06-01"', '"2025-01-01"'],
    "Date": ['"2024-01-01"', '"2024-02-01"', '"2025-01-01"'],
    "DateTime": ['"2030-01-01T00:00:00Z"'],
    "Jurisdiction": ['"FR"', '"JP"', '"KR"'],
    "Long": ["0", "3"],
    "Decimal": ['"1.5"'],
    "Duration": ['"PT36H"'],
    "URL": ['"https://example.org/"'],
}


class PricesResult(Struct, frozen=True):
    """`worst` and `median` are CPU time over the time that the price stands for; `correlation` is Spearman's."""

    documents: int
    correlation: float
    median: float
    percentile_99: float
    worst: float
    worst_document: str
    microseconds: Mapping[str, float]


class Measurement(Struct, frozen=True):
    """A document, the work that it is priced for, and the seconds of CPU that its answer took."""

    document: str
    work: Amounts
    cost: int
    seconds: float


def compare(number: int, log: Callable[[str], None], *, seed: int = 1, is_written: bool = False) -> PricesResult:
    """Answers so many documents and compares CPU time and price.

    `microseconds` fits these documents best; with `is_written` it becomes the table of costs.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder, shelf_at(f"sqlite:///{folder}/c.db") as shelf:
        fill(shelf)
        measurements = list(_measure(shelf, number, seed, log))
    ratios = np.array([each.seconds * 1e6 / (each.cost * work_costs.MICROSECONDS_PER_UNIT) for each in measurements])
    worst = measurements[int(ratios.argmax())]
    microseconds = fit(measurements)
    if is_written:
        write(microseconds)
    return PricesResult(
        documents=len(measurements),
        correlation=float(spearmanr([m.cost for m in measurements], [m.seconds for m in measurements]).statistic),
        median=float(np.median(ratios)),
        percentile_99=float(np.quantile(ratios, 0.99)),
        worst=float(ratios.max()),
        worst_document=worst.document[:2_000],
        microseconds=microseconds,
    )


def fit(measurements: Sequence[Measurement]) -> dict[str, float]:
    """What each kind of work takes, in microseconds: the quantile regression of the relative errors, never negative."""
    kinds = sorted({kind for each in measurements for kind in each.work})
    seconds = np.array([each.seconds for each in measurements])
    amounts = np.array([[each.work.get(kind, 0) for kind in kinds] for each in measurements], float)
    number = len(measurements)
    below, above = np.full(number, QUANTILE), np.full(number, 1 - QUANTILE)
    # Each error is split into the part below the time and the part above it.
    errors: Any = hstack([csr_array(amounts / seconds[:, None] / 1e6), eye_array(number), -eye_array(number)])
    bounds = [(OVERLAP, OVERLAP) if kind == "overlap" else (_floor(kind), inf) for kind in kinds]
    result = linprog(
        np.concatenate([np.zeros(len(kinds)), below, above]),
        A_eq=errors,
        b_eq=np.ones(number),
        bounds=bounds + [(0.0, inf)] * (2 * number),
    )
    solution = {kind: round(float(value), 1) for kind, value in zip(kinds, np.asarray(result.x), strict=False)}
    # What no document here does, such as reading an audit trail, costs what a page costs.
    return {kind: solution.get(kind, solution["page row" if kind.endswith("row") else "page"]) for kind in all_kinds()}


def all_kinds() -> list[str]:
    """Every kind of work that a field declares or that pricing counts."""
    types = [type_ for type_ in master().type_map.values() if isinstance(type_, GraphQLObjectType)]
    readings = {work_of(field).read for type_ in types for field in type_.fields.values()} - {None}
    kinds = ["request", "document", "token", "field", "overlap", "value", "object", "introspection"]
    return kinds + [f"{read}{suffix}" for read in sorted(map(str, readings)) for suffix in ("", " row")]


def _floor(kind: str) -> float:
    """The least that one of a kind takes in microseconds: no work is free, also where a fit cannot tell it apart."""
    return FLOORS.get(kind, FLOORS["row"] if kind.endswith(" row") else FLOORS["reading"])


def write(microseconds: Mapping[str, float]) -> None:
    """Writes the table of costs."""
    path = Path(str(work_costs.__file__))
    head, _, _ = path.read_text().partition("MICROSECONDS = {")
    lines = (f'    "{kind}": {value},\n' for kind, value in microseconds.items())
    path.write_text(f"{head}MICROSECONDS = {{\n{''.join(lines)}}}\n")


def fill(shelf: Shelf, number: int = 400) -> None:
    """So many records of every type from each of three sources, and the shipped figures."""
    shelf.hold(PublishedFigures())
    for source in ("one", "two", "three"):
        shelf.state(list(_records(source, number)), name=source)


def _records(source: str, number: int) -> Iterator[Record]:
    for record in RECORD_TYPES.values():
        for each in range(number):
            day = date(2024, 1, 1) + timedelta(days=each % 200)
            period: dict[str, Any] = {record.period_attributes[0]: Period(start=day, end=day + timedelta(days=1))}
            yield record(
                source=source,
                external_id=str(each),
                references=(Reference("no", str(each // SHARING)),),
                jurisdictions=(Jurisdiction(("FR", "JP", "KR")[each % 3]),),
                **period,
            )


def _measure(shelf: Shelf, number: int, seed: int, log: Callable[[str], None]) -> Iterator[Measurement]:
    caller = Caller(Audience.PUBLIC, frozenset(shelf.holdings.descriptions))
    caches = DocumentCaches()
    documents = caches.for_view(caller.view)
    generator = Operations(visible_schema(caller.view), VALUES, seed, LIKELIHOODS)
    random = Random(seed)  # noqa: S311 - documents of a benchmark
    for turn in range(number):
        text = _document(generator, random)
        check = documents.check(text)
        if check.document is None:
            continue
        operation = prepare(documents.schema, check, Request(query=text, correlation_id="b"))
        if operation.cost > MAX_COST:
            continue
        # Every second document is one that was answered before. Answers to introspection are cached.
        is_new = turn % 2 == 0 or operation.is_introspection
        comments = [f"#{turn} {again}" if is_new else "" for again in range(REPETITIONS)]
        seconds = min(_answer(shelf, caller, caches, text + comment) for comment in comments)
        if seconds == inf:
            continue
        work = {**check.work, **operation.work} if is_new else operation.work
        yield Measurement(text, work, operation.cost + (price(check.work) if is_new else 0), seconds)
        if turn % 100 == 99:
            log(f"{turn + 1:,} of {number:,} documents")


def _answer(shelf: Shelf, caller: Caller, caches: DocumentCaches, text: str) -> float:
    """Seconds of CPU of all threads; infinite where a root field has no value, such as for a name that is not known."""
    before = time.process_time()
    answer = shelf.run(execute_request(shelf.holdings, caller, caches, Request(query=text, correlation_id="b")))
    answer.text()
    seconds = time.process_time() - before
    return inf if answer.errors or None in (answer.data or {}).values() else seconds


def _document(generator: Operations, random: Random) -> str:
    """A document, in one of ten of a form that one kind of work dominates."""
    size = random.choice([1, 10, 50, 100])
    match random.randrange(60):
        case 0:
            return "{ __typename }"
        case 1:
            return get_introspection_query(descriptions=random.random() < 0.5)
        case 2:
            return f"{{ cases(first: 1) {{ nodes {{ {'id ' * size} }} }} }}"
        case 3:
            ids = " ".join(f'"Case:one:{number}"' for number in range(size))
            return f"{{ nodes(ids: [{ids}]) {{ id }} }}"
        case 4 | 5:
            types = visible_schema().type_map
            return f"{{ takedowns(first: {size}) {{ nodes {{ {selection(types['Takedown'], 0)} }} }} }}"
        case _:
            return generator.document(random.choice([1, 1, 1, 2, 3, 5, 8]))
