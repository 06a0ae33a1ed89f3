"""How a command runs and how it ends: what went wrong is one clear line, without paths, SQL or values."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import typer

from adapters.errors import SourceError
from gateway.access.agreements import InvalidAdministration
from gateway.access.audit_log import MissingAuditKeys
from gateway.catalogue.migration import MigrationRequired
from gateway.catalogue.write.batches import ConcurrentReadError
from gateway.command.output import NotTabular
from gateway.command.server import AddressUnavailable
from gateway.settings import InvalidSettings, describe_unknown, unknown_variables
from gateway.store.errors import InvalidDatabaseURL, StoreError

REFUSALS = (
    MigrationRequired,
    InvalidSettings,
    MissingAuditKeys,
    NotTabular,
    ConcurrentReadError,
    SourceError,
    AddressUnavailable,
    InvalidAdministration,
    InvalidDatabaseURL,
)
"""What is bad about arguments, files or settings; their messages are fit to be shown."""


def run(
    work: Coroutine[Any, Any, None],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    *,
    reads_environment: bool = True,
) -> None:
    """Runs a command; whatever is bad about its arguments, files or settings ends it with exit code 2.

    One that reads settings from the environment warns about variables that are not settings.
    """
    if reads_environment:
        for variable, suggestion in unknown_variables(os.environ).items():
            # One with a suggestion is a typo, which the settings refuse.
            if suggestion is None:
                typer.echo(f"gateway: warning: {describe_unknown(variable)}", err=True)
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(work)
    except (
        InvalidSettings,
        InvalidDatabaseURL,
        AddressUnavailable,
        MigrationRequired,
        SourceError,
        ConcurrentReadError,
        NotTabular,
        InvalidAdministration,
        MissingAuditKeys,
    ) as exc:
        refuse(str(exc))
    except StoreError as exc:
        refuse(str(exc))
    except OSError as exc:
        refuse(f"the system refused a file or a connection ({type(exc).__name__})")


def refuse(message: str) -> NoReturn:
    """Ends the command with one line and exit code 2."""
    typer.echo(f"gateway: {message}", err=True)
    raise SystemExit(2)
