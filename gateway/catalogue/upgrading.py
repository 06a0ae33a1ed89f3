"""Bringing a catalogue's tables to what this version needs."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Runs every migration that the catalogue lacks, in the caller's transaction."""
    command.upgrade(_config(connection), "head")


def version(connection: Connection) -> str | None:
    """The migration that the catalogue stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The migration that this version needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("gateway.catalogue") / "migrations"))
    config.attributes["connection"] = connection
    return config
