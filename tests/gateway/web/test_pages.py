"""The pages are served so that a browser trusts them no further than it must, and what they are built from holds."""

import gzip
import re
from pathlib import Path

import orjson
import pytest
from graphql import parse, validate
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware

from gateway.edge.middleware import SecurityHeaders
from gateway.web.pages import PLACEHOLDER, page_routes
from schema.contract import visible_schema

WEB = Path(__file__).parents[3] / "gateway" / "web"
QUESTIONS = sorted((WEB / "explorer" / "questions").glob("*.graphql"))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build of two files."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(f"<!doctype html><meta {PLACEHOLDER}><script {PLACEHOLDER}></script>")
    (folder / "assets" / "index-0.js").write_text("let answer = 42;")
    (folder / "assets" / "index-0.js.gz").write_bytes(gzip.compress(b"let answer = 42;"))
    (folder / "assets" / "letters-0.woff2").write_bytes(b"wOF2")
    return folder


@pytest.fixture
def browser(built: Path) -> AsyncClient:
    return visiting(built)


def visiting(built: Path) -> AsyncClient:
    """Somebody at the pages of a build."""
    app = Starlette(routes=page_routes(built), middleware=[Middleware(SecurityHeaders)])
    return AsyncClient(transport=ASGITransport(app), base_url="http://gateway")


def directives(policy: str) -> dict[str, list[str]]:
    """A content security policy by directive."""
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


async def test_the_page_may_load_and_ask_nothing_but_the_gateway(browser: AsyncClient) -> None:
    policy = directives((await browser.get("/")).headers["content-security-policy"])
    assert policy["default-src"] == ["'none'"]
    for directive in ("script-src", "worker-src", "connect-src", "font-src", "style-src"):
        assert policy[directive] == ["'self'"], directive
    for directive in ("frame-ancestors", "base-uri", "form-action"):
        assert policy[directive] == ["'none'"], directive
    assert not any("unsafe-eval" in values or "*" in values for values in policy.values())
    assert [name for name, values in policy.items() if "'unsafe-inline'" in values] == ["style-src-attr"]


async def test_every_answer_has_a_nonce_of_its_own_that_only_this_page_knows(browser: AsyncClient) -> None:
    nonces = set()
    for _ in range(3):
        answer = await browser.get("/")
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert directives(answer.headers["content-security-policy"])["style-src-elem"] == ["'self'", f"'nonce-{nonce}'"]
        assert answer.headers["cache-control"] == "no-store"
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.parametrize("path", ["/", "/assets/index-0.js"])
async def test_nothing_is_guessed_embedded_or_told_to_others(browser: AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_an_asset_is_kept_for_ever_and_compressed_for_whoever_reads_that(
    browser: AsyncClient, encoding: str
) -> None:
    answer = await browser.get("/assets/index-0.js", headers={"accept-encoding": encoding})
    assert answer.text == "let answer = 42;"
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_what_was_not_compressed_is_sent_as_it_is(browser: AsyncClient) -> None:
    answer = await browser.get("/assets/letters-0.woff2")
    assert answer.content == b"wOF2"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/assets/", "/assets/absent.js", "/assets/..%2findex.html", "/index.html"])
async def test_nothing_but_the_page_and_its_assets_is_served(browser: AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


async def test_where_nothing_is_built_the_page_says_where_questions_go(tmp_path: Path) -> None:
    answer = await visiting(tmp_path).get("/")
    assert answer.status_code == 404
    assert "/graphql" in answer.text


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_worked_question_can_be_asked_of_the_schema(question: Path) -> None:
    assert validate(visible_schema(), parse(question.read_text(encoding="utf-8"))) == []


def test_there_are_five_worked_questions() -> None:
    assert len(QUESTIONS) == 5


def test_the_lock_of_the_pages_names_no_address_and_hashes_every_package() -> None:
    packages = orjson.loads((WEB / "package-lock.json").read_bytes())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]
