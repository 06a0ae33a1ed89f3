"""The routes of the explorer at `/` and of the files that it loads."""

import secrets
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent / "dist"
"""The output of Vite; every wheel has it, a checkout only once it is built."""

PLACEHOLDER = 'nonce="NONCE"'
"""What the page has in place of a nonce (vite.config.ts)."""

# At run time Monaco writes style attributes, which cannot have a nonce (microsoft/monaco-editor, issue 271). Its style
# elements have one. Scripts come only from our own files.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; style-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
ASSET_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
"""The policy of web workers: a worker has the policy of its file's response."""


class Assets(StaticFiles):
    """Files whose names change with their content: cached for ever, and sent compressed to clients that accept gzip."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._compressed = {file.name.removesuffix(".gz") for file in folder.glob("*.gz")}

    async def get_response(self, path: str, scope: Scope) -> Response:
        is_compressed = path in self._compressed and "gzip" in Headers(scope=scope).get("accept-encoding", "")
        response = await super().get_response(f"{path}.gz" if is_compressed else path, scope)
        if is_compressed:
            response.headers["content-encoding"] = "gzip"
        response.headers["vary"] = "accept-encoding"
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["content-security-policy"] = ASSET_POLICY
        return response


def page_routes(dist: Path = DIST) -> list[Route | Mount]:
    """The routes of the explorer built in `dist`. Where it is not built, `/` says so and names the API's paths."""
    index = dist / "index.html"
    if not index.is_file():
        return [Route("/", _missing_explorer)]
    page = index.read_text(encoding="utf-8")

    async def explorer(request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            page.replace(PLACEHOLDER, f'nonce="{nonce}"'),
            headers={
                "cache-control": "no-store",
                "content-security-policy": POLICY.format(nonce=nonce),
                "cross-origin-opener-policy": "same-origin",
            },
        )

    return [Route("/", explorer), Mount("/assets", Assets(dist / "assets"))]


async def _missing_explorer(request: Request) -> Response:
    return PlainTextResponse(
        "The explorer is not built. POST queries to /graphql; /schema.graphql is the schema.\n",
        status_code=404,
    )
