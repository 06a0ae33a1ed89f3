"""Packs a batch into rows: all work that needs no database, and therefore no lock."""

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
from gateway.store.columns import ExactDecimal, Instant

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character as JSON escapes it."""

LARGEST = 2**63 - 1
"""The largest integer that both databases store."""

CHECKED = (BigInteger, ExactDecimal, Instant)
"""Column types that cannot store every value."""

GC_THRESHOLD = 200_000
"""Allocations between two runs of the cyclic collector: more than a batch makes."""

MARKS = slice(VERSION_COLUMNS.index("from_revision"), VERSION_COLUMNS.index("digest"))
"""The columns of a version that only the writer knows: its two revisions, its scope and its retrieval."""

UNMARKED = (None,) * len(VERSION_COLUMNS[MARKS])

SetKey = Callable[[Sequence[str], Any], int | None]
"""The key of a set of members of a vocabulary, or of jurisdictions; None for the empty set."""


class InvalidBatch(SourceError):
    """A source broke its contract: unaccounted rows, a duplicate id in a scope, or an invalid value."""

    code = "BROKEN_BATCH"


class Rows(Struct):
    """Records of one type as rows of `CONTENTS[type].row`, sorted by id so that index neighbours share a page.

    Values are as the driver takes them, except what only the writer knows: the version columns `MARKS` are None, and a
    set is its position in `sets`, which holds the members and their type. `references` has one list per row.
    """

    type: RecordType
    rows: list[Row]
    references: list[list[tuple[str, str]]]
    sets: list[tuple[tuple[str, ...], Any]]


class Packed(Struct):
    """A batch whose records are rows; `batch` has everything else. Writing consumes the rows."""

    batch: Batch
    kinds: list[Rows]


@contextmanager
def rare_collection() -> Iterator[None]:
    """Runs the cyclic collector less often: millions of rows come and go, and none is part of a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(GC_THRESHOLD, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def pack(about: About, scope: Scope, batch: Batch, dialect: str) -> Packed:
    """Packs the batch for a database of the dialect. Raises InvalidBatch."""
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
    return Rows(kind, rows, shared, sets.sets)


class _Sets:
    """The distinct sets of a batch: many records share few sets."""

    def __init__(self) -> None:
        self.sets: list[tuple[tuple[str, ...], Any]] = []
        self._places: dict[tuple[str, ...], int] = {}

    def key(self, members: Sequence[str], member: Any) -> int | None:
        if not members:
            return None
        ordered = tuple(members)
        place = self._places.get(ordered)
        if place is None:
            place = self._places[ordered] = len(self.sets)
            self.sets.append((ordered, member))
        return place


def digest_of(record: Record) -> bytes:
    """Sixteen bytes that are equal for equal records of one kind.

    Raises InvalidBatch if a text of the record cannot be stored.
    """
    return blake2b(_canonical_json(record), digest_size=16).digest()


def _canonical_json(value: Any) -> bytes:
    """The value as JSON. Raises InvalidBatch for NUL, which PostgreSQL cannot store, and lone surrogates."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        raise InvalidBatch("a text holds half a surrogate pair, which is no character") from None
    if b"\\u0000" in encoded and NUL.search(encoded):
        raise InvalidBatch("a text holds a NUL character")
    return encoded


class Content:
    """Turns records of one type into rows: attribute values in the order of `columns`."""

    def __init__(self, kind: RecordTable) -> None:
        attributes = tuple(kind.attributes.values())
        self._attributes = attrgetter(*kind.attributes)
        self.columns = tuple(column for attribute in attributes for column in attribute.columns)
        self.row = (*VERSION_COLUMNS, *self.columns)
        # Most values are stored as they are. The others are converted from the last to the first, so that positions
        # stay valid when a value becomes several columns.
        positions = list(enumerate(attributes))[::-1]
        self._structs = [(place, attribute) for place, attribute in positions if attribute.struct is not None]
        self._sets = [(place, attribute.interned) for place, attribute in positions if attribute.interned is not None]
        self.sets = tuple(self.row.index(attribute.name) for attribute in attributes if attribute.interned is not None)
        self._checked = [
            place
            for place, attribute in positions
            if attribute.struct is None and isinstance(kind.table.c[attribute.columns[0]].type, CHECKED)
        ]

    def values(self, record: Record, set_key: SetKey) -> list[Any]:
        """The record's values. Raises InvalidBatch if a value would not survive storage."""
        row = list(self._attributes(record))
        for place, member in self._sets:
            row[place] = set_key(row[place], member) if row[place] else None
        for place in self._checked:
            if row[place] is not None:
                row[place] = _check_value(row[place])
        for place, attribute in self._structs:
            value = row[place]
            # Many records share few periods, so their parts are cached. Equal places may have different digits.
            row[place : place + 1] = _period_parts(value) if type(value) is Period else _parts(attribute, value)
        return row


CONTENTS = {kind: Content(table) for kind, table in RECORD_TABLES.items()}


def _parts(attribute: Attribute, value: Any) -> tuple[Any, ...]:
    if value is None:
        return (None,) * len(attribute.columns)
    parts = structs.astuple(value)
    if all(part is None for part in parts):
        raise InvalidBatch(f"{attribute.name} of a record has no value and must be None")
    return tuple(map(_check_value, parts))


@lru_cache(maxsize=4096)
def _period_parts(period: Period) -> tuple[Any, ...]:
    return structs.astuple(period)


def _check_value(value: Any) -> Any:
    """The value, if both databases return it unchanged. Raises InvalidBatch."""
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
        raise InvalidBatch("a record occurs twice in one batch")
    # A record's source decides who may see it.
    if {scope.source, *(record.source for record in batch.records)} != {about.name}:
        raise InvalidBatch("a record is of another source")
    if not {record.type for record in batch.records} <= scope.records:
        raise InvalidBatch("a record is of a type that its scope does not hold")
    if len({rejected.position for rejected in batch.rejections}) != len(batch.rejections):
        raise InvalidBatch("a row is rejected twice")
    _canonical_json([batch.rejections, batch.unknown_codes, batch.origin, batch.checkpoint])
