"""Redis or Valkey: what the processes of a deployment share beside the database, if the settings name one.

It makes limits tighter and revocations faster, nothing more. Its data may be lost at any time, and while it does not
answer each process goes on by itself.
"""

from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

PREFIX = "eg"
"""The first part of every key."""

TIMEOUT = 0.5
"""Seconds to wait for an answer. It takes about a thousandth, so a busy machine does not look like a dead Redis; but
whoever calls the gateway waits, too."""

CONNECTIONS = 32
"""Connections that a process opens at most. A caller that finds all of them in use waits for one."""

REDIS_ERRORS = (RedisError, OSError)
"""Exceptions of a Redis that does not answer, or not in time."""


def connection_pool(url: str, timeout: float = TIMEOUT) -> ConnectionPool:
    """Connections that are made when they are needed; a call is not retried. Raises ValueError for an invalid URL."""
    connections: ConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )
    return connections
