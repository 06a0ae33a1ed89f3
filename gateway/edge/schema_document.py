"""`/schema.graphql`: the schema as its caller sees it."""

from functools import lru_cache
from hashlib import sha256

from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from gateway.edge.authentication import Authenticator
from gateway.edge.responses import error_response, headers_of
from schema.access import View
from schema.contract import sdl
from schema.errors import RequestError


class SchemaEndpoint:
    """Answers with the SDL, and with 304 to a client that has it."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def answer(self, http: HTTPRequest) -> Response:
        try:
            await self._authenticator.forbid_keys(http.scope["query_string"])
            caller = await self._authenticator.authenticate(http)
        except RequestError as exc:
            return error_response(exc.code, exc.message, headers=headers_of(exc.code))
        text, etag = _document(caller.view)
        headers = {"etag": etag, "cache-control": "no-cache", "vary": "authorization"}
        etags = {each.strip().removeprefix("W/") for each in http.headers.get("if-none-match", "").split(",")}
        if etags & {"*", etag}:
            return Response(status_code=304, headers=headers)
        return Response(text, headers=headers, media_type="text/plain; charset=utf-8")


@lru_cache(maxsize=32)
def _document(view: View) -> tuple[bytes, str]:
    """The SDL of a visible schema, and its entity tag."""
    text = sdl(view).encode()
    return text, f'"{sha256(text).hexdigest()}"'
