"""Authorisation at every place where records occur in an answer: a caller gets what is declared for it, and no more.

The places are those of the published schema, and each profile asks there for every field that it may name. Every value
is a canary: an answer is compared with a model of what belongs in it, both ways, and searched for what does not.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, get_named_type

from gateway.operations.document_caches import DocumentCaches
from tests.gateway.access.authorisation.client import LIMITS, USUAL_PROFILES, CanaryClient, canary_catalogue, profile_of
from tests.gateway.access.authorisation.model import AnswerModel, check_answers
from tests.gateway.access.authorisation.questions import LONG, USUAL, WHOLE, direct_questions, related_questions
from tests.gateway.access.authorisation.record_checks import RECORD_CHECKS
from tests.support.canaries import PROFILES, CanaryCatalogue
from tests.support.catalogue import shelf_at
from tests.support.databases import PostgreSQL
from tests.support.record_queries import fragments
from tests.support.schema_declarations import places, reachable, records, whole


def test_a_caller_gets_every_field_that_is_declared_for_it_at_every_place(
    client: CanaryClient, model: AnswerModel
) -> None:
    """Each profile takes some of the questions; together they take all."""
    check_answers(client, model, direct_questions(client, USUAL))


def test_a_caller_gets_every_field_of_related_records_that_is_declared_for_it(
    client: CanaryClient, model: AnswerModel
) -> None:
    check_answers(client, model, related_questions(client, USUAL))


@pytest.mark.proof
@pytest.mark.parametrize("name", [profile.name for profile in PROFILES])
def test_every_profile_passes_all_checks_at_every_place(
    name: str, catalogue: CanaryCatalogue, caches: DocumentCaches, model: AnswerModel
) -> None:
    """Every place without a parent record, those below one source, and all other checks in full."""
    client = CanaryClient(catalogue, profile_of(name), caches)
    for check in RECORD_CHECKS:
        check(client)
    check_answers(client, model, direct_questions(client, LONG))
    check_answers(client, model, related_questions(client, LONG))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(6))
@pytest.mark.parametrize("name", ["types in France", "owner, and persons in France"])
def test_two_profiles_get_every_record_in_every_style(
    name: str, part: int, catalogue: CanaryCatalogue, caches: DocumentCaches, model: AnswerModel
) -> None:
    """All questions, in six parts."""
    client = CanaryClient(catalogue, profile_of(name), caches)
    questions = [
        *direct_questions(client, WHOLE),
        *related_questions(client, WHOLE),
    ]
    check_answers(client, model, questions[part::6])


@pytest.mark.proof
def test_answers_are_the_same_on_postgresql(postgresql_server: PostgreSQL, tmp_path: Path) -> None:
    """All checks, for the profiles of the usual run."""
    with postgresql_server.database() as url, shelf_at(url) as shelf, canary_catalogue(shelf, tmp_path) as catalogue:
        model, caches = AnswerModel(catalogue), DocumentCaches(LIMITS)
        for name in USUAL_PROFILES:
            client = CanaryClient(catalogue, profile_of(name), caches, every=False)
            check_answers(client, model, direct_questions(client, USUAL))
            check_answers(client, model, related_questions(client, USUAL))
            for check in RECORD_CHECKS:
                check(client)


def test_the_questions_cover_every_field_of_every_type() -> None:
    """A new field of the schema fails this test until a question has it."""
    schema = whole()
    assert schema.query_type is not None
    body = " ".join(f"...Whole{get_named_type(field.type).name}" for field in schema.query_type.fields.values())
    body += " ".join(f"...Whole{kind}" for kind in records(schema))
    body += " ".join(f"...Whole{kind}" for place in places(schema, 1) for _, kind in place.steps)
    covered = {("Query", name) for name in schema.query_type.fields}
    for kind, within in re.findall(r"fragment Whole(\w+) on \w+ {(.*?) }(?= fragment|$)", fragments(schema, body)):
        covered |= {(kind, name) for name in re.findall(r"\w+", re.sub(r"{[^}]*}", "", within))}
    covered |= {(within, name) for place in places(schema, 1) for (_, within), (name, _) in pairwise(place.steps)}
    all_fields = {
        (kind.name, name)
        for kind in reachable(schema).values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }
    assert all_fields - covered == set()
