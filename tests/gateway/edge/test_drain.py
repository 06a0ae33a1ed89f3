"""A process that drains: what it still accepts and answers, by a clock of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.edge.drain import LEAVE_LIMIT, NOTICE, RETIRE_MARGIN, Drain, DrainConnections
from tests.support.clocks import ControlledClock


@pytest.fixture
def clock() -> ControlledClock:
    return ControlledClock()


@pytest.fixture
def drain(clock: ControlledClock) -> Drain:
    return Drain(deadline=30.0, now=clock.time)


def test_a_service_that_leaves_accepts_connections_during_the_notice(drain: Drain, clock: ControlledClock) -> None:
    assert (drain.is_active, drain.accepts, drain.is_over) == (False, True, False)
    drain.leave()
    assert (drain.is_active, drain.accepts, drain.is_leaving) == (True, True, True)
    clock.advance(NOTICE)
    assert (drain.accepts, drain.is_over) == (False, False)
    drain.leave()
    clock.advance(LEAVE_LIMIT - NOTICE)
    assert drain.is_over


def test_a_process_that_retires_accepts_nothing_and_answers_what_may_take_its_time(
    drain: Drain, clock: ControlledClock
) -> None:
    drain.retire()
    assert (drain.accepts, drain.is_leaving, drain.is_over) == (False, False, False)
    clock.advance(30.0)
    assert not drain.is_over
    clock.advance(RETIRE_MARGIN)
    assert drain.is_over


def test_a_process_that_retires_leaves_with_the_service(drain: Drain, clock: ControlledClock) -> None:
    drain.retire()
    drain.leave()
    assert drain.is_leaving
    clock.advance(LEAVE_LIMIT)
    assert drain.is_over


def client(drain: Drain, answer: ASGIApp | None = None) -> httpx.AsyncClient:
    async def greet(_: Request) -> Response:
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/", greet)]) if answer is None else answer
    return httpx.AsyncClient(transport=httpx.ASGITransport(DrainConnections(app, drain)), base_url="http://gateway")


@asynccontextmanager
async def request_without_end(drain: Drain) -> AsyncGenerator[asyncio.Task[httpx.Response]]:
    """A request that has reached the application, which never answers it."""
    entered = asyncio.Event()

    async def never(*_: object) -> None:
        entered.set()
        await asyncio.Event().wait()

    async with client(drain, never) as session:
        request = asyncio.create_task(session.get("/"))
        await entered.wait()
        yield request


async def test_each_answer_of_a_drain_closes_its_connection(drain: Drain) -> None:
    async with client(drain) as session:
        assert "connection" not in (await session.get("/")).headers
        drain.retire()
        response = await session.get("/")
        assert (response.text, response.headers["connection"]) == ("ok", "close")


async def test_a_request_that_outlives_the_drain_is_answered_503(drain: Drain) -> None:
    async with request_without_end(drain) as request:
        drain.leave()
        drain.abort()
        response = await request
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "NOT_READY")


async def test_a_request_whose_client_leaves_ends_without_an_answer(drain: Drain) -> None:
    async with request_without_end(drain) as request:
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
