"""Which failed calls are repeated, and after which wait."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.client import (
    JSON,
)
from adapters.client.retries import DAY, FIRST_WAIT, MAX_WAIT, backoff, parse_retry_after
from adapters.errors import NoAnswer
from tests.support.clocks import START, ControlledClock
from tests.support.faulty_publisher import Publisher, answers
from tests.support.source_client import error_of, open_client


async def test_a_202_is_repeated(clock: ControlledClock) -> None:
    async with (
        Publisher(answers(b"", status=202), answers(b"[7]")) as publisher,
        open_client(publisher, clock) as client,
    ):
        assert (await client.get(accept=JSON)).payload == [7]
    assert clock.sleeps == [FIRST_WAIT]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(START + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(START - timedelta(days=400), usegmt=True), FIRST_WAIT),
        ("0", FIRST_WAIT),
        ("soon", FIRST_WAIT),
        ("-5", FIRST_WAIT),
        ("1e3", FIRST_WAIT),
    ],
)
@pytest.mark.parametrize("status", [202, 429, 503])
async def test_retry_after_is_obeyed_in_seconds_and_dates_and_ignored_where_malformed(
    value: str, seconds: float, status: int, clock: ControlledClock
) -> None:
    behaviours = [answers(b"", status=status, retry_after=value), answers(b"[7]")]
    async with Publisher(*behaviours, clock=clock.time) as publisher, open_client(publisher, clock) as client:
        assert (await client.get(accept=JSON)).payload == [7]
        assert publisher.times[1] - publisher.times[0] == pytest.approx(seconds)


async def test_there_is_no_wait_past_the_deadline(clock: ControlledClock) -> None:
    async with (
        Publisher(answers(b"", status=429, retry_after="10")) as publisher,
        open_client(publisher, clock) as client,
    ):
        error = await error_of(client, deadline=clock.time() + 10)
    assert error.code == "RATE_LIMITED"
    assert isinstance(error, NoAnswer)
    assert error.retry_after == 10
    assert len(publisher.requests) == 1
    assert clock.elapsed == 0


async def test_a_pause_that_one_response_requests_applies_to_all_calls_but_not_for_ever(clock: ControlledClock) -> None:
    first = answers(b"", status=429, retry_after="99999")
    async with Publisher(first, answers(b"{}"), clock=clock.time) as publisher, open_client(publisher, clock) as client:
        assert (await error_of(client, deadline=clock.time() + 5)).code == "RATE_LIMITED"
        assert (await error_of(client, deadline=clock.time() + 3599)).code == "RATE_LIMITED"
        assert len(publisher.requests) == 1
        assert (await client.get(accept=JSON)).payload == {}
        assert publisher.times[1] - publisher.times[0] == pytest.approx(3600)


@given(st.floats(-1e9, 1e9))
@example(0.4)
def test_a_retry_after_that_is_a_date_is_as_long_as_it_is_until_then(seconds: float) -> None:
    then = START + timedelta(seconds=seconds)
    wait = parse_retry_after(format_datetime(then, usegmt=True), START)
    assert wait is not None
    assert wait == pytest.approx(min(max(seconds, 0), DAY), abs=1)


@given(st.integers(min_value=0))
@example(int("9" * 4000))
def test_a_retry_after_in_seconds_is_never_longer_than_a_day(seconds: int) -> None:
    assert parse_retry_after(f" {'9' * 5000 if seconds > 10**300 else seconds} ", START) == min(seconds, DAY)


@given(
    st.text()
    | st.from_regex(r"[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", fullmatch=True)
    | st.none()
)
@example("٣")
@example("Mon, 31 Feb 2026 00:00:00 GMT")
@example("Mon, 05 Jan 0000 12:00:00 GMT")
@example("Mon, 05 Jan 2026 25:61:61 GMT")
def test_no_retry_after_raises_or_waits_longer_than_a_day(value: str | None) -> None:
    wait = parse_retry_after(value, START)
    assert wait is None or 0 <= wait <= DAY


@given(st.integers(1, 50), st.floats(0, 1))
def test_the_wait_between_attempts_doubles_up_to_a_bound_and_is_wholly_by_chance(attempt: int, chance: float) -> None:
    wait = backoff(attempt, lambda low, high: low + (high - low) * chance)
    assert wait == pytest.approx(chance * min(MAX_WAIT, FIRST_WAIT * 2 ** (attempt - 1)))
