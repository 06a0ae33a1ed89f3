"""The client's address: the socket's peer, or what trusted proxies report in `X-Forwarded-For`."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.access.networks import Address, Network, is_within, parse_address

WITH_PORT = re.compile(r"\[(?P<ipv6>[^\]]*)\](?::\d{1,5})?|(?P<ipv4>[\d.]+):\d{1,5}", re.ASCII)
"""Some proxies add the client's port: `192.0.2.1:50000`, `[2001:db8::1]:50000`."""


class TrustedProxies:
    """Middleware that sets `scope["client"]` to the client's address, or to None where it is unknown."""

    def __init__(self, app: ASGIApp, networks: Sequence[Network]) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            host, port = scope.get("client") or (None, 0)
            peer = parse_address(host)
            client = client_address(peer, Headers(scope=scope).getlist("x-forwarded-for"), self._networks)
            # The port belongs to the socket, so a forwarded address has none.
            scope["client"] = None if client is None else (str(client), port if client == peer else 0)
        await self._app(scope, receive, send)


def client_address(peer: Address | None, lines: Sequence[str], proxies: Sequence[Network]) -> Address | None:
    """Whom a request comes from: `peer`, or the last address in `X-Forwarded-For` that is not a trusted proxy's.

    Each proxy appends the address that it was called from, so the header is read from the right, and no further than
    the first address that is not a trusted proxy: whatever stands to its left may be forged. If every address is
    trusted, the request comes from the leftmost one. An entry that is not an address makes the client unknown (None),
    and not the proxy that passed it on: a key bound to the proxy's network must not serve whoever sends such a header.
    """
    client = peer
    for entry in reversed(",".join(lines).split(",") if lines else []):
        if not is_within(client, proxies):
            break
        client = _parse_entry(entry.strip())
    return client


def _parse_entry(entry: str) -> Address | None:
    match = WITH_PORT.fullmatch(entry)
    return parse_address((match["ipv6"] or match["ipv4"]) if match else entry)
