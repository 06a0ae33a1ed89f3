"""How a batch becomes rows: all of the work on it that needs no database, and so no lock and not even this process."""

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from msgspec import Struct, structs
from sqlalchemy import BigInteger

from adapters.errors import SourceError
from adapters.records import Period, Record
from adapters.source import About, Batch, Scope
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES, VERSION_COLUMNS, Attribute, RecordTable
from gateway.catalogue.write.bulk_insert import Row, write_out
from gateway.store.columns import Exact, Instant

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL in a text, as JSON writes it."""

LARGEST = 2**63 - 1
"""The largest whole number that both databases keep."""

CHECKED = (BigInteger, Exact, Instant)
"""Types of columns that do not keep every value."""

UNCOLLECTED = 200_000
"""Objects made and not yet let go, at which the collector looks for cycles: more than a batch needs."""

MARKS = slice(VERSION_COLUMNS.index("from_revision"), VERSION_COLUMNS.index("digest"))
"""Where a row has what only the writer knows of a version: its two revisions, its scope and its retrieval."""

UNMARKED = (None,) * len(VERSION_COLUMNS[MARKS])

Keyed = Callable[[Sequence[str], Any], int | None]
"""The key of a set of members of a vocabulary, or of jurisdictions; None for the empty set."""


class InvalidBatch(SourceError):
    """A source broke its promise: rows unaccounted for, an id twice in a scope, or a value that no record may have."""

    code = "BROKEN_BATCH"


class Rows(Struct):
    """The records of one kind as rows of `CONTENTS[type].row`, sorted by id: neighbours in an index go into one page.

    They are as the driver takes them, but for what only the writer knows: the marks of a version are None, and where a
    set is meant stands its place in `sets`, each with what its members are. `references` are each row's.
    """

    type: RecordType
    rows: list[Row]
    references: list[list[tuple[str, str]]]
    sets: list[tuple[tuple[str, ...], Any]]


class Packed(Struct):
    """A batch whose records are rows: `batch` has all the rest. The rows are used up by writing them."""

    batch: Batch
    kinds: list[Rows]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Lets the cyclic collector look less often: millions of rows come and go, and none is part of a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(UNCOLLECTED, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def pack(about: About, scope: Scope, batch: Batch, dialect: str) -> Packed:
    """The batch as rows for a database of the dialect. Raises BrokenBatch where the source broke a promise."""
    try:
        return _packed(about, scope, batch, dialect)
    except InvalidBatch as exc:
        raise InvalidBatch(f"{scope.name}: {exc}") from exc


def _packed(about: About, scope: Scope, batch: Batch, dialect: str) -> Packed:
    _check(about, scope, batch)
    by_type: dict[RecordType, list[Record]] = defaultdict(list)
    for record in batch.records:
        by_type[record.type].append(record)
    kinds = [_rows(kind, records, dialect) for kind, records in sorted(by_type.items())]
    return Packed(structs.replace(batch, records=()), kinds)


def _rows(kind: RecordType, records: Sequence[Record], dialect: str) -> Rows:
    content, sets = CONTENTS[kind], _Sets()
    ordered = sorted(((record.id, record) for record in records), key=itemgetter(0))
    rows = [
        [identity, record.source, *UNMARKED, digest_of(record), False, *content.values(record, sets.key)]
        for identity, record in ordered
    ]
    write_out(RECORD_TABLES[kind].table, content.row, rows, dialect)
    shared = [[(each.scheme, each.value) for each in set(record.references)] for _, record in ordered]
    return Rows(kind, rows, shared, sets.found)


class _Sets:
    """The sets of a batch, each once: few sets stand in many records."""

    def __init__(self) -> None:
        self.found: list[tuple[tuple[str, ...], Any]] = []
        self._places: dict[tuple[str, ...], int] = {}

    def key(self, members: Sequence[str], member: Any) -> int | None:
        if not members:
            return None
        known = tuple(members)
        place = self._places.get(known)
        if place is None:
            place = self._places[known] = len(self.found)
            self.found.append((known, member))
        return place


def digest_of(record: Record) -> bytes:
    """Sixteen bytes that are equal for equal records of one kind.

    Raises BrokenBatch where a text of the record cannot be kept.
    """
    return blake2b(_written_out(record), digest_size=16).digest()


def _written_out(value: Any) -> bytes:
    """The value as JSON. PostgreSQL keeps no NUL in a text, and UTF-8 has no half of a surrogate pair."""
    try:
        written = msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise InvalidBatch("a text holds half a surrogate pair, which is no character") from None
    if b"\\u0000" in written and NUL.search(written):
        raise InvalidBatch("a text holds a NUL character")
    return written


class Content:
    """How the records of one kind become rows: the values of their attributes, in the order of `columns`."""

    def __init__(self, kind: RecordTable) -> None:
        attributes = tuple(kind.attributes.values())
        self._stated = attrgetter(*kind.attributes)
        self.columns = tuple(column for attribute in attributes for column in attribute.columns)
        self.row = (*VERSION_COLUMNS, *self.columns)
        # Most values are stored as they are. The others are seen to from the last on, so that places stay what they are
        # where a value becomes several columns.
        numbered = list(enumerate(attributes))[::-1]
        self._structs = [(place, attribute) for place, attribute in numbered if attribute.struct is not None]
        self._sets = [(place, attribute.interned) for place, attribute in numbered if attribute.interned is not None]
        self.sets = tuple(self.row.index(attribute.name) for attribute in attributes if attribute.interned is not None)
        self._checked = [
            place
            for place, attribute in numbered
            if attribute.struct is None and isinstance(kind.table.c[attribute.columns[0]].type, CHECKED)
        ]

    def values(self, record: Record, keyed: Keyed) -> list[Any]:
        """The record's values. Raises BrokenBatch where one would not come back as it was."""
        row = list(self._stated(record))
        for place, member in self._sets:
            row[place] = keyed(row[place], member) if row[place] else None
        for place in self._checked:
            if row[place] is not None:
                row[place] = _kept(row[place])
        for place, attribute in self._structs:
            value = row[place]
            # Few periods stand in many records; of places, equal ones may be written with other digits.
            row[place : place + 1] = _period_parts(value) if type(value) is Period else _parts(attribute, value)
        return row


CONTENTS = {kind: Content(table) for kind, table in RECORD_TABLES.items()}


def _parts(attribute: Attribute, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (None,) * len(attribute.columns)
    parts = structs.astuple(value)
    if all(part is None for part in parts):
        raise InvalidBatch(f"{attribute.name} of a record states nothing, so it must be None")
    return tuple(map(_kept, parts))


@lru_cache(maxsize=4096)
def _period_parts(period: Period) -> tuple[Any, ...]:
    return structs.astuple(period)


def _kept(value: Any) -> Any:
    """The value, if both databases return it as it is."""
    if isinstance(value, datetime) and value.tzinfo is not UTC and value.utcoffset() != timedelta(0):
        raise InvalidBatch("a time of a record is not in UTC")
    if isinstance(value, int) and not -LARGEST - 1 <= value <= LARGEST:
        raise InvalidBatch("a number of a record has more than 64 bits")
    if isinstance(value, Decimal) and not value.is_finite():
        raise InvalidBatch("a number of a record is not finite")
    return value


def _check(about: About, scope: Scope, batch: Batch) -> None:
    accounted = len(batch.records) + batch.merged + batch.out_of_scope + len(batch.rejections)
    if batch.rows != accounted or min(batch.merged, batch.out_of_scope) < 0:
        raise InvalidBatch(f"the source read {batch.rows} rows and accounts for {accounted}")
    if len({(record.type, record.id) for record in batch.records}) != len(batch.records):
        raise InvalidBatch("a record stands twice in one batch")
    # What a caller may see is decided by a record's source.
    if {scope.source, *(record.source for record in batch.records)} != {about.name}:
        raise InvalidBatch("a record is of another source")
    if not {record.type for record in batch.records} <= scope.records:
        raise InvalidBatch("a record is of a type that its scope does not hold")
    if len({rejected.position for rejected in batch.rejections}) != len(batch.rejections):
        raise InvalidBatch("a row is rejected twice")
    _written_out([batch.rejections, batch.unknown_codes, batch.origin, batch.checkpoint])
