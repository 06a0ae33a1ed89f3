"""`gateway serve` and `gateway demo`: the service over HTTP."""

from typing import Annotated

import typer

from gateway.command.console import run
from gateway.command.listener import inherit, listen
from gateway.command.logs import configure_logs
from gateway.settings import load_settings

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="The processes that answer.")]
Listener = Annotated[int | None, typer.Option("--listener", hidden=True)]


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1, listener: Listener = None) -> None:
    """Serve the catalogue over HTTP.

    Processes that end are started again. SIGHUP reloads the settings, SIGTERM stops the service; both let requests in
    flight end. A process beside them reads the sources that the settings follow.
    """
    configure_logs()
    if listener is None:
        run(_supervise(host, port, workers))
    else:
        from gateway.command.server import new_event_loop

        # The parent has warned about the environment that both have.
        run(_answer(listener, workers), new_event_loop, reads_environment=False)


def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve synthetic data from a sandbox of each source.

    Nothing is read from the network, and nothing is left on the disk.
    """
    from gateway.command.demonstration import run_demonstration
    from gateway.command.server import new_event_loop

    configure_logs()
    run(run_demonstration(host, port), new_event_loop, reads_environment=False)


async def _supervise(host: str, port: int, workers: int) -> None:
    from gateway.command.supervisor import Supervisor, WorkerFailed

    with listen(host, port) as listener:
        address = f"http://{host}:{listener.getsockname()[1]}/graphql"
        try:
            await Supervisor(workers, listener, address).run()
        except WorkerFailed as exc:
            # A worker that ends with this code has printed why.
            if exc.code != 2:
                raise
            raise SystemExit(2) from None


async def _answer(number: int, workers: int) -> None:
    from gateway.command.server import run_worker
    from gateway.deployment import audit_keys, open_catalogue

    settings = load_settings()
    if settings.audit_key is not None:
        audit_keys(settings)
    async with open_catalogue(settings) as catalogue:
        with inherit(number) as listener:
            await run_worker(settings, catalogue, listener, workers)
