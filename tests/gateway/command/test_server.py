"""The service as a process: its event loop, and the sockets on which it answers."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from gateway.command.listener import listen
from gateway.command.server import new_event_loop

ROOT = Path(__file__).parents[3]

START_TIMEOUT = 60.0
"""Seconds after which a service that does not answer has failed; how soon it does is not measured here."""


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_connections_are_accepted_by_uvloop_and_send_without_delay(command: str, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.connections", command, "--port", "0"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            stdout=output,
            stderr=output,
        ) as service,
    ):
        try:
            local_port = ask(port_of(service, log))
        finally:
            service.send_signal(signal.SIGINT)
    connections = [json.loads(text) for text in re.findall(r"^connection (.*)$", log.read_text(), re.MULTILINE)]
    assert local_port in {connection.pop("port") for connection in connections}
    # A demonstration also accepts those to its sandboxes.
    assert connections == [{"loop": "uvloop", "no_delay": True}] * len(connections)
    assert service.returncode == 0


def port_of(service: "subprocess.Popen[Any]", log: Path) -> int:
    """The port of the service, once its log has the address."""
    deadline = time.monotonic() + START_TIMEOUT
    while (address := re.search(r"http://127\.0\.0\.1:(\d+)/graphql", log.read_text())) is None:
        assert service.poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(address[1])


def ask(port: int) -> int:
    """Sends the smallest query twice on one connection and returns the connection's local port."""
    ports: set[int] = set()
    with closing(HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT)) as connection:
        for _ in range(2):
            connection.request("POST", "/graphql", b'{"query":"{__typename}"}', {"content-type": "application/json"})
            assert json.load(connection.getresponse())["data"] == {"__typename": "Query"}
            ports.add(connection.sock.getsockname()[1])
    (local_port,) = ports
    return local_port


def test_connections_send_without_delay_where_uvloop_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        assert type(runner.get_loop()).__module__.startswith("asyncio.")
        assert runner.run(sends_without_delay()) is True


async def sends_without_delay() -> bool:
    """Whether TCP_NODELAY is set on a connection that the running loop accepts."""
    options: asyncio.Queue[int] = asyncio.Queue()

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        options.put_nowait(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listen("127.0.0.1", 0) as listener:
        async with await asyncio.start_server(accept, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            option = await options.get()
            writer.close()
            await writer.wait_closed()
    return bool(option)
