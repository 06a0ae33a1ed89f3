"""Two catalogues that differ only in what a caller may not see give it the same bytes, whatever it asks."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Text, and_, delete, func, not_, or_, select, update

from adapters.records import RECORD_TYPES, Period, Reference
from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller, Principal
from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES, interned_member
from gateway.catalogue.write.rollups import Rollups
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from schema.contract import visible_schema
from tests.support.catalogue import Shelf, shelf_at
from tests.support.random_operations import Operations

OPEN, SHARED, SECRET = "open", "shared", "secret"
SOURCES = {OPEN: Audience.PUBLIC, SHARED: Audience.PARTNER, SECRET: Audience.PARTNER}
FRANCE, JAPAN = parse_jurisdiction("FR"), parse_jurisdiction("JP")
CANARY = "canary"
PRINCIPAL = Principal(agency="kr.knpa", agreement="a", purpose="tests", key="k")
PROBES = {
    True: ['{ arrests(filter: {ageBand: ["canary-age"]}, first: 100) { totalCount nodes { id ageBand } } }'],
    False: ["{ sources { name scopes } coverage { source { name } state scopes { name counts { read } } } }"],
}
"""Questions to begin with, by whether the caller is granted sensitive fields."""
AGE = re.compile(rb'"ageSeconds\d*":\d+')
"""How old a copy is grows while the test runs."""
TYPES = frozenset({RecordType.CASE, RecordType.ARREST})

CALLERS = {
    "anybody": Caller(Audience.PUBLIC, frozenset({OPEN})),
    "nobody": Caller(Audience.PUBLIC),
    "partner": Caller(
        Audience.PARTNER,
        frozenset({OPEN}),
        (AccessGrant(sources=frozenset({SHARED}), record_types=TYPES, jurisdictions=frozenset({FRANCE})),),
        PRINCIPAL,
    ),
    "partner for persons": Caller(
        Audience.PARTNER,
        frozenset({OPEN}),
        (
            AccessGrant(
                sources=frozenset({SHARED}),
                record_types=TYPES,
                jurisdictions=frozenset({FRANCE}),
                classes=frozenset({FieldClass.PERSONAL}),
            ),
        ),
        PRINCIPAL,
    ),
}

STORE = {
    "String": ['"open"', '"shared"', '"secret"', '"1"', '"kr.knpa"', '"telegram"', '"no"', '""'],
    "ID": [f'"{kind.value}:{source}:{number}"' for kind in RecordType for source in SOURCES for number in (0, 1)],
    "ageBand": ['["canary-age"]'],
    "Int": ["0", "1", "2", "5"],
    "Boolean": ["true", "false"],
    "Date": ['"2024-01-01"', '"2024-02-01"', '"2025-01-01"'],
    "DateTime": ['"2020-01-01T00:00:00Z"', '"2026-01-01T00:00:00Z"'],
    "Jurisdiction": ['"FR"', '"JP"', '"EU"'],
    "Long": ["0", "3"],
    "Decimal": ['"1.5"'],
    "Duration": ['"PT36H"'],
    "URL": ['"https://example.org/"'],
}


def filled(shelf: Shelf) -> None:
    """Records of every type from each source, in two places, that name each other, each with a canary."""
    for source, audience in SOURCES.items():
        records = []
        for kind, record in RECORD_TYPES.items():
            for number in range(4):
                said: dict[str, Any] = {
                    record.period_attributes[0]: Period(start=date(2024, 1, 1 + number), end=date(2024, 2, 1))
                }
                if kind is RecordType.ARREST:
                    said |= {"age_band": f"{CANARY}-age", "gender": f"{CANARY}-gender", "is_minor": number % 2 == 0}
                if kind is RecordType.TAKEDOWN:
                    said |= {"urls": (f"https://{CANARY}.example/{number}",)}
                records.append(
                    record(
                        source=source,
                        external_id=str(number),
                        references=(Reference("no", str(number % 2)),),
                        jurisdictions=(FRANCE,) if number % 2 else (JAPAN,),
                        **said,
                    )
                )
        shelf.state(records, name=source, audience=audience)


def otherwise(connection: Connection, caller: Caller) -> int:
    """Changes everything that the caller may not see, and takes some of it away; how many rows that were."""
    changed = 0
    for kind, held in RECORD_TABLES.items():
        table = held.table
        visible: list[ColumnElement[bool]] = [table.c.source.in_(sorted(caller.sources))]
        granted: list[tuple[AccessGrant, ColumnElement[bool]]] = []
        for grant in caller.grants:
            if grant.record_types is None or kind in grant.record_types:
                places = select(interned_member.c.set_key).where(
                    interned_member.c.member.in_(sorted(grant.jurisdictions or ()))
                )
                ruled = and_(table.c.source.in_(sorted(grant.sources)), table.c.jurisdictions.in_(places))
                visible.append(ruled)
                granted.append((grant, ruled))
        hidden = not_(or_(*visible))
        plain = {
            column.name: f"changed-{column.name}"
            for column in table.c
            if type(column.type) is Text and column.name not in {"id", "source"} and column.nullable
        }
        changed += connection.execute(update(table).where(hidden).values(**plain)).rowcount
        connection.execute(delete(table).where(hidden, func.length(table.c.id) % 2 == 0))
        for attribute in held.attributes.values():
            if attribute.field_class is not None:
                seen = [ruled for grant, ruled in granted if attribute.field_class in grant.classes]
                unseen = not_(or_(*seen)) if seen else table.c.id.is_not(None)
                values = {column: None for column in attribute.columns}
                changed += connection.execute(update(table).where(unseen).values(**values)).rowcount
    for rollup in ROLLUP_TABLES.values():
        connection.execute(delete(rollup.table))
        rollups = Rollups(connection)
        rollups.count(rollup.kind, connection.scalars(select(rollup.kind.table.c.id)).all(), +1)
        rollups.write()
    return changed


@pytest.fixture(params=CALLERS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Caller, Shelf, Shelf]]:
    """A caller, and two catalogues that differ in what it may not see and in nothing else."""
    caller = CALLERS[request.param]
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    with shelf_at(f"sqlite:///{one}") as shelf:
        filled(shelf)
    shutil.copyfile(one, other)
    with shelf_at(f"sqlite:///{one}") as first, shelf_at(f"sqlite:///{other}") as second:
        for shelf in (first, second):
            for name, audience in SOURCES.items():
                shelf.know(name=name, audience=audience)
        assert second.run(second.database.write(lambda connection: otherwise(connection, caller))) > 20
        yield caller, first, second


PATIENT = OperationLimits(seconds=600.0)
"""Twenty questions in one document may take long on a machine that others use, too."""


class Quiet:
    """A log that keeps nothing: what it would hold is another test's matter."""

    async def append(self, said: Any) -> None:
        del said


def campaign(pair: tuple[Caller, Shelf, Shelf], operations: int, seed: int) -> None:
    caller, first, second = pair
    roomy = Limits(tokens=10**6, characters=10**6, depth=60, aliases=10**5, fields=10**5, overlaps=10**6)
    editions = DocumentCaches(roomy)
    now = f'"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"'
    made = Operations(visible_schema(caller.view), STORE | {"DateTime": [*STORE["DateTime"], now]}, seed)
    together, answered = 20, 0
    documents = chain(PROBES[bool(caller.classes)], (made.document(together) for _ in range(operations // together)))
    for document in documents:
        texts = []
        for shelf in (first, second):
            request = Request(query=document, correlation_id="the same")
            asked = execute_request(shelf.holdings, caller, editions, request, audit_log=Quiet(), limits=PATIENT)  # type: ignore[arg-type]  # it appends
            answer = shelf.run(asked)
            texts.append(AGE.sub(b"", answer.text()))
            shelf.database.asked.clear()
        assert answer.refusal is None, answer.errors
        answered += sum(value is not None for value in (answer.data or {}).values())
        assert texts[0] == texts[1], document
        # Messages repeat arguments; data must not.
        assert caller.classes or CANARY not in str(answer.data), document
        made.cursors += [cursor for cursor in _cursors(answer.data) if cursor not in made.cursors][:20]
    assert answered > operations // 4


def _cursors(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if "ursor" in name and isinstance(value, str):
                yield value
            else:
                yield from _cursors(value)
    elif isinstance(data, list):
        for value in data:
            yield from _cursors(value)


def test_no_operation_tells_two_catalogues_apart_that_differ_in_what_is_forbidden(
    pair: tuple[Caller, Shelf, Shelf],
) -> None:
    """Four callers, 640 operations together."""
    campaign(pair, 160, seed=1)


@pytest.mark.proof
def test_twenty_thousand_operations_do_not(pair: tuple[Caller, Shelf, Shelf]) -> None:
    campaign(pair, 5_000, seed=datetime.now(UTC).toordinal())
