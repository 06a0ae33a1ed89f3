"""Calls of a client: what is sent, and what the response holds."""

import gzip
import zlib
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters import errors
from adapters.client import (
    BYTES,
    JSON,
    TEXT,
    XML,
    ResponseFormat,
    SourceClient,
)
from adapters.client.client import SourceRequest
from adapters.client.responses import ContentDecoder
from tests.support.clocks import START, ControlledClock
from tests.support.faulty_publisher import Publisher, answers
from tests.support.sentinel import KEY
from tests.support.source_client import UNLIMITED, assert_no_key, open_client, response_to


async def test_a_response_holds_the_payload_and_its_origin(clock: ControlledClock) -> None:
    body = b'\xef\xbb\xbf{"count": 12345678901234567890, "share": 0.1}'
    async with Publisher(answers(body, media_type="application/json; charset=utf-8")) as publisher:
        async with open_client(publisher, clock) as client:
            response = await client.get("cases/GB eng", {"q": "a+b&c", "cond[x::EQ]": ["1", "검거"]}, accept=JSON)
        request = publisher.requests[0]
        address = publisher.address
    assert response.payload == {"count": 12345678901234567890, "share": Decimal("0.1")}
    assert response.content == body
    assert response.media_type == "application/json"
    assert response.origin.status == 200
    assert response.origin.bytes == len(body)
    assert response.origin.sha256 == sha256(body).hexdigest()
    assert response.origin.retrieved_at == START
    assert URL(response.origin.location).with_query(None) == URL(f"{address}/cases/GB eng")
    assert request.path == "/cases/GB%20eng"
    assert request.query == [("q", "a+b&c"), ("cond[x::EQ]", "1"), ("cond[x::EQ]", "검거"), ("serviceKey", KEY)]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "gzip, deflate"


async def test_the_key_stands_in_no_origin(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        response = await client.get(KEY.replace("/", ""), {"SERVICEKEY": "other", "q": KEY}, accept=JSON)
    assert_no_key(repr(response))
    assert response.origin.location.endswith("?SERVICEKEY=REDACTED&q=REDACTED&serviceKey=REDACTED")


async def test_a_post_sends_json_and_is_repeated_only_if_idempotent(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}", status=500)) as publisher, open_client(publisher, clock) as client:
        for idempotent, calls in ((False, 1), (True, 3)):
            publisher.requests.clear()
            with pytest.raises(errors.ServerError):
                await client.post("search", {"query": "q"}, {"size": 10}, idempotent=idempotent, accept=JSON)
            assert [(request.method, request.body) for request in publisher.requests] == [
                ("POST", b'{"query":"q"}')
            ] * calls
            assert publisher.requests[0].query == [("size", "10"), ("serviceKey", KEY)]


async def test_a_get_that_is_not_idempotent_is_repeated_only_after_a_rate_limit_error(clock: ControlledClock) -> None:
    for status, error, calls in ((500, errors.ServerError, 1), (429, errors.RateLimitError, 3)):
        async with Publisher(answers(b"{}", status=status)) as publisher, open_client(publisher, clock) as client:
            with pytest.raises(error):
                await client.get("next", idempotent=False, accept=JSON)
            assert len(publisher.requests) == calls


@pytest.mark.parametrize("path", ["..", "../x", "a/../../b", "./a", "/cases", "//elsewhere.example/cases", "a//b"])
async def test_a_path_stays_below_the_publishers_address(path: str, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        with pytest.raises(ValueError, match="a path is relative"):
            await client.get(path, accept=JSON)
        assert publisher.requests == []


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1).filter(
        lambda part: part not in {".", ".."}
    )
)
def test_a_segment_of_a_path_stays_one_segment_whatever_it_contains(part: str) -> None:
    client = SourceClient("http://127.0.0.1:1/api", rates=[UNLIMITED])
    request = SourceRequest(method="GET", path=f"x/{part}", idempotent=True, accept=JSON)
    url = client._url(request)
    assert url.parts == ("/", "api", "x", part)
    assert (url.host, url.port, url.query_string, url.fragment) == ("127.0.0.1", 1, "", "")


async def test_cookies_are_not_stored(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}", set_cookie="who=you")) as publisher:
        # A cookie jar of aiohttp keeps nothing for an address in numbers anyway.
        publisher.address = publisher.address.replace("127.0.0.1", "localhost")
        client = open_client(publisher, clock)
        for _ in range(2):
            await client.get(accept=JSON)
        await client.close()
        assert "cookie" not in publisher.requests[1].headers


async def test_proxies_of_the_environment_are_ignored(clock: ControlledClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        assert (await client.get(accept=JSON)).status == 200


@pytest.mark.parametrize("accept", [XML, TEXT, BYTES])
async def test_a_body_other_than_json_is_returned_unchanged(accept: ResponseFormat) -> None:
    body = b"\xff\x00 <as it/> came"
    assert (await response_to(answers(body, media_type=accept.media_types[0]), accept=accept)).payload == body


@pytest.mark.parametrize("media_type", ["application/json", "APPLICATION/JSON;x=y", "application/taxii+json", None])
async def test_json_comes_under_several_names_or_none(media_type: str | None) -> None:
    assert (await response_to(answers(b"[1]", media_type=media_type))).payload == [1]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1_000_000])
async def test_compressed_responses_are_decompressed(coding: str, size: int) -> None:
    body = b"x" * size
    raw = zlib.compressobj(wbits=-15)
    compressed = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": raw.compress(body) + raw.flush(),
    }[coding]
    response = await response_to(
        answers(compressed, media_type="text/plain", content_encoding=coding.removeprefix("raw ")), accept=TEXT
    )
    assert response.content == body


@given(st.binary(max_size=300), st.lists(st.integers(1, 50), min_size=1), st.sampled_from([16 + 15, 15, -15]))
def test_decompression_restores_the_body_from_chunks_of_any_size(body: bytes, sizes: list[int], window: int) -> None:
    compressor = zlib.compressobj(wbits=window)
    compressed = compressor.compress(body * 50) + compressor.flush()
    decoder = ContentDecoder("gzip" if window > 15 else "deflate", 50 * 300)
    start = 0
    while start < len(compressed):
        for size in sizes:
            decoder.feed(compressed[start : start + size])
            start += size
    assert decoder.content() == body * 50
