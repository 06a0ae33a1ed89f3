"""The publisher never sees more calls than its rates allow."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.client import (
    JSON,
    Rate,
)
from adapters.client.rate_limits import RESOLUTION, TokenBucket
from adapters.errors import RateLimitError
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Publisher, answers, resets
from tests.support.source_client import UNLIMITED, error_of, open_client


async def test_the_publisher_sees_no_more_calls_than_its_rate_whoever_calls(clock: ControlledClock) -> None:
    rate = Rate(calls=50, seconds=60, burst=5)
    async with (
        Publisher(answers(b"{}"), clock=clock.time) as publisher,
        # One connection, so that the clock does not move while a request is on its way.
        open_client(publisher, clock, rates=[rate], connections=1) as client,
    ):
        await asyncio.gather(*(client.get(accept=JSON) for _ in range(30)))
    assert_within(rate, publisher.times)
    assert publisher.times[4] == publisher.times[0], "the burst goes at once"
    assert publisher.times[-1] - publisher.times[0] == pytest.approx(25 * 60 / 50), "and the rest as fast as allowed"


async def test_repeated_calls_count_against_the_rate(clock: ControlledClock) -> None:
    rate = Rate(calls=50, seconds=60, burst=5)
    good = answers(b"[]")
    failing = [answers(b"", status=500), good, answers(b"", status=429, retry_after="3"), good, resets, good] * 10
    async with (
        Publisher(*failing, clock=clock.time) as publisher,
        open_client(publisher, clock, rates=[rate], uniform=lambda low, high: low) as client,
    ):
        for _ in range(30):
            await client.get(accept=JSON)
    assert len(publisher.times) == 60
    assert_within(rate, publisher.times)


async def test_a_wait_for_the_rate_never_passes_the_deadline(clock: ControlledClock) -> None:
    rate = Rate(calls=1, seconds=10)
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock, rates=[rate]) as client:
        await client.get(accept=JSON)
        assert (await error_of(client, deadline=clock.time() + 10)).code == "RATE_LIMITED"
        assert clock.elapsed == 0
        assert (await client.get(accept=JSON, deadline=clock.time() + 10.1)).payload == {}
        assert len(publisher.requests) == 2
    assert clock.elapsed == pytest.approx(10)


async def test_a_call_that_cannot_make_its_deadline_behind_others_fails_at_once(clock: ControlledClock) -> None:
    rate = Rate(calls=1, seconds=10)
    async with (
        Publisher(answers(b"{}")) as publisher,
        open_client(publisher, clock, rates=[rate], connections=9) as client,
    ):
        deadline = clock.time() + 25

        async def call() -> tuple[str, float]:
            try:
                await client.get(accept=JSON, deadline=deadline)
            except RateLimitError as error:
                return error.code, clock.elapsed
            return "OK", 0.0

        outcomes = await asyncio.gather(*(call() for _ in range(6)))
    assert outcomes == [("OK", 0.0)] * 3 + [("RATE_LIMITED", 0.0)] * 3
    assert len(publisher.requests) == 3
    assert clock.sleeps == [10, 10], "and of the waiting calls only the first sleeps"


async def test_a_pause_that_begins_while_a_call_waits_applies_to_it_too() -> None:
    class Pausing(ControlledClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            client._bucket.pause_until(self.time() + 100)

    clock = Pausing()
    async with Publisher(answers(b"{}")) as publisher:
        client = open_client(publisher, clock, rates=[Rate(calls=1, seconds=10)])
        await client.get(accept=JSON)
        assert (await error_of(client, deadline=clock.time() + 50)).code == "RATE_LIMITED"
        await client.close()
    assert clock.elapsed == 10


RATES = st.lists(
    st.builds(Rate, calls=st.integers(1, 100), seconds=st.floats(0.1, 1e5), burst=st.integers(1, 40)),
    min_size=1,
    max_size=3,
)


def assert_within(rate: Rate, times: Sequence[float]) -> None:
    for start in range(len(times)):
        for end in range(start, len(times)):
            allowed = rate.burst + rate.calls / rate.seconds * (times[end] - times[start] + 1e-3 * rate.seconds)
            assert end - start + 1 <= allowed + 1e-6


@given(RATES, st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(rates: list[Rate], pauses: list[float]) -> None:
    bucket = TokenBucket(rates)
    now, times = 0.0, []
    for pause in pauses:
        now += pause
        if bucket.wait_time(now) == 0:
            bucket.take(now)
            times.append(now)
        assert bucket.wait_time(now, ahead=3) >= bucket.wait_time(now)
    for rate in rates:
        assert_within(rate, times)


@given(RATES, st.integers(1, 30), st.floats(0, 1e6))
def test_a_token_is_there_after_the_wait_time_and_not_before(rates: list[Rate], calls: int, now: float) -> None:
    bucket = TokenBucket(rates)
    instants = [now + bucket.wait_time(now, ahead) for ahead in range(calls)]
    for instant in instants:
        wait = bucket.wait_time(now)
        if wait > 1e-3:
            assert bucket.wait_time(now + wait * 0.99) > 0
        now += wait
        assert bucket.wait_time(now) == 0
        assert now == pytest.approx(instant, abs=calls * RESOLUTION * 10)
        bucket.take(now)


def test_a_paused_bucket_gives_no_token_before_the_end_of_the_pause() -> None:
    bucket = TokenBucket([UNLIMITED])
    bucket.pause_until(10.0)
    bucket.pause_until(5.0)
    assert bucket.wait_time(4.0) == 6.0
    assert bucket.wait_time(10.0) == 0


@pytest.mark.parametrize(
    ("calls", "seconds", "burst"), [(0, 1, 1), (1, 0, 1), (1, -1, 1), (1, 1, 0), (1, float("inf"), 1)]
)
def test_a_rate_that_allows_nothing_or_everything_is_refused(calls: int, seconds: float, burst: int) -> None:
    with pytest.raises(ValueError, match="a rate has"):
        Rate(calls=calls, seconds=seconds, burst=burst)
