"""The drain of a process that stops: load balancers leave, connections close, and requests in flight end."""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.edge.responses import error_response
from schema.errors import ErrorCode

NOTICE = 2.0
"""Seconds in which a service that leaves still accepts connections, while `/health/ready` answers 503."""

LEAVE_LIMIT = 7.0
"""Seconds, with the notice, after which a service that leaves answers no more. Docker kills a container after 10."""

RETIRE_MARGIN = 5.0
"""Seconds beyond the deadline of a request in which a process answers after others have replaced it."""

STOPPING = "The gateway is stopping."


class Drain:
    """Until when this process accepts connections, and until when it answers.

    It leaves where the whole service stops, and retires where other processes accept connections in its place. `now`
    returns seconds.
    """

    def __init__(self, deadline: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self.is_leaving = False
        self._deadline = deadline
        self._now = now
        self._accepts_until: float | None = None
        self._answers_until = float("inf")
        self._requests: set[asyncio.Task[Any]] = set()

    def leave(self) -> None:
        """The service stops. A second call changes nothing."""
        if not self.is_leaving:
            self.is_leaving = True
            self._accepts_until = self._now() + NOTICE
            self._answers_until = min(self._answers_until, self._now() + LEAVE_LIMIT)

    def retire(self) -> None:
        """Other processes answer from now on. It changes nothing of a drain that has begun."""
        if self._accepts_until is None:
            self._accepts_until = self._now()
            self._answers_until = self._now() + self._deadline + RETIRE_MARGIN

    @property
    def is_active(self) -> bool:
        """Whether the process stops."""
        return self._accepts_until is not None

    @property
    def accepts(self) -> bool:
        """Whether the process accepts connections."""
        return self._accepts_until is None or self._now() < self._accepts_until

    @property
    def is_over(self) -> bool:
        """Whether the process answers no more."""
        return self._answers_until <= self._now()

    def abort(self) -> None:
        """Ends the requests that are still in flight; they are answered 503."""
        self._answers_until = self._now()
        for task in self._requests:
            task.cancel()

    @contextmanager
    def track(self) -> Generator[None]:
        """Counts the running task among the requests in flight."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a request is answered in a task")
        self._requests.add(task)
        try:
            yield
        finally:
            self._requests.discard(task)


class DrainConnections:
    """Middleware that closes each connection after its answer while the process drains."""

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app = app
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_started = False

        async def send_and_close(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                if self._drain.is_active:
                    message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        with self._drain.track():
            try:
                await self._app(scope, receive, send_and_close)
            except asyncio.CancelledError:
                if is_started or not self._drain.is_over:
                    raise
                await error_response(ErrorCode.NOT_READY, STOPPING)(scope, receive, send_and_close)
