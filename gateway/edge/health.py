"""`/health/live` and `/health/ready`: whether the process runs, and whether it can read its catalogue and stays."""

import asyncio

from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.migration import newest
from gateway.edge.drain import STOPPING, Drain
from gateway.edge.middleware import correlation_id
from gateway.edge.responses import error_response
from gateway.operations.errors import log_failure
from schema.errors import MEANINGS, ErrorCode


class HealthEndpoint:
    """Answers both. `timeout` is how many seconds the catalogue has to answer."""

    def __init__(self, catalogue: Catalogue, drain: Drain, timeout: float = 2.0) -> None:
        self._catalogue = catalogue
        self._drain = drain
        self._timeout = timeout
        self._newest = newest()

    async def live(self, http: HTTPRequest) -> Response:
        return Response(b'{"status":"live"}', media_type="application/json")

    async def ready(self, http: HTTPRequest) -> Response:
        if self._drain.is_leaving:
            return error_response(ErrorCode.NOT_READY, STOPPING)
        try:
            async with asyncio.timeout(self._timeout):
                version = await self._catalogue.version()
        except Exception as exc:  # noqa: BLE001 - whatever it is, the catalogue cannot be read
            log_failure("not ready", exc, correlation_id(http.scope))
            return error_response(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY])
        if version != self._newest:
            return error_response(ErrorCode.NOT_READY, "The catalogue's tables have another version than the gateway.")
        return Response(b'{"status":"ready"}', media_type="application/json")
