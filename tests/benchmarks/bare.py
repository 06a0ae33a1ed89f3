"""The least that uvicorn can serve, one fixed answer: what `tests.benchmarks.wire` compares the gateway with."""

import socket

import uvicorn
from starlette.types import Receive, Scope, Send

BODY = b'{"data":{"__typename":"Query"}}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


def main() -> None:
    """Serves on a free port and prints the port."""
    # These are the options of `gateway serve`.
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", access_log=False, log_config=None, server_header=False, lifespan="off"
    )
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
