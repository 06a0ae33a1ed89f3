"""Calls of a client to a publisher on loopback: clients with a key, calls that must fail, and a check for the key."""

import traceback
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from adapters.client import (
    JSON,
    Clock,
    Credential,
    Rate,
    Secret,
    SourceClient,
    SourceResponse,
    credentials,
)
from adapters.errors import SourceError
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, head
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
PACKAGE = Path(credentials.__file__).parent
UNLIMITED = Rate(calls=1_000_000, seconds=1, burst=1_000_000)
ENDLESS = 1e9
"""The total timeout of a test's client in seconds, so that only the deadline under test applies."""


def assert_no_key(text: str) -> None:
    for way, key in WAYS.items():
        assert key not in text, way


def open_client(publisher: Publisher, clock: Clock, **options: Any) -> SourceClient:
    """A client of the publisher with the key in header and query, and the longest wait between attempts."""
    settings: dict[str, Any] = {
        "rates": [UNLIMITED],
        "keys": [
            Credential(secret=Secret(KEY), place="header", name="Authorization", scheme="Bearer"),
            Credential(secret=Secret(KEY), place="query", name="serviceKey"),
        ],
        "timeout": ENDLESS,
        "clock": clock,
        "uniform": lambda low, high: high,
    }
    return SourceClient(publisher.address, **settings | options)


async def error_of(client: SourceClient, path: str = "cases", **options: Any) -> SourceError:
    """The error of a call that must fail. It shows no key, and has no foreign exception as its context."""
    settings: dict[str, Any] = {"accept": JSON} | options
    with pytest.raises(SourceError) as failure:
        await client.get(path, **settings)
    error = failure.value
    assert error.__cause__ is None
    assert error.__context__ is None
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of this test hold the key, the client's must not.
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in report.stack if Path(frame.filename).is_relative_to(PACKAGE)]
    )
    assert report.stack
    assert_no_key("".join([str(error), repr(error), repr(error.args), *report.format()]))
    return error


async def response_to(*behaviours: Behaviour, **options: Any) -> SourceResponse:
    """The response of a publisher that behaves so."""
    settings: dict[str, Any] = {"accept": JSON} | options
    async with Publisher(*behaviours) as publisher, open_client(publisher, ControlledClock()) as client:
        return await client.get("cases", **settings)


async def failing_call(*behaviours: Behaviour, limit: int = 10_000, **options: Any) -> tuple[SourceError, Publisher]:
    """The error of a call to a publisher that behaves so, and the publisher, closed."""
    clock = ControlledClock()
    async with Publisher(*behaviours) as publisher, open_client(publisher, clock, limit=limit) as client:
        return await error_of(client, **options), publisher


OK = head(200, [("Content-Type", "application/json")])
CHUNKED = head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
