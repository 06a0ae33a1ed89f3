"""The guarded door, against a real server on loopback that misbehaves on demand."""

import asyncio
import gzip
import logging
import pickle
import socket
import traceback
import tracemalloc
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, timedelta
from decimal import Decimal
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from adapters import errors
from adapters.client import (
    BYTES,
    JSON,
    TEXT,
    XML,
    Answer,
    Clock,
    Credential,
    Form,
    Rate,
    Secret,
    SystemClock,
    Upstream,
    credentials,
)
from adapters.client.client import Question
from adapters.client.credentials import Redaction
from adapters.client.rate_limits import RESOLUTION, Bucket
from adapters.client.responses import Inflation, accept_anything
from adapters.client.retries import DAY, FIRST, LONGEST, backoff, retry_after
from adapters.errors import QuotaExhausted, RateLimited, SourceError, Unanswered
from tests.support.clocks import START, ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers, chunked, hangs, head, resets, sends
from tests.support.sentinel import KEY

WAYS = {
    "raw": KEY,
    "in a query": quote(KEY),
    "in a query, every sign": quote(KEY, safe=""),
    "in a query, lower case": quote(KEY, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "in a query, plus read as space": KEY.replace("+", " "),
    "in a query in a query": quote(quote(KEY, safe=""), safe=""),
    "in a form": quote_plus(KEY),
    "in JSON": KEY.replace("/", "\\/"),
    "in JSON, by code point": KEY.replace("+", "\\u002B").replace("&", "\\u0026").replace("=", "\\u003d"),
    "in JSON in JSON": KEY.replace("/", "\\\\/").replace("&", "\\\\u0026"),
    "in HTML": escape(KEY),
    "in HTML, by number": KEY.replace("+", "&#43;").replace("/", "&#x2F;").replace("=", "&#61;"),
    "in base64": b64encode(KEY.encode()).decode(),
}
UNLIMITED = Rate(calls=1_000_000, seconds=1, burst=1_000_000)
ENDLESS = 1e9
"""Seconds for which a test's door has patience, so that only the deadline under test counts."""


@pytest.fixture(autouse=True)
def _no_key_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: at the finest level, no library and none of our own lines writes the key."""
    caplog.set_level(logging.DEBUG)
    yield
    shows_no_key(caplog.text)


@pytest.fixture
def clock() -> ControlledClock:
    return ControlledClock()


def shows_no_key(text: str) -> None:
    for way, key in WAYS.items():
        assert key not in text, way


def door(publisher: Publisher, clock: Clock, **given: Any) -> Upstream:
    """A door to the publisher with the key in header and query, which waits the longest that it may."""
    settings: dict[str, Any] = {
        "rates": [UNLIMITED],
        "keys": [
            Credential(secret=Secret(KEY), place="header", name="Authorization", scheme="Bearer"),
            Credential(secret=Secret(KEY), place="query", name="serviceKey"),
        ],
        "patience": ENDLESS,
        "clock": clock,
        "uniform": lambda low, high: high,
    }
    return Upstream(publisher.address, **settings | given)


async def refused(upstream: Upstream, path: str = "cases", **given: Any) -> SourceError:
    """The error of a call that must fail. It shows no key, and no foreign exception hangs on to it."""
    settings: dict[str, Any] = {"accept": JSON} | given
    with pytest.raises(SourceError) as caught:
        await upstream.get(path, **settings)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of this test hold the key, the door's must not.
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in report.stack if "upstream" in frame.filename and "test_" not in frame.filename]
    )
    assert report.stack
    shows_no_key("".join([str(error), repr(error), repr(error.args), *report.format()]))
    return error


async def answer_to(*behaviours: Behaviour, **given: Any) -> Answer:
    """What the door makes of a publisher that behaves so."""
    settings: dict[str, Any] = {"accept": JSON} | given
    async with Publisher(*behaviours) as publisher, door(publisher, ControlledClock()) as upstream:
        return await upstream.get("cases", **settings)


async def refusal_of(*behaviours: Behaviour, limit: int = 10_000, **given: Any) -> tuple[SourceError, Publisher]:
    """The error that the door makes of a publisher that behaves so, and the publisher, closed."""
    clock = ControlledClock()
    async with Publisher(*behaviours) as publisher, door(publisher, clock, limit=limit) as upstream:
        return await refused(upstream, **given), publisher


# What is asked, and what an answer says


async def test_an_answer_holds_the_payload_and_where_it_came_from(clock: ControlledClock) -> None:
    body = b'\xef\xbb\xbf{"count": 12345678901234567890, "share": 0.1}'
    async with Publisher(answers(body, media_type="application/json; charset=utf-8")) as publisher:
        async with door(publisher, clock) as upstream:
            answer = await upstream.get("cases/GB eng", {"q": "a+b&c", "cond[x::EQ]": ["1", "검거"]}, accept=JSON)
        asked = publisher.asked[0]
        address = publisher.address
    assert answer.payload == {"count": 12345678901234567890, "share": Decimal("0.1")}
    assert answer.content == body
    assert answer.media_type == "application/json"
    assert answer.origin.status == 200
    assert answer.origin.bytes == len(body)
    assert answer.origin.sha256 == sha256(body).hexdigest()
    assert answer.origin.retrieved_at == START
    assert URL(answer.origin.location).with_query(None) == URL(f"{address}/cases/GB eng")
    assert asked.path == "/cases/GB%20eng"
    assert asked.query == [("q", "a+b&c"), ("cond[x::EQ]", "1"), ("cond[x::EQ]", "검거"), ("serviceKey", KEY)]
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept-encoding"] == "gzip, deflate"


async def test_the_key_stands_in_no_origin(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        answer = await upstream.get(KEY.replace("/", ""), {"SERVICEKEY": "other", "q": KEY}, accept=JSON)
    shows_no_key(repr(answer))
    assert answer.origin.location.endswith("?SERVICEKEY=REDACTED&q=REDACTED&serviceKey=REDACTED")


async def test_a_post_sends_json_and_is_put_once_unless_it_is_safe(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}", status=500)) as publisher, door(publisher, clock) as upstream:
        for safe, calls in ((False, 1), (True, 3)):
            publisher.asked.clear()
            with pytest.raises(errors.Failed):
                await upstream.post("search", {"query": "q"}, {"size": 10}, safe=safe, accept=JSON)
            assert [(asked.method, asked.body) for asked in publisher.asked] == [("POST", b'{"query":"q"}')] * calls
            assert publisher.asked[0].query == [("size", "10"), ("serviceKey", KEY)]


async def test_a_get_that_is_not_safe_is_put_again_only_where_it_was_not_allowed(clock: ControlledClock) -> None:
    for status, error, calls in ((500, errors.Failed, 1), (429, errors.RateLimited, 3)):
        async with Publisher(answers(b"{}", status=status)) as publisher, door(publisher, clock) as upstream:
            with pytest.raises(error):
                await upstream.get("next", safe=False, accept=JSON)
            assert len(publisher.asked) == calls


@pytest.mark.parametrize("path", ["..", "../x", "a/../../b", "./a", "/cases", "//elsewhere.example/cases", "a//b"])
async def test_a_path_stays_below_the_publishers_address(path: str, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        with pytest.raises(ValueError, match="a path leads down"):
            await upstream.get(path, accept=JSON)
        assert publisher.asked == []


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1).filter(
        lambda part: part not in {".", ".."}
    )
)
def test_a_part_of_a_path_is_one_part_whatever_it_holds(part: str) -> None:
    upstream = Upstream("http://127.0.0.1:1/api", rates=[UNLIMITED])
    question = Question(
        method="GET", path=f"x/{part}", params={}, body=None, safe=True, accept=JSON, judge=accept_anything
    )
    url = upstream._url(question)
    assert url.parts == ("/", "api", "x", part)
    assert (url.host, url.port, url.query_string, url.fragment) == ("127.0.0.1", 1, "", "")


async def test_cookies_are_not_kept(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}", set_cookie="who=you")) as publisher:
        # A cookie jar of aiohttp keeps nothing for an address in numbers anyway.
        publisher.address = publisher.address.replace("127.0.0.1", "localhost")
        upstream = door(publisher, clock)
        for _ in range(2):
            await upstream.get(accept=JSON)
        await upstream.close()
        assert "cookie" not in publisher.asked[1].headers


async def test_no_proxy_of_the_environment_is_asked(clock: ControlledClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        assert (await upstream.get(accept=JSON)).status == 200


@pytest.mark.parametrize("form", [XML, TEXT, BYTES])
async def test_what_is_not_json_is_handed_on_as_it_came(form: Form) -> None:
    body = b"\xff\x00 <as it/> came"
    assert (await answer_to(answers(body, media_type=form.media_types[0]), accept=form)).payload == body


@pytest.mark.parametrize("media_type", ["application/json", "APPLICATION/JSON;x=y", "application/taxii+json", None])
async def test_json_comes_under_several_names_or_none(media_type: str | None) -> None:
    assert (await answer_to(answers(b"[1]", media_type=media_type))).payload == [1]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1_000_000])
async def test_compressed_answers_are_inflated(coding: str, size: int) -> None:
    body = b"x" * size
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": raw.compress(body) + raw.flush(),
    }[coding]
    answer = await answer_to(
        answers(packed, media_type="text/plain", content_encoding=coding.removeprefix("raw ")), accept=TEXT
    )
    assert answer.content == body


@given(st.binary(max_size=300), st.lists(st.integers(1, 50), min_size=1), st.sampled_from([16 + 15, 15, -15]))
def test_inflation_gives_back_what_was_deflated_in_whatever_pieces_it_comes(
    body: bytes, sizes: list[int], window: int
) -> None:
    packer = zlib.compressobj(wbits=window)
    packed = packer.compress(body * 50) + packer.flush()
    inflation = Inflation("gzip" if window > 15 else "deflate", 50 * 300)
    at = 0
    while at < len(packed):
        for size in sizes:
            inflation.feed(packed[at : at + size])
            at += size
    assert inflation.content() == body * 50


# Faults


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
    error, publisher = await refusal_of(behaviour)
    assert error.code == code
    assert len(publisher.asked) == calls


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_an_error_and_nobody_goes_there(status: int, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as elsewhere:
        error, publisher = await refusal_of(answers(b"", status=status, location=f"{elsewhere.address}/?k={KEY}"))
        assert elsewhere.connections == 0
    assert error.code == "REDIRECTED"
    assert len(publisher.asked) == 1


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
async def test_what_cannot_be_read_as_promised_is_an_error_and_asked_for_once(
    body: bytes, media_type: str | None, code: str
) -> None:
    error, publisher = await refusal_of(answers(body, media_type=media_type))
    assert error.code == code
    assert len(publisher.asked) == 1


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
        pytest.param(GZIPPED, "br", id="not asked for"),
        pytest.param(gzip.compress(GZIPPED, mtime=0), "gzip, gzip", id="twice"),
    ],
)
async def test_a_compressed_answer_that_is_cut_off_damaged_or_foreign_is_an_error(body: bytes, coding: str) -> None:
    error, _ = await refusal_of(answers(body, content_encoding=coding))
    assert error.code == "UNREADABLE"


@pytest.mark.parametrize("announced", [True, False])
async def test_an_answer_that_is_too_large_is_not_read_to_its_end(announced: bool) -> None:
    length = [("Content-Length", str(100 * 2**20))] if announced else []
    sent = 0

    async def floods(wire: Wire) -> None:
        nonlocal sent
        await wire.send(head(200, length))
        for _ in range(100):
            await wire.send(b"x" * 2**20)
            sent += 1
        wire.end()

    error, publisher = await refusal_of(floods, accept=BYTES)
    assert error.code == "TOO_LARGE"
    assert len(publisher.asked) == 1
    assert sent < 50


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
async def test_a_bomb_is_put_out_at_the_limit(coding: str) -> None:
    window = {"gzip": 31, "deflate": 15, "raw deflate": -15}[coding]
    packer = zlib.compressobj(level=9, wbits=window)
    bomb = b"".join(packer.compress(b"\0" * 2**20) for _ in range(50)) + packer.flush()
    assert len(bomb) < 60_000
    tracemalloc.start()
    try:
        error, _ = await refusal_of(answers(bomb, content_encoding=coding.removeprefix("raw ")), limit=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code == "TOO_LARGE"
    assert "when inflated" in str(error)
    assert peak < 5 * 2**20, "50 MiB were inflated"


async def test_the_limit_is_what_still_passes() -> None:
    for body, passes in ((b'"' + b"x" * 9_998 + b'"', True), (b'"' + b"x" * 9_999 + b'"', False)):
        for behaviour in (answers(body), answers(gzip.compress(body), content_encoding="gzip")):
            async with Publisher(behaviour) as publisher, door(publisher, ControlledClock(), limit=10_000) as upstream:
                if passes:
                    assert (await upstream.get(accept=JSON)).content == body
                else:
                    assert (await refused(upstream)).code == "TOO_LARGE"


OK = head(200, [("Content-Type", "application/json")])
CHUNKED = head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(sends(), id="closed"),
        pytest.param(resets, id="reset"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-"), id="in the head"),
        pytest.param(sends(head(200, [("Content-Length", "1000")]), b"{}"), id="before the announced length"),
        pytest.param(sends(CHUNKED, b"5\r\n[1,2,"), id="in a chunk"),
    ],
)
async def test_a_connection_that_breaks_off_is_tried_three_times_and_never_more(behaviour: Behaviour) -> None:
    error, publisher = await refusal_of(behaviour)
    assert error.code == "UNREACHABLE"
    assert len(publisher.asked) == 3


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
async def test_what_is_no_http_is_an_error_of_ours(behaviour: Behaviour) -> None:
    error, publisher = await refusal_of(behaviour)
    assert error.code in {"UNREADABLE", "UNREACHABLE"}
    assert len(publisher.asked) <= 3


async def test_bytes_beyond_the_announced_length_never_reach_the_next_answer(clock: ControlledClock) -> None:
    async with (
        Publisher(
            sends(
                head(200, [("Content-Type", "application/json"), ("Content-Length", "2")]), b"{}HTTP/1.1 200 OK\r\n\r\n"
            ),
            answers(b'{"second": true}'),
        ) as publisher,
        door(publisher, clock) as upstream,
    ):
        assert (await upstream.get(accept=JSON)).payload == {}
        assert (await upstream.get(accept=JSON)).payload == {"second": True}


async def test_a_whole_chunked_answer_is_no_fault() -> None:
    assert (await answer_to(sends(CHUNKED, chunked(b"[1", b",2]")))).payload == [1, 2]


async def test_a_server_that_is_not_there_is_unreachable(clock: ControlledClock) -> None:
    async with Publisher() as publisher:
        pass
    async with door(publisher, clock) as upstream:
        assert (await refused(upstream)).code == "UNREACHABLE"
    assert len(clock.naps) == 2


async def test_a_server_that_takes_no_connection_is_unreachable(clock: ControlledClock) -> None:
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        publisher = Publisher()
        publisher.address = "http://{}:{}".format(*listening.getsockname())
        async with door(publisher, clock, connecting=0.05) as upstream:
            assert (await refused(upstream)).code == "UNREACHABLE"


# The source's own judgement


def judge(answer: Answer) -> None:
    """Knows three publishers' habits: errors under HTTP 200, a quota under 403, and XML where JSON was asked for."""
    if isinstance(answer.payload, dict) and answer.payload.get("code") == -4:
        raise errors.Unauthorised("the key is not registered (-4)")
    if isinstance(answer.payload, dict) and answer.payload.get("error") == "OVER_RATE_LIMIT":
        raise QuotaExhausted("the hour's calls are used up")
    if b"cmmMsgHeader" in answer.content:
        raise QuotaExhausted("the day's calls are used up (22)")
    if answer.status == 503:
        raise errors.RequestRefused("more than 10,000 crimes in the area")


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        pytest.param(answers(b'{"code": -4, "msg": "..."}'), "UNAUTHORISED", id="error under 200"),
        pytest.param(answers(b'{"error": "OVER_RATE_LIMIT"}', status=403), "QUOTA_EXHAUSTED", id="quota under 403"),
        pytest.param(answers(b"<r><cmmMsgHeader/></r>", media_type="text/xml"), "QUOTA_EXHAUSTED", id="another form"),
        pytest.param(answers(b"busy", status=503, media_type="text/plain"), "REFUSED", id="another sense"),
        pytest.param(answers(b"x" * 100_000, status=503), "REFUSED", id="long reason"),
        pytest.param(answers(b"not gzip", status=503, content_encoding="gzip"), "REFUSED", id="damaged reason"),
        pytest.param(answers(b"{}", status=403), "UNAUTHORISED", id="nothing to say of a status"),
        pytest.param(answers(b"<html>", media_type="text/html"), "OUTAGE_PAGE", id="nothing to say of a page"),
    ],
)
async def test_the_sources_judge_comes_before_status_and_form(behaviour: Behaviour, code: str) -> None:
    error, publisher = await refusal_of(behaviour, judge=judge)
    assert error.code == code
    assert len(publisher.asked) == 1


async def test_a_good_answer_passes_the_judge() -> None:
    assert (await answer_to(answers(b'{"code": 0}'), judge=judge)).payload == {"code": 0}


async def test_what_a_judge_calls_a_passing_fault_is_asked_for_again() -> None:
    def per_second(answer: Answer) -> None:
        if answer.payload == {"code": 23}:
            raise RateLimited("too many calls in a second (23)")

    assert (await answer_to(answers(b'{"code": 23}'), answers(b"[]"), judge=per_second)).payload == []


# Time


@pytest.mark.parametrize(
    "behaviour",
    [hangs(), hangs(b"HTTP/1.1 200"), hangs(OK), hangs(OK, b'{"cases": ['), hangs(CHUNKED, b"2\r\n{}\r\n")],
    ids=["before a byte", "in the head", "before the body", "in the body", "before the last chunk"],
)
async def test_a_source_that_hangs_is_given_up_at_the_deadline_and_its_connection_closed(
    behaviour: Behaviour, clock: ControlledClock
) -> None:
    async with Publisher(behaviour) as publisher, door(publisher, clock) as upstream:
        call = asyncio.create_task(refused(upstream, deadline=clock.time() + 10))
        await publisher.hanging.wait()
        clock.advance(9.999)
        await asyncio.sleep(0.02)
        assert not call.done()
        clock.advance(0.001)
        assert (await call).code == "TIMEOUT"
        await publisher.empty.wait()
        assert len(publisher.asked) == 1


async def test_a_source_that_drips_is_given_up_at_the_deadline(clock: ControlledClock) -> None:
    async def drips(wire: Wire) -> None:
        await wire.send(OK, b"[")
        while True:
            await wire.send(b" ")
            clock.advance(1)
            await asyncio.sleep(0.001)

    async with Publisher(drips) as publisher, door(publisher, clock) as upstream:
        assert (await refused(upstream, deadline=clock.time() + 50)).code == "TIMEOUT"
        await publisher.empty.wait()
    assert clock.passed < 60


async def test_a_source_that_falls_silent_is_given_up_before_the_deadline_and_not_asked_again(
    clock: ControlledClock,
) -> None:
    async with Publisher(hangs(OK, b"[")) as publisher, door(publisher, clock, silence=0.05) as upstream:
        assert (await refused(upstream)).code == "TIMEOUT"
        assert len(publisher.asked) == 1
    assert clock.passed == 0


async def test_no_call_outlasts_the_doors_patience(clock: ControlledClock) -> None:
    async with Publisher(hangs()) as publisher, door(publisher, clock, patience=7) as upstream:
        call = asyncio.create_task(refused(upstream, deadline=clock.time() + 1000))
        await publisher.hanging.wait()
        clock.advance(7)
        assert (await call).code == "TIMEOUT"


async def test_with_the_systems_clock_too_the_deadline_holds() -> None:
    system = SystemClock()
    async with Publisher(hangs()) as publisher, door(publisher, system) as upstream:
        before = system.time()
        assert (await refused(upstream, deadline=before + 0.1)).code == "TIMEOUT"
        assert 0.09 < system.time() - before < 2
        await system.sleep(0)
        assert system.now().tzinfo is UTC


async def test_a_deadline_that_is_over_asks_nobody(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        assert (await refused(upstream, deadline=clock.time())).code == "TIMEOUT"
        assert publisher.asked == []


async def test_a_call_that_is_cancelled_leaves_no_open_connection(clock: ControlledClock) -> None:
    async with Publisher(hangs(OK, b"["), answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        call = asyncio.create_task(upstream.get(accept=JSON))
        await publisher.hanging.wait()
        assert publisher.open == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await publisher.empty.wait()
        assert (await upstream.get(accept=JSON)).payload == {}


async def test_a_source_that_hangs_holds_up_no_other(clock: ControlledClock) -> None:
    async with AsyncExitStack() as stack:
        hanging = await stack.enter_async_context(Publisher(hangs()))
        well = await stack.enter_async_context(Publisher(answers(b"{}")))
        first = await stack.enter_async_context(door(hanging, clock, connections=2))
        second = await stack.enter_async_context(door(well, clock, connections=2))
        deadline = clock.time() + 10
        calls = [asyncio.create_task(refused(first, deadline=deadline)) for _ in range(50)]
        await hanging.hanging.wait()
        for _ in range(5):
            assert (await second.get(accept=JSON, deadline=deadline)).payload == {}
        assert not any(call.done() for call in calls)
        assert hanging.connections <= 2
        clock.advance(10)
        assert {error.code for error in await asyncio.gather(*calls)} == {"TIMEOUT"}


async def test_closing_the_door_ends_the_calls_under_way_and_those_that_wait(clock: ControlledClock) -> None:
    async with Publisher(hangs(), answers(b"{}")) as publisher:
        upstream = door(publisher, clock, connections=1)
        calls = [asyncio.create_task(upstream.post("x", {}, safe=False, accept=JSON)) for _ in range(2)]
        await publisher.hanging.wait()
        await upstream.close()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [getattr(end, "code", end) for end in ended] == ["UNREACHABLE", "UNREACHABLE"]
        await publisher.empty.wait()
        assert (await upstream.get(accept=JSON)).payload == {}
        await upstream.close()
        await upstream.close()


# Asking again


async def test_202_means_again(clock: ControlledClock) -> None:
    async with Publisher(answers(b"", status=202), answers(b"[7]")) as publisher, door(publisher, clock) as upstream:
        assert (await upstream.get(accept=JSON)).payload == [7]
    assert clock.naps == [FIRST]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(START + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(START - timedelta(days=400), usegmt=True), FIRST),
        ("0", FIRST),
        ("soon", FIRST),
        ("-5", FIRST),
        ("1e3", FIRST),
    ],
)
@pytest.mark.parametrize("status", [202, 429, 503])
async def test_retry_after_is_obeyed_in_seconds_and_dates_and_its_nonsense_ignored(
    value: str, seconds: float, status: int, clock: ControlledClock
) -> None:
    behaviours = [answers(b"", status=status, retry_after=value), answers(b"[7]")]
    async with Publisher(*behaviours, clock=clock.time) as publisher, door(publisher, clock) as upstream:
        assert (await upstream.get(accept=JSON)).payload == [7]
        assert publisher.times[1] - publisher.times[0] == pytest.approx(seconds)


async def test_a_wait_that_would_pass_the_deadline_is_not_begun(clock: ControlledClock) -> None:
    async with Publisher(answers(b"", status=429, retry_after="10")) as publisher, door(publisher, clock) as upstream:
        error = await refused(upstream, deadline=clock.time() + 10)
    assert error.code == "RATE_LIMITED"
    assert isinstance(error, Unanswered)
    assert error.retry_after == 10
    assert len(publisher.asked) == 1
    assert clock.passed == 0


async def test_a_pause_that_one_call_was_told_holds_for_all_but_not_for_ever(clock: ControlledClock) -> None:
    first = answers(b"", status=429, retry_after="99999")
    async with Publisher(first, answers(b"{}"), clock=clock.time) as publisher, door(publisher, clock) as upstream:
        assert (await refused(upstream, deadline=clock.time() + 5)).code == "RATE_LIMITED"
        assert (await refused(upstream, deadline=clock.time() + 3599)).code == "RATE_LIMITED"
        assert len(publisher.asked) == 1
        assert (await upstream.get(accept=JSON)).payload == {}
        assert publisher.times[1] - publisher.times[0] == pytest.approx(3600)


@given(st.floats(-1e9, 1e9))
@example(0.4)
def test_a_retry_after_that_is_a_date_is_as_long_as_it_is_until_then(seconds: float) -> None:
    then = START + timedelta(seconds=seconds)
    wait = retry_after(format_datetime(then, usegmt=True), START)
    assert wait is not None
    assert wait == pytest.approx(min(max(seconds, 0), DAY), abs=1)


@given(st.integers(min_value=0))
@example(int("9" * 4000))
def test_a_retry_after_in_seconds_is_never_longer_than_a_day(seconds: int) -> None:
    assert retry_after(f" {'9' * 5000 if seconds > 10**300 else seconds} ", START) == min(seconds, DAY)


@given(
    st.text()
    | st.from_regex(r"[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", fullmatch=True)
    | st.none()
)
@example("٣")
@example("Mon, 31 Feb 2026 00:00:00 GMT")
@example("Mon, 05 Jan 0000 12:00:00 GMT")
@example("Mon, 05 Jan 2026 25:61:61 GMT")
def test_no_retry_after_raises_or_waits_longer_than_a_day(value: str | None) -> None:
    wait = retry_after(value, START)
    assert wait is None or 0 <= wait <= DAY


@given(st.integers(1, 50), st.floats(0, 1))
def test_the_wait_between_attempts_doubles_up_to_a_bound_and_is_wholly_by_chance(attempt: int, chance: float) -> None:
    wait = backoff(attempt, lambda low, high: low + (high - low) * chance)
    assert wait == pytest.approx(chance * min(LONGEST, FIRST * 2 ** (attempt - 1)))


# The publisher's rate


async def test_the_publisher_sees_no_more_calls_than_its_rate_whoever_calls(clock: ControlledClock) -> None:
    rate = Rate(calls=50, seconds=60, burst=5)
    async with (
        Publisher(answers(b"{}"), clock=clock.time) as publisher,
        # One connection, so that the clock does not move while a request is on its way.
        door(publisher, clock, rates=[rate], connections=1) as upstream,
    ):
        await asyncio.gather(*(upstream.get(accept=JSON) for _ in range(30)))
    keeps(rate, publisher.times)
    assert publisher.times[4] == publisher.times[0], "the burst goes at once"
    assert publisher.times[-1] - publisher.times[0] == pytest.approx(25 * 60 / 50), "and the rest as fast as allowed"


async def test_repetitions_too_are_calls_to_the_publisher(clock: ControlledClock) -> None:
    rate = Rate(calls=50, seconds=60, burst=5)
    good = answers(b"[]")
    failing = [answers(b"", status=500), good, answers(b"", status=429, retry_after="3"), good, resets, good] * 10
    async with (
        Publisher(*failing, clock=clock.time) as publisher,
        door(publisher, clock, rates=[rate], uniform=lambda low, high: low) as upstream,
    ):
        for _ in range(30):
            await upstream.get(accept=JSON)
    assert len(publisher.times) == 60
    keeps(rate, publisher.times)


async def test_a_wait_for_the_rate_never_passes_the_deadline(clock: ControlledClock) -> None:
    rate = Rate(calls=1, seconds=10)
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock, rates=[rate]) as upstream:
        await upstream.get(accept=JSON)
        assert (await refused(upstream, deadline=clock.time() + 10)).code == "RATE_LIMITED"
        assert clock.passed == 0
        assert (await upstream.get(accept=JSON, deadline=clock.time() + 10.1)).payload == {}
        assert len(publisher.asked) == 2
    assert clock.passed == pytest.approx(10)


async def test_who_waits_behind_others_is_told_at_once_that_the_deadline_is_too_near(clock: ControlledClock) -> None:
    rate = Rate(calls=1, seconds=10)
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock, rates=[rate], connections=9) as upstream:
        deadline = clock.time() + 25

        async def call() -> tuple[str, float]:
            try:
                await upstream.get(accept=JSON, deadline=deadline)
            except RateLimited as error:
                return error.code, clock.passed
            return "ANSWERED", 0.0

        ended = await asyncio.gather(*(call() for _ in range(6)))
    assert ended == [("ANSWERED", 0.0)] * 3 + [("RATE_LIMITED", 0.0)] * 3
    assert len(publisher.asked) == 3
    assert clock.naps == [10, 10], "and of those who wait only the first is awake"


async def test_a_pause_that_begins_while_a_call_waits_holds_for_it_too() -> None:
    class Pausing(ControlledClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            upstream._bucket.hold(self.time() + 100)

    clock = Pausing()
    async with Publisher(answers(b"{}")) as publisher:
        upstream = door(publisher, clock, rates=[Rate(calls=1, seconds=10)])
        await upstream.get(accept=JSON)
        assert (await refused(upstream, deadline=clock.time() + 50)).code == "RATE_LIMITED"
        await upstream.close()
    assert clock.passed == 10


RATES = st.lists(
    st.builds(Rate, calls=st.integers(1, 100), seconds=st.floats(0.1, 1e5), burst=st.integers(1, 40)),
    min_size=1,
    max_size=3,
)


def keeps(rate: Rate, times: Sequence[float]) -> None:
    for start in range(len(times)):
        for end in range(start, len(times)):
            allowed = rate.burst + rate.calls / rate.seconds * (times[end] - times[start] + 1e-3 * rate.seconds)
            assert end - start + 1 <= allowed + 1e-6


@given(RATES, st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(rates: list[Rate], pauses: list[float]) -> None:
    bucket = Bucket(rates)
    now, taken = 0.0, []
    for pause in pauses:
        now += pause
        if bucket.wait(now) == 0:
            bucket.take(now)
            taken.append(now)
        assert bucket.wait(now, ahead=3) >= bucket.wait(now)
    for rate in rates:
        keeps(rate, taken)


@given(RATES, st.integers(1, 30), st.floats(0, 1e6))
def test_who_waits_as_long_as_a_bucket_says_gets_a_token_then_and_not_before(
    rates: list[Rate], calls: int, now: float
) -> None:
    bucket = Bucket(rates)
    expected = [now + bucket.wait(now, ahead) for ahead in range(calls)]
    for instant in expected:
        wait = bucket.wait(now)
        if wait > 1e-3:
            assert bucket.wait(now + wait * 0.99) > 0
        now += wait
        assert bucket.wait(now) == 0
        assert now == pytest.approx(instant, abs=calls * RESOLUTION * 10)
        bucket.take(now)


def test_a_bucket_that_is_held_gives_nothing_until_then() -> None:
    bucket = Bucket([UNLIMITED])
    bucket.hold(10.0)
    bucket.hold(5.0)
    assert bucket.wait(4.0) == 6.0
    assert bucket.wait(10.0) == 0


@pytest.mark.parametrize(
    ("calls", "seconds", "burst"), [(0, 1, 1), (1, 0, 1), (1, -1, 1), (1, 1, 0), (1, float("inf"), 1)]
)
def test_a_rate_that_allows_nothing_or_everything_is_refused(calls: int, seconds: float, burst: int) -> None:
    with pytest.raises(ValueError, match="a rate has"):
        Rate(calls=calls, seconds=seconds, burst=burst)


# Credentials


@pytest.mark.parametrize("way", WAYS)
async def test_a_key_that_the_publisher_echoes_is_struck_out_of_what_is_handed_on(way: str) -> None:
    echo = WAYS[way]
    body = f"before {echo} and {echo}, after".encode()
    answer = await answer_to(answers(body, media_type="text/plain"), accept=TEXT)
    assert answer.content == b"before REDACTED and REDACTED, after"
    assert answer.origin.sha256 == sha256(answer.content).hexdigest()
    assert answer.origin.bytes == len(answer.content)


async def test_of_the_headers_those_are_handed_on_that_the_form_names_without_a_key() -> None:
    form = Form(name="text", media_types=("text/plain",), decode=bytes, headers=("X-Echo", "X-Absent"))
    behaviour = answers(b"", media_type="text/plain", X_Echo=f"{KEY} and Bearer {KEY}", X_Other="unread")
    answer = await answer_to(behaviour, accept=form)
    assert answer.headers == {"X-Echo": "REDACTED and Bearer REDACTED"}
    assert (await answer_to(answers(b"", media_type="text/plain"), accept=TEXT)).headers == {}


async def test_an_answer_stays_json_when_the_key_is_struck_out() -> None:
    body = msgspec.json.encode({"link": f"/DRF/lawService.do?OC={KEY}&target=prec", "name": "판례"})
    assert (await answer_to(answers(body))).payload == {
        "link": "/DRF/lawService.do?OC=REDACTED&target=prec",
        "name": "판례",
    }


async def test_a_judge_sees_no_key() -> None:
    def repeats(answer: Answer) -> None:
        raise errors.RequestRefused(f"the source says {answer.content!r} {answer.payload!r}")

    for status in (200, 400):
        error, _ = await refusal_of(answers(msgspec.json.encode({"key": KEY}), status=status), judge=repeats)
        assert "REDACTED" in str(error)


@pytest.mark.parametrize(
    ("body", "redacted"),
    [
        ("/x?OC=test&target=prec", "/x?OC=REDACTED&target=prec"),
        ("/x?oc=test", "/x?oc=REDACTED"),
        ("/x%3FOC%3Dtest%26", "/x%3FOC%3DREDACTED%26"),
        ("OC\\u003dtest", "OC\\u003dREDACTED"),
        ('{"OC": "test", "OC":"test"}', '{"OC": "REDACTED", "OC":"REDACTED"}'),
        ("the test of the Supreme Court", "the test of the Supreme Court"),
    ],
)
def test_a_short_key_is_struck_out_where_its_name_is_with_it_and_words_stay(body: str, redacted: str) -> None:
    redaction = Redaction([Credential(secret=Secret("test"), place="query", name="OC")])
    assert redaction.content(body.encode()).decode() == redacted


def in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]


@given(st.from_regex(r"[!-~]{12,60}", fullmatch=True), st.sampled_from([str, quote, quote_plus, escape, in_json]))
def test_whatever_a_long_key_holds_it_is_struck_out(key: str, write: Callable[[str], str]) -> None:
    redaction = Redaction([Credential(secret=Secret(key), place="query", name="key")])
    assert redaction.content(f"<{write(key)}>".encode()) == b"<REDACTED>"
    shown = redaction.url(
        URL("https://user:pass@source.example/x").with_query({"q": key, "key": key}).with_fragment(key)
    )
    assert shown == "https://source.example/x?q=REDACTED&key=REDACTED"


@given(st.from_regex(r"[!-9;-~]{1,20}", fullmatch=True), st.from_regex(r"[!-~]{12,60}", fullmatch=True))
def test_a_user_and_a_password_are_sent_in_base64_and_struck_out_however_they_come_back(user: str, word: str) -> None:
    """RFC 7617; the password is struck out where it stands alone as well."""
    credential = Credential(secret=Secret(f"{user}:{word}"), place="header", name="Authorization", scheme="Basic")
    sent = credentials.headers([credential])["Authorization"]
    assert sent == f"Basic {b64encode(f'{user}:{word}'.encode()).decode()}"
    redaction = Redaction([credential])
    for written in (sent.removeprefix("Basic "), word, b64encode(word.encode()).decode(), quote(word)):
        assert redaction.content(f"<{written}>".encode()) == b"<REDACTED>"


@pytest.mark.parametrize("secret", ["word", ":word", "user:", ":"])
def test_basic_takes_a_user_and_a_password(secret: str) -> None:
    with pytest.raises(ValueError, match="a user, a colon and a password"):
        Credential(secret=Secret(secret), place="header", name="Authorization", scheme="Basic")


def test_a_secret_shows_itself_to_nobody_who_does_not_ask() -> None:
    secret = Secret(KEY)
    credential = Credential(secret=secret, place="query", name="key")
    shows_no_key(f"{secret} {secret!r} {secret!s:>40} {[secret]} {credential} {vars(Upstream)} %s" % secret)
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(credential)
    assert secret.reveal() == KEY


@pytest.mark.parametrize("value", ["", "a b", "a\r\nX-Other: b", "키", "a\n", "\x7f"])
def test_a_secret_that_could_add_to_a_header_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Secret(value)
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"place": "header", "name": "X: y"},
        {"place": "header", "name": ""},
        {"place": "query", "name": "k", "scheme": "Bearer"},
        {"place": "header", "name": "k", "scheme": "a b"},
    ],
)
def test_a_credential_that_could_add_to_a_request_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="named by|one word"):
        Credential(secret=Secret(KEY), **given)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://source.example", "source.example", "https://", "https://u@source.example", "https://u:p@source.example",
        "https://source.example/?a=b", "https://source.example/#f", "http://source.example",
    ],
)  # fmt: skip
def test_an_address_that_is_unsafe_for_a_key_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="publisher's address|over https"):
        Upstream(address, rates=[UNLIMITED], keys=[Credential(secret=Secret(KEY), place="query", name="key")])


@pytest.mark.parametrize(
    "address", ["https://source.example/api", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]
)
def test_an_address_over_https_or_of_this_machine_takes_a_key(address: str) -> None:
    upstream = Upstream(address, rates=[UNLIMITED], keys=[Credential(secret=Secret(KEY), place="query", name="key")])
    shows_no_key(repr(upstream))


# Codes


def test_every_fault_has_a_code_of_its_own() -> None:
    faults = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SourceError)]
    assert len({kind.code for kind in faults}) == len(faults)
    assert errors.__doc__
    for kind in faults:
        assert f" {kind.__name__} " in errors.__doc__.replace("\n", " ")


# Files.


def bare(publisher: Publisher, **given: Any) -> Upstream:
    """A door without a key: with one nothing is written to files."""
    settings: dict[str, Any] = {"rates": [UNLIMITED], "clock": ControlledClock(), "patience": 5.0} | given
    return Upstream(publisher.address, **settings)


ENDLESSLY = head(200, [("Content-Type", "application/zip"), ("Transfer-Encoding", "chunked")])


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_file_is_written_as_it_comes_and_its_origin_is_that_of_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5_000
    async with Publisher(answers(content, media_type="application/zip")) as publisher, bare(publisher) as upstream:
        origin = await upstream.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert (tmp_path / "a.zip").read_bytes() == content
    assert (origin.status, origin.bytes, origin.sha256) == (200, len(content), sha256(content).hexdigest())
    assert origin.location.endswith("/a.zip")


@pytest.mark.parametrize(
    ("behaviour", "code", "limit"),
    [
        (answers(b"x" * 2_000, media_type="application/zip"), "TOO_LARGE", 1_000),
        (
            sends(
                head(200, [("Content-Type", "application/zip"), ("Transfer-Encoding", "chunked")]),
                chunked(b"x" * 900, b"x" * 900),
            ),
            "TOO_LARGE",
            1_000,
        ),
        (answers(b"<html>", media_type="text/html"), "OUTAGE_PAGE", 1_000),
        (answers(b"no", status=404, media_type="text/plain"), "NOT_FOUND", 1_000),
        (resets, "UNREACHABLE", 1_000),
    ],
    ids=["announced", "chunked", "page", "absent", "reset"],
)
async def test_where_a_file_cannot_be_fetched_there_is_none(
    tmp_path: Path, behaviour: Behaviour, code: str, limit: int
) -> None:
    async with Publisher(behaviour) as publisher, bare(publisher, limit=limit) as upstream:
        with pytest.raises(SourceError) as caught:
            await upstream.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert caught.value.code == code
    assert names_in(tmp_path) == []


async def test_a_door_with_a_key_writes_no_file(tmp_path: Path, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, door(publisher, clock) as upstream:
        with pytest.raises(ValueError, match="credential"):
            await upstream.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert publisher.asked == []
