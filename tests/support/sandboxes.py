"""Sandboxes over real HTTP, and the faults that any publisher may show instead of its answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.command.listener import listen

Fault = Literal["outage page", "redirect", "oversize", "hang", "error"]

OVERSIZE = 40 * 1024 * 1024
"""Bytes of JSON, more than any source accepts in one answer."""


class Faulty:
    """An ASGI application that answers with a fault as long as it has one. `asked` counts all requests."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.fault: Fault | None = None
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        match self.fault:
            case None:
                await self._app(scope, receive, send)
            case "outage page":
                await _answer(send, 200, b"<!doctype html><title>We'll be back soon</title>", "text/html")
            case "redirect":
                await _answer(send, 302, b"", "text/plain", location="http://127.0.0.1:9/elsewhere")
            case "oversize":
                await _answer(send, 200, b"[" + b" " * OVERSIZE + b"]", "application/json")
            case "error":
                await _answer(send, 200, b'{"error": "something else than was asked for"}', "application/json")
            case "hang":
                await receive()
                await asyncio.Event().wait()


async def _answer(send: Send, status: int, body: bytes, media_type: str, **headers: str) -> None:
    named = {"content-type": media_type, **headers}
    pairs = [(name.encode(), value.encode()) for name, value in named.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    with suppress(OSError):  # Whoever asked may have left, because it was too much.
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[str]:
    """The address at which the application answers."""
    with listen("127.0.0.1", 0) as listener:
        config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", timeout_graceful_shutdown=0)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
