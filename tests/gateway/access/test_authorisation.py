"""Authorisation is proven, not sampled: whoever asks, in whatever way, gets what is declared for them and nothing else.

Every place at which records can stand in an answer is taken from the published schema, and everybody asks there for
every field that they may name. Every value is a canary: what comes is compared with a model of what may come, both
ways, and the whole text of each answer is searched for what may not.
"""

import base64
import binascii
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_introspection_query,
    get_named_type,
    is_specified_scalar_type,
    specified_scalar_types,
    validate,
)
from pydantic import SecretStr
from sqlalchemy import true

from adapters.records import Dimension, Offence
from adapters.vocabulary.enums import RecordType, Vocabulary
from gateway.access.audit.chain import AuditKeys
from gateway.access.audit.log import AuditLog
from gateway.access.audit.tables import audit_metadata
from gateway.access.callers import Caller
from gateway.access.row_rules import RowRules
from gateway.app import create_app
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
from gateway.operations.answer import Answer
from gateway.operations.documents import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from gateway.settings import Settings
from gateway.store.database import connect
from schema.access import View
from schema.contract import visible_schema
from tests.support.canaries import (
    CANARY,
    GROUPS,
    OPEN,
    PEPPERS,
    PROFILES,
    SOURCE,
    SOURCES,
    TRIAL,
    Opening,
    Profile,
    Stage,
    Telling,
    group_of,
    history_of,
    said_of,
    told_to,
)
from tests.support.catalogue import Shelf, shelf_at
from tests.support.databases import PostgreSQL
from tests.support.record_queries import ALIAS, Question, Style, constant, descend, documents, fragments, question
from tests.support.schema_declarations import Place, declared, marks, places, reachable, records, whole

ROOMY = Limits(tokens=10**6, characters=10**7, depth=60, aliases=10**5, fields=10**6, overlaps=10**7)
STYLES = list(Style)
TELLING = [
    "anybody",
    "personal and locations",
    "other types",
    "Great Britain and Japan",
    "types in France",
    "owner, and persons in France",
    "test key",
]
"""Those who ask in the usual run; all others do in the long one."""
BY_ID = {"node", "nodes", "case", "takedown", "arrest"}


class Asker:
    """Somebody who asks. Whatever is answered is searched for what they may not be told."""

    def __init__(self, stage: Stage, profile: Profile, editions: DocumentCaches, *, every: bool = True) -> None:
        self.stage = stage
        self.every = every
        self.profile = profile
        self.schema: GraphQLSchema = declared(profile.audience, profile.classes)
        self.turn = (TELLING if profile.name in TELLING else [each.name for each in PROFILES]).index(profile.name)
        self.heard: set[str] = set()
        self.editions = editions
        self.allowed = stage.canaries(profile)
        self._told: dict[tuple[str, str], dict[str, Any]] = {}
        self._seen: dict[int | None, list[Telling]] = {}

    def mine(self, number: int, share: int) -> bool:
        """Whether it is for this caller to ask one of several questions, of which one in so many is enough."""
        return self.every or (number + self.turn) % share == 0

    def ask(self, text: str, **variables: Any) -> Answer:
        request = Request(query=text, variables=variables, correlation_id="the same")
        caller = self.stage.callers[self.profile.name]
        bounds = OperationLimits(seconds=300, cost=10**12)
        asked = execute_request(
            self.stage.shelf.holdings, caller, self.editions, request, limits=bounds, audit_log=self.stage.log
        )
        answer = self.stage.shelf.run(asked)
        told = answer.text().decode() + " ".join(_within_cursors(answer.data))
        found = set(CANARY.findall(told))
        assert found <= self.allowed, f"{self.profile.name} is told {sorted(found - self.allowed)[:5]}"
        sources = set(SOURCE.findall(told)) - set(SOURCE.findall(text))
        assert sources <= self.profile.sources, f"{self.profile.name} is told of {sources - self.profile.sources}"
        self.heard |= found
        return answer

    def seen(self, kind: str | None = None, at: int | None = None) -> list[Telling]:
        """What exists for them at a revision (None: the latest), of all types or of one."""
        if at not in self._seen:
            self._seen[at] = self.stage.seen(self.profile, at=at)
        return [each for each in self._seen[at] if kind in (None, each.kind)]

    def told(self, telling: Telling, said: Mapping[str, Any]) -> dict[str, Any]:
        """What they are told of a record, of all that could be said."""
        if key(telling) not in self._told:
            self._told[key(telling)] = told_to(self.profile, telling, said)
        return dict(self._told[key(telling)])

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


class Breadth(NamedTuple):
    """How much of what could be asked one caller asks: of each kind of question one in so many, turn by turn.

    `hubs` are questions for every field of records that hang on another, `elsewhere` those for sensitive fields alone.
    """

    direct: int
    hubs: int
    elsewhere: int
    ids: int | None = None
    """How many records are asked for one by one at each place; None: all."""
    styles: bool = False
    """Whether in every style at once."""


USUAL = Breadth(direct=7, hubs=7, elsewhere=7, ids=1)
"""Seven callers together ask at every place; who asks where is a matter of turns."""
LONG = Breadth(direct=1, hubs=1, elsewhere=8, ids=8)
WHOLE = Breadth(direct=1, hubs=1, elsewhere=1, styles=True)


def direct(stage: Stage, schema: GraphQLSchema, turn: int, breadth: Breadth) -> list[Question]:
    """For every field at the places that hang on no other record, now and then."""
    asked: list[Question] = []
    for number, place in enumerate(places(schema, 0)):
        for then in (False, True):
            if then and "asOf" not in _arguments(schema, place):
                continue
            mine = place.root == "nodes" and not then
            if not mine and (number + then + turn) % breadth.direct:
                continue
            for style in STYLES if breadth.styles else [STYLES[(number + turn // breadth.direct + then) % len(STYLES)]]:
                for about in _about(stage, place, breadth.ids, turn):
                    asked.append(question(schema, place, f"q{len(asked)}", style, then=then, **about))
    return asked


def related(stage: Stage, schema: GraphQLSchema, turn: int, breadth: Breadth) -> list[Question]:
    """At the places that hang on one other record: from one parent for every field, elsewhere for sensitive ones."""
    asked: list[Question] = []
    hung = [place for place in places(schema, 1) if place.parent]
    for number, place in enumerate(hung):
        # `nodes` and `edges` of a relation come after each other: of the two a caller asks one, unless it asks all.
        mine = (number // 2 + turn) % breadth.hubs == 0 and (breadth.hubs == 1 or number % 2 == turn % 2)
        if place.root == "nodes" and mine:
            hub = {each.id for each in stage.tellings if each.record.source == TRIAL and each.kind == place.parent}
            style = STYLES[(number + turn) % len(STYLES)]
            asked.append(question(schema, place, f"q{len(asked)}", style, ids=tuple(sorted(hub))))
        if (number + turn) % breadth.elsewhere == 0:
            then = "asOf" in _arguments(schema, place) and number % 2 == 1
            for about in _about(stage, place, 1, turn):
                asked.append(question(schema, place, f"q{len(asked)}", None, then=then, size=1, **about))
    return asked


def _arguments(schema: GraphQLSchema, place: Place) -> Mapping[str, Any]:
    assert schema.query_type is not None
    args: Mapping[str, Any] = schema.query_type.fields[place.root].args
    return args


def _about(stage: Stage, place: Place, most: int | None, turn: int) -> Iterator[dict[str, Any]]:
    """What is asked about at a place whose root field is not asked for everything at once: of each source something."""
    ids = sorted({each.id for each in stage.tellings if each.kind == place.first})
    if place.root == "nodes":
        yield {"ids": tuple(ids)}
    elif place.root in BY_ID:
        some = sorted({each.split(":")[1]: each for each in ids}.values())
        for one in ids if most is None else [*some[turn % len(some) :], *some][:most]:
            yield {"ids": (one,)}
    elif place.root in {"total", "compareStatistics"}:
        sources = sorted(SOURCES)
        for source in sources if most is None else [*sources[turn % len(sources) :], *sources][:most]:
            yield {"source": source}
    else:
        yield {}


# What is to come of them.


def expected(asker: Asker, asked: Question) -> list[Telling]:
    """The tellings that stand at a place which hangs on no other record."""
    stage, profile, place = asker.stage, asker.profile, asked.place
    if place.root == "changes":
        return [each for each in stage.tellings if each.kind == place.kind and profile.sees(each)]
    found = asker.seen(place.kind, stage.number_then if asked.then else None)
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
    held = [each for each in asker.seen(at=at) if not each.redacted]
    if parent not in {each.id for each in held}:
        return []
    return [each for each in held if each.kind == asked.place.kind and each.id != parent]


def key(telling: Telling) -> tuple[str, str]:
    """A telling as an answer names it: the record, and since when it is told so."""
    assert telling.began is not None
    return telling.id, written(telling.began)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


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
            may = asker.told(telling, self._said[key(telling)])
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
        then = {"then": written(asker.stage.then)} if "$then" in text else {}
        data = asker.data(text, **then)
        for each in asked:
            matrix.holds(asker, each, data)


@contextmanager
def staged(shelf: Shelf, folder: Path) -> Iterator[Stage]:
    """The catalogue, with an audit log of its own."""
    database = connect(f"sqlite:///{folder / 'audit.db'}")
    shelf.run(database.write(audit_metadata.create_all))
    log = AuditLog(database, folder / "heads.jsonl", AuditKeys(os.urandom(32), Ed25519PrivateKey.generate()))
    try:
        yield Stage(shelf, log)
    finally:
        shelf.run(log.close())
        shelf.run(database.close())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with shelf_at(f"sqlite:///{folder / 'catalogue.db'}") as shelf, staged(shelf, folder) as made:
        yield made


@cache
def matrix_of(stage: Stage) -> Matrix:
    """What may be told of this catalogue."""
    return Matrix(stage)


@pytest.fixture(scope="module")
def matrix(stage: Stage) -> Matrix:
    return matrix_of(stage)


@pytest.fixture(scope="module")
def editions() -> DocumentCaches:
    return DocumentCaches(ROOMY)


def named(name: str) -> Profile:
    return next(profile for profile in PROFILES if profile.name == name)


@pytest.fixture(params=TELLING)
def asker(request: pytest.FixtureRequest, stage: Stage, editions: DocumentCaches) -> Asker:
    return Asker(stage, named(request.param), editions, every=False)


def test_every_field_at_every_place_comes_to_whom_it_is_declared_for(asker: Asker, matrix: Matrix) -> None:
    """Each caller asks for some of it, all of them together for all."""
    reads(asker, matrix, direct(asker.stage, asker.schema, asker.turn, USUAL))


def test_so_does_every_field_of_records_that_hang_on_others(asker: Asker, matrix: Matrix) -> None:
    reads(asker, matrix, related(asker.stage, asker.schema, asker.turn, USUAL))


# Names: what does not exist for a caller is to it like what exists for nobody.


def hidden(asker: Asker) -> list[tuple[str, str]]:
    """The fields, by type and name, that are published and do not exist for somebody."""
    return [
        (kind, name) for full in marks() for kind, _, name in [full.partition(".")] if not asker.profile.names(full)
    ]


def alike(asker: Asker, text: str, name: str, **variables: Any) -> None:
    """Asserts that a name is refused in the same bytes as one that means nothing, and that no other is proposed."""
    nonsense = name[:-2] + "Qx"
    assert name in text
    one = asker.ask(text, **variables)
    other = asker.ask(
        re.sub(rf"\b{name}\b", nonsense, text),
        **{
            key: {nonsense if each == name else each: said for each, said in value.items()}
            for key, value in variables.items()
        },
    )
    assert one.refusal is not None, (asker.profile.name, text)
    assert one.text() == other.text().replace(nonsense.encode(), name.encode()), (asker.profile.name, text)
    assert b"Did you mean" not in other.text()


def names(asker: Asker) -> None:
    """Every hidden name, at every place where a document could write it."""
    schema, query = asker.schema, asker.schema.query_type
    assert query is not None
    for kind, name in hidden(asker):
        stands = [
            place for place in places(schema, 1) if place.kind == kind and (not place.parent or place.root == "nodes")
        ]
        for first in range(0, len(stands), 6):
            # No more at once than errors are told of one document.
            texts = []
            for at, place in enumerate(stands[first : first + 6]):
                text = question(schema, place, f"q{at}", None, source=OPEN, ids=("Case:x:y",)).text
                before, _, after = text.rpartition("id recordedAt ")
                texts.append(f"{before} {name} other: {name} ... on {kind} {{ {name} }} {after}")
            alike(asker, f"{{ {' '.join(texts)} }}", name)
        if kind == "Query":
            alike(asker, f"{{ {name} {{ __typename }} }}", name)
        if kind not in reachable(schema):
            alike(asker, f'{{ node(id: "x") {{ ... on {kind} {{ __typename }} }} }}', kind)
            alike(asker, f"query($x: {kind}) {{ __typename }}", kind)
            assert asker.data(f'{{ __type(name: "{kind}") {{ name }} }}') == {"__type": None}
        for parent, field, argument in _taking(schema, kind):
            on = "{ %s }" if parent == "Query" else f'{{ node(id: "x") {{ ... on {parent} {{ %s }} }} }}'
            alike(asker, on % f'{field}({argument}: {{{name}: ["~"]}}) {{ totalCount }}', name)
            given = on % f"{field}({argument}: $given) {{ totalCount }}"
            alike(asker, f"query($given: {kind}) {given} # {name}", name, given={name: ["~"]})
    for text in ("mutation { x }", "subscription { x }"):
        assert asker.ask(text).refusal is not None
    for text in NEARLY:
        refused = asker.ask(text)
        assert refused.refusal is not None
        assert b"Did you mean" not in refused.text(), (asker.profile.name, text)


NEARLY = [
    "{ casez { totalCount } }",
    "{ arrests { nodes { ageBands } } }",
    "{ takedowns { nodes { urlss } } }",
    "{ auditTrails { more } }",
    "{ arrests(filters: {}) { totalCount } }",
    '{ arrests(filter: {ageBands: ["x"]}) { totalCount } }',
    "{ arrests(orderBy: {by: PERIODS}) { totalCount } }",
    '{ node(id: "x") { ... on Arrests { id } } }',
    "query($x: AuditTrial) { __typename }",
]
"""Names that are nearly others."""


def _taking(schema: GraphQLSchema, kind: str) -> list[tuple[str, str, str]]:
    """The fields, by type and name, that take an argument of an input type, and the argument's name."""
    return [
        (parent.name, name, argument)
        for parent in [schema.query_type, *records(schema).values()]
        if parent is not None
        for name, field in parent.fields.items()
        for argument, given in field.args.items()
        if get_named_type(given.type).name == kind
    ]


def introspection(asker: Asker) -> None:
    """What a caller is told of its schema is the published one without what is not for it."""
    told = asker.data(get_introspection_query(descriptions=True, input_value_deprecation=True))["__schema"]
    assert (told["mutationType"], told["subscriptionType"]) == (None, None)
    shown = {
        kind["name"]: {
            *((each["name"], *sorted(given["name"] for given in each["args"])) for each in kind["fields"] or ()),
            *((each["name"],) for each in kind["inputFields"] or ()),
        }
        for kind in told["types"]
        if not kind["name"].startswith("__") and kind["name"] not in specified_scalar_types
    }
    declared = _named(reachable(asker.schema))
    assert shown == declared
    only = {name for _, name in hidden(asker)} - {field for fields in declared.values() for field, *_ in fields}
    text = orjson.dumps(told).decode()
    assert [name for name in only if f'"{name}"' in text or f"`{name}`" in text] == []


# Filters, orders, pages and counts.


LISTED = {
    "cases": "Case",
    "takedowns": "Takedown",
    "arrests": "Arrest",
    "reports": "Report",
    "informationRequests": "InformationRequest",
    "cooperationRequests": "CooperationRequest",
    "statistics": "Statistic",
}
"""Root fields that are pages, with what they list."""


def filters(asker: Asker) -> None:
    """Each field of each filter, given every value that any record has, finds what the caller sees.

    Given values that stand only in what it does not see, it finds nothing.
    """
    for number, (root, kind) in enumerate(LISTED.items()):
        if not asker.mine(number, 6):
            continue
        taken: Any = get_named_type(asker.schema.query_type.fields[root].args["filter"].type)  # type: ignore[union-attr]  # there is one
        found: dict[str, tuple[str, list[str]]] = {}
        texts: list[str] = []
        for name in taken.fields:
            for only_hidden in (False, True):
                given, ids = _given(asker, kind, name, only_hidden=only_hidden)
                if given is not None:
                    alias = f"q{len(texts)}"
                    texts.append(f"{alias}: {root}(first: 100, filter: {{{given}}}) {{ totalCount nodes {{ id }} }}")
                    found[alias] = (given[:60], ids)
        data = asker.data("{ " + " ".join(texts) + " }")
        for alias, (given, ids) in found.items():
            got = sorted(node["id"] for node in data[alias]["nodes"])
            assert data[alias]["totalCount"] == len(got)
            assert got == ids, (asker.profile.name, root, given)


def _given(asker: Asker, kind: str, name: str, *, only_hidden: bool) -> tuple[str | None, list[str]]:
    """A filter's field as a document gives it, and the ids that it is to find; no field where it has no such values."""
    full = f"{kind}.{name}"
    seen = [each for each in asker.seen(kind) if full not in marks() or asker.profile.opens(each, name)]
    unseen = [each for each in asker.stage.tellings if each.kind == kind and each not in seen and not each.redacted]
    told = [each for each in seen if not each.redacted]
    hidden_sources = sorted(set(SOURCES) - asker.profile.sources)
    whole: dict[str, tuple[str, Sequence[Telling]]] = {
        "source": (f"[{', '.join(map(_literal, SOURCES))}]", seen),
        "updatedSince": ('"2000-01-01T00:00:00Z"', seen),
        "period": ('{start: "1000-01-01", end: "2900-01-01"}, periodMatch: OVERLAPS', told),
        "reference": ('{value: "all"}', told),
        "jurisdiction": ('["FR", "JP", "GB"]', [each for each in told if each.record.jurisdictions]),
    }
    if name == "periodMatch":
        return None, []
    if name in whole:
        if only_hidden and name == "source":
            return f"source: [{', '.join(map(_literal, hidden_sources))}]", []
        if only_hidden and name == "reference" and unseen:
            return f'reference: {{value: "~{unseen[0].number}.reference~"}}', []
        return (None, []) if only_hidden else (f"{name}: {whole[name][0]}", _ids(whole[name][1]))
    values = {value for each in unseen + ([] if only_hidden else seen) for value in _values(each.record, name)}
    if not values or (only_hidden and not any("~" in str(value) for value in values)):
        return None, []
    listed = ", ".join(sorted(map(_literal, values)))
    return f"{name}: [{listed}]", _ids(each for each in seen if not values.isdisjoint(_values(each.record, name)))


def _ids(tellings: Iterable[Telling]) -> list[str]:
    return sorted(_ids_of(tellings))


def _values(record: Any, name: str) -> list[Any]:
    """What a record says of that which a filter's field of this name looks at."""
    attributes = {
        "agency": ("agency", "requested_by", "requester", "from_agency", "received_by"),
        "offence": ("offence",),
        "measure": ("measures",),
        "harmCategory": ("harm_categories",),
        "ageBand": ("age_band",),
        "dimension": ("dimensions",),
        "addressedTo": ("to_jurisdiction",),
    }.get(name, (name,))
    said = next(getattr(record, each) for each in attributes if hasattr(record, each))
    if isinstance(said, Offence):
        said = said.code
    return [each for each in (said if isinstance(said, tuple) else [said]) if each is not None]


def _literal(value: Any) -> str:
    if isinstance(value, Vocabulary):
        return value.value
    if isinstance(value, Dimension):
        return f'{{name: "{value.name}", value: "{value.value}"}}'
    return f'"{value}"'


def paging(asker: Asker) -> None:
    """Page by page, in each order and both directions: what the caller sees, counted, and nothing tells of the rest."""
    walks = product(LISTED.items(), ("PERIOD", "RECORDED_AT"), (True, False), (True, False))
    for number, ((root, kind), by, descending, forward) in enumerate(walks):
        if asker.mine(number, 14):
            order = f"orderBy: {{by: {by}, descending: {str(descending).lower()}}}"
            ordered = _ids_of(_ordered(asker.seen(kind), by, descending=descending))
            assert _walked(asker, root, order, len(ordered), forward=forward) == ordered, (root, order)


def _walked(asker: Asker, root: str, order: str, total: int, *, forward: bool) -> list[str]:
    """The ids of all pages of a list; each page tells the same total."""
    met: list[str] = []
    at, more = "first: 7" if forward else "last: 7", True
    while more:
        shown = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        page = asker.data(f"{{ {root}({at}, {order}) {{ {shown} }} }}")[root]
        assert page["totalCount"] == total, (asker.profile.name, root)
        got = [node["id"] for node in page["nodes"]]
        met = met + got if forward else got + met
        told = page["pageInfo"]
        more = told["hasNextPage"] if forward else told["hasPreviousPage"]
        at = f'first: 7, after: "{told["endCursor"]}"' if forward else f'last: 7, before: "{told["startCursor"]}"'
    return met


def _ids_of(tellings: Iterable[Telling]) -> list[str]:
    return [each.id for each in tellings]


def _ordered(tellings: Sequence[Telling], by: str, *, descending: bool) -> list[Telling]:
    def place(each: Telling) -> Any:
        period = getattr(each.record, each.record.period_attributes[0])
        return (each.begins, each.record.id) if by == "RECORDED_AT" else (period.start, each.begins, each.record.id)

    dated = [
        each
        for each in tellings
        if by == "RECORDED_AT" or getattr(each.record, each.record.period_attributes[0]) is not None
    ]
    dateless = [each for each in tellings if each not in dated]
    last = sorted(dateless, key=lambda each: (each.begins, each.record.id), reverse=descending)
    return sorted(dated, key=place, reverse=descending) + last


def cursors(asker: Asker) -> None:
    """A cursor that somebody was given who sees all shows no more to others; one of another order nothing at all."""
    everybody = Asker(asker.stage, PROFILES[-1], asker.editions)
    for number, (root, kind) in enumerate(LISTED.items()):
        if not asker.mine(number, 6):
            continue
        edges = everybody.data(f"{{ {root}(first: 100) {{ edges {{ cursor node {{ id }} }} }} }}")[root]["edges"]
        ordered = [each.id for each in _ordered(asker.seen(kind), "PERIOD", descending=True)]
        whole = [edge["node"]["id"] for edge in edges]
        for place, edge in list(enumerate(edges))[:: max(1, len(edges) // 3)]:
            after = f'after: "{edge["cursor"]}"'
            page = asker.data(f"{{ {root}(first: 100, {after}) {{ nodes {{ id }} }} }}")[root]
            assert [node["id"] for node in page["nodes"]] == [each for each in whole[place + 1 :] if each in ordered]
            for order in ("{by: RECORDED_AT}", "{descending: false}"):
                refused = asker.ask(f"{{ {root}({after}, orderBy: {order}) {{ nodes {{ id }} }} }}")
                assert [each["extensions"]["code"] for each in refused.errors] == ["BAD_CURSOR"]


GROUPED = {"caseSummary": "Case", "takedownSummary": "Takedown", "arrestSummary": "Arrest"}
SETS = {"JURISDICTION": "jurisdictions", "HARM_CATEGORY": "harm_categories", "MEASURE": "measures"}


def counts(asker: Asker) -> None:
    """Summaries count what the caller sees: all together, by whatever they are grouped, source by source."""
    for number, (root, kind) in enumerate(GROUPED.items()):
        if not asker.mine(number, 3):
            continue
        args = asker.schema.query_type.fields[root].args  # type: ignore[union-attr]  # there is one
        groupings = list(get_named_type(args["groupBy"].type).values)
        seen = asker.seen(kind)
        text = " ".join(
            [
                f"whole: {root} {{ cells {{ count }} sources {{ name }} }}",
                *(f"g{each}: {root}(groupBy: [{each}], first: 1000) {{ cells {{ count }} }}" for each in groupings),
                *(f'{each}: {root}(filter: {{source: ["{each}"]}}) {{ cells {{ count }} }}' for each in SOURCES),
            ]
        )
        data = asker.data(f"{{ {text} }}")
        told = {name: sum(cell["count"] for cell in said["cells"]) for name, said in data.items()}
        assert told.pop("whole") == len(seen), (asker.profile.name, root)
        assert {each["name"] for each in data["whole"]["sources"]} == asker.profile.sources
        for grouping in groupings:
            of = SETS.get(grouping)
            many = sum(max(1, len(getattr(each.record, of))) if of else 1 for each in seen)
            assert told.pop(f"g{grouping}") == many, (asker.profile.name, root, grouping)
        assert told == {name: sum(each.record.source == name for each in seen) for name in SOURCES}


def happenings(asker: Asker) -> None:
    """`changes` tells what became of what the caller sees, in order, and of nothing else."""
    told: list[tuple[str, int, str]] = []
    cursor, more = "", True
    while more:
        after = f'after: "{cursor}", ' if cursor else ""
        page = asker.data(
            f"{{ changes({after}first: 100) {{ changes {{ kind revision recordedAt recordType id source asOf cursor "
            f"node {{ id }} }} cursor more sources {{ name }} }} }}"
        )["changes"]
        told += [(each["kind"], each["revision"], each["id"]) for each in page["changes"]]
        assert {each["name"] for each in page["sources"]} == asker.profile.sources
        for each in page["changes"]:
            assert (each["node"] is None) == (each["kind"] in {"WITHDRAWN", "REDACTED"})
        cursor, more = page["cursor"], page["more"]
    visible = [each for each in asker.stage.tellings if asker.profile.sees(each)]
    begun = {(each.id, each.begins) for each in visible}
    ended = {(each.id, each.ends) for each in visible}
    became = [("CHANGED" if each in ended else "ADDED", each[1], each[0]) for each in begun]
    became += [("WITHDRAWN", number, name) for name, number in ended - begun if number is not None]
    became += [("REDACTED", each.erased_at, each.id) for each in visible if each.erased_at is not None]
    assert sorted(told) == sorted(became), asker.profile.name
    assert [number for _, number, _ in told] == sorted(number for _, number, _ in told)


def absence(asker: Asker) -> None:
    """A record that the caller does not see is answered in the same bytes as one that is nowhere."""
    seen = {each.id for each in asker.seen()}
    ids = sorted({each.id for each in asker.stage.tellings} - seen)
    assert ids or asker.profile.name == "operator"
    for id in ids if asker.every else ids[asker.turn % 9 :: 9]:
        kind, source, _ = id.split(":")
        asked = ["node", *(["case"] if kind == "Case" else ["arrest"] if kind == "Arrest" else [])]
        fields = " ".join(f"{name}(id: $id) {{ id }}" for name in asked)
        text = f"query($id: ID!, $ids: [ID!]!) {{ {fields} nodes(ids: $ids) {{ id }} }}"
        # A source that is not seen is like one that does not exist.
        nowhere = f"{kind}:{source if source in asker.profile.sources else 'nowhere'}:~nothing~"
        one, other = (asker.ask(text, id=each, ids=[each]) for each in (id, nowhere))
        assert AGE.sub(b"", one.text()) == AGE.sub(b"", other.text()), (asker.profile.name, id)


AGE = re.compile(rb'"ageSeconds":\d+')


def sources(asker: Asker) -> None:
    """Sources, their scopes, and what is agreed on: of those that the caller sees, and where it may look."""
    data = asker.data(
        "{ sources { name title publisher notes recordTypes scopes } coverage { source { name } state scopes { name "
        "counts { read added } } } viewer { audience agencyId purpose grants { sources recordTypes jurisdictions "
        "fieldClasses } } }"
    )
    profile = asker.profile
    # What a scope counts, and what it is called, is told where it speaks of nothing else; that it was read, also where
    # it does not say of which places it speaks.
    assert {each["name"]: each["scopes"] for each in data["sources"]} == {
        source: sum(
            source in profile.open
            or any(_speaks(each, source, group, places or each.places) for each in profile.openings)
            for group, places in GROUPS.items()
        )
        for source in profile.sources
    }
    shown = {scope["name"] for each in data["coverage"] for scope in each["scopes"]}
    spoken = {
        f"~{source}.{group}~"
        for source in SOURCES
        for group, places in GROUPS.items()
        if source in profile.open or any(_speaks(each, source, group, places) for each in profile.openings)
    }
    assert shown == spoken, profile.name
    told = data["viewer"]["grants"]
    assert data["viewer"]["audience"] == profile.audience
    assert [set(each["sources"]) for each in told] == [set(each.sources) for each in profile.openings]
    assert [set(each["fieldClasses"]) for each in told] == [set(each.classes) for each in profile.openings]


def _speaks(opening: Opening, source: str, group: str, places: Collection[str] | None) -> bool:
    """Whether a scope speaks of something that is opened: of a type, and of a place, as far as it says so."""
    kinds = {kind for kind in RecordType if group_of(kind) == group}
    return (
        source in opening.sources
        and (opening.types is None or not kinds.isdisjoint(opening.types))
        and (opening.places is None or not opening.places.isdisjoint(places or ()))
    )


def everything(asker: Asker) -> None:
    """Every root field with all that stands below it: each canary that is the caller's comes, and no other."""
    schema, query = asker.schema, asker.schema.query_type
    assert query is not None
    texts = []
    for name, field in query.fields.items():
        kind = get_named_type(field.type)
        if name in {"agencies", "platforms", "vocabulary", "offences"} and not asker.every:
            continue
        inner = f" {{ ...Whole{kind.name} }}"
        moments = ("", ", asOf: $then") if name in LISTED and asker.every else ("",)
        given = [f"({NEEDS[name]}{moment})" if name in NEEDS else "" for moment in moments]
        texts += [f"{name}{at}: {name}{each}{inner}" for at, each in enumerate(given)]
    for kind in records(schema).values():
        node = f"changes {{ node {{ ... on {kind.name} {{ ...Whole{kind.name} }} }} }}"
        texts.append(f"{kind.name}: changes(first: 100, filter: {{recordType: [{constant(kind.name)}]}}) {{ {node} }}")
    body = "{ " + " ".join(texts) + " }"
    head = "query($then: DateTime!)" if "$then" in body else "query"
    asker.data(f"{head} {body} {fragments(schema, body)}", then=written(asker.stage.then))
    slices = {f"{source}.{group}" for source in SOURCES for group in GROUPS}
    assert asker.heard - slices == asker.allowed - slices, asker.profile.name
    if asker.profile.names("Query.auditTrail"):
        trail = asker.data("{ auditTrail(first: 100) { entries { records } } }")["auditTrail"]
        read = {id.split(":")[1] for entry in trail["entries"] for id in entry["records"]}
        own = {name for name in asker.profile.sources if SOURCES[name].owner == asker.profile.agency}
        assert read == own, asker.profile.name


FIGURES = 'metric: ARRESTS, unit: CASES, period: {start: "2000-01-01", end: "2900-01-01"}'
NEEDS = {
    **dict.fromkeys(("total", "compareStatistics"), FIGURES),
    **dict.fromkeys((*LISTED, "changes", "auditTrail"), "first: 3"),
    **dict.fromkeys(("node", "case", "takedown", "arrest"), 'id: "nothing"'),
    "nodes": 'ids: ["nothing"]',
    "disclosedCounts": "recordType: REPORT, year: 2024, month: 9",
}
"""What root fields are given to tell as much as they can."""


def lookups(asker: Asker) -> None:
    """Records of each type by their ids, in all fields and with their history."""
    asked = [
        question(asker.schema, place, f"q{at}", Style.NAMED, **about)
        for at, place in enumerate(places(asker.schema, 0))
        if place.root == "nodes"
        for about in _about(asker.stage, place, None, 0)
    ]
    reads(asker, matrix_of(asker.stage), asked)


def hanging(asker: Asker) -> None:
    """Records of each type that hang on a case of each source."""
    cases = tuple(
        sorted({each.id for each in asker.stage.tellings if each.kind is RecordType.CASE and each.slot == "france"})
    )
    asked = [
        question(asker.schema, place, f"q{at}", None, ids=cases)
        for at, place in enumerate(places(asker.schema, 1))
        if place.root == "nodes" and place.parent == "Case" and place.steps[-2][0] != "edges"
    ]
    reads(asker, matrix_of(asker.stage), asked)


def published(asker: Asker) -> None:
    """What `/schema.graphql` shows over HTTP is the schema that is declared for the caller, to the last name."""
    keys = asker.stage.keys
    if asker.profile.name not in {"anybody", *keys}:
        return
    peppers = {number: SecretStr(pepper.decode()) for number, pepper in PEPPERS.items()}
    app = create_app(Settings(peppers=peppers), asker.stage.shelf.holdings)
    headers = {"authorization": f"Bearer {keys[asker.profile.name]}"} if asker.profile.name in keys else {}

    async def fetch() -> str:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client:
            return (await client.get("/schema.graphql")).text

    text = asker.stage.shelf.run(fetch())
    assert _named(build_schema(text, assume_valid=True).type_map) == _named(reachable(asker.schema))


def _named(types: Mapping[str, Any]) -> dict[str, set[tuple[str, ...]]]:
    """By type, its fields, each with its arguments."""
    return {
        name: {(field, *sorted(getattr(each, "args", {}))) for field, each in getattr(kind, "fields", {}).items()}
        for name, kind in types.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    }


def _usual(name: str, some: Collection[str]) -> Any:
    return pytest.param(name, marks=[] if name in some else [pytest.mark.proof])


OF_NAMES = [names, introspection, published]
OF_RECORDS = [filters, paging, cursors, counts, happenings, absence, sources, everything]
VIEWS = {(profile.audience, profile.classes): profile for profile in reversed(PROFILES)}
"""One of those that may name the same fields."""
SOME = {"anybody", "without classes", "locations"}
"""Those of them of the usual run: who lacks fields of every kind, or of one."""


@pytest.mark.parametrize("check", OF_NAMES, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", [_usual(profile.name, SOME) for profile in VIEWS.values()])
def test_a_name_that_is_not_for_a_caller_is_to_it_like_none(
    name: str, check: Callable[[Asker], None], stage: Stage, editions: DocumentCaches
) -> None:
    check(Asker(stage, named(name), editions))


@pytest.mark.parametrize("check", OF_RECORDS, ids=lambda check: check.__name__)
def test_whatever_else_can_be_asked_tells_no_more(asker: Asker, check: Callable[[Asker], None]) -> None:
    check(asker)


@pytest.mark.proof
@pytest.mark.parametrize("name", [profile.name for profile in PROFILES])
def test_every_caller_gets_it_so_at_every_place(
    name: str, stage: Stage, editions: DocumentCaches, matrix: Matrix
) -> None:
    """Each at every place that hangs on no other record and at those below a hub, and whatever else, wholly."""
    asker = Asker(stage, named(name), editions)
    for check in OF_RECORDS:
        check(asker)
    reads(asker, matrix, direct(stage, asker.schema, asker.turn, LONG))
    reads(asker, matrix, related(stage, asker.schema, asker.turn, LONG))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(6))
@pytest.mark.parametrize("name", ["types in France", "owner, and persons in France"])
def test_so_do_two_callers_in_every_style_and_for_every_record(
    name: str, part: int, stage: Stage, editions: DocumentCaches, matrix: Matrix
) -> None:
    """Asked in six parts, everything."""
    asker = Asker(stage, named(name), editions)
    asked = [*direct(stage, asker.schema, asker.turn, WHOLE), *related(stage, asker.schema, asker.turn, WHOLE)]
    reads(asker, matrix, asked[part::6])


@pytest.mark.proof
def test_on_postgresql_they_get_the_same(postgresql_server: PostgreSQL, tmp_path: Path) -> None:
    """The callers of the usual run, as there."""
    with postgresql_server.database() as url, shelf_at(url) as shelf, staged(shelf, tmp_path) as stage:
        matrix, editions = Matrix(stage), DocumentCaches(ROOMY)
        for name in TELLING:
            asker = Asker(stage, named(name), editions, every=False)
            reads(asker, matrix, direct(stage, asker.schema, asker.turn, USUAL))
            reads(asker, matrix, related(stage, asker.schema, asker.turn, USUAL))
            for check in OF_RECORDS:
                check(asker)


def test_together_these_questions_ask_for_every_field_of_every_type() -> None:
    """A field that is added to the schema is asked for, or this test says that it is not."""
    schema = whole()
    assert schema.query_type is not None
    body = " ".join(f"...Whole{get_named_type(field.type).name}" for field in schema.query_type.fields.values())
    body += " ".join(f"...Whole{kind}" for kind in records(schema))
    body += " ".join(f"...Whole{kind}" for place in places(schema, 1) for _, kind in place.steps)
    asked = {("Query", name) for name in schema.query_type.fields}
    for kind, within in re.findall(r"fragment Whole(\w+) on \w+ {(.*?) }(?= fragment|$)", fragments(schema, body)):
        asked |= {(kind, name) for name in re.findall(r"\w+", re.sub(r"{[^}]*}", "", within))}
    asked |= {(within, name) for place in places(schema, 1) for (_, within), (name, _) in pairwise(place.steps)}
    every = {
        (kind.name, name)
        for kind in reachable(schema).values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }
    assert every - asked == set()


# That these checks can fail.


def without_rule(statements: type, method: str) -> tuple[Any, str, Any]:
    """A statement that leaves out whose records somebody may see."""
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


FAULTS: dict[str, tuple[str, Callable[[Asker], None], tuple[Any, str, Any]]] = {
    "a page": ("some types", paging, without_rule(PageStatements, "page")),
    "a count": ("France", paging, without_rule(PageStatements, "count")),
    "nodes by their ids": ("anybody", absence, without_rule(PageStatements, "by_id")),
    "related records": ("anybody", hanging, without_rule(RelationStatements, "related")),
    "the count of related records": ("France", hanging, without_rule(RelationStatements, "related_counts")),
    "a history": ("France", lookups, without_rule(VersionStatements, "history")),
    "changes": ("anybody", happenings, without_rule(ChangeStatements, "page")),
    "a summary": ("some types", counts, without_rule(SummaryStatements, "groups")),
    "scopes": ("France", sources, (RowRules, "visible_scope", lambda self, columns, **_: true())),
    "the types that were granted": ("some types", hanging, (Caller, "extra_grants", lambda self, record: self.grants)),
    "the places that were granted": ("France", lookups, (RowRules, "_in_grant", _everywhere)),
    "the class of a field": ("types in France", lookups, (VisibleRecords, "_attribute_columns", _columns_for_all)),
    "the class of what a filter looks at": (
        "types in France",
        filters,
        (conditions, "sensitive_attributes", lambda *_: {}),
    ),
    "what a publisher wrote for a sensitive field": ("operator", lookups, (RecordTable, "sensitive", lambda *_: False)),
    "fields that do not exist for a caller": ("anybody", introspection, (View, "sees", lambda self, access: True)),
    "names that are not to be proposed": ("personal", names, (operations, "validate", _suggesting)),
    "sources of others": ("anybody", sources, (Caller, "visible_sources", property(lambda self: frozenset(SOURCES)))),
    "test keys": ("test key", sources, (Catalogue, "synthetic_descriptions", Catalogue.descriptions)),
}
"""Rules that can be left out, each with a caller, a check that finds it, and the fault."""


OFTEN = {
    *("a page", "related records", "a history", "changes", "a summary", "the types that were granted"),
    *("the places that were granted", "the class of a field", "names that are not to be proposed"),
}
"""Rules that are left out in the usual run."""


@pytest.mark.parametrize("rule", [_usual(rule, OFTEN) for rule in FAULTS])
def test_a_rule_that_is_left_out_is_found(rule: str, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    name, check, fault = FAULTS[rule]
    profile = named(name)
    monkeypatch.setattr(*fault)
    visible_schema.cache_clear()
    try:
        stage.call(profile)
        with pytest.raises(AssertionError):
            check(Asker(stage, profile, DocumentCaches(ROOMY)))
    finally:
        monkeypatch.undo()
        visible_schema.cache_clear()
        stage.call(profile)
