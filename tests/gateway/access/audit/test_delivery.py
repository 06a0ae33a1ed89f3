"""Every answer that holds a sensitive field, of an open source too, is logged before it is sent, or not given.

Fields, filters and the places at which they stand are taken from the published schema: one that is added is tested.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import GraphQLSchema, get_named_type
from sqlalchemy import delete, select

from adapters.records import Arrest, Period, Record
from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from gateway.access.audit.chain import AuditKeys
from gateway.access.audit.log import AuditLog
from gateway.access.audit.tables import audit_entry, audit_metadata, audit_subject
from gateway.access.callers import AccessGrant, Caller, Principal, operator, partner
from gateway.catalogue.tables import RECORD_TABLES, _record_table, _rollup_table
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from gateway.store.database import connect
from tests.support.canaries import ASKING_OWNER, CANARY, ENGLAND, FRANCE, JAPAN, OPEN, canary_record
from tests.support.catalogue import Shelf, shelf_at
from tests.support.properties import postgresql_in_proof
from tests.support.record_queries import Style, documents, question
from tests.support.schema_declarations import Place, declared, is_relation, marks, places, records

CLASSES = frozenset(FieldClass)
SCHEMA: GraphQLSchema = declared(Audience.PARTNER, CLASSES)
PUBLIC_FIELDS: GraphQLSchema = declared(Audience.PARTNER, frozenset())
ROOMY = Limits(tokens=10**6, characters=10**7, depth=60, aliases=10**5, fields=10**6, overlaps=10**7)
SENSITIVE = {
    kind: sorted(
        name.partition(".")[2] for name, mark in marks().items() if mark.field_class and name.startswith(f"{kind}.")
    )
    for kind in records(SCHEMA)
}
"""By type of record, its sensitive fields."""

FILTERS = [
    name.split(".")
    for name, mark in marks().items()
    if mark.field_class is not None and name.partition(".")[0] not in SENSITIVE
]
"""The sensitive fields of filters, each with its input type."""


def sensitive_places() -> list[Place]:
    """Where sensitive fields stand: all places at which records hang on no other, and one of related ones per root.

    Below `otherwise` stand figures that contradict others, and here none does.
    """
    chosen: dict[Any, Place] = {}
    for place in places(SCHEMA, 1):
        if SENSITIVE[place.kind] and "otherwise" not in dict(place.steps):
            chosen.setdefault((place.root, place.kind) if place.parent else place, place)
    return list(chosen.values())


PLACES = sensitive_places()
PRINCIPAL = Principal(agency="us.fbi", agreement="a", purpose="tests", key="k")
SLOTS = {"paris": FRANCE, "lyon": FRANCE, "tokyo": JAPAN}


class Library:
    """An open source with records of every type in two places, an agency that may see more of those in one, a log."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf = shelf
        self.editions = DocumentCaches(ROOMY)
        self.records: dict[str, Record] = {}
        for kind in RecordType:
            for slot, place in SLOTS.items():
                record = canary_record(kind, OPEN, slot, len(self.records), (place,))
                self.records[f"{kind.value}:{record.id}"] = record
        shelf.state(list(self.records.values()), name=OPEN, owner=ASKING_OWNER)
        self.database = connect(f"sqlite:///{folder / 'audit.db'}")
        shelf.run(self.database.write(audit_metadata.create_all))
        self.log = AuditLog(
            self.database, folder / "heads.jsonl", AuditKeys(os.urandom(32), Ed25519PrivateKey.generate())
        )

    def caller(self, *classes: FieldClass, source: str = OPEN) -> Caller:
        granted = AccessGrant(
            sources=frozenset({source}), jurisdictions=frozenset({FRANCE}), classes=frozenset(classes)
        )
        return partner(self.shelf.holdings.descriptions, PRINCIPAL, granted)

    def ask(self, text: str, caller: Caller | None = None, *, logging: bool = True, **variables: Any) -> Answer:
        request = Request(query=text, variables=variables)
        asked = execute_request(
            self.shelf.holdings,
            caller or self.caller(*FieldClass),
            self.editions,
            request,
            limits=OperationLimits(seconds=300, cost=10**12),
            audit_log=self.log if logging else None,
        )
        return self.shelf.run(asked)

    def logged(self) -> dict[str, set[str]]:
        """What was logged since this was called last: by record, the attributes."""

        def take(connection: Any) -> list[Any]:
            rows = list(connection.scalars(select(audit_entry.c.readings)).all())
            connection.execute(delete(audit_entry))
            connection.execute(delete(audit_subject))
            return rows

        readings = [each for row in self.shelf.run(self.database.write(take)) for each in row]
        return {each.record: set(each.fields) for each in readings}

    def ids(self, kind: str) -> list[str]:
        return [id for id in self.records if id.startswith(f"{kind}:")]

    def granted(self, id: str) -> bool:
        return FRANCE in self.records[id].jurisdictions

    def close(self) -> None:
        self.shelf.run(self.log.close())
        self.shelf.run(self.database.close())


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    with shelf_at(database_url) as shelf:
        filled = Library(shelf, tmp_path)
        yield filled
        filled.close()


def attribute(field: str) -> str:
    """A field's attribute."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)


def documents_at(library: Library, schema: GraphQLSchema, place: Place, style: Style | None = None) -> str:
    """A document that asks at a place for the sensitive fields that a schema has, or in a style for every field."""
    ids = library.ids(place.first)
    one = place.root in {"node", "case", "takedown", "arrest"}
    asked = question(schema, place, "q", style, source=OPEN, ids=tuple(ids[:1] if one else ids))
    ((text, _),) = documents(schema, [asked])
    return text


def delivered(library: Library, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record of an answer that was asked for sensitive fields: its id and these fields."""
    if isinstance(value, list):
        for each in value:
            yield from delivered(library, each)
    elif isinstance(value, dict):
        kind = value.get("__typename")
        if kind in SENSITIVE and (sensitive := {name: value[name] for name in SENSITIVE[kind] if name in value}):
            yield value["id"], sensitive
        for each in value.values():
            yield from delivered(library, each)


def test_every_class_that_a_record_has_is_on_a_page() -> None:
    """The tests below ask for every sensitive field of the schema, by every root field that leads to one."""
    fields_of_records = {field_class for kind, names in SENSITIVE.items() for field_class in _classes(kind, names)}
    assert fields_of_records == {mark.field_class for mark in marks().values()} - {None}
    assert {place.kind for place in PLACES} == {kind for kind, names in SENSITIVE.items() if names}
    leading = {place.root for place in places(SCHEMA, 1)}
    assert {place.root for place in PLACES} == leading


def _classes(kind: str, names: list[str]) -> set[str | None]:
    return {marks()[f"{kind}.{name}"].field_class for name in names}


@postgresql_in_proof
def test_sensitive_fields_of_an_open_source_are_logged_at_every_place(library: Library) -> None:
    """The entry names the records and fields that were delivered, and no other."""
    for place in PLACES:
        answer = library.ask(documents_at(library, SCHEMA, place))
        assert list(answer.errors) == [], place
        met: dict[str, set[str]] = {}
        for id, sensitive in delivered(library, answer.data):
            if library.granted(id):
                assert all(value is not None for value in sensitive.values()), (place, id)
                met[id] = set(map(attribute, SENSITIVE[place.kind]))
            else:
                assert not any(sensitive.values()), (place, id)
        assert met, place
        assert library.logged() == met, place


@postgresql_in_proof
def test_without_a_log_no_sensitive_field_is_answered(library: Library) -> None:
    for place in PLACES:
        answer = library.ask(documents_at(library, SCHEMA, place), logging=False)
        assert answer.refusal == "NOT_READY", place
        assert answer.data is None
        assert not CANARY.findall(answer.text().decode())


@postgresql_in_proof
def test_public_fields_of_an_open_source_are_answered_and_not_logged(library: Library) -> None:
    """To the same agreement, and to one without classes."""
    for place in (each for each in PLACES if not each.parent):
        for caller in (library.caller(*FieldClass), library.caller()):
            answer = library.ask(documents_at(library, PUBLIC_FIELDS, place, Style.DIRECT), caller, logging=False)
            assert (answer.refusal, list(answer.errors)) == (None, []), place
            assert CANARY.findall(answer.text().decode()), place
    assert library.logged() == {}


def test_fields_of_records_that_are_not_granted_are_not_logged(library: Library) -> None:
    """They are null, so nothing was delivered; so is a class that is granted of another source alone."""
    for kind, names in SENSITIVE.items():
        for id in (each for each in library.ids(kind) if not library.granted(each)):
            text = f'{{ node(id: "{id}") {{ ... on {kind} {{ id {" ".join(names)} }} }} }}'
            if names:
                answer = library.ask(text, logging=False)
                assert answer.data is not None
                assert not any(answer.data["node"][name] for name in names)
    assert library.logged() == {}


def test_a_record_beyond_the_page_is_not_logged(library: Library) -> None:
    """One more than the page is read to know whether there are more; it is not delivered."""
    more = canary_record(RecordType.ARREST, OPEN, "england", 50, (FRANCE, ENGLAND))
    library.shelf.state([*library.records.values(), more], name=OPEN, owner=ASKING_OWNER)
    case = library.ids("Case")[0]
    for text in (
        "{ arrests(first: 1) { nodes { id ageBand } } }",
        "{ arrests(last: 1) { nodes { id ageBand } } }",
        f'{{ case(id: "{case}") {{ arrests(first: 1) {{ nodes {{ id ageBand }} }} }} }}',
    ):
        answer = library.ask(text)
        ids = {id for id in _ids(answer.data) if id in {*library.ids("Arrest"), f"Arrest:{more.id}"}}
        assert len(ids) == 1
        logged = library.logged()
        assert logged == {id: {"age_band"} for id in ids if id == f"Arrest:{more.id}" or library.granted(id)}


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)
    elif isinstance(value, dict):
        if "id" in value:
            yield value["id"]
        for each in value.values():
            yield from _ids(each)


# Filters: what is counted or found by a sensitive field tells of it, and so does nothing found.


CHOSEN = [(None, "nodes { id }"), ("nobody's", "totalCount"), ("nobody's", "pageInfo { hasNextPage }")]
"""The value of a filter (None: one that a record has), and what is selected of the page."""


def searches(library: Library) -> Iterator[tuple[str, str, str]]:
    """Documents that filter by a sensitive field, each with the type and the attribute."""
    for input_type, name in FILTERS:
        for parent in (SCHEMA.query_type, *records(SCHEMA).values()):
            assert parent is not None
            for field_name, field in parent.fields.items():
                for argument, given in field.args.items():
                    if get_named_type(given.type).name == input_type:
                        related = is_relation(parent, field)
                        kind = get_named_type(field.type).name.removesuffix("Connection")
                        stated = getattr(library.records[library.ids(kind)[0]], attribute(name))
                        for value, chosen in CHOSEN:
                            text = f'{field_name}({argument}: {{{name}: ["{value or stated}"]}}) {{ {chosen} }}'
                            if related:
                                ids = ", ".join(f'"{id}"' for id in library.ids(parent.name))
                                text = f"nodes(ids: [{ids}]) {{ ... on {parent.name} {{ {text} }} }}"
                            yield f"{{ {text} }}", kind, attribute(name)


@postgresql_in_proof
def test_a_filter_by_a_sensitive_field_is_logged_whatever_it_finds(library: Library) -> None:
    asked = list(searches(library))
    assert {f"{kind}.{name}" for _, kind, name in asked} == {
        f"{input_type.removesuffix('Filter')}.{attribute(name)}" for input_type, name in FILTERS
    }
    for text, kind, name in asked:
        answer = library.ask(text)
        assert list(answer.errors) == [], text
        logged = library.logged()
        assert logged.pop(f"{kind}Summary:{OPEN}") == {name}, text
        # Of a page also which records it has, shown or not: they have the value.
        assert set(logged) <= set(filter(library.granted, library.ids(kind))), text
        assert {id for id in _ids(answer.data) if id.startswith(f"{kind}:")} <= set(logged), text
        assert all(names == {name} for names in logged.values()), text


@postgresql_in_proof
def test_without_a_log_no_filter_by_a_sensitive_field_is_answered(library: Library) -> None:
    for text, *_ in searches(library):
        answer = library.ask(text, logging=False)
        assert (answer.refusal, answer.data) == ("NOT_READY", None), text


def test_a_filter_names_the_sources_that_were_searched(library: Library) -> None:
    """Of those that the filter leaves, the ones whose fields of the class are granted."""
    text = '{ arrests(filter: {ageBand: ["x"], source: ["%s"]}) { totalCount } }'
    library.ask(text % OPEN)
    assert library.logged() == {f"ArrestSummary:{OPEN}": {"age_band"}}
    assert library.ask(text % "elsewhere", logging=False).refusal is None
    assert library.logged() == {}


# Who is told, and who is not logged.


def test_the_owner_of_an_open_source_is_told_who_read_its_sensitive_fields(library: Library) -> None:
    library.ask("{ arrests { nodes { id ageBand event } } }")
    library.ask('{ arrests(filter: {ageBand: ["x"]}) { totalCount } }')
    principal = Principal(agency=ASKING_OWNER, agreement="b", purpose="tests", key="k")
    owner = partner(library.shelf.holdings.descriptions, principal, AccessGrant(sources=frozenset()))
    text = "{ auditTrail { entries { agencyId records summarised fieldsRead } } }"
    answer = library.ask(text, owner)
    assert answer.data is not None
    counted, read = answer.data["auditTrail"]["entries"]
    arrests = sorted(filter(library.granted, library.ids("Arrest")))
    assert read == {"agencyId": "us.fbi", "records": arrests, "summarised": [], "fieldsRead": ["ageBand"]}
    assert (counted["records"], counted["summarised"], counted["fieldsRead"]) == ([], ["ARREST"], ["ageBand"])


def test_an_operator_reads_sensitive_fields_without_being_logged(library: Library) -> None:
    everything = operator(library.shelf.holdings.descriptions.values())
    for text in ("{ arrests { nodes { ageBand } } }", '{ arrests(filter: {ageBand: ["x"]}) { totalCount } }'):
        assert library.ask(text, everything, logging=False).refusal is None
        assert library.ask(text, everything).refusal is None
    assert library.logged() == {}


def test_of_a_partners_record_every_field_is_logged_but_those_that_are_not_granted(library: Library) -> None:
    """A record is granted by one agreement, and its sensitive fields elsewhere."""
    arrest = Arrest(source="sent", external_id="1", age_band="10-17", jurisdictions=(JAPAN,))
    library.shelf.state([arrest], name="sent", audience=Audience.PARTNER)
    everywhere = AccessGrant(sources=frozenset({"sent"}))
    in_france = AccessGrant(sources=frozenset({"sent"}), jurisdictions=frozenset({FRANCE}), classes=CLASSES)
    for grants, logged in (
        ((everywhere, in_france), {"event"}),
        ((AccessGrant(sources=frozenset({"sent"}), classes=CLASSES),), {"event", "age_band"}),
    ):
        caller = Caller(Audience.PARTNER, frozenset({OPEN}), grants, PRINCIPAL)
        assert library.ask('{ arrests(filter: {source: "sent"}) { nodes { event ageBand } } }', caller).errors == []
        assert library.logged() == {"Arrest:sent:1": logged}


# What cannot be sensitive.


def test_nothing_is_counted_ordered_or_related_by_a_sensitive_field() -> None:
    """Summaries, orders, periods and relations would tell of it past every rule."""
    for kind, names in SENSITIVE.items():
        for name in names:
            with pytest.raises(TypeError, match=attribute(name)):
                _rollup_table(RECORD_TABLES[RecordType(kind)], (attribute(name),))

    class Dated(Arrest, frozen=True, kw_only=True):
        period_attributes: ClassVar = ("happened",)
        happened: Annotated[Period | None, FieldClass.OPERATIONAL] = None

    with pytest.raises(TypeError, match="happened"):
        _record_table(Dated)
