"""Migrates a catalogue's tables to the version that this release needs."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gateway.errors import OperatorError

VERSION = text("SELECT version_num FROM alembic_version")
"""The migration that the tables stand at, as a statement for readers, which Alembic does not serve."""


class MigrationRequired(OperatorError):
    """The catalogue's tables are of another version."""


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations in the caller's transaction.

    Raises MigrationRequired if the tables are of a later version.
    """
    _refuse_later(version(connection))
    command.upgrade(_config(connection), "head")


def version(connection: Connection) -> str | None:
    """The last migration of the catalogue; None if it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def require_newest(connection: Connection) -> None:
    """Raises MigrationRequired unless the catalogue has exactly the migrations of this release."""
    current = version(connection)
    _refuse_later(current)
    if current != newest():
        raise MigrationRequired("the catalogue's tables are of an earlier version: run `gateway catalogue upgrade`")


def newest() -> str | None:
    """The last migration of this release."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _refuse_later(current: str | None) -> None:
    revisions = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if current is not None and current not in revisions:
        raise MigrationRequired("the catalogue's tables are of a later version: install the gateway that made them")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("gateway.catalogue") / "migrations"))
    config.attributes["connection"] = connection
    return config
