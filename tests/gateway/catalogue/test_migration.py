"""Upgrading: the migrations make the tables that the code reads, all or nothing, and other versions are refused."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from typer.testing import CliRunner, Result

from adapters.records import Case, Reference, Statistic
from adapters.vocabulary.enums import RecordType
from gateway.access.tables import metadata as access
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.indexes import indexed_metadata
from gateway.catalogue.migration import MIGRATIONS, MigrationRequired, newest, upgrade, version
from gateway.catalogue.tables import RECORD_TABLES, metadata, reference
from gateway.command.main import app
from gateway.store.database import Database, connect
from tests.support.catalogue import Shelf
from tests.support.databases import PostgreSQL
from tests.support.downgrade import back
from tests.support.fake_source import FakeSource


@pytest.fixture
def empty_url(database_url: str) -> str:
    """The address of a database without tables; once of each kind."""
    told(database_url, forget)
    return database_url


def told(database_url: str, *works: Any) -> list[Any]:
    """What each piece of work returns, each in a transaction of its own."""

    async def run() -> list[Any]:
        database = connect(database_url)
        try:
            return [await database.write(work) for work in works]
        finally:
            await database.close()

    return asyncio.run(run())


def prepared(database_url: str) -> None:
    async def run() -> None:
        holdings = Catalogue(connect(database_url), ())
        try:
            await holdings.prepare()
        finally:
            await holdings.close()

    asyncio.run(run())


def shape(connection: Connection) -> dict[str, Any]:
    """What the database itself says of its tables: columns, keys and the very definitions of the indexes."""
    reflected = inspect(connection)
    tables = {
        table: (
            [
                (c["name"], str(c["type"]), getattr(c["type"], "collation", None), c["nullable"])
                for c in reflected.get_columns(table)
            ],
            reflected.get_pk_constraint(table)["constrained_columns"],
            sorted(unique["column_names"] for unique in reflected.get_unique_constraints(table)),
        )
        for table in reflected.get_table_names()
        if table != "alembic_version"
    }
    definitions = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        " AND tablename <> 'alembic_version'",
    }
    indexes = connection.execute(text(definitions[connection.dialect.name]))
    return tables | {"indexes": {name: " ".join(definition.split()) for name, definition in indexes}}


def forget(connection: Connection) -> None:
    metadata.drop_all(connection)
    access.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


def create_all(connection: Connection) -> None:
    indexed_metadata().create_all(connection)
    access.create_all(connection)


def test_the_migrations_make_the_tables_that_the_code_reads(empty_url: str) -> None:
    def compared(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, [indexed_metadata(), access])  # type: ignore[arg-type]  # it takes several, too

    _, differences, migrated, _, _, created = told(empty_url, upgrade, compared, shape, forget, create_all, shape)
    assert differences == []
    assert migrated == created
    partial = [name for name, definition in migrated["indexes"].items() if "to_revision IS NULL" in definition]
    assert len(partial) == 3 * 8 + 2  # three of each type, the releases of a figure, and the requests of takedowns


def test_a_missing_index_or_column_would_be_seen(empty_url: str) -> None:
    def fewer(connection: Connection) -> None:
        connection.execute(text("DROP INDEX case_current_dated"))
        connection.execute(text("ALTER TABLE case_version DROP COLUMN title"))

    _, whole, _, less = told(empty_url, upgrade, shape, fewer, shape)
    assert "case_current_dated" in whole["indexes"].keys() - less["indexes"].keys()
    assert whole["case_version"] != less["case_version"]


def test_records_of_an_earlier_version_are_still_found_by_what_they_refer_to(shelf: Shelf) -> None:
    shared = (Reference("no", "1"), Reference("no", "2"))
    shelf.state([Case(source="fake", external_id="1", references=shared)])
    shelf.state([Case(source="fake", external_id="1", references=shared[:1])])

    def known(connection: Connection) -> list[tuple[Any, ...]]:
        return sorted(map(tuple, connection.execute(select(reference))), key=str)

    works: list[Callable[[Connection], Any]] = [known, partial(back, to="0007"), upgrade, known]
    before, _, _, after = (shelf.run(shelf.database.write(work)) for work in works)
    assert before == after
    assert len(before) == 3


RELEASES: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("meta_enforcement_reports", "meta-2022-q1", {"released_at": date(2022, 5, 17)}, "2022-q1"),
    ("tiktok_enforcement_reports", "tiktok-2099-q1", {}, "2099-q1"),
    ("meta_government_requests", "facebook-gov-requests-2013S1", {"released_at": date(2013, 8, 27)}, "2013S1"),
    ("meta_government_requests", "PRPL-Facebook-Government-Report-2013_H1", {}, "PRPL"),
    ("meta_government_requests", "Content_Restrictions_2013_H2", {}, None),
    ("korea_open_data", "15142026/20241231", {}, "20241231"),
    (
        "fbi_crime_data",
        "national/100/2023",
        {"stated_at": date(2024, 2, 29), "released_at": date(2024, 4, 2)},
        "2024-02/2024-04-02",
    ),
    ("fbi_crime_data", "national/100/2022", {"stated_at": date(2024, 1, 31)}, "2024-01"),
]
"""Source, scope and dates of a figure, and the name of its release."""


def test_figures_of_an_earlier_version_get_the_names_of_their_releases(shelf: Shelf) -> None:
    for source, scope, dates, _ in RELEASES:
        shelf.hold(FakeSource({scope: [Statistic(source=source, external_id=scope, **dates)]}, name=source))

    def release_names(connection: Connection) -> dict[str, str | None]:
        table = RECORD_TABLES[RecordType.STATISTIC].table.c
        return {row.id: row.release_name for row in connection.execute(select(table.id, table.release_name))}

    works: list[Callable[[Connection], Any]] = [partial(back, to="0013"), upgrade, release_names]
    *_, names = (shelf.run(shelf.database.write(work)) for work in works)
    assert names == {f"{source}:{scope}": name for source, scope, _, name in RELEASES}


def test_there_is_one_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [newest()]


def test_a_migration_has_its_number_in_the_name_of_its_file() -> None:
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [Path(script.path).name[:4] for script in scripts] == [script.revision for script in scripts]


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    _, once, _, twice, stands_at = told(empty_url, upgrade, shape, upgrade, shape, version)
    assert once == twice
    assert stands_at == newest()


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    def failing(connection: Connection) -> None:
        upgrade(connection)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        told(empty_url, failing)
    assert told(empty_url, version, lambda connection: inspect(connection).get_table_names()) == [None, []]


def test_first_use_migrates_an_empty_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    prepared(url)
    prepared(url)
    assert told(url, version) == [newest()]


def test_an_empty_postgresql_is_left_to_whoever_runs_it(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        told(url, forget)
        with pytest.raises(MigrationRequired, match="earlier version: run `gateway catalogue upgrade`"):
            prepared(url)
        assert told(url, version) == [None]


def test_a_catalogue_of_a_later_version_is_neither_used_nor_touched(empty_url: str) -> None:
    later = text("UPDATE alembic_version SET version_num = '9999'")
    _, _, before = told(empty_url, upgrade, lambda c: c.execute(later), shape)
    with pytest.raises(MigrationRequired, match="later version: install"):
        prepared(empty_url)
    with pytest.raises(MigrationRequired, match="later version: install"):
        told(empty_url, upgrade)
    assert told(empty_url, version, shape) == ["9999", before]


def test_a_catalogue_that_lacks_a_migration_is_refused(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told(empty_url, upgrade)
    monkeypatch.setattr("gateway.catalogue.migration.newest", lambda: "9999")
    with pytest.raises(MigrationRequired, match="earlier version: run `gateway catalogue upgrade`"):
        prepared(empty_url)


def command(empty_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"GATEWAY_DATABASE_URL": empty_url})


def test_the_command_makes_the_tables(empty_url: str) -> None:
    assert command(empty_url, "catalogue", "upgrade").exit_code == 0
    assert told(empty_url, version) == [newest()]


@pytest.mark.parametrize("arguments", [("sources",), ("catalogue", "upgrade")])
def test_a_command_says_in_one_line_what_is_wrong_with_the_tables(empty_url: str, arguments: tuple[str, ...]) -> None:
    told(empty_url, upgrade, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    done = command(empty_url, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "gateway: the catalogue's tables are of a later version: install the gateway that made them\n"


def test_several_who_use_an_empty_sqlite_first_migrate_it_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"

    async def first_uses() -> None:
        databases: list[Database] = [connect(url) for _ in range(5)]
        await asyncio.gather(*(Catalogue(database, ()).prepare() for database in databases))
        for database in databases:
            await database.close()

    asyncio.run(first_uses())
    assert told(url, version) == [newest()]
