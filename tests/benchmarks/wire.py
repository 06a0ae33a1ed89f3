"""How long the gateway takes for the smallest query on a kept-alive connection, as a multiple of bare uvicorn.

Run it with `python -m tests.benchmarks.wire`. The servers are two processes that take turns with every request.
Use an idle machine: where others compete for its cores, the ratio shows their work and not the gateway's.
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

GOAL = 6.0
"""The ratio that the gateway should not exceed."""

REQUESTS = 300
"""Requests to each server in each round."""

START_TIMEOUT = 60.0
"""Seconds until a server must accept connections."""

DATA = b'"data":{"__typename":"Query"}'
QUERY = b'{"query":"{__typename}"}'
REQUEST = (
    b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
    % (len(QUERY), QUERY)
)


@dataclass(frozen=True)
class Round:
    """The median time of an answer of each server in a round, in milliseconds."""

    bare: float
    gateway: float

    @property
    def ratio(self) -> float:
        return self.gateway / self.bare


class Client:
    """One kept-alive connection. It blocks, because an event loop would cost more than the bare server does."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> float:
        """The time from a request to the end of its answer, in milliseconds."""
        start = time.perf_counter()
        self._socket.sendall(REQUEST)
        answer = b""
        while (end := _end(answer)) is None or len(answer) < end:
            chunk = self._socket.recv(65_536)
            if not chunk:
                raise RuntimeError(f"the server closed the connection after {answer!r}")
            answer += chunk
        seconds = time.perf_counter() - start
        if not answer.startswith(b"HTTP/1.1 200 ") or DATA not in answer:
            raise RuntimeError(f"the server answered {answer!r}")
        return seconds * 1000

    def close(self) -> None:
        self._socket.close()


def _end(answer: bytes) -> int | None:
    """The number of bytes that the answer will have; None while its head is incomplete."""
    head, separator, _ = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head) if separator else None
    return len(head) + len(separator) + int(length[1]) if length else None


def measure(rounds: int) -> Iterator[Round]:
    """Starts both servers and measures them in turns, after one round that does not count."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-wire-")))
        bare, gateway = (
            stack.enter_context(closing(Client(stack.enter_context(_server(command, folder)))))
            for command in (["tests.benchmarks.bare"], ["gateway", "serve", "--port", "0"])
        )
        _round(bare, gateway)
        for _ in range(rounds):
            yield _round(bare, gateway)


def _round(bare: Client, gateway: Client) -> Round:
    pairs = [(bare.ask(), gateway.ask()) for _ in range(REQUESTS)]
    return Round(
        bare=statistics.median(pair[0] for pair in pairs), gateway=statistics.median(pair[1] for pair in pairs)
    )


@contextmanager
def _server(command: Sequence[str], folder: Path) -> Iterator[int]:
    """The port of a server in a process of its own. Its log goes to a file, so that no reader competes with it."""
    log = folder / f"{command[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=_environment(folder), stdout=output, stderr=output
        )
    try:
        yield _port(process, log)
    finally:
        process.terminate()
        process.wait()


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """The port in the first line that a server writes: alone, or in the address of `/graphql`."""
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        first, newline, _ = log.read_text(encoding="utf-8").partition("\n")
        if newline:
            return int(first.removesuffix("/graphql").rpartition(":")[2])
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')}")


def _environment(folder: Path) -> dict[str, str]:
    """An empty catalogue and a budget that is never spent; no other setting of this process reaches the gateway."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return kept | {"GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}", "GATEWAY_BUDGET": "1000000000"}


def main() -> None:
    """Prints each round and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help=f"{REQUESTS} requests to each server in each round")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")
    options = parser.parse_args()
    rounds: list[Round] = []
    for number, each in enumerate(measure(options.rounds), 1):
        rounds.append(each)
        if not options.json:
            print(f"round {number}: bare {each.bare:.3f} ms, gateway {each.gateway:.3f} ms, ratio {each.ratio:.2f}")
    ratio = statistics.median(each.ratio for each in rounds)
    if options.json:
        print(json.dumps({"rounds": [asdict(each) for each in rounds], "ratio": ratio, "goal": GOAL}))
    else:
        print(f"A kept-alive answer takes {ratio:.2f} times as long as one of bare uvicorn (goal: {GOAL:g} at most).")


if __name__ == "__main__":
    main()
