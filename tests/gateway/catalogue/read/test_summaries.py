"""Summaries: what rollups say is what a scan of the records would, whatever was written, and nothing else is read."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import product
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.sql import visitors

from adapters.extents import Extent
from adapters.months import next_month
from adapters.records import RECORD_TYPES, Arrest, Case, Period, Record, Reference, Takedown
from adapters.vocabulary.enums import (
    ArrestEvent,
    Audience,
    AutomatedDecision,
    CaseStatus,
    CountingUnit,
    DurationBasis,
    HarmCategory,
    RecordType,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing, parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller
from gateway.catalogue.integrity import faults
from gateway.catalogue.migration import upgrade
from gateway.catalogue.tables import (
    RECORD_TABLES,
    ROLLUP_TABLES,
    coverage,
    failure,
    interned_member,
    interned_set,
    revision,
    scope,
)
from gateway.catalogue.write.redaction import redact
from gateway.catalogue.write.rollups import DAY, HOUR, MINUTE, duration_step
from schema.contract import master
from schema.queries.summaries import SummaryQuery
from schema.scalars import serialize_duration
from tests.support.catalogue import Shelf
from tests.support.downgrade import back
from tests.support.fake_source import FakeSource
from tests.support.own_periods import own_period
from tests.support.properties import examples

COUNTED = tuple(ROLLUP_TABLES)
FIELDS = {RecordType.CASE: "caseSummary", RecordType.TAKEDOWN: "takedownSummary", RecordType.ARREST: "arrestSummary"}

# Records of few values, so that many fall into one cell.

periods = st.sampled_from(
    [
        None,
        Period(start=date(2024, 9, 1), end=date(2024, 9, 2)),
        Period(start=date(2024, 9, 30), end=date(2024, 10, 1)),
        Period(start=date(2024, 9, 1), end=date(2024, 10, 1)),
        Period(start=date(2024, 9, 30), end=date(2024, 10, 2)),
        Period(start=date(2024, 7, 1), end=date(2024, 10, 1)),
        Period(start=date(2024, 1, 1), end=date(2025, 1, 1)),
        Period(start=date(2024, 10, 5)),
        Period(end=date(2024, 10, 5)),
        Period(text="last autumn"),
        Period(start=date(2024, 10, 5), end=date(2024, 9, 5)),
        Period(start=date(9999, 12, 1), end=date(9999, 12, 31)),
    ]
)
lengths = st.sampled_from([None, 0, 59, 61, 7_199, 7_200, 129_600, 130_000, 5_184_000, 6_000_000, -61, 2**62])


def some(members: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.frozensets(st.sampled_from(members), max_size=2).map(lambda chosen: tuple(sorted(chosen)))


common: dict[str, Any] = {
    "external_id": st.sampled_from("abcde"),
    "jurisdictions": some([parse_jurisdiction("FR"), parse_jurisdiction("GB-ENG"), parse_jurisdiction("GB")]),
    "harm_categories": some([HarmCategory.NCII, HarmCategory.CSAM]),
}
agencies = st.sampled_from([None, "kr.kcsc", "kr.knpa"])
made: dict[RecordType, st.SearchStrategy[Any]] = {
    RecordType.CASE: st.builds(
        Case,
        source=st.just("fake"),
        **common,
        agency=agencies,
        status=st.sampled_from(CaseStatus),
        opened=periods,
        closed=periods,
    ),
    RecordType.ARREST: st.builds(
        Arrest,
        source=st.just("fake"),
        **common,
        agency=agencies,
        event=st.sampled_from(ArrestEvent),
        counting_unit=st.sampled_from(CountingUnit),
        happened=periods,
        age_band=st.sampled_from([None, "10-17"]),
    ),
    RecordType.TAKEDOWN: st.builds(
        Takedown,
        source=st.just("fake"),
        **common,
        platform=st.sampled_from([None, "telegram", "tiktok"]),
        requested_by=agencies,
        trigger=st.sampled_from(TakedownTrigger),
        status=st.sampled_from(TakedownStatus),
        measures=some([TakedownMeasure.REMOVED, TakedownMeasure.DEMOTED]),
        executed=periods,
        requested=periods,
        duration=lengths,
        duration_basis=st.sampled_from([None, *DurationBasis]),
        automated_detection=st.sampled_from([None, True, False]),
        automated_decision=st.sampled_from(AutomatedDecision),
    ),
}


@st.composite
def steps(draw: st.DrawFn) -> list[Sequence[Record] | str]:
    """What happens one after the other: editions of a scope, and erasures of a record by its name."""
    pool = draw(st.lists(st.one_of(*made.values()), min_size=3, max_size=10))
    edition = st.lists(st.sampled_from(pool), unique_by=lambda record: (record.type, record.id))
    return draw(st.lists(st.one_of(edition, edition, st.sampled_from("abcde")), min_size=1, max_size=3))


def told(shelf: Shelf, happened: Sequence[Sequence[Record] | str], size: int) -> list[Record]:
    """Makes it happen, and returns the records that hold then."""
    held: dict[tuple[RecordType, str], Record] = {}
    erased: set[tuple[RecordType, str]] = set()
    met: set[tuple[RecordType, str]] = set()
    for each in happened:
        if isinstance(each, str):
            for kind in COUNTED:
                key = (kind, f"fake:{each}")
                if key in met:
                    shelf.run(shelf.database.write(partial(redact, kind=kind, identity=key[1])))
                    erased.add(key)
                    if key in held:
                        held[key] = RECORD_TYPES[kind](source="fake", external_id=each)
        else:
            shelf.hold(FakeSource({"all": each}, size=size))
            stated = {(record.type, record.id): record for record in each}
            kept_out = erased - held.keys()
            before, held = held, {key: record for key, record in stated.items() if key not in kept_out}
            held |= {key: before[key] for key in held.keys() & erased}
            met |= held.keys()
    return list(held.values())


# The scan: what a summary means by definition, over records that the gateway never sees again.

SINGLE = {"PLATFORM": "platform", "AGENCY": "agency", "TRIGGER": "trigger", "STATUS": "status", "EVENT": "event"}
SETS = {"JURISDICTION": "jurisdictions", "HARM_CATEGORY": "harm_categories", "MEASURE": "measures"}
SHOWN = {
    **{"MONTH": "period { start }", "QUARTER": "period { start }", "PLATFORM": "platform { id }"},
    **{"REQUESTED_MONTH": "requested { start }", "EXECUTED_MONTH": "executed { start }"},
    **{"AGENCY": "agency { id }", "JURISDICTION": "jurisdiction", "HARM_CATEGORY": "harmCategory"},
    **{"MEASURE": "measure", "TRIGGER": "trigger", "STATUS": "status", "EVENT": "event"},
}
PARTS = {
    RecordType.CASE: "",
    RecordType.ARREST: "countingUnits",
    RecordType.TAKEDOWN: """durations { basis count median p90 longest } automatedDetection { count of }
        automatedDecision { count of } compliance { requested complied { count of } atLeastPartly { count of } }""",
}


def groupings(kind: RecordType) -> list[str]:
    argument: Any = master().query_type.fields[FIELDS[kind]].args["groupBy"].type  # type: ignore[union-attr]  # it has one
    return list(argument.of_type.of_type.values)


def attribute(record: Record, name: str) -> Any:
    found = "requested_by" if name == "agency" and record.type is RecordType.TAKEDOWN else name
    return getattr(record, found)


def groups(record: Record, by: str) -> Sequence[Any]:
    """The groups that a record belongs to, as answers show them."""
    if by in SETS:
        return attribute(record, SETS[by]) or (None,)
    if by in SINGLE:
        value = attribute(record, SINGLE[by])
        return (value if value is None or by not in ("PLATFORM", "AGENCY") else {"id": value},)
    period = own_period(record) if by in ("MONTH", "QUARTER") else getattr(record, by.removesuffix("_MONTH").lower())
    if period is None or period.start is None or period.end is None:
        return (None,)
    months = 3 if by == "QUARTER" else 1
    start = period.start.replace(month=(period.start.month - 1) // months * months + 1, day=1)
    month = start.month + months
    beyond = (start.year + (month > 12), (month - 1) % 12 + 1, 1)
    end = (period.end.year, period.end.month, period.end.day)
    inside = (period.start.year, period.start.month, 1) < end <= beyond
    return ({"start": start.isoformat()} if inside else None,)


def requested(record: Takedown) -> bool:
    if record.requested_by is not None:
        return True
    somebodys = record.trigger not in {"OWN_INITIATIVE", "HASH_MATCH", "UNKNOWN"}
    return record.status is not TakedownStatus.EXECUTED and (record.requested is not None or somebodys)


def summed(records: Sequence[Any], kind: RecordType) -> Any:
    """A cell of these records, as answers show it."""
    cell: dict[str, Any] = {"count": len(records)}
    if kind is RecordType.ARREST:
        cell["countingUnits"] = sorted({record.counting_unit for record in records})
    if kind is RecordType.TAKEDOWN:
        by_basis: dict[Any, list[int]] = defaultdict(list)
        for record in records:
            if record.duration is not None:
                by_basis[record.duration_basis].append(duration_step(record.duration))
        cell["durations"] = [
            {"basis": basis, "count": len(stated), **measured(sorted(stated))}
            for basis, stated in sorted(by_basis.items(), key=lambda item: (item[0] is None, item[0] or ""))
        ]
        detected = [record.automated_detection for record in records if record.automated_detection is not None]
        decided = [record.automated_decision for record in records if record.automated_decision != "UNKNOWN"]
        cell["automatedDetection"] = {"count": sum(detected), "of": len(detected)}
        cell["automatedDecision"] = {"count": decided.count(AutomatedDecision.FULLY), "of": len(decided)}
        statuses = Counter(record.status.value for record in records if requested(record))
        complied = statuses["COMPLIED"] + statuses["EXECUTED"]
        partly = complied + statuses["PARTIALLY_COMPLIED"]
        answered = partly + statuses["REFUSED_OR_NO_ACTION"]
        cell["compliance"] = {
            "requested": statuses.total(),
            "complied": {"count": complied, "of": answered},
            "atLeastPartly": {"count": partly, "of": answered},
        }
    return cell


def measured(stated: Sequence[int]) -> dict[str, str]:
    """By the nearest rank: the least that so many in a hundred do not exceed."""

    def rank(percent: int) -> int:
        return next(each for number, each in enumerate(stated, 1) if number * 100 >= percent * len(stated))

    return {
        "median": serialize_duration(rank(50)),
        "p90": serialize_duration(rank(90)),
        "longest": serialize_duration(stated[-1]),
    }


def scan(records: Sequence[Record], kind: RecordType, by: Sequence[str]) -> list[Any]:
    cells: dict[str, tuple[dict[str, Any], list[Record]]] = {}
    for record in records:
        for group in product(*(groups(record, each) for each in by)):
            of = {SHOWN[each].split()[0]: value for each, value in zip(by, group, strict=True)}
            cells.setdefault(repr(of), (of, []))[1].append(record)
    return [of | summed(found, kind) for of, found in cells.values()]


FILTERS: dict[str, Callable[[Any, Any], bool]] = {
    "source": lambda record, values: record.source in values,
    "jurisdiction": lambda record, values: any(
        {wider for place in record.jurisdictions for wider in enclosing(place)} & set(values)
    ),
    "agency": lambda record, values: attribute(record, "agency") in values,
    "status": lambda record, values: record.status in values,
    "harmCategory": lambda record, values: bool(set(record.harm_categories) & set(values)),
    "platform": lambda record, values: record.platform in values,
    "measure": lambda record, values: bool(set(record.measures) & set(values)),
    "trigger": lambda record, values: record.trigger in values,
    "event": lambda record, values: record.event in values,
    "requestedIn": lambda record, months: within(record.requested, months),
    "executedIn": lambda record, months: within(record.executed, months),
}
VALUES: dict[str, Sequence[str]] = {
    "source": ["fake", "other"],
    "jurisdiction": ["FR", "GB"],
    "agency": ["kr.kcsc", "kr.knpa"],
    "status": ["COMPLIED", "REFUSED_OR_NO_ACTION", "CHARGED", "UNKNOWN"],
    "harmCategory": ["NCII", "CSAM"],
    "platform": ["telegram"],
    "measure": ["REMOVED"],
    "trigger": ["USER_NOTICE", "UNKNOWN"],
    "event": ["ARRESTED", "DETAINED"],
}


month_spans = st.sampled_from(
    [{"start": "2024-09-01", "end": "2024-10-01"}, {"start": "2024-07-01", "end": "2025-01-01"}]
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[RecordType, list[str], dict[str, Any], dict[str, str] | None]:
    """A record type, what to group by, a filter and a period."""
    kind = draw(st.sampled_from(COUNTED))
    by = draw(st.lists(st.sampled_from(groupings(kind)), max_size=3, unique=True))
    if {"MONTH", "QUARTER"} <= set(by):
        by.remove("MONTH")
    argument: Any = master().query_type.fields[FIELDS[kind]].args["filter"].type  # type: ignore[union-attr]  # it has one
    names = draw(st.lists(st.sampled_from(sorted(argument.fields)), max_size=2, unique=True))
    filtered: dict[str, Any] = {}
    for name in names:
        if name.endswith("In"):
            filtered[name] = draw(month_spans)
        else:
            known = getattr(argument.fields[name].type.of_type.of_type, "values", VALUES[name])
            filtered[name] = [value for value in VALUES[name] if value in known]
    return kind, by, filtered, draw(st.none() | month_spans)


def within(own: Period | None, period: Mapping[str, str] | None) -> bool:
    if period is None:
        return True
    if own is None or own.start is None or own.end is None:
        return False
    return own.start >= date.fromisoformat(period["start"]) and own.end <= date.fromisoformat(period["end"])


def ordered(cells: Sequence[Any]) -> list[bytes]:
    return sorted(orjson.dumps(cell, option=orjson.OPT_SORT_KEYS) for cell in cells)


@examples(usual=4, proof=10)
@given(happened=steps(), size=st.integers(1, 4), asked=st.lists(questions(), min_size=3, max_size=5))
def test_a_summary_is_what_a_scan_of_the_records_would_give(
    shelf: Shelf, happened: Sequence[Sequence[Record] | str], size: int, asked: Sequence[Any]
) -> None:
    shelf.empty()
    records = told(shelf, happened, size)
    shelf.holdings.sources.setdefault("fake", FakeSource({}))
    shelf.know(name="other")
    for kind, by, filtered, period in asked:
        shown = " ".join(dict.fromkeys(SHOWN[each] for each in by))
        name = FIELDS[kind]
        document = f"""query($f: {kind.value}SummaryFilter, $p: PeriodInput, $by: [{kind.value}Grouping!]) {{
          {name}(filter: $f, period: $p, groupBy: $by, first: 1000) {{
            hasAllCells cells {{ count {shown} {PARTS[kind]} }}
          }}
        }}"""
        answer = shelf.ask(document, {"f": filtered, "p": period, "by": by})
        assert answer.refusals == []
        found = [record for record in records if record.type is kind and within(own_period(record), period)]
        found = [r for r in found if all(FILTERS[each](r, values) for each, values in filtered.items())]
        assert answer.data[name]["hasAllCells"] is True
        assert ordered(answer.data[name]["cells"]) == ordered(scan(found, kind, by))
    assert shelf.run(shelf.database.write(lambda connection: list(faults(connection)))) == []


# What is read, and what is kept.


def takedown(name: str, **said: Any) -> Takedown:
    given: dict[str, Any] = {"platform": "telegram", "jurisdictions": (parse_jurisdiction("FR"),)}
    return Takedown(source="fake", external_id=name, **given | said)


EVERYTHING = """{ takedownSummary(
    groupBy: [MONTH, JURISDICTION, MEASURE, PLATFORM]
    filter: {jurisdiction: "FR", harmCategory: [NCII], platform: "telegram"}
    period: {start: "2024-01-01", end: "2025-01-01"}
  ) { hasAllCells sources { name } cells { count platform { id } jurisdiction %s } }
  caseSummary { cells { count } } arrestSummary { cells { count countingUnits } } }""" % PARTS[RecordType.TAKEDOWN]  # noqa: UP031 - braces


def rows_of(table: Table, connection: Connection) -> Sequence[Any]:
    return connection.execute(select(table)).all()


def tables_of(statement: Any) -> set[Table]:
    return {
        part
        for select_ in visitors.iterate(statement)
        if isinstance(select_, Select)
        for clause in select_.get_final_froms()
        for part in visitors.iterate(clause)
        if isinstance(part, Table)
    }


def test_a_summary_reads_rollups_and_never_a_record(shelf: Shelf) -> None:
    shelf.state([takedown(str(number)) for number in range(3)])
    before = shelf.database.statements
    assert shelf.ask(EVERYTHING).refusals == []
    read = set[Table]().union(*map(tables_of, shelf.database.asked[before:]))
    rollups = {rollup.table for rollup in ROLLUP_TABLES.values()}
    assert rollups <= read <= rollups | {interned_set, interned_member, scope, coverage, failure, revision}
    assert not read & {kind.table for kind in RECORD_TABLES.values()}


def test_the_statements_of_a_summary_and_the_rows_of_a_rollup_do_not_grow_with_the_records(shelf: Shelf) -> None:
    def counts(records: int) -> tuple[int, int]:
        shelf.state([takedown(f"{number:04}", duration=number % 7 * HOUR) for number in range(records)])
        before = shelf.database.statements
        assert shelf.ask(EVERYTHING).refusals == []
        rows = shelf.run(shelf.database.write(partial(rows_of, ROLLUP_TABLES[RecordType.TAKEDOWN].table)))
        return shelf.database.statements - before, len(rows)

    assert counts(7) == counts(700)


def test_what_no_record_is_in_any_more_leaves_no_row(shelf: Shelf) -> None:
    shelf.state([takedown("1"), takedown("2", platform="tiktok")])
    shelf.state([])
    for rollup in ROLLUP_TABLES.values():
        assert not shelf.run(shelf.database.write(partial(rows_of, rollup.table)))


def test_a_catalogue_of_an_earlier_version_gets_its_rollups(shelf: Shelf) -> None:
    shelf.state(
        [
            takedown("1", duration=129_600, executed=Period(start=date(2024, 9, 1), end=date(2024, 9, 3))),
            takedown("2", duration=-1, requested=Period(text="in autumn"), status=TakedownStatus.COMPLIED),
            takedown("3", trigger=TakedownTrigger.COURT_ORDER, automated_detection=True, duration=2**62),
            takedown("4", trigger=TakedownTrigger.COURT_ORDER, status=TakedownStatus.EXECUTED),
            takedown("5", requested_by="kr.kcsc", status=TakedownStatus.EXECUTED, duration=7_000_000),
            Case(source="fake", external_id="1", harm_categories=(HarmCategory.NCII,), opened=Period(text="once")),
            Arrest(source="fake", external_id="1", counting_unit=CountingUnit.PERSON, event=ArrestEvent.ARRESTED),
        ]
    )

    def rolled_up(connection: Any) -> dict[str, Any]:
        rollups = [rollup.table for rollup in ROLLUP_TABLES.values()]
        return {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in rollups}

    before = shelf.run(shelf.database.write(rolled_up))
    shelf.run(shelf.database.write(partial(back, to="0004")))
    shelf.run(shelf.database.write(upgrade))
    assert shelf.run(shelf.database.write(rolled_up)) == before
    assert all(before.values())


# Who sees what.


def test_a_grant_counts_what_it_opens_and_no_more(shelf: Shelf) -> None:
    places: list[tuple[Jurisdiction, ...]] = [(parse_jurisdiction("FR"),), (parse_jurisdiction("KR"),), ()]
    records = [takedown(f"{number}", jurisdictions=named) for number, named in enumerate(places)]
    shelf.state([*records, Case(source="fake", external_id="1")], audience=Audience.PARTNER)
    document = (
        "{ takedownSummary(groupBy: [JURISDICTION]) { cells { count jurisdiction } } caseSummary { cells { count } } }"
    )

    def seen(*grants: AccessGrant) -> Any:
        return shelf.ask(document, caller=Caller(Audience.PARTNER, grants=grants)).data

    of = frozenset({"fake"})
    assert seen() == {"takedownSummary": {"cells": []}, "caseSummary": {"cells": []}}
    france = seen(AccessGrant(sources=of, jurisdictions=frozenset({parse_jurisdiction("FR")})))
    assert france["takedownSummary"]["cells"] == [{"count": 1, "jurisdiction": "FR"}]
    assert france["caseSummary"]["cells"] == []
    takedowns = seen(AccessGrant(sources=of, record_types=frozenset({RecordType.TAKEDOWN})))
    assert [cell["count"] for cell in takedowns["takedownSummary"]["cells"]] == [1, 1, 1]
    assert takedowns["caseSummary"]["cells"] == []


def test_a_count_of_what_is_not_open_to_everybody_is_disclosed(shelf: Shelf) -> None:
    shelf.state([takedown("1")], audience=Audience.PARTNER)
    shelf.state([structs.replace(takedown("1"), source="open")], name="open")
    asked = SummaryQuery(record_type=RecordType.TAKEDOWN, group_by=("platform",), attributes=frozenset({"count"}))

    async def disclosed(caller: Caller) -> Mapping[str, set[str]]:
        async with shelf.holdings.reader(caller) as reader:
            await reader.read(asked)
            return reader.delivery.readings

    # A grant may also name what is open to everybody.
    grants = (AccessGrant(sources=frozenset({"fake", "open"})),)
    granted = Caller(Audience.PARTNER, frozenset({"open"}), grants)
    assert shelf.run(disclosed(granted)) == {"TakedownSummary:fake": {"platform", "count"}}
    assert shelf.run(disclosed(Caller(Audience.PUBLIC))) == {}


# What is asked.


REFUSED = (
    'period: {start: "2024-01-02", end: "2025-01-01"}',
    'period: {start: "2024-01-01", end: "2024-12-31"}',
    'period: {start: "2024-01-01", end: "2024-01-01"}',
    "groupBy: [MONTH, QUARTER]",
    "groupBy: [PLATFORM, AGENCY, JURISDICTION, MEASURE, STATUS]",
    "first: 1001",
    "first: -1",
    'filter: {platform: "nobody"}',
)


def test_what_rollups_cannot_meet_is_refused(shelf: Shelf) -> None:
    for arguments in REFUSED:
        assert shelf.ask(f"{{ takedownSummary({arguments}) {{ cells {{ count }} }} }}").refusals == ["BAD_INPUT"]


def test_a_summary_cut_short_says_so(shelf: Shelf) -> None:
    shelf.state([takedown("1"), takedown("2", platform="tiktok"), takedown("3", platform=None)])
    document = (
        "query($n: Int) { takedownSummary(groupBy: [PLATFORM], first: $n) { hasAllCells cells { platform { id } } } }"
    )

    def shown(most: int) -> Any:
        found = shelf.ask(document, {"n": most}).data["takedownSummary"]
        return found["hasAllCells"], [cell["platform"] and cell["platform"]["id"] for cell in found["cells"]]

    assert shown(2) == (False, ["telegram", "tiktok"])
    assert shown(3) == (True, ["telegram", "tiktok", None])


def test_an_erased_record_still_counts_and_tells_nothing(shelf: Shelf) -> None:
    shelf.state([takedown("1", references=(Reference("no", "1"),), duration=60)])
    shelf.run(shelf.database.write(partial(redact, kind=RecordType.TAKEDOWN, identity="fake:1")))
    document = "{ takedownSummary(groupBy: [PLATFORM]) { cells { count platform { id } durations { count } } } }"
    assert shelf.ask(document).data["takedownSummary"]["cells"] == [{"count": 1, "platform": None, "durations": []}]


def test_percentages_are_of_what_is_told_and_rounded_to_a_tenth(shelf: Shelf) -> None:
    stated = [takedown(f"{number}", automated_detection=number < 2) for number in range(3)]
    shelf.state([*stated, takedown("9", automated_detection=None)])
    document = "{ takedownSummary { cells { automatedDetection { percent } automatedDecision { percent } } } }"
    (cell,) = shelf.ask(document).data["takedownSummary"]["cells"]
    assert cell == {"automatedDetection": {"percent": "66.7"}, "automatedDecision": {"percent": None}}


def steps_of(length: int) -> int:
    return MINUTE if length < 2 * HOUR else HOUR if length < 60 * DAY else DAY


@given(st.integers(-(2**63), 2**63 - 1))
def test_few_lengths_are_kept_and_each_is_within_the_step_that_is_published(duration: int) -> None:
    short = abs(duration_step(duration))
    assert short % steps_of(min(abs(duration), 36_500 * DAY)) == 0
    assert duration_step(duration_step(duration)) == duration_step(duration)
    assert duration_step(-duration) == -duration_step(duration)
    if abs(duration) <= 36_500 * DAY:
        assert 0 <= abs(duration) - short < steps_of(abs(duration))
    else:
        assert short == 36_500 * DAY


# What was not read.


def first_months(channel: str, name: str) -> Extent | None:
    """A scope of the fake source named after a month is the cases of that month."""
    month = date.fromisoformat(f"{name}-01")
    return Extent(records=frozenset({RecordType.CASE}), start=month, end=next_month(month))


YEAR = 'period: {start: "2024-01-01", end: "2025-01-01"}'


def test_a_summary_lists_the_months_that_a_source_does_not_cover(shelf: Shelf) -> None:
    march = Case(source="fake", external_id="1", opened=Period(start=date(2024, 3, 1), end=date(2024, 4, 1)))
    scopes = {f"2024-{month:02}": [march] if month == 3 else [] for month in range(1, 7)}
    shelf.hold(FakeSource(scopes, extent=first_months))
    shelf.know(name="silent", records=frozenset({RecordType.CASE}))
    shelf.know(name="arrests", records=frozenset({RecordType.ARREST}))
    document = f"""{{ caseSummary({YEAR}) {{
      hasAllCells cells {{ count }} gaps {{ source {{ name }} months {{ start end precision }} monthCount }}
    }} }}"""
    answer = shelf.ask(document).data["caseSummary"]
    assert (answer["hasAllCells"], answer["cells"]) == (True, [{"count": 1}])
    months = {each["source"]["name"]: [month["start"] for month in each["months"]] for each in answer["gaps"]}
    assert months == {
        "fake": [f"2024-{month:02}-01" for month in range(7, 13)],
        "silent": [f"2024-{month:02}-01" for month in range(1, 13)],
    }
    assert [each["monthCount"] for each in answer["gaps"]] == [6, 12]
    timeless = shelf.ask("{ caseSummary { gaps { source { name } months { start } monthCount } } }").data["caseSummary"]
    assert timeless["gaps"] == [
        {"source": {"name": name}, "months": [], "monthCount": None} for name in ("fake", "silent")
    ]
    first_half = '{ caseSummary(filter: {source: "fake"}, period: {start: "2024-01-01", end: "2024-07-01"}) %s }'
    assert shelf.ask(first_half % "{ gaps { monthCount } }").data["caseSummary"] == {"gaps": []}


def test_a_summary_states_a_zero_only_where_it_is_so(shelf: Shelf) -> None:
    """All that could have such a record was read, for the whole period; cells of groups are never zero."""
    shelf.hold(FakeSource({"2024-01": [], "2024-02": []}, extent=first_months))

    def cells_of(arguments: str) -> Any:
        return shelf.ask(f"{{ caseSummary({arguments}) {{ cells {{ count }} }} }}").data["caseSummary"]["cells"]

    winter = 'period: {start: "2024-01-01", end: "2024-03-01"}'
    assert cells_of(winter) == [{"count": 0}]
    assert cells_of(f'{winter}, filter: {{harmCategory: NCII, jurisdiction: "FR"}}') == [{"count": 0}]
    assert cells_of(f"{winter}, groupBy: [STATUS]") == []
    assert cells_of('period: {start: "2024-01-01", end: "2024-04-01"}') == []
    assert cells_of("first: 5") == []
    shelf.know(name="silent", records=frozenset({RecordType.CASE}))
    assert cells_of(winter) == []
    assert cells_of(f'{winter}, filter: {{source: "fake"}}') == [{"count": 0}]
    shelf.know(name="silent", records=frozenset({RecordType.CASE}), jurisdictions=(parse_jurisdiction("KR"),))
    assert cells_of(f'{winter}, filter: {{jurisdiction: "FR"}}') == [{"count": 0}]


def test_a_record_without_a_month_leaves_a_zero_open(shelf: Shelf) -> None:
    undated = Case(source="fake", external_id="1")
    document = '{ caseSummary(period: {start: "2024-01-01", end: "2024-02-01"}) { cells { count } } }'
    for records, cells in (([], [{"count": 0}]), ([undated], [])):
        shelf.hold(FakeSource({"2024-01": records}, extent=first_months))
        assert shelf.ask(document).data["caseSummary"]["cells"] == cells
