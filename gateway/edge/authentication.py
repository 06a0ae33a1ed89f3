"""Authentication of HTTP requests, by the key in the `Authorization` header."""

from starlette.requests import Request as HTTPRequest

from gateway.access.callers import Caller, public
from gateway.access.keyring import Keyring
from gateway.access.keys import find_keys
from gateway.catalogue.catalogue import Catalogue
from gateway.edge.requests import client_host
from gateway.ratelimit.attempts import AttemptLimit
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import MEANINGS, ErrorCode, RequestError

BAD_KEYS_PER_MINUTE = 10
"""Invalid keys from one address before it must wait. A valid key is accepted all the same."""


class Authenticator:
    """Finds the caller of a request, and refuses keys outside of the header."""

    def __init__(self, catalogue: Catalogue, keyring: Keyring, limiter: RateLimiter) -> None:
        self._catalogue = catalogue
        self._keyring = keyring
        self._attempts = AttemptLimit(limiter, "bad keys", BAD_KEYS_PER_MINUTE)

    async def authenticate(self, http: HTTPRequest) -> Caller:
        """The caller of a request. Raises RequestError: UNAUTHENTICATED, TOO_MANY_REQUESTS, NOT_READY."""
        headers = http.headers.getlist("authorization")
        if not headers:
            return public(self._catalogue.descriptions.values())
        address = client_host(http)
        async with self._attempts.count(address):
            return await self._keyring.authenticate(_bearer_token(headers), address)

    async def forbid_keys(self, content: bytes) -> None:
        """Raises RequestError (KEY_EXPOSED) if an address or a body holds a key, and revokes the key."""
        keys = list(find_keys(content))
        for key in keys:
            await self._keyring.revoke_leaked(key)
        if keys:
            raise RequestError(ErrorCode.KEY_EXPOSED, MEANINGS[ErrorCode.KEY_EXPOSED])


def _bearer_token(headers: list[str]) -> str:
    """The token of the header; an empty text, which is no key, for any other header or several of them."""
    scheme, _, token = headers[0].partition(" ")
    return token.strip() if len(headers) == 1 and scheme.lower() == "bearer" else ""
