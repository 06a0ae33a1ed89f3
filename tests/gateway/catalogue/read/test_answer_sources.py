"""The sources of an answer: those that contributed, and apart from them those that could have, each with its reason."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from adapters.records import Case, Period, Record, Statistic
from adapters.vocabulary.enums import Audience, Metric, Precision, Unit
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource, Interrupted

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1), Precision.YEAR)
SOURCES = "sources { name recordCount state } silentSources { source { name } reason }"
FIGURES = 'metric: ARRESTS, period: {start: "2024-01-01", end: "2025-01-01"}'


def case(source: str, number: int) -> Case:
    return Case(source=source, external_id=f"{number}", opened=YEAR)


def figure(source: str) -> Statistic:
    return Statistic(source=source, external_id="1", metric=Metric.ARRESTS, unit=Unit.CASES, value=None, period=YEAR)


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Two sources with cases, one that was read and has none, one that failed, and one that was never read."""
    shelf.state([case("one", 1), case("one", 2), figure("one")], name="one")
    shelf.state([case("two", 1), figure("two")], name="two")
    shelf.state([], name="without")
    with suppress(Interrupted):
        failing: list[Record] = [case("failing", number) for number in range(3)]
        shelf.hold(FakeSource({"all": failing}, name="failing", size=1, cut=0, interruption=Interrupted("silence")))
    shelf.know(name="unread")
    shelf.state([case("hidden", 1)], name="hidden", audience=Audience.PARTNER)
    return shelf


def roles(answer: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """How many records each contributing source states, and the reason of each silent one."""
    return (
        {each["name"]: each["recordCount"] for each in answer["sources"]},
        {each["source"]["name"]: each["reason"] for each in answer["silentSources"]},
    )


def ask(shelf: Shelf, field: str) -> tuple[dict[str, int], dict[str, str]]:
    answer = shelf.ask(f"{{ answer: {field} }}")
    assert answer.refusals == []
    return roles(answer.data["answer"])


SILENT = {"failing": "NOT_COVERED", "unread": "NOT_COVERED", "without": "NO_RECORDS"}


def test_a_page_names_the_sources_of_its_records_and_the_reasons_of_the_others(filled: Shelf) -> None:
    assert ask(filled, f"cases {{ {SOURCES} }}") == ({"one": 2, "two": 1}, SILENT)
    assert ask(filled, f'cases(filter: {{source: ["one"]}}) {{ {SOURCES} }}') == ({"one": 2}, {})
    assert ask(filled, f"cases(first: 0) {{ {SOURCES} }}") == ({}, SILENT | {"one": "NO_RECORDS", "two": "NO_RECORDS"})


def test_a_source_whose_last_read_failed_is_no_source_without_records(filled: Shelf) -> None:
    filled.state([], name="failing")
    source = FakeSource({"all": [case("failing", 1)]}, name="failing", cut=0, interruption=Interrupted("silence"))
    with pytest.raises(Interrupted):
        filled.hold(source)
    assert ask(filled, f"cases {{ {SOURCES} }}") == ({"one": 2, "two": 1}, SILENT | {"failing": "FAILED"})


def test_a_summary_changes_a_total_and_a_comparison_name_theirs(filled: Shelf) -> None:
    assert ask(filled, f"caseSummary {{ {SOURCES} }}") == ({"one": 2, "two": 1}, SILENT)
    assert ask(filled, f"changes(first: 100) {{ {SOURCES} }}") == ({"one": 3, "two": 2}, SILENT)
    assert ask(filled, f"total({FIGURES}) {{ {SOURCES} }}") == ({"one": 1, "two": 1}, SILENT)
    assert ask(filled, f"compareStatistics({FIGURES}) {{ {SOURCES} }}") == ({"one": 1, "two": 1}, SILENT)


def test_an_answer_to_which_all_contribute_does_not_read_what_was_covered(filled: Shelf) -> None:
    """Coverage is read only for the reasons of silent sources."""
    assert not reads_scopes(filled, '{ case(id: "Case:one:1") { id } }')
    assert not reads_scopes(filled, '{ cases(filter: {source: ["one", "two"]}) { nodes { id } } }')
    assert reads_scopes(filled, "{ cases { nodes { id } } }")


def reads_scopes(shelf: Shelf, document: str) -> bool:
    """Whether a statement beside that of the sources' states reads scopes."""
    before = len(shelf.database.asked)
    assert shelf.ask(document).refusals == []
    texts = [str(statement) for statement in shelf.database.asked[before:]]
    return sum("coverage" in text for text in texts) > 1
