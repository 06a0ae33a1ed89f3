"""Whom a request comes from: the key in its `Authorization` header, or nobody in particular."""

from starlette.requests import Request as HTTPRequest

from gateway.access.callers import Caller, public
from gateway.access.keyring import Keyring
from gateway.access.keys import keys_within
from gateway.catalogue.catalogue import Catalogue
from gateway.ratelimit.attempts import AttemptLimit
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import MEANINGS, ErrorCode, RequestError

BAD_KEYS_PER_MINUTE = 10
"""Invalid keys from one address before it must wait. A valid key is accepted all the same."""


class Authenticator:
    """Tells callers apart."""

    def __init__(self, holdings: Catalogue, keyring: Keyring, limiter: RateLimiter) -> None:
        self._holdings = holdings
        self._keyring = keyring
        self._attempts = AttemptLimit(limiter, "bad keys", BAD_KEYS_PER_MINUTE)

    async def of(self, http: HTTPRequest) -> Caller:
        """Who asks. Raises Refused: UNAUTHENTICATED, TOO_MANY_REQUESTS, NOT_READY."""
        given = http.headers.getlist("authorization")
        if not given:
            return public(self._holdings.abouts.values())
        address = http.client.host if http.client else None
        async with self._attempts.count(address):
            return await self._keyring.caller(_bearer(given), address)

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
