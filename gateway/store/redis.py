"""What the processes of one deployment share beside the catalogue: a Redis or Valkey, where the settings name one.

It makes answers no better, only limits tighter and revocations faster: whatever it holds may be lost at any time, and
while it does not answer each process goes on by itself.
"""

from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

PREFIX = "eg"
"""What every key there begins with."""

PATIENCE = 0.5
"""Seconds that its answer is waited for. It comes within one thousandth, so a busy machine is not taken for a dead one;
and whoever asks the gateway waits with it."""

CONNECTIONS = 32
"""What a process opens at most. Whoever comes when all are in use waits for one: a crowd is no sign that it is away."""

SILENT = (RedisError, OSError)
"""What is raised where it does not answer, or not in time."""


def pool(url: str, patience: float = PATIENCE) -> ConnectionPool:
    """Connections to it, made when they are needed; a call is tried once. Raises ValueError for what is no address."""
    connections: ConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=patience,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )
    return connections
