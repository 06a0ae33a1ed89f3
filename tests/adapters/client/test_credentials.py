"""Credentials reach the publisher only, and are redacted from everything else."""

import pickle
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from adapters import errors
from adapters.client import (
    TEXT,
    Credential,
    ResponseFormat,
    Secret,
    SourceClient,
    SourceResponse,
    credentials,
)
from adapters.client.credentials import Redactor
from tests.support.faulty_publisher import answers
from tests.support.sentinel import KEY
from tests.support.source_client import UNLIMITED, WAYS, assert_no_key, failing_call, response_to


@pytest.mark.parametrize("way", WAYS)
async def test_a_key_that_the_publisher_echoes_is_redacted(way: str) -> None:
    echo = WAYS[way]
    body = f"before {echo} and {echo}, after".encode()
    response = await response_to(answers(body, media_type="text/plain"), accept=TEXT)
    assert response.content == b"before REDACTED and REDACTED, after"
    assert response.origin.sha256 == sha256(response.content).hexdigest()
    assert response.origin.bytes == len(response.content)


async def test_a_response_holds_the_headers_that_its_format_names_without_a_key() -> None:
    accept = ResponseFormat(name="text", media_types=("text/plain",), decode=bytes, headers=("X-Echo", "X-Absent"))
    behaviour = answers(b"", media_type="text/plain", X_Echo=f"{KEY} and Bearer {KEY}", X_Other="unread")
    response = await response_to(behaviour, accept=accept)
    assert response.headers == {"X-Echo": "REDACTED and Bearer REDACTED"}
    assert (await response_to(answers(b"", media_type="text/plain"), accept=TEXT)).headers == {}


async def test_a_redacted_response_is_still_json() -> None:
    body = msgspec.json.encode({"link": f"/DRF/lawService.do?OC={KEY}&target=prec", "name": "판례"})
    assert (await response_to(answers(body))).payload == {
        "link": "/DRF/lawService.do?OC=REDACTED&target=prec",
        "name": "판례",
    }


async def test_a_check_sees_no_key() -> None:
    def repeats(response: SourceResponse) -> None:
        raise errors.BadRequest(f"the source says {response.content!r} {response.payload!r}")

    for status in (200, 400):
        error, _ = await failing_call(answers(msgspec.json.encode({"key": KEY}), status=status), check=repeats)
        assert "REDACTED" in str(error)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("/x?OC=test&target=prec", "/x?OC=REDACTED&target=prec"),
        ("/x?oc=test", "/x?oc=REDACTED"),
        ("/x%3FOC%3Dtest%26", "/x%3FOC%3DREDACTED%26"),
        ("OC\\u003dtest", "OC\\u003dREDACTED"),
        ('{"OC": "test", "OC":"test"}', '{"OC": "REDACTED", "OC":"REDACTED"}'),
        ("the test of the Supreme Court", "the test of the Supreme Court"),
    ],
)
def test_a_short_key_is_redacted_only_next_to_its_name(body: str, result: str) -> None:
    redactor = Redactor([Credential(secret=Secret("test"), place="query", name="OC")])
    assert redactor.redact(body.encode()).decode() == result


def in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]


@given(st.from_regex(r"[!-~]{12,60}", fullmatch=True), st.sampled_from([str, quote, quote_plus, escape, in_json]))
@example("A-secret-that-ends-with-%", quote)
@example("A-secret-that-ends-with-&", escape)
def test_a_long_key_is_redacted_whatever_it_contains(key: str, write: Callable[[str], str]) -> None:
    redactor = Redactor([Credential(secret=Secret(key), place="query", name="key")])
    assert redactor.redact(f"<{write(key)}>".encode()) == b"<REDACTED>"
    url = redactor.redact_url(
        URL("https://user:pass@source.example/x").with_query({"q": key, "key": key}).with_fragment(key)
    )
    assert url == "https://source.example/x?q=REDACTED&key=REDACTED"


@given(st.from_regex(r"[!-9;-~]{1,20}", fullmatch=True), st.from_regex(r"[!-~]{12,60}", fullmatch=True))
def test_a_user_and_a_password_are_sent_in_base64_and_redacted_in_every_encoding(user: str, word: str) -> None:
    """RFC 7617; the password alone is redacted as well."""
    credential = Credential(secret=Secret(f"{user}:{word}"), place="header", name="Authorization", scheme="Basic")
    header = credentials.headers([credential])["Authorization"]
    assert header == f"Basic {b64encode(f'{user}:{word}'.encode()).decode()}"
    redactor = Redactor([credential])
    for echo in (header.removeprefix("Basic "), word, b64encode(word.encode()).decode(), quote(word)):
        assert redactor.redact(f"<{echo}>".encode()) == b"<REDACTED>"


@pytest.mark.parametrize("secret", ["word", ":word", "user:", ":"])
def test_basic_takes_a_user_and_a_password(secret: str) -> None:
    with pytest.raises(ValueError, match="a user, a colon and a password"):
        Credential(secret=Secret(secret), place="header", name="Authorization", scheme="Basic")


def test_a_secret_appears_only_through_reveal() -> None:
    secret = Secret(KEY)
    credential = Credential(secret=secret, place="query", name="key")
    assert_no_key(f"{secret} {secret!r} {secret!s:>40} {[secret]} {credential} {vars(SourceClient)} %s" % secret)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(credential)
    assert secret.reveal() == KEY


@pytest.mark.parametrize("value", ["", "a b", "a\r\nX-Other: b", "키", "a\n", "\x7f"])
def test_a_secret_that_could_inject_into_a_header_is_refused_and_not_quoted(value: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as failure:
        Secret(value)
    assert not value or value not in str(failure.value)


@pytest.mark.parametrize(
    "options",
    [
        {"place": "header", "name": "X: y"},
        {"place": "header", "name": ""},
        {"place": "query", "name": "k", "scheme": "Bearer"},
        {"place": "header", "name": "k", "scheme": "a b"},
    ],
)
def test_a_credential_that_could_add_to_a_request_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the name of|one word"):
        Credential(secret=Secret(KEY), **options)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://source.example", "source.example", "https://", "https://u@source.example", "https://u:p@source.example",
        "https://source.example/?a=b", "https://source.example/#f", "http://source.example",
    ],
)  # fmt: skip
def test_an_address_that_is_unsafe_for_a_key_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="publisher's address|over https"):
        SourceClient(address, rates=[UNLIMITED], keys=[Credential(secret=Secret(KEY), place="query", name="key")])


@pytest.mark.parametrize(
    "address", ["https://source.example/api", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]
)
def test_an_address_over_https_or_of_this_machine_takes_a_key(address: str) -> None:
    client = SourceClient(address, rates=[UNLIMITED], keys=[Credential(secret=Secret(KEY), place="query", name="key")])
    assert_no_key(repr(client))
