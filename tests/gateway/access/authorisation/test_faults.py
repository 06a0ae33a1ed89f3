"""The checks can fail: a rule that is left out is detected."""

from collections.abc import Callable
from copy import copy
from typing import Any

import pytest
from graphql import validate
from sqlalchemy import true

from gateway.access.callers import Caller
from gateway.access.row_rules import RowRules
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.read.sql import conditions
from gateway.catalogue.read.sql.base import VisibleRecords
from gateway.catalogue.read.sql.changes import ChangeStatements
from gateway.catalogue.read.sql.pages import PageStatements
from gateway.catalogue.read.sql.relations import RelationStatements
from gateway.catalogue.read.sql.summaries import SummaryStatements
from gateway.catalogue.read.sql.versions import VersionStatements
from gateway.catalogue.tables import RecordTable
from gateway.operations import documents as operations
from gateway.operations.document_caches import DocumentCaches
from schema.access import View
from schema.contract import visible_schema
from tests.gateway.access.authorisation.client import LIMITS, CanaryClient, profile_of, usual_or_proof
from tests.gateway.access.authorisation.list_checks import check_filters, check_pages, check_summaries
from tests.gateway.access.authorisation.name_checks import check_introspection, check_names
from tests.gateway.access.authorisation.record_checks import (
    check_absence,
    check_changes,
    check_records,
    check_relations,
    check_sources,
)
from tests.support.canaries import SOURCES, CanaryCatalogue


def without_rule(statements: type, method: str) -> tuple[Any, str, Any]:
    """A statement without the rule of whose records a caller may see."""
    original = getattr(statements, method)

    def faulty(self: Any, *arguments: Any, **options: Any) -> Any:
        records, rules = copy(self._records), copy(self._records.rules)
        vars(rules)["visible"] = lambda record, columns: true()
        records.rules = rules
        return original(statements(records), *arguments, **options)

    return statements, method, faulty


def _columns_for_all(self: Any, kind: Any, attribute: Any) -> Any:
    return (kind.table.c[name] for name in attribute.columns)


def _everywhere(self: Any, columns: Any, grant: Any) -> Any:
    return columns.source.in_(sorted(grant.sources))


def _suggesting(*arguments: Any, **options: Any) -> Any:
    return validate(*arguments, **{**options, "hide_suggestions": False})


FAULTS: dict[str, tuple[str, Callable[[CanaryClient], None], tuple[Any, str, Any]]] = {
    "a page": ("some types", check_pages, without_rule(PageStatements, "page")),
    "a count": ("France", check_pages, without_rule(PageStatements, "count")),
    "nodes by their ids": ("anybody", check_absence, without_rule(PageStatements, "by_id")),
    "related records": ("anybody", check_relations, without_rule(RelationStatements, "related")),
    "the count of related records": ("France", check_relations, without_rule(RelationStatements, "related_counts")),
    "a history": ("France", check_records, without_rule(VersionStatements, "history")),
    "changes": ("anybody", check_changes, without_rule(ChangeStatements, "page")),
    "a summary": ("some types", check_summaries, without_rule(SummaryStatements, "groups")),
    "scopes": ("France", check_sources, (RowRules, "visible_scope", lambda self, columns, **_: true())),
    "the types that were granted": (
        "some types",
        check_relations,
        (Caller, "extra_grants", lambda self, record: self.grants),
    ),
    "the places that were granted": ("France", check_records, (RowRules, "_in_grant", _everywhere)),
    "the class of a field": (
        "types in France",
        check_records,
        (VisibleRecords, "_attribute_columns", _columns_for_all),
    ),
    "the class of what a filter looks at": (
        "types in France",
        check_filters,
        (conditions, "sensitive_attributes", lambda *_: {}),
    ),
    "what a publisher wrote for a sensitive field": (
        "operator",
        check_records,
        (RecordTable, "sensitive", lambda *_: False),
    ),
    "fields that do not exist for a caller": (
        "anybody",
        check_introspection,
        (View, "sees", lambda self, access: True),
    ),
    "names that are not to be proposed": ("personal", check_names, (operations, "validate", _suggesting)),
    "sources of others": (
        "anybody",
        check_sources,
        (Caller, "visible_sources", property(lambda self: frozenset(SOURCES))),
    ),
    "test keys": ("test key", check_sources, (Catalogue, "synthetic_descriptions", Catalogue.descriptions)),
}
"""Rules that can be left out, each with a profile, a check that detects it, and the fault."""


USUAL_RULES = {
    *("a page", "related records", "a history", "changes", "a summary", "the types that were granted"),
    *("the places that were granted", "the class of a field", "names that are not to be proposed"),
}
"""Rules that are left out in the usual run."""


@pytest.mark.parametrize("rule", [usual_or_proof(rule, USUAL_RULES) for rule in FAULTS])
def test_a_rule_that_is_left_out_is_detected(
    rule: str, catalogue: CanaryCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, check, fault = FAULTS[rule]
    profile = profile_of(name)
    monkeypatch.setattr(*fault)
    visible_schema.cache_clear()
    try:
        catalogue.call(profile)
        with pytest.raises(AssertionError):
            check(CanaryClient(catalogue, profile, DocumentCaches(LIMITS)))
    finally:
        monkeypatch.undo()
        visible_schema.cache_clear()
        catalogue.call(profile)
