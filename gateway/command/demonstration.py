"""The demonstration: the gateway over a sandbox of every source, in a folder that is deleted afterwards."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from adapters.demonstration import Demonstration
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.refresh import Refresher
from gateway.command.listener import listen
from gateway.command.reader import start_reading, stop_reading
from gateway.command.server import run_server
from gateway.deployment import open_catalogue
from gateway.settings import FILE, Settings, load_settings
from gateway.wiring import demonstrations

CORS_ORIGINS = ["http://localhost:3000", "http://localhost:5173"]
"""Where the development servers of front ends run."""


async def run_demonstration(host: str, port: int) -> None:
    """Answers on the address until SIGINT or SIGTERM. Raises AddressUnavailable.

    Removes the settings from this process's environment and changes its working directory: a demonstration uses neither
    the catalogue nor the publishers of a settings.
    """
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        del os.environ[name]
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="gateway-demo-")
    try:
        os.chdir(folder)
        with listen(host, port) as listener:
            sandboxes = demonstrations()
            async with _serve_sandboxes(sandboxes) as address:
                FILE.write_text(_settings_file(sandboxes, address), encoding="utf-8")
                settings = load_settings()
                async with open_catalogue(settings) as catalogue:
                    await _fill(catalogue, settings, sandboxes)
                    url = f"http://{host}:{listener.getsockname()[1]}"
                    typer.echo(f"The explorer: {url}/   GraphQL: {url}/graphql", err=True)
                    reader = start_reading(settings)
                    try:
                        await run_server(settings, catalogue, listener)
                    finally:
                        await stop_reading(reader)
    finally:
        os.chdir(tempfile.gettempdir())
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _settings_file(sandboxes: dict[str, Demonstration], address: str) -> str:
    """The demonstration's gateway.toml: each source asks its sandbox below `address`."""
    lines = [f"cors_origins = {json.dumps(CORS_ORIGINS)}"]
    for name, sandbox in sandboxes.items():
        if sandbox.app is None:
            continue
        section: dict[str, object] = {
            "address": f"{address}/{name}{sandbox.address}",
            "synthetic": True,
            "follow": sandbox.follow,
        }
        if sandbox.archive_address is not None:
            section["archive_address"] = f"{address}/{name}{sandbox.archive_address}"
        if sandbox.key is not None:
            section["key"] = sandbox.key
        # JSON writes booleans, and lists and texts without control characters, as TOML does.
        lines += ["", f"[sources.{name}]"]
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in section.items()]
    return "\n".join([*lines, ""])


async def _fill(catalogue: Catalogue, settings: Settings, sandboxes: dict[str, Demonstration]) -> None:
    """Reads what is followed, and imports the files of the demonstration beside those that their sources ship."""
    for name, section in settings.sources.items():
        await Refresher(catalogue.database).once(catalogue.sources[name], section.follow)
    for name, sandbox in sandboxes.items():
        if sandbox.files:
            source = catalogue.sources[name]
            for paths in ((), sandbox.files):
                await import_scopes(catalogue.database, source, source.files(paths))


@asynccontextmanager
async def _serve_sandboxes(sandboxes: dict[str, Demonstration]) -> AsyncGenerator[str]:
    """Serves each sandbox below the address that it yields, at its source's name."""
    routes = [Mount(f"/{name}", sandbox.app()) for name, sandbox in sandboxes.items() if sandbox.app is not None]
    with listen("127.0.0.1", 0) as listener:
        config = uvicorn.Config(Starlette(routes=routes), access_log=False, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
