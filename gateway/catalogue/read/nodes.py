"""Turns rows of versions into record rows as the caller may see them, and notes what must be logged."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row, RowMapping

from adapters.records import NativeTerm
from gateway.catalogue.read.rows import Members, keys, values
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import PROVENANCE, RECORDED_AT, REDACTED, class_flag
from gateway.catalogue.tables import Attribute, RecordTable
from schema.queries.records import ProvenanceRow, RecordRow


async def read_nodes(
    session: ReadSession, kind: RecordTable, attributes: frozenset[str], rows: Sequence[Row[Any]]
) -> list[RecordRow]:
    """One record row per row, in the same order."""
    columns = [kind.attributes[name] for name in sorted(attributes) if name in kind.attributes]
    members = await session.members(keys(columns, (row._mapping for row in rows)))
    return [_node(session, kind, attributes, columns, row._mapping, members) async for row in session.pace.over(rows)]


def _node(
    session: ReadSession,
    kind: RecordTable,
    attributes: frozenset[str],
    columns: Sequence[Attribute],
    row: RowMapping,
    members: Members,
) -> RecordRow:
    source = row["source"]
    node = RecordRow(
        type=kind.type,
        id=row["id"],
        source=source,
        external_id=row["id"].removeprefix(f"{source}:"),
        values=dict(values(columns, row, members)),
    )
    if "native" in attributes:
        # Whoever may not see a field learns nothing of the publisher's words for it.
        native = cast("tuple[NativeTerm, ...]", node.values["native"])
        node.values["native"] = tuple(term for term in native if not kind.sensitive(term.field))
    _note_delivery(session, kind, node, attributes, columns, row)
    if RECORDED_AT in attributes:
        node.recorded_at = row["v_recorded_at"]
    if REDACTED in attributes:
        node.redacted = row[REDACTED]
    if PROVENANCE in attributes:
        parts = {name.removeprefix("r_"): value for name, value in row.items() if name.startswith("r_")}
        del parts["key"]
        about, claim = session.descriptions[source], parts.pop("citation", None)
        publisher = about.publisher_of(node.external_id, parts.pop("platform", None))
        node.provenance = ProvenanceRow(about=about, publisher=publisher, claim=claim, **parts)
    return node


def _note_delivery(
    session: ReadSession,
    kind: RecordTable,
    node: RecordRow,
    attributes: frozenset[str],
    columns: Sequence[Attribute],
    row: RowMapping,
) -> None:
    """Adds a node to what is logged, without the sensitive attributes that the caller may not see of it."""
    classes = {column.name: column.field_class for column in columns if column.field_class is not None}
    sensitive = {name for name, field_class in classes.items() if row[class_flag(field_class)]}
    session.delivery.add_record(kind.type, node.id, node.source, attributes - classes.keys() | sensitive, sensitive)
