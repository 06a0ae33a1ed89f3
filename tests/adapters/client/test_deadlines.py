"""Deadlines, timeouts, cancelling and closing: no call takes longer than it may, and no connection leaks."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC

import pytest

from adapters.client import (
    JSON,
    SystemClock,
)
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, Wire, answers, hangs
from tests.support.source_client import CHUNKED, OK, error_of, open_client


@pytest.mark.parametrize(
    "behaviour",
    [hangs(), hangs(b"HTTP/1.1 200"), hangs(OK), hangs(OK, b'{"cases": ['), hangs(CHUNKED, b"2\r\n{}\r\n")],
    ids=["before a byte", "in the head", "before the body", "in the body", "before the last chunk"],
)
async def test_a_call_to_a_hanging_source_ends_at_the_deadline_and_closes_its_connection(
    behaviour: Behaviour, clock: ControlledClock
) -> None:
    async with Publisher(behaviour) as publisher, open_client(publisher, clock) as client:
        call = asyncio.create_task(error_of(client, deadline=clock.time() + 10))
        await publisher.hanging.wait()
        clock.advance(9.999)
        await asyncio.sleep(0.02)
        assert not call.done()
        clock.advance(0.001)
        assert (await call).code == "TIMEOUT"
        await publisher.empty.wait()
        assert len(publisher.requests) == 1


async def test_a_call_to_a_dripping_source_ends_at_the_deadline(clock: ControlledClock) -> None:
    async def drips(wire: Wire) -> None:
        await wire.send(OK, b"[")
        while True:
            await wire.send(b" ")
            clock.advance(1)
            await asyncio.sleep(0.001)

    async with Publisher(drips) as publisher, open_client(publisher, clock) as client:
        assert (await error_of(client, deadline=clock.time() + 50)).code == "TIMEOUT"
        await publisher.empty.wait()
    assert clock.elapsed < 60


async def test_a_call_to_a_source_that_stops_sending_ends_before_the_deadline_and_is_not_repeated(
    clock: ControlledClock,
) -> None:
    async with Publisher(hangs(OK, b"[")) as publisher, open_client(publisher, clock, read_timeout=0.05) as client:
        assert (await error_of(client)).code == "TIMEOUT"
        assert len(publisher.requests) == 1
    assert clock.elapsed == 0


async def test_no_call_outlasts_the_clients_timeout(clock: ControlledClock) -> None:
    async with Publisher(hangs()) as publisher, open_client(publisher, clock, timeout=7) as client:
        call = asyncio.create_task(error_of(client, deadline=clock.time() + 1000))
        await publisher.hanging.wait()
        clock.advance(7)
        assert (await call).code == "TIMEOUT"


async def test_the_deadline_applies_with_the_system_clock_too() -> None:
    system = SystemClock()
    async with Publisher(hangs()) as publisher, open_client(publisher, system) as client:
        before = system.time()
        assert (await error_of(client, deadline=before + 0.1)).code == "TIMEOUT"
        assert 0.09 < system.time() - before < 2
        await system.sleep(0)
        assert system.now().tzinfo is UTC


async def test_no_call_is_sent_after_its_deadline(clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        assert (await error_of(client, deadline=clock.time())).code == "TIMEOUT"
        assert publisher.requests == []


async def test_a_cancelled_call_leaves_no_open_connection(clock: ControlledClock) -> None:
    async with Publisher(hangs(OK, b"["), answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        call = asyncio.create_task(client.get(accept=JSON))
        await publisher.hanging.wait()
        assert publisher.open == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await publisher.empty.wait()
        assert (await client.get(accept=JSON)).payload == {}


async def test_a_hanging_source_delays_no_other(clock: ControlledClock) -> None:
    async with AsyncExitStack() as stack:
        hanging = await stack.enter_async_context(Publisher(hangs()))
        healthy = await stack.enter_async_context(Publisher(answers(b"{}")))
        first = await stack.enter_async_context(open_client(hanging, clock, connections=2))
        second = await stack.enter_async_context(open_client(healthy, clock, connections=2))
        deadline = clock.time() + 10
        calls = [asyncio.create_task(error_of(first, deadline=deadline)) for _ in range(50)]
        await hanging.hanging.wait()
        for _ in range(5):
            assert (await second.get(accept=JSON, deadline=deadline)).payload == {}
        assert not any(call.done() for call in calls)
        assert hanging.connections <= 2
        clock.advance(10)
        assert {error.code for error in await asyncio.gather(*calls)} == {"TIMEOUT"}


async def test_closing_the_client_ends_the_calls_in_progress_and_those_that_wait(clock: ControlledClock) -> None:
    async with Publisher(hangs(), answers(b"{}")) as publisher:
        client = open_client(publisher, clock, connections=1)
        calls = [asyncio.create_task(client.post("x", {}, idempotent=False, accept=JSON)) for _ in range(2)]
        await publisher.hanging.wait()
        await client.close()
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert [getattr(outcome, "code", outcome) for outcome in outcomes] == ["UNREACHABLE", "UNREACHABLE"]
        await publisher.empty.wait()
        assert (await client.get(accept=JSON)).payload == {}
        await client.close()
        await client.close()
