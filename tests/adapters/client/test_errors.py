"""Every failure of a publisher becomes one of our errors."""

import gzip
import socket
import tracemalloc
import zlib

import pytest

from adapters import errors
from adapters.client import (
    BYTES,
    JSON,
)
from adapters.errors import SourceError
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers, chunked, head, resets, sends
from tests.support.sentinel import KEY
from tests.support.source_client import CHUNKED, error_of, failing_call, open_client, response_to


@pytest.mark.parametrize(
    ("status", "code", "calls"),
    [
        (202, "NOT_READY", 3), (204, "UNREADABLE", 1), (206, "UNREADABLE", 1), (400, "REFUSED", 1),
        (401, "UNAUTHORISED", 1), (403, "UNAUTHORISED", 1), (404, "NOT_FOUND", 1), (410, "NOT_FOUND", 1),
        (422, "REFUSED", 1), (429, "RATE_LIMITED", 3), (500, "FAILED", 3), (503, "FAILED", 3), (599, "FAILED", 3),
    ],
)  # fmt: skip
async def test_a_status_other_than_200_is_an_error_though_its_body_is_good_json(
    status: int, code: str, calls: int
) -> None:
    behaviour = sends(head(204, [])) if status == 204 else answers(b'{"cases": []}', status=status)
    error, publisher = await failing_call(behaviour)
    assert error.code == code
    assert len(publisher.requests) == calls


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_an_error_and_is_not_followed(status: int, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as elsewhere:
        error, publisher = await failing_call(answers(b"", status=status, location=f"{elsewhere.address}/?k={KEY}"))
        assert elsewhere.connections == 0
    assert error.code == "REDIRECTED"
    assert len(publisher.requests) == 1


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (b"<html><body>maintenance", "text/html", "OUTAGE_PAGE"),
        (b'{"cases": []}', "text/html; charset=utf-8", "OUTAGE_PAGE"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>maintenance", "application/json", "OUTAGE_PAGE"),
        (b"<html lang='ko'>", None, "OUTAGE_PAGE"),
        (b"<fault/>", "text/xml", "UNREADABLE"),
        (b"", "application/json", "UNREADABLE"),
        (b"{", "application/json", "UNREADABLE"),
        (b'["\xff"]', "application/json", "UNREADABLE"),
        (b'["\\ud800"]', "application/json", "UNREADABLE"),
        (b"[NaN]", "application/json", "UNREADABLE"),
        (b"1e999999999999999999999", "application/json", "UNREADABLE"),
        (b"9" * 5000, "application/json", "UNREADABLE"),
        (b"[" * 9000, "application/json", "UNREADABLE"),
        (b'{"a":' * 1900, "application/json", "UNREADABLE"),
    ],
)
async def test_a_body_in_another_format_is_an_error_and_is_not_requested_again(
    body: bytes, media_type: str | None, code: str
) -> None:
    error, publisher = await failing_call(answers(body, media_type=media_type))
    assert error.code == code
    assert len(publisher.requests) == 1


GZIPPED = gzip.compress(b'{"cases": []}', mtime=0)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        pytest.param(GZIPPED[:-1], "gzip", id="last byte missing"),
        pytest.param(GZIPPED[:12], "gzip", id="half missing"),
        pytest.param(GZIPPED[:-8] + b"\0" * 8, "gzip", id="wrong checksum"),
        pytest.param(GZIPPED + GZIPPED, "gzip", id="two members"),
        pytest.param(GZIPPED + b"x", "gzip", id="more behind"),
        pytest.param(b'{"cases": []}', "gzip", id="not compressed"),
        pytest.param(zlib.compress(b"{}")[:-1], "deflate", id="deflate cut off"),
        pytest.param(GZIPPED, "br", id="not requested"),
        pytest.param(gzip.compress(GZIPPED, mtime=0), "gzip, gzip", id="twice"),
    ],
)
async def test_a_truncated_damaged_or_foreign_compressed_body_is_an_error(body: bytes, coding: str) -> None:
    error, _ = await failing_call(answers(body, content_encoding=coding))
    assert error.code == "UNREADABLE"


@pytest.mark.parametrize("has_length", [True, False])
async def test_a_body_beyond_the_limit_is_not_read_to_its_end(has_length: bool) -> None:
    length = [("Content-Length", str(100 * 2**20))] if has_length else []
    megabytes = 0

    async def floods(wire: Wire) -> None:
        nonlocal megabytes
        await wire.send(head(200, length))
        for _ in range(100):
            await wire.send(b"x" * 2**20)
            megabytes += 1
        wire.end()

    error, publisher = await failing_call(floods, accept=BYTES)
    assert error.code == "TOO_LARGE"
    assert len(publisher.requests) == 1
    assert megabytes < 50


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
async def test_a_decompression_bomb_stops_at_the_limit(coding: str) -> None:
    window = {"gzip": 31, "deflate": 15, "raw deflate": -15}[coding]
    compressor = zlib.compressobj(level=9, wbits=window)
    bomb = b"".join(compressor.compress(b"\0" * 2**20) for _ in range(50)) + compressor.flush()
    assert len(bomb) < 60_000
    tracemalloc.start()
    try:
        error, _ = await failing_call(answers(bomb, content_encoding=coding.removeprefix("raw ")), limit=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code == "TOO_LARGE"
    assert "after decompression" in str(error)
    assert peak < 5 * 2**20, "50 MiB were decompressed"


async def test_a_body_of_exactly_the_limit_passes() -> None:
    for body, passes in ((b'"' + b"x" * 9_998 + b'"', True), (b'"' + b"x" * 9_999 + b'"', False)):
        for behaviour in (answers(body), answers(gzip.compress(body), content_encoding="gzip")):
            async with (
                Publisher(behaviour) as publisher,
                open_client(publisher, ControlledClock(), limit=10_000) as client,
            ):
                if passes:
                    assert (await client.get(accept=JSON)).content == body
                else:
                    assert (await error_of(client)).code == "TOO_LARGE"


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(sends(), id="closed"),
        pytest.param(resets, id="reset"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-"), id="in the head"),
        pytest.param(sends(head(200, [("Content-Length", "1000")]), b"{}"), id="before the content length"),
        pytest.param(sends(CHUNKED, b"5\r\n[1,2,"), id="in a chunk"),
    ],
)
async def test_a_broken_connection_is_tried_three_times_and_never_more(behaviour: Behaviour) -> None:
    error, publisher = await failing_call(behaviour)
    assert error.code == "UNREACHABLE"
    assert len(publisher.requests) == 3


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(sends(b"garbage\r\n\r\n"), id="garbage"),
        pytest.param(sends(b"HTTP/9.9 abc\r\n\r\n"), id="status line"),
        pytest.param(sends(CHUNKED, b"zz\r\nnonsense\r\n0\r\n\r\n"), id="chunk size"),
        pytest.param(sends(CHUNKED, b"2\r\n{}garbage after the chunk"), id="chunk end"),
        pytest.param(sends(head(200, [("Content-Length", "two")]), b"{}"), id="length in words"),
        pytest.param(sends(head(200, [("Content-Length", "2"), ("Content-Length", "3")]), b"{}"), id="two lengths"),
        pytest.param(sends(head(200, [("X-Long", "x" * 100_000)]), b"{}"), id="long header"),
        pytest.param(sends(head(200, [(f"X-{n}", "x") for n in range(10_000)]), b"{}"), id="many headers"),
    ],
)
async def test_a_response_that_is_not_http_is_an_error(behaviour: Behaviour) -> None:
    error, publisher = await failing_call(behaviour)
    assert error.code in {"UNREADABLE", "UNREACHABLE"}
    assert len(publisher.requests) <= 3


async def test_bytes_beyond_the_content_length_never_reach_the_next_response(clock: ControlledClock) -> None:
    async with (
        Publisher(
            sends(
                head(200, [("Content-Type", "application/json"), ("Content-Length", "2")]), b"{}HTTP/1.1 200 OK\r\n\r\n"
            ),
            answers(b'{"second": true}'),
        ) as publisher,
        open_client(publisher, clock) as client,
    ):
        assert (await client.get(accept=JSON)).payload == {}
        assert (await client.get(accept=JSON)).payload == {"second": True}


async def test_a_complete_chunked_response_is_read() -> None:
    assert (await response_to(sends(CHUNKED, chunked(b"[1", b",2]")))).payload == [1, 2]


async def test_a_server_that_is_not_there_is_unreachable(clock: ControlledClock) -> None:
    async with Publisher() as publisher:
        pass
    async with open_client(publisher, clock) as client:
        assert (await error_of(client)).code == "UNREACHABLE"
    assert len(clock.sleeps) == 2


async def test_a_server_that_accepts_no_connection_is_unreachable(clock: ControlledClock) -> None:
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        publisher = Publisher()
        publisher.address = "http://{}:{}".format(*listening.getsockname())
        async with open_client(publisher, clock, connect_timeout=0.05) as client:
            assert (await error_of(client)).code == "UNREACHABLE"


def test_every_error_has_its_own_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SourceError)]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert errors.__doc__
    for kind in kinds:
        assert f" {kind.__name__} " in errors.__doc__.replace("\n", " ")
