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

DERIVED = {
    kind.table.name: kind.record.period_attributes[0]
    for kind in RECORD_TABLES.values()
    if len(kind.record.period_attributes) > 1
}
"""The tables whose own period is derived, and the date that alone counted before."""

UNDONE: list[tuple[str, list[str]]] = [
    ("0015", [*_dropped("TABLE", ["failure"])]),
    ("0014", ["ALTER TABLE statistic_version DROP COLUMN release_name"]),
    (
        "0013",
        [
            *_dropped("INDEX", ["takedown_current_requested", "takedown_requested"]),
            *(
                statement
                for table, day in DERIVED.items()
                for name in [table.removesuffix("_version")]
                for statement in (
                    *_dropped("INDEX", [f"{name}_current_dated", f"{name}_dated"]),
                    f"ALTER TABLE {table} DROP COLUMN period_start",
                    f"ALTER TABLE {table} DROP COLUMN period_end",
                    f"CREATE INDEX {name}_dated ON {table} ({day}_start, from_revision, id)",
                    f"CREATE INDEX {name}_current_dated ON {table} ({day}_start, from_revision, id)"
                    " WHERE to_revision IS NULL",
                )
            ),
            "ALTER TABLE disclosed_month DROP COLUMN revision",
        ],
    ),
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
