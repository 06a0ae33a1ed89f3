"""The service that these tests call, without a wire between."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.importing import import_scopes
from gateway.edge.requests import BodyLimits
from gateway.settings import Settings
from gateway.store.database import connect
from tests.support.databases import with_tables
from tests.support.sample_catalogue import sample_sources
from tests.support.sentinel import unseen


class Service:
    """A running service of one test, on an event loop of its own."""

    def __init__(self, url: str, reading: BodyLimits | None = None, **overrides: Any) -> None:
        self.runner = asyncio.Runner()
        self.holdings = Catalogue(connect(with_tables(url)), sample_sources())
        self.app: Starlette = create_app(Settings(database_url=url, **overrides), self.holdings, reading)
        self._stack = AsyncExitStack()
        self.runner.run(self._start())

    async def _start(self) -> None:
        await self._stack.enter_async_context(self.app.router.lifespan_context(self.app))
        for source in sample_sources():
            await import_scopes(self.holdings.database, source, source.files(()))
        # An exception that leaves the application would be seen by a server, and is raised here.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        await self._stack.enter_async_context(self._client)

    def call(self, method: str, path: str, **said: Any) -> httpx.Response:
        answer = self.runner.run(self._client.request(method, path, **said))
        unseen(answer.content + repr(answer.headers).encode(), "an answer")
        return answer

    def post(self, content: Any, **headers: str) -> httpx.Response:
        """Sends a body as it is, as JSON unless the headers say otherwise."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", "/graphql", content=content, headers={"content-type": "application/json"} | named)

    def close(self) -> None:
        self.runner.run(self._stack.aclose())
        self.runner.close()
