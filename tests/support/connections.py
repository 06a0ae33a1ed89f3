"""The `gateway` command, which also logs each connection: `python -m tests.support.connections serve`."""

import asyncio
import json
import socket
import sys

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.command import supervisor
from gateway.command.main import main

connection_made = HttpToolsProtocol.connection_made


def log_connection(self: HttpToolsProtocol, transport: asyncio.Transport) -> None:
    connection = {
        "port": transport.get_extra_info("peername")[1],
        "loop": type(asyncio.get_running_loop()).__module__,
        "no_delay": bool(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)),
    }
    print(f"connection {json.dumps(connection)}", file=sys.stderr, flush=True)
    connection_made(self, transport)


if __name__ == "__main__":
    HttpToolsProtocol.connection_made = log_connection  # type: ignore[method-assign] # The product has no such hook.
    supervisor.COMMAND[1:] = ["-m", "tests.support.connections"]
    main()
