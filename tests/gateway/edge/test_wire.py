"""The service behind a real server on a real socket, and clients that do not keep to HTTP."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import uvicorn
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.importing import import_scopes
from gateway.edge.requests import BodyLimits
from gateway.settings import Settings
from gateway.store.database import connect
from tests.support.databases import with_tables
from tests.support.sample_catalogue import sample_sources

ASK = orjson.dumps({"query": "{ cases { totalCount } }"})
HEAD = b"POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n"


@asynccontextmanager
async def served(folder: Path, reading: BodyLimits | None = None) -> AsyncIterator[int]:
    """The service on a port of its own, which is what this yields."""
    url = f"sqlite:///{folder / 'catalogue.db'}"
    holdings = Catalogue(connect(with_tables(url)), sample_sources())
    app = create_app(Settings(database_url=url), holdings, reading)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_config=None, access_log=False, server_header=False))
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(30):
            while not server.started:
                assert not running.done()
                await asyncio.sleep(0.01)
        for source in sample_sources():
            await import_scopes(holdings.database, source, source.files(()))
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def exchange(port: int, *parts: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(_rest(reader), 30)
    finally:
        writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    arrived = b""
    try:
        while chunk := await reader.read(65_536):
            arrived += chunk
    except ConnectionError:
        pass
    return arrived


async def with_service(folder: Path, work: Callable[[int], Awaitable[None]], reading: BodyLimits | None = None) -> None:
    """Runs `work` while the service runs, and asks it something ordinary afterwards."""
    with capture_logs():
        async with served(folder, reading) as port:
            await work(port)
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                response = await client.post("/graphql", content=ASK, headers={"content-type": "application/json"})
                assert response.json()["data"] == {"cases": {"totalCount": 3}}


async def test_questions_are_answered_over_a_socket_and_the_connection_is_kept(tmp_path: Path) -> None:
    async def work(port: int) -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(3):
                response = await client.get("/graphql", params={"query": "{ __typename }"})
                assert response.json()["data"] == {"__typename": "Query"}
            answers = await asyncio.gather(
                *(client.post("/graphql", content=ASK, headers={"content-type": "application/json"}) for _ in range(40))
            )
            assert {answer.status_code for answer in answers} == {200}
            assert (await client.head("/graphql", params={"query": "{ __typename }"})).content == b""
            assert (await client.get("/health/ready")).status_code == 200

    await with_service(tmp_path, work)


async def test_what_is_not_http_is_refused_and_harms_nobody(tmp_path: Path) -> None:
    async def work(port: int) -> None:
        for sent in (
            b"\r\n\r\n\r\nHELLO\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
            b"GET /graphql HTTP/9.9\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\nhost: a\r\n\r\n",
            HEAD + b"content-length: -1\r\n\r\n",
            HEAD + b"content-length: 5\r\ncontent-length: 6\r\n\r\n{}",
            HEAD + b"transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n",
            HEAD + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
        ):
            answer = await exchange(port, sent)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), sent

    await with_service(tmp_path, work)


async def test_a_body_without_an_end_is_cut_off(tmp_path: Path) -> None:
    async def work(port: int) -> None:
        chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
        answer = await exchange(port, HEAD + b"transfer-encoding: chunked\r\n\r\n", *([chunk] * 40))
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"BODY_TOO_LARGE" in answer

    await with_service(tmp_path, work, BodyLimits(max_bytes=65_536))


async def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    async def work(port: int) -> None:
        answer = await exchange(port, HEAD + b"content-length: 100\r\n\r\n", b"{")
        assert answer.startswith(b"HTTP/1.1 408")

    await with_service(tmp_path, work, BodyLimits(timeout=0.2))


async def test_clients_that_leave_before_their_answer_harm_nobody(tmp_path: Path) -> None:
    async def work(port: int) -> None:
        for _ in range(30):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(ASK) + ASK)
            await writer.drain()
            writer.transport.abort()

    await with_service(tmp_path, work)


async def test_the_work_of_a_client_that_leaves_ends(tmp_path: Path) -> None:
    query = "query($now: DateTime) { cases(asOf: $now) { totalCount } }"
    with capture_logs() as logs:
        async with served(tmp_path) as port:
            body = orjson.dumps({"query": query, "variables": {"now": datetime.now(UTC).isoformat()}})
            # Another process writes, for which an answer as of now waits.
            writer = sqlite3.connect(tmp_path / "catalogue.db", isolation_level=None)
            writer.execute("BEGIN IMMEDIATE")
            _, client = await asyncio.open_connection("127.0.0.1", port)
            client.write(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
            await asyncio.sleep(0.3)
            assert not logs, "the answer waits"
            client.close()
            async with asyncio.timeout(10):
                while not logs:  # noqa: ASYNC110 - the log is a list
                    await asyncio.sleep(0.01)
            writer.execute("ROLLBACK")
            writer.close()
    assert [(entry["event"], entry["status"]) for entry in logs if entry["event"] == "request"] == [("request", 499)]
