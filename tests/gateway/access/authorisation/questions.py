"""Questions for records at every place where they occur in an answer, shared out among the profiles."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import GraphQLSchema

from tests.gateway.access.authorisation.client import CanaryClient
from tests.support.canaries import TRIAL
from tests.support.record_queries import Question, Style, question
from tests.support.schema_declarations import Place, places

STYLES = list(Style)

BY_ID = {"node", "nodes", "case", "takedown", "arrest"}
"""Root fields that take an id."""


class Breadth(NamedTuple):
    """How many of the questions one profile takes: of each kind one in so many, turn by turn.

    `hubs` are questions for all fields of records related to another, `elsewhere` those for sensitive fields alone.
    """

    direct: int
    hubs: int
    elsewhere: int
    ids: int | None = None
    """How many ids are asked for at each place; None: all."""
    styles: bool = False
    """Whether in every style."""


USUAL = Breadth(direct=7, hubs=7, elsewhere=21, ids=1)
"""Seven profiles together cover every place for all fields, and a third of those elsewhere for sensitive ones alone."""
LONG = Breadth(direct=1, hubs=1, elsewhere=8, ids=8)
WHOLE = Breadth(direct=1, hubs=1, elsewhere=1, styles=True)


def direct_questions(client: CanaryClient, breadth: Breadth) -> list[Question]:
    """Questions for every field at the places that are related to no other record, now and at the midpoint."""
    schema, turn = client.schema, client.turn
    questions: list[Question] = []
    for number, place in enumerate(places(schema, 0)):
        for then in (False, True):
            if then and "asOf" not in _arguments(schema, place):
                continue
            is_taken = place.root == "nodes" and not then
            if not is_taken and (number + then + turn) % breadth.direct:
                continue
            for style in STYLES if breadth.styles else [STYLES[(number + turn // breadth.direct + then) % len(STYLES)]]:
                for subject in subjects(client, place, breadth.ids, turn):
                    questions.append(question(schema, place, f"q{len(questions)}", style, then=then, **subject))
    return questions


def related_questions(client: CanaryClient, breadth: Breadth) -> list[Question]:
    """Questions at the places related to one other record: for every field of one source, else for sensitive ones."""
    schema, turn = client.schema, client.turn
    questions: list[Question] = []
    for number, place in enumerate(place for place in places(schema, 1) if place.parent):
        # `nodes` and `edges` of a relation are neighbours: of the two a profile takes one, unless it takes all.
        is_taken = (number // 2 + turn) % breadth.hubs == 0 and (breadth.hubs == 1 or number % 2 == turn % 2)
        if place.root == "nodes" and is_taken:
            hub = {
                each.id
                for each in client.catalogue.versions
                if each.record.source == TRIAL and each.kind == place.parent
            }
            style = STYLES[(number + turn) % len(STYLES)]
            questions.append(question(schema, place, f"q{len(questions)}", style, ids=tuple(sorted(hub))))
        if (number + turn) % breadth.elsewhere == 0:
            then = "asOf" in _arguments(schema, place) and number % 2 == 1
            for subject in subjects(client, place, 1, turn):
                questions.append(question(schema, place, f"q{len(questions)}", None, then=then, size=1, **subject))
    return questions


def subjects(client: CanaryClient, place: Place, limit: int | None, turn: int) -> Iterator[dict[str, Any]]:
    """What is asked for at a place: ids, sources, or everything, as its root field takes it."""
    ids = sorted({each.id for each in client.catalogue.versions if each.kind == place.first})
    if place.root == "nodes":
        yield {"ids": tuple(ids)}
    elif place.root in BY_ID:
        one_of_each_source = sorted({id.split(":")[1]: id for id in ids}.values())
        yield from ({"ids": (id,)} for id in _some(one_of_each_source, ids, limit, turn))
    elif place.root in {"total", "compareStatistics"}:
        # A source that the profile may not see is an error, like one that does not exist.
        sources = sorted(client.profile.sources)
        yield from ({"source": source} for source in _some(sources, sources, limit, turn))
    else:
        yield {}


def _some(first: list[str], all_values: list[str], limit: int | None, turn: int) -> list[str]:
    """So many values, beginning with another one of `first` at each turn; all of them without a limit."""
    return all_values if limit is None or not first else [*first[turn % len(first) :], *first][:limit]


def _arguments(schema: GraphQLSchema, place: Place) -> Mapping[str, Any]:
    assert schema.query_type is not None
    arguments: Mapping[str, Any] = schema.query_type.fields[place.root].args
    return arguments
