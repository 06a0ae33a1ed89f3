"""Authorisation is proven, not sampled: whoever asks, in whatever way, gets what is declared for them and nothing else.

Every place at which records can stand in an answer is taken from the published schema, and everybody asks there for
every field that they may name. Every value is a canary: what comes is compared with a model of what may come, both ways,
and the whole text of each answer is searched for what may not.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema

from gateway.operations.documents import Editions
from gateway.operations.limits import Limits
from gateway.operations.run import Answer, Bounds, Request, run
from tests.canaries import (
    CANARY,
    DRILL,
    OPEN,
    PROFILES,
    SHARED,
    SOURCE,
    SOURCES,
    TRIAL,
    Profile,
    Stage,
    Telling,
    history_of,
    said_of,
    told_to,
)
from tests.declared import Place, declared, places
from tests.questions import ALIAS, Question, Style, descend, documents, question
from tests.shelf import shelf_at

ROOMY = Limits(tokens=10**6, characters=10**7, depth=60, aliases=10**5, fields=10**6, overlaps=10**7)
STYLES = list(Style)
LISTS = {"cases", "takedowns", "arrests", "informationRequests", "cooperationRequests", "statistics"}
BY_ID = {"node", "nodes", "case", "takedown", "arrest"}


class Quiet:
    """A log that keeps nothing: what it would hold is another test's matter."""

    async def append(self, said: Any) -> None:
        del said


class Asker:
    """Somebody who asks. Whatever is answered is searched for what they may not be told."""

    def __init__(self, stage: Stage, profile: Profile, editions: Editions) -> None:
        self.stage = stage
        self.profile = profile
        self.schema: GraphQLSchema = declared(profile.audience, profile.classes)
        self.heard: set[str] = set()
        self._editions = editions
        self._allowed = stage.canaries(profile)

    def ask(self, text: str, **variables: Any) -> Answer:
        request = Request(query=text, variables=variables, correlation_id="the same")
        caller = self.stage.callers[self.profile.name]
        bounds = Bounds(seconds=300, cost=10**12)
        asked = run(self.stage.shelf.holdings, caller, self._editions, request, bounds=bounds, log=Quiet())  # type: ignore[arg-type]  # it appends
        answer = self.stage.shelf.run(asked)
        told = answer.text().decode() + " ".join(_within_cursors(answer.data))
        found = set(CANARY.findall(told))
        assert found <= self._allowed, f"{self.profile.name} is told {sorted(found - self._allowed)[:5]}"
        sources = set(SOURCE.findall(told)) - set(SOURCE.findall(text))
        assert sources <= self.profile.sources, f"{self.profile.name} is told of {sources - self.profile.sources}"
        self.heard |= found
        return answer

    def data(self, text: str, **variables: Any) -> dict[str, Any]:
        """What is answered to a question that may be asked."""
        answer = self.ask(text, **variables)
        assert answer.data is not None, answer.errors[:1]
        assert list(answer.errors) == []
        return answer.data


def _within_cursors(data: Any) -> Iterator[str]:
    """What the cursors of an answer say when they are read."""
    if isinstance(data, dict):
        for name, value in data.items():
            if "ursor" in name and isinstance(value, str):
                try:
                    yield base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode(errors="replace")
                except binascii.Error:
                    continue
            else:
                yield from _within_cursors(value)
    elif isinstance(data, list):
        for value in data:
            yield from _within_cursors(value)


# The questions, by place.


def direct(stage: Stage, schema: GraphQLSchema, turn: int, *, every: bool) -> list[Question]:
    """For every field, at every place that hangs on no other record, now and then; `every`: in every style."""
    asked: list[Question] = []
    for number, place in enumerate(places(schema, 0)):
        for then in (False, True):
            if then and "asOf" not in schema.query_type.fields[place.root].args:
                continue
            turned = STYLES if every else [STYLES[(number + turn + then) % len(STYLES)]]
            for style in turned:
                for about in _about(stage, place, every=every):
                    asked.append(question(schema, place, f"q{len(asked)}", style, then=then, **about))
    return asked


def related(stage: Stage, schema: GraphQLSchema, turn: int, *, every: bool) -> list[Question]:
    """At every place that hangs on one other record: from one parent for every field, elsewhere for sensitive ones.

    Not `every` time each: of those elsewhere one in eight, another one for each that asks.
    """
    asked: list[Question] = []
    deep = [place for place in places(schema, 1) if place.parent]
    for number, place in enumerate(deep):
        if place.root == "nodes":
            hub = tuple(each.id for each in stage.tellings if each.record.source == TRIAL and each.kind == place.parent)
            style = STYLES[(number + turn) % len(STYLES)]
            asked.append(question(schema, place, f"q{len(asked)}", style, ids=hub))
        elif every or (number + turn) % 8 == 0:
            for about in _about(stage, place, every=False):
                asked.append(question(schema, place, f"q{len(asked)}", None, size=4, **about))
    return asked


def _about(stage: Stage, place: Place, *, every: bool) -> Iterator[dict[str, Any]]:
    """What is asked about at a place whose root field is not asked for everything at once."""
    ids = sorted({each.id for each in stage.tellings if each.kind == place.first})
    if place.root == "nodes":
        yield {"ids": tuple(ids)}
    elif place.root in BY_ID:
        for one in ids if every else sorted({each.split(":")[1]: each for each in ids}.values()):
            yield {"ids": (one,)}
    elif place.root in {"total", "compareStatistics"}:
        yield from ({"source": source} for source in SOURCES)
    else:
        yield {}


# What is to come of them.


def expected(asker: Asker, asked: Question) -> list[Telling]:
    """The tellings that stand at a place which hangs on no other record."""
    stage, profile, place = asker.stage, asker.profile, asked.place
    if place.root == "changes":
        return [each for each in stage.tellings if each.kind == place.kind and profile.sees(each)]
    found = stage.seen(profile, place.kind, stage.number_then if asked.then else None)
    if asked.ids:
        found = [each for each in found if each.id in asked.ids]
    if asked.source:
        found = [each for each in found if each.record.source == asked.source and not each.redacted]
    if place.root == "compareStatistics":
        found = [each for each in found if not each.record.dimensions]  # type: ignore[attr-defined]  # figures have them
    return found


def below(asker: Asker, asked: Question, parent: str) -> list[Telling]:
    """The tellings that hang on a record, each sharing the one reference that all have."""
    at = asker.stage.number_then if asked.then else None
    held = [each for each in asker.stage.seen(asker.profile, at=at) if not each.redacted]
    if parent not in {each.id for each in held}:
        return []
    return [each for each in held if each.kind == asked.place.kind and each.id != parent]


def key(telling: Telling) -> tuple[str, str]:
    assert telling.began is not None
    return telling.id, telling.began.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Matrix:
    """What everybody may be told of each telling."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._said = {key(each): said_of(each) for each in stage.tellings}
        self._tellings = {key(each): each for each in stage.tellings}

    def holds(self, asker: Asker, asked: Question, data: Mapping[str, Any]) -> None:
        """Asserts that an answer has at the place what is to stand there, in every field that was asked for."""
        answer = data[asked.alias]
        if asked.place.parent is None:
            self._same(asker, asked, list(descend(answer, asked.steps[1:])), expected(asker, asked))
            return
        cut = max(at for at, (_, kind) in enumerate(asked.place.steps[:-1]) if kind == asked.place.parent)
        for parent in descend(answer, asked.steps[1 : cut + 1]):
            assert (parent["id"], parent["recordedAt"]) in self._tellings, (str(asked), parent)
            page = parent[asked.steps[cut + 1]]
            stands = below(asker, asked, parent["id"])
            assert page["totalCount"] == len(stands), (asker.profile.name, str(asked))
            self._same(asker, asked, list(descend(page, asked.steps[cut + 2 :])), stands)

    def _same(self, asker: Asker, asked: Question, found: Sequence[Any], stand: Sequence[Telling]) -> None:
        said = (asker.profile.name, str(asked))
        if "otherwise" in (name.removeprefix(ALIAS) for name in asked.steps):
            # Figures that contradict others: none does here.
            assert found == [], said
            return
        assert sorted((node["id"], node["recordedAt"]) for node in found) == sorted(map(key, stand)), said
        at = asker.stage.number_then if asked.then else None
        for node in found:
            telling = self._tellings[node["id"], node["recordedAt"]]
            may = told_to(asker.profile, telling, self._said[key(telling)])
            if asked.style is not None:
                may["history"] = history_of(asker.profile, asker.stage.tellings, telling.id, at)
            fields = [(name.removeprefix(ALIAS), value) for name, value in node.items() if name != "__typename"]
            for field, value in fields:
                assert value == may[field], (*said, field, value, may[field])
            if asked.style is not None:
                assert dict(fields).keys() == may.keys(), said


def reads(asker: Asker, matrix: Matrix, questions: Sequence[Question]) -> None:
    """Asks the questions, and holds the answers against the matrix."""
    for text, asked in documents(asker.schema, questions):
        then = {"then": asker.stage.then.isoformat().replace("+00:00", "Z")} if "$then" in text else {}
        data = asker.data(text, **then)
        for each in asked:
            matrix.holds(asker, each, data)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with shelf_at(f"sqlite:///{tmp_path_factory.mktemp('stage') / 'catalogue.db'}") as shelf:
        yield Stage(shelf)


@pytest.fixture(scope="module")
def matrix(stage: Stage) -> Matrix:
    return Matrix(stage)


@pytest.fixture(scope="module")
def editions() -> Editions:
    return Editions(ROOMY)


@pytest.fixture(params=PROFILES, ids=lambda profile: profile.name)
def asker(request: pytest.FixtureRequest, stage: Stage, editions: Editions) -> Asker:
    return Asker(stage, request.param, editions)


def test_every_field_at_every_place_comes_to_whom_it_is_declared_for(asker: Asker, matrix: Matrix) -> None:
    turn = PROFILES.index(asker.profile)
    reads(asker, matrix, direct(asker.stage, asker.schema, turn, every=False))


def test_so_does_every_field_of_records_that_hang_on_others(asker: Asker, matrix: Matrix) -> None:
    turn = PROFILES.index(asker.profile)
    reads(asker, matrix, related(asker.stage, asker.schema, turn, every=False))
