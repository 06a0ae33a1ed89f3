"""Visibility: of a source that a caller may not see nothing arrives, and nothing tells that there is something."""

import ast
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import FromClause, Select, Table, true
from sqlalchemy.sql import ColumnElement, operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, False_

import gateway
from adapters.records import RECORD_TYPES, Arrest, Case, Offence, Period, Record, Reference
from adapters.source import ARCHIVE
from adapters.vocabulary.enums import Audience, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller, operator, public
from gateway.access.row_rules import RowRules
from gateway.catalogue.read.change_positions import ChangePosition
from gateway.catalogue.read.sql.base import LATEST, RevisionView
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.catalogue.read.sql.coverage import ScopeQuery
from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES, RecordTable, scope
from schema.queries.conditions import (
    AlongAxes,
    AnyOf,
    Condition,
    Contains,
    During,
    LatestRelease,
    RefersTo,
    ReleasedBy,
    UpdatedSince,
)
from schema.queries.coverage import CoverageQuery
from schema.queries.records import Order, OrderBy
from tests.support import full_documents
from tests.support.catalogue import Shelf
from tests.support.fake_source import READ_AT

OPEN, HIDDEN = "open", "hidden-canary"
ALL_SEEN = Caller(Audience.OPERATOR, frozenset({OPEN, HIDDEN}))
NOBODY = Caller(Audience.PUBLIC)

shared = (Reference("no", "1"),)


def stated(source: str) -> list[Record]:
    """One record of each type, all of one matter."""
    return [
        record(source=source, external_id="1", references=shared, jurisdictions=(parse_jurisdiction("FR"),))
        for record in RECORD_TYPES.values()
    ]


def without_cursors(value: Any) -> Any:
    """An answer without the places of its records, which carry the number of the catalogue's latest commit."""
    if isinstance(value, dict):
        return {name: without_cursors(inner) for name, inner in value.items() if "ursor" not in name}
    return [without_cursors(inner) for inner in value] if isinstance(value, list) else value


IDS = [f"{kind.value}:{source}:1" for source in (OPEN, HIDDEN, "nobody") for kind in RecordType]
SOURCES = """{
  sources { name } coverage { source { name } state scopes { name } }
  cases { sources { name } silentSources { source { name } reason } totalCount }
  changes(first: 100) {
    changes { id kind node { ... on Record { externalId history { versions { recordedAt } } } } } sources { name } more
  }
  caseSummary(groupBy: [JURISDICTION]) { cells { count } sources { name } }
  arrestSummary { cells { count } silentSources { source { name } reason } }
  case(id: "Case:hidden-canary:1") { id } arrest(id: "Arrest:hidden-canary:1") { id }
}"""


NAMED = """{
  sources(name: ["hidden-canary"]) { name } coverage(filter: {source: ["hidden-canary"], jurisdiction: "FR"}) { state }
  changes(filter: {source: ["hidden-canary"]}) { changes { id } }
  cases(filter: {source: ["hidden-canary"]}) { totalCount }
  takedownSummary(filter: {source: ["hidden-canary"]}) { cells { count } }
}"""
"""Questions about one source."""


def seen(shelf: Shelf, caller: Caller) -> Any:
    """All that a caller can find out."""
    named = shelf.ask(NAMED, caller=caller)
    assert named.refusals == ([] if HIDDEN in caller.sources & shelf.holdings.sources.keys() else ["BAD_INPUT"] * 5)
    answers = [
        shelf.ask(full_documents.records(), {"ids": IDS}, caller=caller),
        shelf.ask(full_documents.lists(0), caller=caller),
        shelf.ask(SOURCES, caller=caller),
    ]
    assert [answer.refusals for answer in answers] == [[], [], []]
    if HIDDEN not in caller.sources:
        assert not any(HIDDEN.encode() in answer.text for answer in answers)
    return without_cursors([named.data, *(answer.data for answer in answers)])


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.state(stated(OPEN), name=OPEN)
    shelf.state(stated(HIDDEN), name=HIDDEN, audience=Audience.PARTNER)
    return shelf


def test_what_a_caller_may_not_see_is_to_it_as_if_it_were_absent(shelf: Shelf) -> None:
    shelf.state(stated(OPEN), name=OPEN)
    absent = seen(shelf, public(shelf.holdings.descriptions.values()))
    shelf.state(stated(HIDDEN), name=HIDDEN, audience=Audience.PARTNER)
    anybody = public(shelf.holdings.descriptions.values())
    assert anybody.sources == {OPEN}
    assert seen(shelf, anybody) == absent
    assert seen(shelf, ALL_SEEN) != absent
    assert seen(shelf, operator(shelf.holdings.descriptions.values())) == seen(shelf, ALL_SEEN)


def test_a_caller_that_is_allowed_nothing_finds_an_empty_catalogue(shelf: Shelf) -> None:
    empty = seen(shelf, NOBODY)
    shelf.state(stated(OPEN), name=OPEN)
    shelf.state(stated(HIDDEN), name=HIDDEN, audience=Audience.PARTNER)
    assert seen(shelf, NOBODY) == empty
    _, records, lists, sources = empty
    assert records["nodes"] == [None] * len(IDS)
    assert {(page["totalCount"], len(page["nodes"])) for page in lists.values()} == {(0, 0)}
    assert sources["sources"] == sources["coverage"] == []
    assert sources["changes"]["changes"] == []
    assert sources["arrestSummary"] == {"cells": [], "silentSources": []}


def test_a_cursor_of_a_caller_that_sees_more_shows_no_more(filled: Shelf) -> None:
    document = """query($c: String) {
      cases(first: 1, after: $c) {
        nodes { id } pageInfo { hasNextPage endCursor } totalCount
      }
    }"""
    page = filled.ask(document, caller=ALL_SEEN).data["cases"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    anybody = public(filled.holdings.descriptions.values())
    after = filled.ask(document, {"c": page["pageInfo"]["endCursor"]}, caller=anybody).data["cases"]
    assert after["totalCount"] == 1
    assert HIDDEN not in str(after)
    end = filled.ask(document, {"c": after["pageInfo"]["endCursor"]}, caller=anybody)
    assert end.refusals == []
    assert end.data["cases"]["nodes"] == []


def test_todays_grants_hold_for_the_past(filled: Shelf) -> None:
    (node,) = filled.ask(
        '{ nodes(ids: ["Case:hidden-canary:1"]) { ... on Case { recordedAt } } }', caller=ALL_SEEN
    ).data["nodes"]
    at = node["recordedAt"]
    document = f"""{{
      cases(asOf: "{at}") {{ totalCount nodes {{ id }} }} node(id: "Case:hidden-canary:1", asOf: "{at}") {{ id }}
    }}"""
    assert filled.ask(document, caller=ALL_SEEN).data["node"] == {"id": "Case:hidden-canary:1"}
    expected = {"cases": {"totalCount": 1, "nodes": [{"id": "Case:open:1"}]}, "node": None}
    assert filled.ask(document).data == expected


# The structure that makes it so: one builder, and in whatever it builds the rule of the caller's sources.

CONDITIONS = (
    AnyOf(("source",), ("elsewhere",)),
    Contains("jurisdictions", ("FR",)),
    During(date(2024, 1, 1), date(2025, 1, 1)),
    RefersTo(None, "1"),
    RefersTo("no", "1"),
    UpdatedSince(READ_AT),
)
OF_FIGURES = (
    AlongAxes((("age", ("10-19",)),)),
    ReleasedBy(date(2024, 1, 1)),
    LatestRelease(),
    LatestRelease(date(2024, 1, 1)),
)
ATTRIBUTES = frozenset({"recorded_at", "provenance", "redacted", "references", "jurisdictions"})


def _conditions(kind: RecordTable) -> tuple[Condition, ...]:
    return (*CONDITIONS, *OF_FIGURES) if kind.type is RecordType.STATISTIC else CONDITIONS


def _page(builder: QueryBuilder, kind: RecordTable) -> Iterator[Select[Any]]:
    for order in (Order(), Order(OrderBy.RECORDED_AT, False)):
        for with_value in (True, False):
            for after in (None, (None, 1, "a")):
                yield builder.pages.page(
                    kind, ATTRIBUTES, _conditions(kind), order, after=after, with_value=with_value, limit=3
                )


def _summary(builder: QueryBuilder, kind: RecordTable) -> Iterator[Select[Any]]:
    for rollup in ROLLUP_TABLES.values():
        parts = {"durations", "compliance"} if rollup.kind.type is RecordType.TAKEDOWN else set[str]()
        for by in ((), ("month", "jurisdictions")):
            yield builder.summaries.groups(rollup, CONDITIONS[:3], by, parts)


def _changes(builder: QueryBuilder, kind: RecordTable) -> Iterator[Select[Any]]:
    yield builder.changes.page([kind], None, None, 3)
    yield builder.changes.page([kind], ["elsewhere"], ChangePosition(1, RecordType.CASE, "a"), 3)


def _parents(kind: RecordTable) -> Iterable[RecordTable]:
    """Records of the same type and of another."""
    return {kind.type: kind, RecordType.CASE: RECORD_TABLES[RecordType.CASE]}.values()


def _related(builder: QueryBuilder, kind: RecordTable) -> Iterator[Select[Any]]:
    for parent in _parents(kind):
        for backward in (True, False):
            yield builder.relations.related(
                parent, ["a"], kind, ATTRIBUTES, CONDITIONS, Order(), backward=backward, after=(None, 1, "a"), limit=3
            )


FRENCH_YEAR = CoverageQuery(
    jurisdictions=(parse_jurisdiction("FR"),), agencies=("fr.x",), start=date(2024, 1, 1), end=date(2025, 1, 1)
)

BUILT: dict[str, Callable[[QueryBuilder, RecordTable], Iterator[Select[Any]]]] = {
    "pages.page": _page,
    "pages.count": lambda builder, kind: iter([builder.pages.count(kind, _conditions(kind), 3)]),
    "pages.by_id": lambda builder, kind: iter([builder.pages.by_id(kind, ATTRIBUTES, ["a"])]),
    "relations.related": _related,
    "relations.related_counts": lambda builder, kind: (
        builder.relations.related_counts(parent, ["a"], kind, CONDITIONS) for parent in _parents(kind)
    ),
    "coverage.reporting": lambda builder, kind: iter([builder.coverage.reporting(kind, _conditions(kind))]),
    "summaries.groups": _summary,
    "changes.page": _changes,
    "versions.by_start": lambda builder, kind: iter([builder.versions.by_start(kind, ATTRIBUTES, [("a", 1)])]),
    "versions.history": lambda builder, kind: iter([builder.versions.history(kind, ATTRIBUTES, ["a"], 3)]),
    "coverage.states": lambda builder, kind: iter([builder.coverage.states()]),
    "coverage.rejections": lambda builder, kind: iter(
        [builder.coverage.rejections(["other"], after, 3) for after in (None, ("other", "a", "live", 1))]
    ),
    "coverage.with_unread_rows": lambda builder, kind: iter([builder.coverage.with_unread_rows(["a"])]),
    "coverage.scopes": lambda builder, kind: iter([builder.coverage.scopes(FRENCH_YEAR, 100)]),
    "coverage.vouching_scopes": lambda builder, kind: iter([builder.coverage.vouching_scopes(FRENCH_YEAR, ["other"])]),
    "coverage.doubtful": lambda builder, kind: iter([builder.coverage.doubtful(kind, FRENCH_YEAR, ["other"])]),
    "coverage.covering": lambda builder, kind: iter(
        [builder.coverage.covering(ScopeQuery((kind.type,), ("FR",), date(2024, 1, 1), date(2025, 1, 1)))]
    ),
    "values.any_record": lambda builder, kind: (builder.values.any_record(kind, each) for each in _conditions(kind)),
    "values.any_with_scheme": lambda builder, kind: iter([builder.values.any_with_scheme(kind, ["no"])]),
    "values.texts": lambda builder, kind: iter([builder.values.texts(kind, "references")]),
    "values.schemes": lambda builder, kind: iter([builder.values.schemes(kind)]),
    "values.dimensions": lambda builder, kind: iter(
        [builder.values.dimensions(kind)] if kind.type is RecordType.STATISTIC else []
    ),
}
"""By public method of the builder's groups, what it builds."""


def ruled(statement: Select[Any], caller: Caller) -> int:
    """How many SELECTs within a statement read records or scopes of their own; fails where one lacks the rule."""
    found = 0
    for part in visitors.iterate(statement):
        if not isinstance(part, Select):
            continue
        for table in _tables(part):
            joined_to_a_record = table is scope and len(_tables(part)) > 1
            if not joined_to_a_record:
                found += 1
                assert any(_is_rule(condition, table, caller) for condition in _conjuncts(part.whereclause)), f"{table}"
    return found


def _tables(part: Select[Any]) -> list[FromClause]:
    records = [kind.table for kind in RECORD_TABLES.values()]
    owned = [*records, *(rollup.table for rollup in ROLLUP_TABLES.values()), scope]
    # What a SELECT takes from the one around it, it does not read itself.
    own = [clause for clause in part.get_final_froms() if clause not in part._correlate]
    found = [read for clause in own for read in _within(owned, clause)]
    # A table under another name is read for its own sake only where nothing else is.
    return [read for read in found if read in owned] or found


def _within(owned: list[Table], clause: FromClause) -> Iterator[FromClause]:
    """The tables, or tables under another name, that a FROM reads."""
    if any(getattr(clause, "element", clause) is table for table in owned):
        yield clause
    for side in (getattr(clause, "left", None), getattr(clause, "right", None)):
        if side is not None:
            yield from _within(owned, side)


def _conjuncts(clause: ColumnElement[bool] | None) -> list[Any]:
    if clause is None:
        return []
    if getattr(clause, "operator", None) is operators.and_:
        return [inner for part in clause.get_children() for inner in _conjuncts(part)]  # type: ignore[arg-type]  # of AND
    return [clause]


def _is_rule(condition: Any, table: FromClause, caller: Caller) -> bool:
    if isinstance(getattr(condition, "element", condition), False_):
        return not caller.sources
    return (
        isinstance(condition, BinaryExpression)
        and condition.operator is operators.in_op
        and condition.left is table.c.source
        and set(condition.right.value) <= caller.sources
    )


@pytest.mark.parametrize("caller", [Caller(Audience.PUBLIC, frozenset({"a", "b"})), NOBODY], ids=["two", "nobody"])
@pytest.mark.parametrize("view", [LATEST, RevisionView(3, False)], ids=["latest", "past"])
def test_every_statement_on_records_and_scopes_holds_the_rule_of_the_callers_sources(
    caller: Caller, view: RevisionView
) -> None:
    builder = QueryBuilder(caller, view, Delivery(caller))
    groups = {name: group for name, group in vars(builder).items() if name != "view"}
    public_methods = {
        f"{name}.{method}" for name, group in groups.items() for method in dir(group) if not method.startswith("_")
    }
    assert public_methods == BUILT.keys()
    for build in BUILT.values():
        for kind in (RECORD_TABLES[RecordType.ARREST], RECORD_TABLES[RecordType.STATISTIC]):
            for statement in build(QueryBuilder(caller, view, Delivery(caller)), kind):
                assert ruled(statement, caller) > 0


BUILDERS = {
    f"catalogue/read/sql/{name}.py"
    for name in ("base", "changes", "conditions", "coverage", "pages", "relations", "summaries", "values", "versions")
}
"""Build every statement that answers a caller."""

KEEPERS = {
    "catalogue/disclosure/publication.py",
    "catalogue/indexes.py",
    "catalogue/integrity.py",
    "catalogue/tables.py",
    "catalogue/write/acceptance.py",
    "catalogue/write/batches.py",
    "catalogue/write/editions.py",
    "catalogue/write/groups.py",
    "catalogue/write/holds.py",
    "catalogue/write/packing.py",
    "catalogue/write/redaction.py",
    "catalogue/write/rollups.py",
}
"""Read records to keep the catalogue: to write, check, redact and publish."""

ACCESS_TABLES = {"access/tables.py", "access/audit/tables.py"}
"""Agencies, agreements, keys and the audit log: no records."""

SELECT_NOTHING = {"catalogue/write/bulk_insert.py", "store/database.py", "store/postgresql.py", "store/sqlite.py"}
"""Open, lock, or insert rows."""


def test_no_other_module_reads_records() -> None:
    records = [kind.table.name for kind in RECORD_TABLES.values()]
    owned = [*records, *(rollup.table.name for rollup in ROLLUP_TABLES.values())]
    root = Path(gateway.__file__).parent
    modules = {path.relative_to(root).as_posix(): path for path in root.rglob("*.py") if "migrations" not in path.parts}
    exempt = BUILDERS | KEEPERS | ACCESS_TABLES
    assert exempt | SELECT_NOTHING <= modules.keys()
    for name in modules.keys() - exempt:
        tree = ast.parse(modules[name].read_text())
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        from_sqlalchemy = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            for alias in node.names
        }
        assert not names & {"table", "metadata", "sorted_tables"}, name
        if name not in SELECT_NOTHING:
            assert not names & {"exec_driver_sql"}, name
            assert not from_sqlalchemy & {"literal_column", "Table", "MetaData", "table"}, name
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not any(each in text for text in texts for each in owned), name


def test_the_rule_is_found_missing_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: without its rule every statement on records is found out."""
    caller = Caller(Audience.PUBLIC, frozenset({"a"}))
    builder = QueryBuilder(caller, LATEST, Delivery(caller))
    for rule in ("visible", "visible_scope", "in_open_source"):
        monkeypatch.setattr(RowRules, rule, lambda *_, **__: true())
    for name in BUILT:
        for statement in BUILT[name](builder, RECORD_TABLES[RecordType.CASE]):
            with pytest.raises(AssertionError):
                ruled(statement, caller)


def test_a_record_of_a_source_that_is_no_longer_wired_is_seen_by_nobody(filled: Shelf) -> None:
    del filled.holdings.sources[HIDDEN]
    assert HIDDEN not in str(seen(filled, operator(filled.holdings.descriptions.values())))


def test_values_of_hidden_records_are_found_by_no_filter_and_change_no_order(shelf: Shelf) -> None:
    def case(source: str, day: int) -> Case:
        opened = Period(start=date(2024, 1, day), end=date(2024, 1, day + 1))
        return Case(
            source=source, external_id=f"{day}", opened=opened, offence=Offence(label=source), references=shared
        )

    shelf.state([case(OPEN, 1), case(OPEN, 3)], name=OPEN)
    hidden = [case(HIDDEN, 2), Arrest(source=HIDDEN, external_id="1", references=shared)]
    shelf.state(hidden, name=HIDDEN, audience=Audience.PARTNER, channel=ARCHIVE)
    document = """query($f: CaseFilter) {
      cases(filter: $f, orderBy: {descending: false}) { totalCount nodes { externalId arrests { totalCount } } }
    }"""
    for named in ({"offence": [HIDDEN]}, {"source": [HIDDEN]}):
        answer = shelf.ask(document, {"f": named})
        assert answer.refusals == ["BAD_INPUT"]
        assert answer.data == {"cases": None}
    page = shelf.ask(document, {"f": {"reference": {"value": "1"}}}).data["cases"]
    assert [node["externalId"] for node in page["nodes"]] == ["1", "3"]
    assert [node["arrests"]["totalCount"] for node in page["nodes"]] == [0, 0]
    assert page["totalCount"] == 2
