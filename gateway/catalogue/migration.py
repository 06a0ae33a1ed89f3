"""Migrates a catalogue's tables to the version that this release needs."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gateway.errors import OperatorError

MIGRATIONS = Path(__file__).with_name("migrations")

VERSION = text("SELECT version_num FROM alembic_version")
"""The migration that the tables stand at, as a statement for readers, which Alembic does not serve."""


class MigrationRequired(OperatorError):
    """The catalogue's tables are of another version."""


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations in the caller's transaction.

    Raises MigrationRequired if the tables are of a later version.
    """
    # Only a migration needs Alembic, and it takes a third of a second to import.
    from alembic import command
    from alembic.config import Config

    _refuse_later(version(connection))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def version(connection: Connection) -> str | None:
    """The last migration of the catalogue; None if it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.execute(VERSION).scalar()
    return current


def require_newest(connection: Connection) -> None:
    """Raises MigrationRequired unless the catalogue has exactly the migrations of this release."""
    current = version(connection)
    _refuse_later(current)
    if current != newest():
        raise MigrationRequired("the catalogue's tables are of an earlier version: run `gateway catalogue upgrade`")


def newest() -> str:
    """The last migration of this release."""
    return max(_migrations())


def _refuse_later(current: str | None) -> None:
    if current is not None and current not in _migrations():
        raise MigrationRequired("the catalogue's tables are of a later version: install the gateway that made them")


def _migrations() -> set[str]:
    """The migrations of this release: each file of one begins with its number."""
    return {file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}
