"""Bringing a catalogue's tables to what this version needs."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


class MigrationRequired(Exception):
    """The catalogue's tables are not those that this version needs."""


def upgrade(connection: Connection) -> None:
    """Runs every migration that the catalogue lacks, in the caller's transaction.

    Raises Behind where the tables are of a later version than this one.
    """
    _refuse_later(version(connection))
    command.upgrade(_config(connection), "head")


def version(connection: Connection) -> str | None:
    """The migration that the catalogue stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def require_newest(connection: Connection) -> None:
    """Raises Behind where the catalogue lacks a migration, or is of a later version than this one."""
    stands_at = version(connection)
    _refuse_later(stands_at)
    if stands_at != newest():
        raise MigrationRequired("the catalogue's tables are of an earlier version: run `gateway catalogue upgrade`")


def newest() -> str | None:
    """The migration that this version needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _refuse_later(stands_at: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if stands_at is not None and stands_at not in known:
        raise MigrationRequired("the catalogue's tables are of a later version: install the gateway that made them")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("gateway.catalogue") / "migrations"))
    config.attributes["connection"] = connection
    return config
