"""What is written down of every request, and the last net under it: no exception leaves the gateway with its words."""

import time
from collections.abc import Collection

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.edge.responses import response
from gateway.operations.answer import Answer
from gateway.operations.errors import internal_error, log_failure, new_correlation_id
from schema.errors import ErrorCode

METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

log = structlog.get_logger("gateway")


def correlation_id(scope: Scope) -> str:
    """The id by which a request is found again in the log."""
    found: str = scope.setdefault("state", {}).setdefault("correlation_id", new_correlation_id())
    return found


class AccessLog:
    """Writes a line for every request: what was asked for is known by its route, never by its address or content."""

    def __init__(self, app: ASGIApp, routes: Collection[str]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The server hands every request the same state to copy from.
        scope["state"] = dict(scope.get("state") or {})
        began, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            log.info(
                "request",
                method=scope["method"] if scope["method"] in METHODS else "other",
                route=self._route(scope),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                correlation_id=correlation_id(scope),
            )

    def _route(self, scope: Scope) -> str:
        """As it is written, and not as it was called: what stands for a parameter may be anything."""
        route: str = scope["path"]
        for name, value in (scope.get("path_params") or {}).items():
            route = f"{route.removesuffix(str(value))}{{{name}}}"
        return route if route in self._routes else "none"


class ErrorMask:
    """Turns what no one has caught into an answer that says nothing but where to find it in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as exc:  # noqa: BLE001 - whatever it is, neither the caller nor the server's log may see it
            known = correlation_id(scope)
            log_failure("request failed", exc, known)
            if not begun:
                failed = response(Answer(errors=(internal_error(known),), refusal=ErrorCode.INTERNAL))
                await failed(scope, receive, send)


class SecurityHeaders:
    """Headers that every answer carries, unless it says otherwise itself."""

    HEADERS = {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, adding if scope["type"] == "http" else send)
