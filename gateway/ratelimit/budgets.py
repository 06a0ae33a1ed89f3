"""What callers may spend: so much in a minute for each agreement, and for each address that asks without a key.

Every request costs 1 when it arrives, whatever becomes of it, and what its operation costs before that runs.
"""

from collections.abc import Mapping
from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerMinute

from gateway.access.callers import Caller
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import MEANINGS, ErrorCode, RequestError


class Budgets:
    """What all callers may spend. It is `most` from an address, and under an agreement that states no budget."""

    def __init__(self, most: int, windows: RateLimiter | None = None) -> None:
        self._most = most
        self._windows = windows or RateLimiter()

    def of(self, caller: Caller, neighbourhood: str) -> "Budget":
        """That of a caller, who asks from this address or network."""
        standing = caller.standing
        if standing is None:
            return Budget(self._windows, RateLimitItemPerMinute(self._most), ("address", neighbourhood))
        most = self._most if standing.budget is None else standing.budget
        return Budget(self._windows, RateLimitItemPerMinute(most), ("agreement", standing.agreement))


class Budget:
    """What one caller may spend within a minute."""

    def __init__(self, windows: RateLimiter, window: RateLimitItem, whose: tuple[str, str]) -> None:
        self._windows = windows
        self._window = window
        self._whose = whose

    async def arrive(self) -> None:
        """Spends what every request costs. Raises Refused (TOO_MANY_REQUESTS)."""
        await self._spend(1)

    async def spend(self, cost: int) -> None:
        """Spends what an operation costs, of which its arrival has paid 1. Raises Refused (TOO_MANY_REQUESTS)."""
        await self._spend(cost - 1)

    async def _spend(self, cost: int) -> None:
        if cost and not await self._windows.add(self._window, *self._whose, cost=cost):
            raise RequestError(ErrorCode.TOO_MANY_REQUESTS, MEANINGS[ErrorCode.TOO_MANY_REQUESTS])

    async def headers(self) -> Mapping[str, str]:
        """How the window stands, in the `RateLimit-*` headers of the IETF's draft.

        While each process counts for itself the limit is still that of all, and what is left is what this one allows.
        """
        reset, left = await self._windows.stands(self._window, *self._whose)
        return {
            "ratelimit-limit": f"{self._window.amount}",
            "ratelimit-remaining": f"{max(left, 0)}",
            "ratelimit-reset": f"{max(1, ceil(reset - time()))}",
        }
