"""The service with a Redis beside it: what it says while that is there, away, and back again."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.ratelimit import limiter
from tests.support.redis_server import RedisServer
from tests.support.service import Service

TEN = '{"query": "{ cases(first: 8) { nodes { id } } }"}'
"""It costs 10."""

MANY = '{"query": "{ cases(first: 38) { nodes { id } } }"}'
"""It costs 40."""


@pytest.fixture
def services(redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Service]]:
    """Two processes' worth of it, of four; in a minute 100 may be spent."""
    redis.kill()
    redis.start()
    monkeypatch.setattr(limiter, "RETRY_INTERVAL", 0.0)
    running = [
        Service(f"sqlite:///{tmp_path / name}.db", budget=100, max_cost=100, redis_url=redis.url, processes=4)
        for name in ("one", "other")
    ]
    yield running
    for each in running:
        each.close()


def told(answer: httpx.Response) -> tuple[int, int, int]:
    assert 1 <= int(answer.headers["ratelimit-reset"]) <= 61
    limit, left = (int(answer.headers[f"ratelimit-{name}"]) for name in ("limit", "remaining"))
    return answer.status_code, limit, left


def test_services_spend_from_the_same_and_by_themselves_while_redis_is_away(
    services: list[Service], redis: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = services
    assert told(one.post(MANY)) == (200, 100, 60)
    assert told(other.post(MANY)) == (200, 100, 20)
    assert told(one.post(MANY)) == (429, 100, 19)
    redis.kill()
    try:
        for each in services:
            # Each has a quarter, and what was spent together is not counted twice.
            assert told(each.post(TEN)) == (200, 100, 15)
            assert told(each.post(MANY)) == (429, 100, 14)
            assert each.call("GET", "/health/ready").status_code == 200
    finally:
        redis.start()
    assert told(one.post(MANY)) == (200, 100, 60)
    said = "".join(capsys.readouterr())
    assert said.count("counted by each process") == len(services)
    assert said.count("counted together again") == 1
    assert "redis://" not in said
    assert redis.url.rpartition("@")[2] not in said


def test_a_service_starts_without_its_redis_and_answers_also_while_that_hangs(
    redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis.kill()
    try:
        running = Service(f"sqlite:///{tmp_path / 'alone.db'}", budget=100, redis_url=redis.url)
        monkeypatch.setattr(limiter, "RETRY_INTERVAL", 0.0)
        assert told(running.post(TEN)) == (200, 100, 15)
    finally:
        redis.start()
    assert told(running.post(TEN)) == (200, 100, 90)
    redis.hang()
    try:
        assert told(running.post(TEN)) == (200, 100, 5)
        assert running.call("GET", "/health/ready").status_code == 200
        running.close()
    finally:
        redis.go_on()
