"""The work of statements: a page reads about as many rows as it has, however many others the catalogue holds."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, text

from tests.support.catalogue import Shelf

RECORDS = 20_000
"""One begins and ends on each day from the year 2000 on."""

MOST_STEPS = 20_000
"""SQLite's steps for a page: some 20 a row, and some hundreds to begin with. A walk over all records has 200,000."""

MOST_ROWS = 1_000
"""Rows that PostgreSQL reads for a page, at all levels of its plan."""

FILL = {
    "sqlite": ("x''", "date('2000-01-01', i || ' days')", "date('2000-01-01', (i + 1) || ' days')"),
    "postgresql": ("''::bytea", "DATE '2000-01-01' + i", "DATE '2000-01-01' + (i + 1)"),
}
"""A digest, and the first and the last day of the record `i`."""


def fill(connection: Connection) -> None:
    """Adds the records, all by one revision, in one statement."""
    digest, start, end = FILL[connection.dialect.name]
    connection.execute(
        text(f"""
            INSERT INTO arrest_version (id, source, from_revision, scope, retrieval, digest, redacted, happened_start,
                happened_end)
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {RECORDS - 1})
            SELECT 'fake:r' || i, 'fake', 1, 1, 1, {digest}, false, {start}, {end} FROM n
        """)  # noqa: S608 - all of it stands in this module
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE arrest_version"))


@pytest.fixture
def large(shelf: Shelf) -> Shelf:
    shelf.state([])
    shelf.run(shelf.database.write(fill))
    return shelf


def work_of(statement: Executable) -> Callable[[Connection], int]:
    """How many steps SQLite takes for a statement, or how many rows PostgreSQL reads for it."""

    def count_steps(connection: Connection) -> int:
        driver: Any = connection.connection.dbapi_connection
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 100

        driver.set_progress_handler(count, 100)
        try:
            connection.execute(statement).all()
        finally:
            driver.set_progress_handler(None, 0)
        return steps

    def count_rows(connection: Connection) -> int:
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]  # of a SELECT
        explain = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}".replace(":", r"\:"))
        plan: Any = connection.execute(explain).scalar()
        return rows_of(plan[0]["Plan"])

    return lambda connection: (count_steps if connection.dialect.name == "sqlite" else count_rows)(connection)


def rows_of(plan: Mapping[str, Any]) -> int:
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(map(rows_of, plan.get("Plans", ())))


def assert_little_work(shelf: Shelf, document: str) -> Any:
    """Runs the document, and measures each of its statements anew. Returns its data."""
    before = shelf.database.statements
    answer = shelf.ask(document)
    assert answer.refusals == []
    most = MOST_STEPS if shelf.database.dialect == "sqlite" else MOST_ROWS
    for statement in shelf.database.asked[before:]:
        assert shelf.run(shelf.database.write(work_of(statement))) <= most, str(statement)
    return answer.data


PERIODS = {
    "EXACT": [("2001-02-03", "2001-02-04"), ("2050-02-03", "2050-02-04"), ("2001-02-03", "2001-03-03")],
    "WITHIN": [("1999-02-03", "2000-01-11"), ("2001-02-03", "2001-02-13"), ("2060-02-03", "2060-02-13")],
    "OVERLAPS": [("1999-02-03", "2000-01-11"), ("2001-02-03", "2001-02-13"), ("2050-02-03", "2050-02-13")],
}
"""Days at both ends of the records and between them, by how a period is to match them."""


def test_a_page_or_count_of_a_period_reads_what_is_in_it(large: Shelf) -> None:
    for match, periods in PERIODS.items():
        for start, end in periods:
            filter_ = f'{{period: {{start: "{start}", end: "{end}"}}, periodMatch: {match}}}'
            assert_little_work(large, f"{{ arrests(first: 5, filter: {filter_}) {{ nodes {{ id }} }} }}")
            # How long periods are is unknown: every one that begins earlier may overlap.
            if match != "OVERLAPS":
                assert_little_work(large, f"{{ arrests(first: 0, filter: {filter_}) {{ totalCount }} }}")


def test_the_records_of_changes_are_found_by_their_keys(large: Shelf) -> None:
    data = assert_little_work(large, "{ changes(first: 10) { changes { node { id } } } }")
    assert len(data["changes"]["changes"]) == 10
