"""The service with a Redis beside it: what it says while that is there, away, and back again."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.operations.pricing import ARRIVAL, price
from gateway.ratelimit import limiter
from schema.contract import PUBLIC
from tests.support.prices import CACHES, price_of_query
from tests.support.redis_server import RedisServer
from tests.support.service import Service

QUERY = "{ cases(first: 8) { nodes { id } } }"
PAGE = json.dumps({"query": QUERY})
PAGES = json.dumps({"query": f"{{ {' '.join(f'a{number}: {QUERY[2:-2]}' for number in range(4))} }}"})
PRICE, MANY = price_of_query(QUERY), price_of_query(json.loads(PAGES)["query"])
BUDGET = 2 * (MANY + 200) + MANY // 2
SHARE = BUDGET // 4
"""Enough for a page, and not for four."""
DOCUMENT, DOCUMENTS = (price(CACHES.for_view(PUBLIC).check(json.loads(body)["query"]).work) for body in (PAGE, PAGES))
"""What each service spends once to check the query."""


@pytest.fixture
def services(redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Service]]:
    """Two processes' worth of it, of four."""
    redis.kill()
    redis.start()
    monkeypatch.setattr(limiter, "RETRY_INTERVAL", 0.0)
    running = [
        Service(f"sqlite:///{tmp_path / name}.db", budget=BUDGET, max_cost=BUDGET, redis_url=redis.url, processes=4)
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
    assert told(one.post(PAGES)) == (200, BUDGET, BUDGET - MANY - DOCUMENTS)
    assert told(other.post(PAGES)) == (200, BUDGET, BUDGET - 2 * (MANY + DOCUMENTS))
    assert told(one.post(PAGES)) == (429, BUDGET, BUDGET - 2 * (MANY + DOCUMENTS) - ARRIVAL)
    redis.kill()
    try:
        for each in services:
            # Each has a quarter, and what was spent together is not counted twice.
            assert told(each.post(PAGE)) == (200, BUDGET, SHARE - DOCUMENT - PRICE)
            assert told(each.post(PAGES)) == (429, BUDGET, SHARE - DOCUMENT - PRICE - ARRIVAL)
            assert each.call("GET", "/health/ready").status_code == 200
    finally:
        redis.start()
    assert told(one.post(PAGES)) == (200, BUDGET, BUDGET - MANY)
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
        running = Service(f"sqlite:///{tmp_path / 'alone.db'}", budget=BUDGET, redis_url=redis.url)
        monkeypatch.setattr(limiter, "RETRY_INTERVAL", 0.0)
        assert told(running.post(PAGE)) == (200, BUDGET, SHARE - DOCUMENT - PRICE)
    finally:
        redis.start()
    assert told(running.post(PAGE)) == (200, BUDGET, BUDGET - PRICE)
    redis.hang()
    try:
        assert told(running.post(PAGE)) == (200, BUDGET, SHARE - DOCUMENT - 2 * PRICE)
        assert running.call("GET", "/health/ready").status_code == 200
        running.close()
    finally:
        redis.go_on()
