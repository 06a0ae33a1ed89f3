"""`gateway serve` and `gateway demo`: the service over HTTP."""

from typing import Annotated

import typer

from gateway.command.console import run
from gateway.command.demonstration import run_demonstration
from gateway.command.logs import configure_logs
from gateway.command.server import listen, new_event_loop, run_server
from gateway.deployment import open_catalogue
from gateway.settings import load_settings

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the catalogue over HTTP.

    A process beside it reads the sources that the settings follow.
    """
    run(_serve(host, port), new_event_loop)


def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve synthetic data from a sandbox of each source.

    Nothing is read from the network, and nothing is left on the disk.
    """
    configure_logs()
    run(run_demonstration(host, port), new_event_loop, reads_environment=False)


async def _serve(host: str, port: int) -> None:
    configure_logs()
    settings = load_settings()
    async with open_catalogue(settings) as catalogue:
        with listen(host, port) as listener:
            typer.echo(f"http://{host}:{listener.getsockname()[1]}/graphql", err=True)
            await run_server(settings, catalogue, listener)
