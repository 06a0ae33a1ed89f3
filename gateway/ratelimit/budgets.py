"""Budgets: the cost that a caller may spend in a minute, by agreement, or by address without a key.

Every request costs 1 when it arrives, whatever becomes of it; its document is charged once it was checked, and the rest
of its operation's cost is spent before that runs.
"""

from collections.abc import Mapping
from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerMinute

from gateway.access.callers import Caller
from gateway.ratelimit.limiter import RateLimiter


class Budgets:
    """The budgets of all callers. `default` is that of an address, and of an agreement that states none."""

    def __init__(self, default: int, limiter: RateLimiter | None = None) -> None:
        self._default = default
        self._limiter = limiter or RateLimiter()

    def of(self, caller: Caller, network: str) -> "Budget":
        """The budget of a caller from this network."""
        principal = caller.principal
        if principal is None:
            return Budget(self._limiter, RateLimitItemPerMinute(self._default), ("address", network))
        amount = self._default if principal.budget is None else principal.budget
        return Budget(self._limiter, RateLimitItemPerMinute(amount), ("agreement", principal.agreement))


class Budget:
    """What one caller may spend within a minute."""

    def __init__(self, limiter: RateLimiter, window: RateLimitItem, subject: tuple[str, str]) -> None:
        self._limiter = limiter
        self._window = window
        self._subject = subject

    @property
    def subject(self) -> str:
        """Whose budget it is."""
        return ":".join(self._subject)

    async def arrive(self) -> None:
        """Spends the cost of a request. Raises RequestError (TOO_MANY_REQUESTS)."""
        await self.spend(1)

    async def spend(self, cost: int) -> None:
        """Spends the cost of work to come. Raises RequestError (TOO_MANY_REQUESTS) if the budget does not allow it."""
        if cost:
            await self._limiter.require(self._window, *self._subject, cost=cost)

    async def charge(self, cost: int) -> None:
        """Charges the cost of finished work, even beyond the budget: what follows is refused the longer."""
        await self._limiter.charge(self._window, *self._subject, cost=cost)

    async def headers(self) -> Mapping[str, str]:
        """The state of the window, in the `RateLimit-*` headers of the IETF's draft.

        While each process counts for itself, the limit is that of all, and the rest is what this process allows.
        """
        reset, rest = await self._limiter.stats(self._window, *self._subject)
        return {
            "ratelimit-limit": f"{self._window.amount}",
            "ratelimit-remaining": f"{max(rest, 0)}",
            "ratelimit-reset": f"{max(1, ceil(reset - time()))}",
        }
