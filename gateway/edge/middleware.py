"""Middleware: a log line for each request, an error mask for uncaught exceptions, and headers for browsers."""

import time
from collections.abc import Collection

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.edge.responses import graphql_response
from gateway.operations.answer import Answer
from gateway.operations.errors import internal_error, log_failure, new_correlation_id
from schema.errors import ErrorCode

METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

log = structlog.get_logger("gateway")


def correlation_id(scope: Scope) -> str:
    """The id of a request in the log. The first call creates it."""
    identity: str = scope.setdefault("state", {}).setdefault("correlation_id", new_correlation_id())
    return identity


class AccessLog:
    """Logs every request with its route, never with its address or content."""

    def __init__(self, app: ASGIApp, routes: Collection[str]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The server hands every request the same state to copy from.
        scope["state"] = dict(scope.get("state") or {})
        start, status = time.perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            log.info(
                "request",
                method=scope["method"] if scope["method"] in METHODS else "other",
                route=self._route(scope),
                status=status,
                ms=round((time.perf_counter() - start) * 1000, 1),
                correlation_id=correlation_id(scope),
            )

    def _route(self, scope: Scope) -> str:
        """The route's pattern instead of the path: a parameter may hold anything."""
        route: str = scope["path"]
        for name, value in (scope.get("path_params") or {}).items():
            route = f"{route.removesuffix(str(value))}{{{name}}}"
        return route if route in self._routes else "none"


class ErrorMask:
    """Answers an uncaught exception with INTERNAL and a correlation id; its message stays in the gateway."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as exc:  # noqa: BLE001 - whatever it is, neither the caller nor the server's log may see it
            identity = correlation_id(scope)
            log_failure("request failed", exc, identity)
            if not is_started:
                response = graphql_response(Answer(errors=(internal_error(identity),), refusal=ErrorCode.INTERNAL))
                await response(scope, receive, send)


class SecurityHeaders:
    """Adds headers for browsers to every response that does not set them itself."""

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
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
