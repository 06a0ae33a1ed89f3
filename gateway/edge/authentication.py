"""Whom a request comes from: the key in its `Authorization` header, or nobody in particular."""

from ipaddress import IPv6Address, IPv6Network

from limits import RateLimitItemPerMinute
from starlette.requests import Request as HTTPRequest

from gateway.access.callers import Caller, public
from gateway.access.keyring import Keyring
from gateway.access.keys import keys_within
from gateway.access.networks import parse_address
from gateway.catalogue.catalogue import Catalogue
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import MEANINGS, ErrorCode, RequestError

BAD_KEYS = RateLimitItemPerMinute(10)
"""Keys that do not serve, from one address, until it is told to wait. A good key is answered all the same."""


class Authenticator:
    """Tells callers apart."""

    def __init__(self, holdings: Catalogue, keyring: Keyring, windows: RateLimiter) -> None:
        self._holdings = holdings
        self._keyring = keyring
        self._windows = windows

    async def of(self, http: HTTPRequest) -> Caller:
        """Who asks. Raises Refused: UNAUTHENTICATED, TOO_MANY_REQUESTS, NOT_READY."""
        given = http.headers.getlist("authorization")
        if not given:
            return public(self._holdings.abouts.values())
        address = http.client.host if http.client else None
        try:
            return await self._keyring.caller(_bearer(given), address)
        except RequestError as exc:
            here = ("bad keys", neighbourhood(address))
            if exc.code is ErrorCode.UNAUTHENTICATED and not await self._windows.add(BAD_KEYS, *here):
                raise RequestError(ErrorCode.TOO_MANY_REQUESTS, MEANINGS[ErrorCode.TOO_MANY_REQUESTS]) from None
            raise

    async def exposed(self, sent: bytes) -> None:
        """Raises Refused (KEY_EXPOSED) where a key stands in an address or a body; one that serves ends with that."""
        found = False
        for key in keys_within(sent):
            found = True
            await self._keyring.expose(key)
        if found:
            raise RequestError(ErrorCode.KEY_EXPOSED, MEANINGS[ErrorCode.KEY_EXPOSED])


def _bearer(given: list[str]) -> str:
    """The key that the header holds; nothing, which is no key, where it holds anything else."""
    scheme, _, key = given[0].partition(" ")
    return key.strip() if len(given) == 1 and scheme.lower() == "bearer" else ""


def neighbourhood(address: str | None) -> str:
    """What is counted as one address: of IPv6 a network of /64, which one subscriber has."""
    here = parse_address(address)
    if here is None:
        return "unknown"
    return str(IPv6Network((int(here), 64), strict=False)) if isinstance(here, IPv6Address) else str(here)
