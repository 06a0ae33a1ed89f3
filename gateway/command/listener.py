"""The socket on which a service listens, opened by one process and inherited by others."""

import socket

from gateway.errors import OperatorError

BACKLOG = 2048
"""Connections that wait to be accepted at most, as in uvicorn."""


class AddressUnavailable(OperatorError):
    """The address cannot be listened on; the message says why."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes a free one. Raises AddressUnavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as exc:
        raise AddressUnavailable(f"cannot listen on port {port} of this address ({exc.strerror})") from None
    return _with_protocol(family, listener.detach())


def inherit(number: int) -> socket.socket:
    """The listening socket that the parent process has passed on as file descriptor `number`."""
    with socket.socket(fileno=number) as listener:
        family = listener.family
        return _with_protocol(family, listener.detach())


def _with_protocol(family: int, number: int) -> socket.socket:
    # `create_server` leaves the protocol at 0, and asyncio sets TCP_NODELAY only where the protocol is TCP. Without it,
    # each answer on a kept-alive connection waits some 40 ms for the client's delayed acknowledgement.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=number)
