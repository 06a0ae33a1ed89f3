"""The `gateway` command: its subcommands, each imported when it runs.

A bad argument, file or setting ends in one line and exit code 2; an answer with errors ends in exit code 1.
"""

import atexit
import gc
from importlib import import_module
from typing import Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class Subcommand(NamedTuple):
    """Where a subcommand is, as `module:name` below `gateway.command`, and its line in `gateway --help`."""

    location: str
    help: str


SUBCOMMANDS = {
    "import": Subcommand("sources:import_files", "Import a source's files into the catalogue."),
    "query": Subcommand("query:query", "Run a GraphQL query against the catalogue, as the public may."),
    "sync": Subcommand("sources:sync", "Read sources over the network into the catalogue."),
    "demo": Subcommand("serve:demo", "Serve synthetic data from a sandbox of each source."),
    "serve": Subcommand("serve:serve", "Serve the catalogue over HTTP."),
    "sources": Subcommand("sources:app", "List the sources, and accept readings on hold."),
    "rejections": Subcommand("rejections:rejections", "List the rows that the last reading of each scope rejected."),
    "disclose": Subcommand("disclose:disclose", "Publish tables of partners' records for months that have closed."),
    "agencies": Subcommand("agencies:app", "Manage agencies."),
    "agreements": Subcommand("agreements:app", "Manage what agencies may see, for which purpose and until when."),
    "keys": Subcommand("keys:app", "Manage API keys."),
    "audit": Subcommand("audit:app", "Verify and print the audit log."),
    "schema": Subcommand("schema:app", "Print the published schemas."),
    "catalogue": Subcommand("catalogue:app", "Maintain the catalogue."),
}


class LazyGroup(TyperGroup):
    """A group that imports a subcommand when it runs, so that one loads none of what the others need.

    Its `commands` have only what `--help` and the suggestions for misspelled names show.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, subcommand in SUBCOMMANDS.items():
            self.add_command(TyperCommand(name, callback=None, help=subcommand.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, arguments = super().resolve_command(ctx, args)
        return name, name and load_subcommand(name), arguments


def load_subcommand(name: str) -> TyperCommand | TyperGroup:
    """Imports a subcommand. Raises KeyError for an unknown name."""
    module, _, attribute = SUBCOMMANDS[name].location.partition(":")
    target = getattr(import_module(f"gateway.command.{module}"), attribute)
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False)
        target.command(name)(function)
    target.info.help = SUBCOMMANDS[name].help
    command = cast("TyperCommand | TyperGroup", get_command(target))
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    help="One GraphQL endpoint over regulators, police forces and platforms.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    # Typer makes a group only of an app that has a callback, or subcommands that it knows.
    pass


def main() -> None:
    """Runs the command line."""
    # What is imported stays, so that looking for garbage in it takes a fifth of the start for nothing, and once more at
    # the end. `console.run` begins to collect again.
    gc.disable()
    atexit.register(gc.freeze)
    app()
