"""Own periods: whatever date a record states, it is found, ordered and counted by one, and the answer says which."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Connection, Executable, text

from adapters.records import RECORD_TYPES, Period, Record, Takedown
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.migration import upgrade
from tests.gateway.catalogue.read.test_filters import FIELDS
from tests.gateway.catalogue.test_migration import forget as drop_tables
from tests.support.catalogue import Shelf
from tests.support.own_periods import DATES

SEPTEMBER = {"start": "2024-09-01", "end": "2024-10-01"}
SEVERAL = [kind for kind, dates in DATES.items() if len(dates) > 1]


def day(number: int) -> Period:
    return Period(start=date(2024, 9, number), end=date(2024, 9, number + 1))


@pytest.mark.parametrize("kind", SEVERAL)
def test_a_record_is_dated_by_the_first_of_its_dates_that_has_a_day(shelf: Shelf, kind: RecordType) -> None:
    better, other = DATES[kind]
    dates: dict[str, dict[str, Period]] = {
        "other": {other: day(1)},
        "words": {better: Period(text="in autumn"), other: day(2)},
        "both": {better: day(3), other: day(9)},
        "end": {better: Period(end=date(2024, 9, 5)), other: day(9)},
        "neither": {better: Period(text="in autumn")},
    }
    shelf.state([RECORD_TYPES[kind](source="fake", external_id=name, **each) for name, each in dates.items()])  # type: ignore[arg-type]  # dates of this type
    answer = shelf.ask(
        f"""query($in: PeriodInput) {{
          all: {FIELDS[kind]}(orderBy: {{descending: false}}) {{
            nodes {{ externalId period {{ start end }} periodBasis }} }}
          some: {FIELDS[kind]}(filter: {{period: $in}}) {{ nodes {{ externalId }} }} }}""",
        {"in": SEPTEMBER},
    )
    assert answer.refusals == []
    assert [
        (node["externalId"], node["period"] and (node["period"]["start"], node["period"]["end"]), node["periodBasis"])
        for node in answer.data["all"]["nodes"]
    ] == [
        ("other", ("2024-09-01", "2024-09-02"), other.upper()),
        ("words", ("2024-09-02", "2024-09-03"), other.upper()),
        ("both", ("2024-09-03", "2024-09-04"), better.upper()),
        ("end", (None, "2024-09-05"), better.upper()),
        ("neither", None, None),
    ]
    assert [node["externalId"] for node in answer.data["some"]["nodes"]] == ["both", "words", "other"]


def test_a_takedown_is_dated_at_every_moment_by_what_it_stated_then(shelf: Shelf) -> None:
    def takedown(**dates: Period) -> list[Record]:
        return [Takedown(source="fake", external_id="1", **dates)]  # type: ignore[arg-type]  # its dates

    shelf.state(takedown(requested=day(3)))
    (recorded,) = shelf.ask("{ takedowns { nodes { recordedAt } } }").data["takedowns"]["nodes"]
    shelf.state(takedown(requested=day(3), executed=Period(start=date(2024, 10, 5), end=date(2024, 10, 6))))
    asking = """query($in: PeriodInput, $at: DateTime) { takedowns(asOf: $at, filter: {period: $in}) {
      nodes { periodBasis } } }"""
    then = shelf.ask(asking, {"in": SEPTEMBER, "at": recorded["recordedAt"]})
    assert then.data["takedowns"]["nodes"] == [{"periodBasis": "REQUESTED"}]
    assert shelf.ask(asking, {"in": SEPTEMBER}).data["takedowns"]["nodes"] == []
    summary = "{ takedownSummary(groupBy: [MONTH, REQUESTED_MONTH, EXECUTED_MONTH]) { cells { count %s } } }"
    months = " ".join(f"{name} {{ start }}" for name in ("period", "requested", "executed"))
    assert shelf.ask(summary % months).data["takedownSummary"]["cells"] == [
        {
            "count": 1,
            "period": {"start": "2024-10-01"},
            "requested": {"start": "2024-09-01"},
            "executed": {"start": "2024-10-01"},
        }
    ]


@pytest.mark.parametrize("name", ["requestedIn", "executedIn"])
def test_a_summary_takes_whole_months_alone(shelf: Shelf, name: str) -> None:
    shelf.state([])
    asking = f"query($in: PeriodInput) {{ takedownSummary(filter: {{{name}: $in}}) {{ cells {{ count }} }} }}"
    assert shelf.ask(asking, {"in": SEPTEMBER}).refusals == []
    assert shelf.ask(asking, {"in": SEPTEMBER | {"end": "2024-09-30"}}).refusals == ["BAD_INPUT"]


# Plans: a month of takedowns is found in an index, however many others there are.


def plan(connection: Connection, statement: Executable) -> str:
    """How the database finds the rows of a statement, as if its tables were large."""
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]  # of a SELECT
    if connection.dialect.name == "sqlite":
        return "\n".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    for setting in ("ANALYZE takedown_version", "SET LOCAL enable_seqscan = off", "SET LOCAL enable_sort = off"):
        connection.execute(text(setting))
    return "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {compiled}")))


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("period", "takedown_current_dated"),
        ("executedIn", "takedown_current_dated"),
        ("requestedIn", "takedown_current_requested"),
    ],
)
def test_a_month_is_found_in_an_index(shelf: Shelf, name: str, index: str) -> None:
    for work in (drop_tables, upgrade):
        shelf.run(shelf.database.write(work))
    for platform in ("telegram", "tiktok", "x"):
        executed = [Takedown(source="fake", external_id=f"{n}", executed=day(n % 28 + 1)) for n in range(300)]
        requested = [Takedown(source="fake", external_id=f"r{n}", requested=day(n % 28 + 1)) for n in range(30)]
        shelf.state([structs.replace(each, platform=platform) for each in (*executed, *requested)])
    before = shelf.database.statements
    shelf.ask(
        f"query($in: PeriodInput) {{ takedowns(filter: {{{name}: $in}}) {{ nodes {{ id }} }} }}", {"in": SEPTEMBER}
    )
    pages: Sequence[Any] = [each for each in shelf.database.asked[before:] if "k_order" in str(each)]
    found = shelf.run(shelf.database.write(partial(plan, statement=pages[0])))
    assert index in found
