"""The routes of the pages for people: the explorer at `/` and the files that it loads."""

import secrets
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT = Path(__file__).parent / "dist"
"""Where Vite puts what it builds; absent from a checkout until then, carried by every wheel."""

PLACEHOLDER = 'nonce="NONCE"'
"""How the built page leaves room for a nonce (vite.config.ts)."""

# Monaco sets its sizes and colours in style attributes of markup that it writes while it runs, for which there is no
# nonce (microsoft/monaco-editor, issue 271). Its style elements have one. Scripts come from files of ours only.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; style-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
ASSET_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
"""What a worker may do: the policy that a worker's file comes with is the worker's."""


class Assets(StaticFiles):
    """Files whose names change with their content: kept for ever, and sent compressed to whoever reads that."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._compressed = {file.name.removesuffix(".gz") for file in folder.glob("*.gz")}

    async def get_response(self, path: str, scope: Scope) -> Response:
        compressed = path in self._compressed and "gzip" in Headers(scope=scope).get("accept-encoding", "")
        response = await super().get_response(f"{path}.gz" if compressed else path, scope)
        if compressed:
            response.headers["content-encoding"] = "gzip"
        response.headers["vary"] = "accept-encoding"
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["content-security-policy"] = ASSET_POLICY
        return response


def routes(built: Path = BUILT) -> list[Route | Mount]:
    """The pages in `built`. Where nothing is built, `/` says so, and where questions go."""
    index = built / "index.html"
    if not index.is_file():
        return [Route("/", _not_built)]
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

    return [Route("/", explorer), Mount("/assets", Assets(built / "assets"))]


async def _not_built(request: Request) -> Response:
    return PlainTextResponse(
        "The explorer is not built here. POST questions to /graphql; /schema.graphql says what can be asked.\n",
        status_code=404,
    )
