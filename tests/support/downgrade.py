"""Catalogues of earlier versions: what each migration added, taken away again."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES


def back(connection: Connection, to: str) -> None:
    """Makes a catalogue of the newest version one of version `to`. What later versions wrote elsewhere stays."""
    for version, undo in UNDONE:
        if version > to:
            for statement in undo:
                connection.execute(text(statement))
    connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": to})


def _dropped(kind: str, names: Sequence[str]) -> Iterator[str]:
    return (f"DROP {kind} {name}" for name in names)


TABLES = [each.table.name for each in RECORD_TABLES.values()]

UNDONE: list[tuple[str, list[str]]] = [
    (
        "0012",
        [
            *_dropped("TABLE", ["hold", "missing_record"]),
            *(f"ALTER TABLE coverage DROP COLUMN {column}" for column in ("records_before", "adapter_version")),
        ],
    ),
    ("0011", ["ALTER TABLE message DROP COLUMN sha256"]),
    ("0010", [*_dropped("TABLE", ["disclosed_count", "disclosed_month"])]),
    ("0009", [*_dropped("TABLE", ["message", "pushed"])]),
    (
        "0008",
        [
            *(f"CREATE INDEX {table.removesuffix('_version')}_current ON {table} (id)" for table in TABLES),
            "CREATE INDEX reference_value ON reference (scheme, value, record_type)",
        ],
    ),
    ("0007", [*_dropped("INDEX", ["statistic_current_series", "statistic_series"])]),
    (
        "0006",
        [
            *_dropped("INDEX", [f"{table.removesuffix('_version')}_ended" for table in TABLES]),
            *_dropped("INDEX", ["redaction_revision"]),
            "ALTER TABLE redaction DROP COLUMN revision",
        ],
    ),
    ("0005", [*_dropped("TABLE", [each.table.name for each in ROLLUP_TABLES.values()])]),
]
"""Newest first, as far back as a test goes."""
