"""The catalogue's tables. One table per record type, derived from `adapters.records`; the rest is written out here.

A record version holds from revision `from_revision` up to but not including `to_revision` (NULL: it still holds).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

from msgspec import Struct, structs
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from adapters.records import RECORD_TYPES, Record, Takedown, field_class
from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.catalogue.column_types import bare_annotation, column_type, member_type
from gateway.store.columns import Derived, Instant, JSONTuple, key, text

metadata = MetaData()

revision = Table(
    "revision",
    metadata,
    Column("number", key(), primary_key=True, autoincrement=False),
    Column("committed_at", Instant, nullable=False),
    Index("revision_committed_at", "committed_at"),
)
"""One row per commit. Numbers grow in commit order, and `committed_at` never falls as numbers grow."""

scope = Table(
    "scope",
    metadata,
    Column("key", key(), primary_key=True, autoincrement=False),
    Column("source", text(), nullable=False),
    Column("channel", text(), nullable=False),
    Column("name", text(), nullable=False),
    Column("records", JSONTuple(tuple[RecordType, ...]), nullable=False),
    Column("jurisdictions", Integer),
    Column("start", Date),
    Column("end", Date),
    UniqueConstraint("source", "channel", "name"),
)
"""A slice of a channel that was read at least once, and what it speaks of."""

lease = Table(
    "lease",
    metadata,
    Column("source", text(), nullable=False),
    Column("channel", text(), nullable=False),
    Column("name", text(), nullable=False),
    Column("holder", text(), nullable=False),
    Column("until", Instant, nullable=False),
    PrimaryKeyConstraint("source", "channel", "name"),
)
"""Who may read a scope until when. It outlives its holder's reading only where that failed: a pause before the next."""

failure = Table(
    "failure",
    metadata,
    Column("source", text(), nullable=False),
    Column("channel", text(), nullable=False),
    Column("name", text(), nullable=False),
    Column("code", text(), nullable=False),
    Column("failed_at", Instant, nullable=False),
    PrimaryKeyConstraint("source", "channel", "name"),
)
"""Scopes whose last live reading failed, also those that were never read.

Without a channel and a name it is the source, which could not list its scopes.
"""

retrieval = Table(
    "retrieval",
    metadata,
    Column("key", key(), primary_key=True, autoincrement=False),
    Column("scope", key(), nullable=False),
    Column("location", text(), nullable=False),
    Column("retrieved_at", Instant, nullable=False),
    Column("status", Integer),
    Column("bytes", BigInteger),
    Column("sha256", text()),
    Column("adapter_version", text(), nullable=False),
)
"""One reading of a scope: where the rows came from, as provenance of every version that it wrote."""

coverage = Table(
    "coverage",
    metadata,
    Column("scope", key(), primary_key=True, autoincrement=False),
    Column("retrieval", key()),
    Column("complete", Boolean, nullable=False),
    Column("last_read_at", Instant, nullable=False),
    Column("checkpoint", text()),
    Column("reason", text()),
    *(
        Column(count, BigInteger, nullable=False)
        for count in ("read", "added", "unchanged", "superseded", "merged", "out_of_scope", "rejected", "withdrawn")
    ),
    Column("records_before", BigInteger),
    Column("adapter_version", text()),
)
"""How far each scope was read, and what became of its rows.

`records_before` is the number of records that the scope held when the last reading began, None where readings of the
scope withdraw nothing. `adapter_version` is that of the last reading that reached its end.
"""

hold = Table(
    "hold",
    metadata,
    Column("scope", key(), primary_key=True, autoincrement=False),
    Column("retrieval", key(), nullable=False),
    Column("digest", text(), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("agreed_at", Instant, nullable=False),
)
"""Scopes whose last complete reading lacks so many records that none of them is withdrawn yet.

`digest` names what that reading states; `total` is how many records the scope held before. `readings` agree so far, the
first at `began_at`, the last that counts at `agreed_at`.
"""

missing_record = Table(
    "missing_record",
    metadata,
    Column("scope", key(), nullable=False),
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    PrimaryKeyConstraint("scope", "record_type", "record"),
)
"""The records that the reading on hold lacks and that no later reading brought back."""

unknown_code = Table(
    "unknown_code",
    metadata,
    Column("scope", key(), nullable=False),
    Column("field", text(), nullable=False),
    Column("code", text(), nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "field", "code"),
)
"""Codes of the last read that the crosswalk lacks; operators see them."""

rejection = Table(
    "rejection",
    metadata,
    Column("scope", key(), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("reason", text(), nullable=False),
    Column("column", text()),
    PrimaryKeyConstraint("scope", "position"),
)
"""Rows of the last read that could not be read."""

visited = Table(
    "seen",
    metadata,
    Column("scope", key(), nullable=False),
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    PrimaryKeyConstraint("scope", "record_type", "record"),
)
"""What the running read of a scope has met and left as it was; emptied when the scope is complete.

What it wrote bears its retrieval, and does not stand here.
"""

reference = Table(
    "reference",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    Column("scheme", text(), nullable=False),
    Column("value", text(), nullable=False),
    Column("from_revision", BigInteger, nullable=False),
    Column("to_revision", BigInteger),
    PrimaryKeyConstraint("scheme", "value", "record_type", "record", "from_revision"),
    sqlite_with_rowid=False,
)
"""By which identifiers records are found, with the revisions between which a record named them.

Which a record names stands in its version, as `references`.
"""

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("retrieval", key(), nullable=False),
    PrimaryKeyConstraint("record_type", "record", "revision"),
)
"""Tombstones: the record was missing from a complete reading of its scope."""

redaction = Table(
    "redaction",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    Column("redacted_at", Instant, nullable=False),
    Column("revision", key()),
    PrimaryKeyConstraint("record_type", "record"),
    Index("redaction_revision", "record_type", "revision", "record"),
)
"""Records whose every version was erased; a later import leaves them erased."""

message = Table(
    "message",
    metadata,
    Column("source", text(), nullable=False),
    Column("id", text(), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("sha256", text()),
    PrimaryKeyConstraint("source", "id"),
    Index("message_received_at", "received_at"),
)
"""What was pushed of late: whoever pushes it again, because it got no answer, changes nothing.

`sha256` is that of the body; None where an earlier version received it.
"""

pushed = Table(
    "pushed",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("record", text(), nullable=False),
    Column("moment", Instant, nullable=False),
    Column("message", text(), nullable=False),
    PrimaryKeyConstraint("record_type", "record"),
)
"""Of which moment a record is that was pushed, and by which message: what is older comes too late."""

interned_set = Table(
    "interned_set",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("members", text(), nullable=False, unique=True),
)
"""Every combination of jurisdictions, harm categories, measures or content types that a record names, once.

`members` is the sorted JSON array itself.
"""

interned_member = Table(
    "interned_member",
    metadata,
    Column("set_key", Integer, nullable=False),
    Column("member", text(), nullable=False),
    PrimaryKeyConstraint("member", "set_key"),
)
"""What a filter looks up: a set holds its members and, for jurisdictions, what encloses them (`GB-ENG`: also `GB`)."""


disclosed_month = Table(
    "disclosed_month",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("month", Integer, nullable=False),
    Column("published_on", Date, nullable=False),
    Column("harm_categories", JSONTuple(tuple[str, ...]), nullable=False),
    Column("platforms", JSONTuple(tuple[str, ...])),
    Column("revision", key()),
    PrimaryKeyConstraint("record_type", "month"),
)
"""Months (from the year 0) whose counts were published, with the lists by which they were counted. Never rewritten.

`revision` is the last one that the counts contain; None for a month that an earlier version published, by the first of
the dates of a type alone.
"""

disclosed_count = Table(
    "disclosed_count",
    metadata,
    Column("record_type", text(), nullable=False),
    Column("month", Integer, nullable=False),
    Column("jurisdiction", text(), nullable=False),
    Column("harm_category", text(), nullable=False),
    Column("platform", text(), nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("record_type", "month", "jurisdiction", "harm_category", "platform"),
)
"""Counts of partner records as everybody may read them: those that are not suppressed, rounded. Never rewritten."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one attribute of a record type is stored.

    `columns` are its column names; `struct` is set where they are the parts of a value, `interned` where the column
    holds the key of an interned set.
    """

    name: str
    columns: tuple[str, ...]
    struct: type[Struct] | None
    interned: Any | None
    field_class: FieldClass | None


RecordClass = type[Record]

FILTER_PERIODS: dict[RecordType, tuple[str, ...]] = {
    RecordType.TAKEDOWN: Takedown.period_attributes,
}
"""The periods by which records of a type are filtered and counted beside their own one.

The first one needs no index: a record that has it is in the index of the own period by it.
"""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A record type's table, and how the type's attributes stand in it."""

    type: RecordType
    record: RecordClass
    table: Table
    attributes: dict[str, Attribute]
    start: str
    """The column of the first day of a record's own period, by which the type's dated order runs."""
    end: str

    @property
    def dates(self) -> tuple[str, ...]:
        """The columns of the first and the last day of each attribute that dates a record of the type, in order."""
        return tuple(f"{name}_{day}" for name in self.record.period_attributes for day in ("start", "end"))

    def sensitive(self, name: str) -> bool:
        """Whether an attribute of this name has a field class."""
        attribute = self.attributes.get(name)
        return attribute is not None and attribute.field_class is not None


VERSION_COLUMNS = ("id", "source", "from_revision", "to_revision", "scope", "retrieval", "digest", "redacted")


def _attribute(name: str, annotation: Any) -> tuple[Attribute, list[Column[Any]]]:
    bare = bare_annotation(annotation)
    if isinstance(bare, type) and issubclass(bare, Struct):
        parts = get_type_hints(bare, include_extras=True)
        columns = [Column(f"{name}_{part}", column_type(bare_annotation(kind))) for part, kind in parts.items()]
        struct: type[Struct] | None = bare
    else:
        columns = [Column(name, column_type(bare))]
        struct = None
    return Attribute(
        name, tuple(column.name for column in columns), struct, member_type(bare), field_class(annotation)
    ), columns


def _record_table(record: type[Record]) -> RecordTable:
    hints = get_type_hints(record, include_extras=True)
    attributes: dict[str, Attribute] = {}
    columns: list[Column[Any]] = []
    for field in structs.fields(record):
        if field.name not in ("source", "external_id"):
            attributes[field.name], more = _attribute(field.name, hints[field.name])
            columns += more
    if sensitive := [
        name for name in (*record.period_attributes, "references") if attributes[name].field_class is not None
    ]:
        raise TypeError(f"records are ordered and related by no sensitive field: {', '.join(sensitive)}")
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in record.type.value).lstrip("_")
    start, end, derived = _own_period(record)
    table = Table(
        f"{name}_version",
        metadata,
        Column("id", text(), nullable=False),
        Column("source", text(), nullable=False),
        Column("from_revision", BigInteger, nullable=False),
        Column("to_revision", BigInteger),
        Column("scope", key(), nullable=False),
        Column("retrieval", key(), nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("redacted", Boolean, nullable=False),
        *columns,
        *derived,
        PrimaryKeyConstraint("id", "from_revision"),
    )
    return RecordTable(record.type, record, table, attributes, start, end)


def _own_period(record: type[Record]) -> tuple[str, str, Sequence[Column[Any]]]:
    """The columns of the first and the last day of a record's own period, and those of the two that are derived.

    The database derives them where several attributes may date a record.
    """
    *better, last = record.period_attributes
    if not better:
        return f"{last}_start", f"{last}_end", ()
    columns = []
    for day in ("start", "end"):
        cases = " ".join(f"WHEN coalesce({each}_start, {each}_end) IS NOT NULL THEN {each}_{day}" for each in better)
        columns.append(Column(f"period_{day}", Date, Derived(f"CASE {cases} ELSE {last}_{day} END")))
    return "period_start", "period_end", columns


RECORD_TABLES: dict[RecordType, RecordTable] = {kind: _record_table(record) for kind, record in RECORD_TYPES.items()}


@dataclass(frozen=True, slots=True)
class RollupTable:
    """How many current records of one type each cell holds: a row per cell that holds any.

    A cell is what a record says for each of `attributes`, its source, the month in which its own period begins and the
    first one after it (months are counted from the year 0), the same months of each of `periods`, and of takedowns
    whether somebody asked for it and how long it took, in the steps of
    `gateway.catalogue.write.rollups.duration_step`.
    """

    kind: RecordTable
    table: Table
    attributes: tuple[str, ...]
    periods: tuple[str, ...]


ROLLED_UP: dict[RecordType, tuple[str, ...]] = {
    RecordType.CASE: ("agency", "status", "harm_categories", "jurisdictions"),
    RecordType.TAKEDOWN: (
        *("platform", "requested_by", "trigger", "status", "measures", "harm_categories", "jurisdictions"),
        *("automated_detection", "automated_decision", "duration_basis"),
    ),
    RecordType.ARREST: ("agency", "event", "counting_unit", "harm_categories", "jurisdictions"),
}
"""By what records are counted. None of it is sensitive: whoever sees a record may count it."""


def _rollup_table(kind: RecordTable, attributes: tuple[str, ...]) -> RollupTable:
    if sensitive := [name for name in attributes if kind.sensitive(name)]:
        raise TypeError(f"nothing is counted by what few may see: {', '.join(sensitive)}")
    extra = [Column("requested", Boolean, nullable=False), Column("duration", BigInteger)]
    periods = FILTER_PERIODS.get(kind.type, ())
    table = Table(
        kind.table.name.replace("_version", "_rollup"),
        metadata,
        Column("cell", LargeBinary, nullable=False),
        Column("source", text(), nullable=False),
        *(
            Column(f"{prefix}{month}", Integer)
            for prefix in ("", *(f"{period}_" for period in periods))
            for month in ("start_month", "end_month")
        ),
        *(Column(name, kind.table.c[name].type) for name in attributes),
        *(extra if kind.type is RecordType.TAKEDOWN else ()),
        Column("count", BigInteger, nullable=False),
        PrimaryKeyConstraint("cell"),
    )
    return RollupTable(kind, table, attributes, periods)


ROLLUP_TABLES = {kind: _rollup_table(RECORD_TABLES[kind], attributes) for kind, attributes in ROLLED_UP.items()}
