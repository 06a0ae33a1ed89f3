"""The demonstration: a sandbox of every source, and the gateway over them, in a folder that is gone afterwards."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from adapters.platforms.telegram_transparency import sandbox as telegram_transparency_sandbox
from adapters.police.fbi_crime_data import sandbox as fbi_crime_data_sandbox
from adapters.police.korea_open_data import sandbox as korea_open_data_sandbox
from adapters.police.socrata_arrests import sandbox as socrata_arrests_sandbox
from adapters.police.uk_police import sandbox as uk_police_sandbox
from adapters.press import published_figures
from adapters.regulators.dsa_transparency import sandbox as dsa_transparency_sandbox
from adapters.regulators.korea_law import sandbox as korea_law_sandbox
from adapters.regulators.lumen import sandbox as lumen_sandbox
from adapters.story import AREA
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.refresh import Refresher
from gateway.command.server import listening, serve
from gateway.settings import FILE, Settings, settings
from gateway.wiring import opened

ROUTES = [
    Mount("/uk_police", uk_police_sandbox.sandbox()),
    Mount("/dsa_transparency", dsa_transparency_sandbox.sandbox()),
    Mount("/telegram_transparency", telegram_transparency_sandbox.sandbox()),
    Mount("/korea_open_data", korea_open_data_sandbox.sandbox()),
    Mount("/socrata_arrests", socrata_arrests_sandbox.sandbox()),
    Mount("/fbi_crime_data", fbi_crime_data_sandbox.sandbox()),
    Mount("/lumen", lumen_sandbox.sandbox()),
    Mount("/korea_law", korea_law_sandbox.sandbox()),
]

SETTINGS = """
cors_origins = ["http://localhost:3000", "http://localhost:5173"]

[sources.uk_police]
address = "ADDRESS/uk_police"
synthetic = true
follow = ["metropolitan/stop-and-search", "AREA/2024-09/street", "AREA/2024-09/outcomes"]

[sources.dsa_transparency]
address = "ADDRESS/dsa_transparency/api/v1/research"
archive_address = "ADDRESS/dsa_transparency/dumps"
synthetic = true
follow = ["telegram/2024-09-12"]

[sources.telegram_transparency]
address = "ADDRESS/telegram_transparency"
synthetic = true
follow = ["dataset"]

[sources.korea_open_data]
address = "ADDRESS/korea_open_data"
key = "any-key"
synthetic = true
follow = ["15053887"]

[sources.socrata_arrests]
address = "ADDRESS/socrata_arrests"
synthetic = true
follow = ["new_york/2024-09", "chicago"]

[sources.fbi_crime_data]
address = "ADDRESS/fbi_crime_data"
key = "any-key"
synthetic = true
follow = ["national/23/2024", "state/IL/240/2024/sex", "agency/ILCPD0000/23/2024", "agency/NY0303000/23/2024"]

[sources.lumen]
address = "ADDRESS/lumen"
key = "any-key"
synthetic = true
follow = ["deepfake/2024-09"]

[sources.korea_law]
address = "ADDRESS/korea_law/DRF"
key = "any-key"
synthetic = true
follow = ["prec/허위영상물/2024"]
"""
"""What the demonstration's gateway.toml says; ADDRESS is that of the sandboxes, AREA where their crimes happened."""

CLAIMS = "sandbox_claims.toml"
"""The claims that belong to the sandboxes' matter."""


async def demonstrate(host: str, port: int) -> None:
    """Answers on the address until the process is told to end. Raises what `gateway serve` raises.

    Afterwards the process stands in another working directory, and without the settings of its environment: whoever
    demonstrates wants to touch neither a catalogue nor a publisher that these may name.
    """
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        del os.environ[name]
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="gateway-demo-")
    try:
        os.chdir(folder)
        with listening(host, port) as listener:
            async with _sandboxes() as address:
                FILE.write_text(SETTINGS.replace("ADDRESS", address).replace("AREA", AREA), encoding="utf-8")
                given = settings()
                async with opened(given) as holdings:
                    await _fill(holdings, given)
                    shown = listener.getsockname()[1]
                    typer.echo(
                        f"The explorer: http://{host}:{shown}/   GraphQL: http://{host}:{shown}/graphql", err=True
                    )
                    await serve(given, holdings, listener)
    finally:
        os.chdir(tempfile.gettempdir())
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _fill(holdings: Catalogue, given: Settings) -> None:
    """Reads what is followed, the shipped figures, and the claims about the sandboxes' matter."""
    for name, source in given.sources.items():
        await Refresher(holdings.database).once(holdings.sources[name], source.follow)
    figures = holdings.sources["published_figures"]
    with as_file(files(published_figures) / CLAIMS) as claims:
        for paths in ([], [claims]):
            await import_scopes(holdings.database, figures, figures.files(paths))


@asynccontextmanager
async def _sandboxes() -> AsyncGenerator[str]:
    """The address below which every sandbox answers as its publisher would."""
    with listening("127.0.0.1", 0) as listener:
        config = uvicorn.Config(Starlette(routes=ROUTES), access_log=False, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
