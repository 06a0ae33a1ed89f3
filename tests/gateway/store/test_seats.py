"""Seats are shared fairly, and whoever waits for one waits in a queue that ends."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.store.errors import StoreBusy
from gateway.store.seats import Seats


async def queue(seats: Seats, callers: Sequence[str | None]) -> tuple[list[asyncio.Task[None]], list[str | None]]:
    """A task for each caller, in this order, and the callers in the order in which they get their seats."""
    order: list[str | None] = []

    async def wait(caller: str | None) -> None:
        await seats.take(caller)
        order.append(caller)

    tasks = [asyncio.create_task(wait(caller)) for caller in callers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks, order


async def test_one_caller_has_half_of_the_seats_and_the_gateway_always_one() -> None:
    seats = Seats(4)
    _, order = await queue(seats, ["a", "a", "a", "b", "b", "b", "c", None])
    assert order == ["a", "a", "b", "b", None]
    assert seats.waiting == 3


async def test_the_caller_with_the_fewest_seats_is_next_and_then_the_one_that_waits_longest() -> None:
    seats = Seats(2)
    tasks, order = await queue(seats, ["a", "b", "a", "a", "a", "b", "c", "c", "d"])
    for _ in range(7):
        seats.release(order[-2])
        await asyncio.gather(*(task for task in tasks if task.done()))
        await asyncio.sleep(0)
    assert order == ["a", "b", "a", "b", "c", "d", "a", "c", "a"]
    assert all(task.done() for task in tasks)


async def test_the_gateway_itself_waits_for_no_caller() -> None:
    seats = Seats(1)
    _, order = await queue(seats, ["a", "b", None, None])
    assert order == ["a", None]
    seats.release("a")
    await asyncio.sleep(0)
    assert order == ["a", None, None]


async def test_a_caller_that_fills_the_queue_is_refused_and_others_are_not() -> None:
    seats = Seats(1, most_waiting=4)
    tasks, order = await queue(seats, ["a", "a", "a", "a", "b", "b", "b", "c"])
    refusals = [task for task in tasks if task.done() and task.exception()]
    assert [type(task.exception()) for task in refusals] == [StoreBusy, StoreBusy, StoreBusy]
    assert refusals == [tasks[2], tasks[3], tasks[6]], "what came last of the callers that wait most"
    for _ in range(4):
        seats.release(order[-1])
        await asyncio.sleep(0)
    assert order == ["a", "b", "a", "c", "b"]


async def test_who_leaves_the_queue_or_gets_a_seat_while_leaving_takes_none() -> None:
    seats = Seats(1)
    await seats.take("a")
    first, second = (asyncio.create_task(seats.take("b")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    seats.release("a")
    second.cancel()
    for task in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.wait_for(seats.take("c"), 1)
    assert seats.waiting == 0
