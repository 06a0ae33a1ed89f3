"""The client's address behind proxies: nobody gets an address that no trusted proxy reports."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.networks import Address, is_within, parse_address, subscriber_network
from gateway.catalogue.migration import upgrade
from gateway.edge.proxies import TrustedProxies, client_address
from gateway.store.database import Database, connect
from tests.support.clocks import START
from tests.support.killed_imports import ROOT

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48"))
PEPPER = "a pepper of these tests, and of no others"
BODY = b'{"query": "{ viewer { agreement } }"}'


def client(peer: str | None, *lines: str) -> str | None:
    address = client_address(parse_address(peer), lines, PROXIES)
    return None if address is None else str(address)


@pytest.mark.parametrize(
    ("peer", "lines", "address"),
    [
        ("198.51.100.1", (), "198.51.100.1"),
        ("198.51.100.1", ("192.0.2.1",), "198.51.100.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("192.0.2.1",), "192.0.2.1"),
        ("10.0.0.1", ("192.0.2.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.1, 198.51.100.1,10.0.0.3 , 2001:db8:1::1",), "198.51.100.1"),
        ("::ffff:10.0.0.1", ("192.0.2.1, ::ffff:10.0.0.2",), "192.0.2.1"),
        ("10.0.0.1", ("::ffff:192.0.2.1",), "192.0.2.1"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("192.0.2.1:50000",), "192.0.2.1"),
        ("10.0.0.1", ("[2001:db8::1]:50000, [2001:db8:1::1]",), "2001:db8::1"),
        (None, ("192.0.2.1",), None),
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxy(
    peer: str | None, lines: tuple[str, ...], address: str | None
) -> None:
    assert client(peer, *lines) == address


@pytest.mark.parametrize(
    "entry", ["", " ", "unknown", "_hidden", "192.0.2.1 192.0.2.2", "[192.0.2.1", "1.2.3.4:x", "*"]
)
def test_an_entry_that_is_no_address_makes_the_client_unknown(entry: str) -> None:
    assert client("10.0.0.1", entry) is None
    assert client("10.0.0.1", f"192.0.2.1, {entry}, 10.0.0.2") is None
    assert client("10.0.0.1", f"{entry}, 192.0.2.1, 10.0.0.2") == "192.0.2.1"


addresses = st.ip_addresses() | st.sampled_from([ip_network("10.0.0.0/8")[7], ip_network("2001:db8:1::/48")[7]])
entries = addresses.map(str) | st.text(st.characters(max_codepoint=255, exclude_characters=","), max_size=12)


@given(addresses, st.lists(entries, max_size=4), st.lists(st.just("10.0.0.9"), max_size=3), st.ip_addresses())
def test_what_a_client_sends_never_changes_its_address(
    peer: Address, forgery: list[str], hops: list[str], sender: Address
) -> None:
    """A proxy appends the address that calls it. What the caller itself sent stands to the left, whatever it is."""
    if is_within(sender, PROXIES):
        return
    if is_within(peer, PROXIES):
        assert client_address(peer, [", ".join([*forgery, str(sender), *hops])], PROXIES) == parse_address(str(sender))
        assert client_address(peer, [*forgery, str(sender), *hops], PROXIES) == parse_address(str(sender))
    else:
        assert client_address(peer, forgery, PROXIES) == peer


@given(addresses, st.lists(entries, max_size=6))
def test_without_trusted_proxies_the_header_means_nothing(peer: Address, header: list[str]) -> None:
    assert client_address(peer, header, ()) == peer


async def scope_after(peer: Any, kind: str = "http") -> Scope:
    scopes: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)

    async def nothing(*_: Any) -> Any: ...

    scope = {"type": kind, "client": peer, "headers": [(b"x-forwarded-for", b"192.0.2.1")]}
    await TrustedProxies(app, PROXIES)(scope, nothing, nothing)
    return scopes[0]


async def test_the_application_sees_the_client_address() -> None:
    assert (await scope_after(("10.0.0.1", 4000)))["client"] == ("192.0.2.1", 0)
    assert (await scope_after(("10.0.0.1", 4000), "websocket"))["client"] == ("192.0.2.1", 0)
    assert (await scope_after(("::ffff:198.51.100.1", 4000)))["client"] == ("198.51.100.1", 4000)
    assert (await scope_after(None))["client"] is None
    assert (await scope_after(("10.0.0.1", 4000), "lifespan"))["client"] == ("10.0.0.1", 4000)


def test_both_spellings_of_an_address_share_a_budget() -> None:
    assert subscriber_network("::ffff:192.0.2.1") == subscriber_network("192.0.2.1") == "192.0.2.1"
    assert subscriber_network("2001:db8::1") == subscriber_network("2001:db8::2") == "2001:db8::/64"
    assert subscriber_network("::1") == "::/64"
    assert subscriber_network(None) == "unknown"


class Server:
    """`gateway serve` as a process of its own, and keys bound to networks."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self._url = url
        self._keys = keys

    def status(self, network: str, *lines: str) -> int:
        """What a request from this machine with the key of this network and these lines of X-Forwarded-For gets."""
        headers = [("content-type", "application/json"), ("authorization", f"Bearer {self._keys[network]}")]
        headers += [("x-forwarded-for", line) for line in lines]
        with httpx.Client(trust_env=False) as session:
            return session.post(self._url, content=BODY, headers=headers, timeout=30).status_code


async def make_keys(database: Database, networks: list[str]) -> dict[str, str]:
    await database.write(upgrade)
    await database.write(partial(agreements.add_agency, identity="kr.knpa", name="KNPA", now=START))
    terms = AgreementTerms(agency="kr.knpa", purpose="tests", sources=("uk_police",))
    await database.write(partial(agreements.add_agreement, identity="a", terms=terms, now=START))
    keys = {}
    for network in networks:
        add = partial(agreements.add_key, agreement_id="a", peppers={1: PEPPER.encode()}, now=START, networks=[network])
        keys[network] = (await database.write(add)).text
    await database.close()
    return keys


@contextmanager
def running_server(folder: Path, keys: dict[str, str], environment: dict[str, str]) -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve", "--port", "0"],
        env={
            **environment,
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}",
            "GATEWAY_PEPPERS": f'{{"1": "{PEPPER}"}}',
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ.get("PATH", ""),
        },
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/graphql\n", line), line
            yield Server(line.strip(), keys)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


OFFICE, LOOPBACK = "192.0.2.0/24", "127.0.0.0/8"


async def test_a_bound_key_cannot_be_used_from_elsewhere_with_a_forged_header(tmp_path: Path) -> None:
    keys = await make_keys(connect(f"sqlite:///{tmp_path / 'catalogue.db'}"), [OFFICE, LOOPBACK])
    with running_server(tmp_path, keys, {}) as server:
        assert server.status(OFFICE, "192.0.2.7") == 401
        assert server.status(OFFICE) == 401
        assert server.status(LOOPBACK, "192.0.2.7") == 200
    with running_server(tmp_path, keys, {"GATEWAY_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}) as server:
        # What the proxy reports is believed, and what its client wrote to the left of it is not.
        assert server.status(OFFICE, "192.0.2.7") == 200
        assert server.status(OFFICE, "198.51.100.1, ::ffff:192.0.2.7", "10.0.0.2") == 200
        assert server.status(OFFICE, "192.0.2.7, 198.51.100.1") == 401
        assert server.status(OFFICE, "192.0.2.7", "198.51.100.1, 10.0.0.2") == 401
        assert server.status(OFFICE, "192.0.2.7, unknown") == 401
        assert server.status(LOOPBACK, "unknown") == 401
        assert server.status(LOOPBACK, "198.51.100.1") == 401
        assert server.status(LOOPBACK) == 200
