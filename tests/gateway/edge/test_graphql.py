"""Whatever is sent to `/graphql` is answered as GraphQL over HTTP: a status, a media type, data or closed codes."""

import gzip
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from schema.errors import ErrorCode
from tests.support.properties import examples, postgresql_in_proof
from tests.support.service import Service

GRAPHQL = "application/graphql-response+json"
ASK = {"query": "{ cases { totalCount } }"}
ANSWER = {"cases": {"totalCount": 3}}

same_service = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def code(response: httpx.Response) -> str:
    """The one code of a refusal, which has the shape of a GraphQL answer without data."""
    said = response.json()
    assert set(said) == {"errors"}
    codes = {error["extensions"]["code"] for error in said["errors"]}
    assert codes <= set(ErrorCode)
    assert len(codes) == 1
    return str(codes.pop())


@postgresql_in_proof
def test_a_question_is_answered_however_it_is_sent(service: Service) -> None:
    variables = {"query": "query A($n: Int) { cases(first: $n) { totalCount } }", "variables": {"n": 1}}
    responses = [
        service.post(orjson.dumps(ASK)),
        service.post(orjson.dumps(ASK), content_type="application/json; charset=utf-8"),
        service.post(orjson.dumps(ASK), content_type='APPLICATION/JSON;charset="UTF-8"'),
        service.post(orjson.dumps({**variables, "operationName": "A", "extensions": {"a": 1}})),
        service.post(orjson.dumps({**variables, "operationName": None, "extensions": None, "unknown": [1]})),
        service.call("GET", "/graphql", params=ASK),
        service.call("GET", "/graphql", params={**variables, "variables": '{"n": 1}', "operationName": "A"}),
        service.call("GET", "/graphql", params={**ASK, "variables": "", "operationName": "", "extensions": ""}),
    ]
    for response in responses:
        assert response.status_code == 200
        assert response.json()["data"] == ANSWER
        assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, application/json;q=0.9", GRAPHQL),
        (f"application/json, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.5, application/json", "application/json"),
        (f"{GRAPHQL};q=0", "application/json"),
        (f"{GRAPHQL};q=x", "application/json"),
        ("text/html", "application/json"),
        ("", "application/json"),
        (";;,,=;q=", "application/json"),
    ],
)
def test_the_media_type_is_the_one_that_was_asked_for(small: Service, accept: str, answered: str) -> None:
    response = small.post(orjson.dumps(ASK), accept=accept)
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"
    assert response.json()["data"] == ANSWER


UNFIT = {
    "{ nothing }": (ErrorCode.VALIDATION_FAILED, 200),
    "mutation { nothing }": (ErrorCode.VALIDATION_FAILED, 200),
    "query($v: Int!) { cases(first: $v) { totalCount } }": (ErrorCode.BAD_INPUT, 200),
    "{": (ErrorCode.PARSE_FAILED, 400),
    "": (ErrorCode.PARSE_FAILED, 400),
    "\0": (ErrorCode.PARSE_FAILED, 400),
    "{ a" * 60 + "}" * 60: (ErrorCode.TOO_DEEP, 400),
    "{" * 5_000: (ErrorCode.TOO_DEEP, 400),
    "{" + "a " * 5_000 + "}": (ErrorCode.TOO_MANY_TOKENS, 400),
    "{" + " ".join(f"a{at}: __typename" for at in range(61)) + "}": (ErrorCode.TOO_MANY_ALIASES, 400),
    "{" + "__typename " * 150 + "}": (ErrorCode.TOO_COMPLEX, 400),
    "query A { __typename } query B { __typename }": (ErrorCode.BAD_REQUEST, 400),
}


@pytest.mark.parametrize("query", UNFIT, ids=[f"{at}" for at, _ in enumerate(UNFIT)])
def test_a_document_that_is_not_run_is_400_and_200_only_where_the_old_media_type_wants_it(
    wide: Service, query: str
) -> None:
    expected, legacy = UNFIT[query]
    content = orjson.dumps({"query": query})
    assert (code(wide.post(content)), wide.post(content).status_code) == (expected, legacy)
    assert wide.post(content, accept=GRAPHQL).status_code == 400


def nested(depth: int) -> bytes:
    return b'{"query":"{a}","variables":{"v":' + b"[" * depth + b"]" * depth + b"}}"


MALFORMED: dict[str, Any] = {
    "nothing": b"",
    "white space": b" \n",
    "a number": b"1",
    "null": b"null",
    "true": b"true",
    "a text": b'"{ cases { totalCount } }"',
    "a list": b"[]",
    "a batch": b'[{"query":"{ __typename }"}]',
    "an empty object": b"{}",
    "the document itself": b"{ cases { totalCount } }",
    "half": b'{"query":"{ a',
    "more after the end": b'{"query":"{ __typename }"} {}',
    "a comma too many": b'{"query":"{ __typename }",}',
    "a comment": b'{"query":"{ __typename }"} // a',
    "single quotes": b"{'query':'{ __typename }'}",
    "query is null": b'{"query":null}',
    "query is a number": b'{"query":1}',
    "query is an object": b'{"query":{}}',
    "variables are a list": b'{"query":"{a}","variables":[]}',
    "variables are a text": b'{"query":"{a}","variables":"{}"}',
    "operationName is a number": b'{"query":"{a}","operationName":1}',
    "extensions are a list": b'{"query":"{a}","extensions":[]}',
    "NaN": b'{"query":"{a}","variables":{"v":NaN}}',
    "Infinity": b'{"query":"{a}","variables":{"v":-Infinity}}',
    "5,000 digits": b'{"query":"{a}","variables":{"v":' + b"1" * 5_000 + b"}}",
    "a huge exponent": b'{"query":"{a}","variables":{"v":1e999999}}',
    "bad UTF-8": b'{"query":"\xff\xfe"}',
    "overlong UTF-8": b'{"query":"\xc0\xaf"}',
    "surrogates in UTF-8": b'{"query":"\xed\xa0\x80"}',
    "UTF-16": '{"query":"{ __typename }"}'.encode("utf-16"),
    "UTF-32": '{"query":"{ __typename }"}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"query":"{ __typename }"}',
    "half a surrogate pair": b'{"query":"\\ud800"}',
    "half a pair in a variable": b'{"query":"{a}","variables":{"v":"\\udfff"}}',
    "half a pair as a key": b'{"query":"{a}","variables":{"\\ud800":1}}',
    "a control character": b'{"query":"\x00"}',
    "deep": nested(2_000),
    "very deep": nested(100_000),
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that reads bodies of the usual size."""
    running = Service(f"sqlite:///{tmp_path_factory.mktemp('wide') / 'wide.db'}")
    yield running
    running.close()


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_is_400(small: Service, wide: Service, content: bytes) -> None:
    response = (wide if len(content) > 1024 else small).post(content)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


def test_of_a_key_that_stands_twice_the_last_counts_as_in_all_json(small: Service) -> None:
    assert small.post(b'{"query":"{","query":"{ cases { totalCount } }"}').json()["data"] == ANSWER


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": ""},
        {"content_type": "text/plain"},
        {"content_type": "application/graphql"},
        {"content_type": "multipart/form-data; boundary=a"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": "application/json; charset=iso-8859-1"},
        {"content_type": "application/jsonp"},
        {"content_encoding": "gzip"},
        {"content_encoding": "identity, gzip"},
        {"content_encoding": "br"},
    ],
    ids=repr,
)
def test_a_body_that_is_not_json_in_utf8_is_415(small: Service, headers: dict[str, str]) -> None:
    content = orjson.dumps(ASK)
    packed = gzip.compress(content) if "content_encoding" in headers else content
    response = small.post(packed, **headers)
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_is_as_large_as_what_arrives_of_it(small: Service) -> None:
    def sized(size: int) -> bytes:
        return orjson.dumps(ASK).ljust(size)

    async def chunks(size: int) -> Any:
        for at in range(0, size, 100):
            yield sized(size)[at : at + 100]

    assert small.post(sized(1024)).status_code == 200
    assert small.post(chunks(1024)).status_code == 200
    for content in (sized(1025), chunks(1025), b" " * 1_000_000):
        response = small.post(content)
        assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")
        assert response.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["1025", "9" * 30, "10000000000"])
def test_a_body_that_is_announced_too_large_is_not_read(small: Service, length: str) -> None:
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"", "more_body": True}

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", length.encode())]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    small.runner.run(small.app(scope, receive, send))
    assert sent[0]["status"] == 413
    assert read == 0


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_failure(small: Service) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    with capture_logs() as logs:
        small.runner.run(small.app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert [entry["event"] for entry in logs] == ["request"]


# GET.


@pytest.mark.parametrize("query", ["mutation { a }", "subscription { a }", "query A { __typename } mutation B { a }"])
def test_get_carries_queries_only(small: Service, query: str) -> None:
    response = small.call("GET", "/graphql", params={"query": query})
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "query",
        "variables={}",
        "query=%ff",
        "query=%ed%a0%80",
        "query={a}&query={b}",
        "query={a}&variables=1",
        "query={a}&variables=[]",
        "query={a}&variables={",
        "query={a}&variables={}&variables={}",
        "query={a}&extensions=1",
        "&".join(f"a{at}=1" for at in range(30)),
    ],
)
def test_a_malformed_query_string_is_400(small: Service, encoded: str) -> None:
    response = small.call("GET", f"/graphql?{encoded}")
    assert response.status_code == 400
    assert code(response) in {"BAD_REQUEST", "PARSE_FAILED"}


def test_a_query_string_has_the_bound_of_a_body(small: Service) -> None:
    response = small.call("GET", f"/graphql?query={quote('{ cases { totalCount } }')}%20" + "%20" * 400)
    assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
def test_another_method_is_405_and_says_which_there_are(small: Service, method: str) -> None:
    response = small.call(method, "/graphql", content=b"{}")
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_says_which_methods_there_are(small: Service) -> None:
    response = small.call("OPTIONS", "/graphql")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


# Properties.

bodies = (
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["query", "variables", "operationName", "extensions"]) | st.text(max_size=5), inner
            )
        ),
        max_leaves=15,
    ).map(lambda said: json.dumps(said).encode())
    | st.fixed_dictionaries(
        {"query": st.text(max_size=100) | st.text('{}()[]!$:=@|&."#, \nabc12', max_size=60)},
        optional={"variables": st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text()) | st.none()},
    ).map(lambda said: json.dumps(said).encode())
)


@postgresql_in_proof
@examples(usual=50, proof=500)
@given(bodies, st.sampled_from(["*/*", GRAPHQL]))
def test_no_body_makes_the_service_fail(service: Service, content: bytes, accept: str) -> None:
    with capture_logs():
        response = service.post(content, accept=accept)
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert code(response)
    assert response.headers["cache-control"] == "no-store"


@same_service
@given(st.text(st.characters(codec="ascii"), max_size=60) | st.binary(max_size=30).map(quote))
def test_no_query_string_makes_the_service_fail(small: Service, encoded: str) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    for string in (encoded.encode(), b"query=" + encoded.encode(), b"query={a}&variables=" + encoded.encode()):
        sent.clear()
        scope = {"type": "http", "method": "GET", "path": "/graphql", "query_string": string, "headers": []}
        with capture_logs():
            small.runner.run(small.app(scope, receive, send))
        assert sent[0]["status"] in {200, 400}


@same_service
@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60))
def test_no_header_makes_the_service_fail(small: Service, value: str) -> None:
    for name in ("accept", "content_type", "content_encoding", "content_length_", "if_none_match", "origin"):
        with capture_logs():
            response = small.post(orjson.dumps(ASK), **{name: value.encode("latin-1")})  # type: ignore[arg-type] # bytes
        assert response.status_code in {200, 415}
