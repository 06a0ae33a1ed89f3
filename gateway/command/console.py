"""How a subcommand runs and ends: an error that an operator can put right is one line, without paths, SQL or values."""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import typer

from adapters.errors import SourceError
from gateway.errors import OperatorError
from gateway.settings import describe_unknown, unknown_variables
from gateway.store.errors import StoreError


def run(
    work: Coroutine[Any, Any, None],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    *,
    reads_environment: bool = True,
) -> None:
    """Runs a subcommand; errors in its arguments, files or settings end it with exit code 2.

    One that reads settings from the environment warns about variables that are not settings.
    """
    if reads_environment:
        for variable, suggestion in unknown_variables(os.environ).items():
            # One with a suggestion is a typo, which the settings refuse.
            if suggestion is None:
                typer.echo(f"gateway: warning: {describe_unknown(variable)}", err=True)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(work)
    except (OperatorError, SourceError, StoreError) as exc:
        refuse(str(exc))
    except OSError as exc:
        refuse(f"the system refused a file or a connection ({type(exc).__name__})")


def refuse(message: str) -> NoReturn:
    """Ends the process with one line on standard error and exit code 2."""
    typer.echo(f"gateway: {message}", err=True)
    raise SystemExit(2)
