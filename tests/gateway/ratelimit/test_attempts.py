"""Failed attempts from one address are limited; other refusals and successes are not counted."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.ratelimit.attempts import AttemptLimit
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import MEANINGS, ErrorCode, RequestError

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def refuse(code: ErrorCode | None) -> None:
    if code is not None:
        raise RequestError(code, MEANINGS[code])


def outcomes(limit: AttemptLimit, attempts: Sequence[tuple[str | None, ErrorCode | None]]) -> list[ErrorCode | None]:
    """The code with which each attempt, from an address with a code of its own, ends."""

    async def attempt(address: str | None, code: ErrorCode | None) -> ErrorCode | None:
        try:
            async with limit.count(address):
                refuse(code)
        except RequestError as exc:
            return exc.code
        return None

    async def run() -> list[ErrorCode | None]:
        return [await attempt(*each) for each in attempts]

    return asyncio.run(run())


FAILED, LIMITED = ErrorCode.UNAUTHENTICATED, ErrorCode.TOO_MANY_REQUESTS


def test_after_the_last_failed_attempt_an_address_must_wait_and_others_need_not() -> None:
    limit = AttemptLimit(RateLimiter(), "keys", 2)
    attempts = [(HERE, FAILED)] * 3 + [(ELSEWHERE, FAILED), (None, FAILED), (HERE, None)]
    assert outcomes(limit, attempts) == [FAILED, FAILED, LIMITED, FAILED, FAILED, None]


@pytest.mark.parametrize("code", [None, ErrorCode.NOT_READY, ErrorCode.BAD_REQUEST])
def test_nothing_but_a_failed_attempt_counts(code: ErrorCode | None) -> None:
    limit = AttemptLimit(RateLimiter(), "keys", 1)
    assert outcomes(limit, [(HERE, code)] * 3 + [(HERE, FAILED)]) == [code] * 3 + [FAILED]


def test_kinds_of_attempts_are_counted_separately() -> None:
    limiter = RateLimiter()
    keys, signatures = AttemptLimit(limiter, "keys", 1), AttemptLimit(limiter, "signatures", 1)
    assert outcomes(keys, [(HERE, FAILED)] * 2) == [FAILED, LIMITED]
    assert outcomes(signatures, [(HERE, FAILED)] * 2) == [FAILED, LIMITED]
