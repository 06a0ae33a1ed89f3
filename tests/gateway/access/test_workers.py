"""Four workers of a service together: a revoked key soon serves nowhere, windows are exact, the audit log is sound."""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path

import aiohttp
import orjson
import pytest
from sqlalchemy import select

from adapters.vocabulary.enums import FieldClass
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit.chain import generate_audit_keys
from gateway.access.keys import APIKey
from gateway.access.tables import api_key
from gateway.catalogue.migration import upgrade
from gateway.operations.pricing import ARRIVAL, price
from gateway.store.database import connect
from schema.contract import PUBLIC
from tests.support.clocks import START
from tests.support.killed_imports import ROOT
from tests.support.prices import CACHES
from tests.support.redis_server import RedisServer
from tests.support.workers import HEADERS, running_service

PEPPER = "a pepper of these tests, and of no others"
WORKERS = 4
CLIENTS = 32

ALLOWED = {"by themselves": 10.0, "with Redis": 2.0}
"""Seconds after which nobody may be answered with a revoked key."""

QUERY = "{ viewer { agencyId } cases(first: 1) { nodes { id } } }"
BODY = orjson.dumps({"query": QUERY})
DOCUMENT = price(CACHES.for_view(PUBLIC).check(QUERY).work)

SENSITIVE = b'{"query": "{ arrests(first: 1, filter: {ageBand: [\\"18-24\\"]}) { nodes { id } } }"}'
"""It filters by a classed field, so each answer is logged, whatever it finds."""


def environment(folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    return {
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}",
        "GATEWAY_PEPPERS": f'{{"1": "{PEPPER}"}}',
        "GATEWAY_BUDGET": "1000000000",
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
        **extra,
    }


async def make_key(folder: Path) -> APIKey:
    database = connect(f"sqlite:///{folder / 'catalogue.db'}")
    await database.write(upgrade)
    await database.write(partial(agreements.add_agency, identity="kr.knpa", name="KNPA", now=START))
    terms = AgreementTerms(agency="kr.knpa", purpose="tests", sources=("uk_police",), classes=(FieldClass.PERSONAL,))
    await database.write(partial(agreements.add_agreement, identity="a", terms=terms, now=START))
    key: APIKey = await database.write(
        partial(agreements.add_key, agreement_id="a", peppers={1: PEPPER.encode()}, now=START)
    )
    await database.close()
    return key


async def ask_with_clients(ask: Callable[[aiohttp.ClientSession], Coroutine[None, None, None]]) -> None:
    """Runs `ask` once for each client. Every request has a connection of its own, so that all workers get some."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(ask(session))


def gateway(folder: Path, extra: Mapping[str, str], *arguments: str) -> str:
    """The output of a subcommand, which succeeds."""
    command = [sys.executable, "-m", "gateway", *arguments]
    settings = environment(folder, extra)
    result = subprocess.run(command, env=settings, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.proof
@pytest.mark.parametrize("how", ALLOWED)
async def test_a_revoked_key_soon_serves_at_no_worker(tmp_path: Path, how: str, request: pytest.FixtureRequest) -> None:
    server: RedisServer | None = request.getfixturevalue("redis") if how == "with Redis" else None
    extra = {} if server is None else {"GATEWAY_REDIS_URL": server.url}
    key = await make_key(tmp_path)
    accepted: list[float] = []
    refused: Counter[int] = Counter()
    over = asyncio.Event()

    async with running_service(tmp_path, WORKERS, environment(tmp_path, extra)) as service:

        async def ask(session: aiohttp.ClientSession) -> None:
            headers = {**HEADERS, "authorization": f"Bearer {key.text}"}
            while not over.is_set():
                sent = time.time()
                async with session.post(service.url, data=BODY, headers=headers) as answer:
                    await answer.read()
                if answer.status == 200:
                    accepted.append(sent)
                else:
                    refused[answer.status] += 1
                    await asyncio.sleep(0.1)

        async def revoke() -> None:
            while len(accepted) < 5 * CLIENTS:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.1)
            await asyncio.to_thread(gateway, tmp_path, extra, "keys", "revoke", key.id)
            await asyncio.sleep(ALLOWED[how] + 2)
            over.set()

        await asyncio.gather(ask_with_clients(ask), revoke())
    database = connect(f"sqlite:///{tmp_path / 'catalogue.db'}")
    revoked = await database.write(lambda connection: connection.scalars(select(api_key.c.revoked_at)).one())
    await database.close()
    assert revoked is not None
    last = max(accepted) - revoked.timestamp()
    print(f"{how}: {len(accepted)} requests were accepted, the last {last:.2f} s after the key was revoked")
    # After some refusals an address has to wait.
    assert 401 in refused
    assert set(refused) <= {401, 429}
    assert last <= ALLOWED[how]


@pytest.mark.proof
@pytest.mark.parametrize("how", ["by themselves", "with Redis"])
async def test_workers_admit_one_budget_together(tmp_path: Path, how: str, request: pytest.FixtureRequest) -> None:
    server: RedisServer | None = request.getfixturevalue("redis") if how == "with Redis" else None
    await make_key(tmp_path)
    extra = {"GATEWAY_MAX_COST": "2000", "GATEWAY_BUDGET": "20000"}
    if server is not None:
        extra["GATEWAY_REDIS_URL"] = server.url
    costs: list[int] = []
    refusals: list[int] = []

    async with running_service(tmp_path, WORKERS, environment(tmp_path, extra)) as service:

        async def ask(session: aiohttp.ClientSession) -> None:
            own_refusals = 0
            while own_refusals < WORKERS:
                async with session.post(service.url, data=BODY, headers=HEADERS) as answer:
                    content = await answer.json()
                if answer.status == 429:
                    own_refusals += 1
                    refusals.append(answer.status)
                else:
                    assert answer.status == 200
                    costs.append(content["extensions"]["cost"]["requested"])

        start = time.monotonic()
        await ask_with_clients(ask)
        # Nothing has left the window.
        assert time.monotonic() - start < 60
    assert sum(costs) <= 20_000
    # Each worker has checked the document, and what was refused had arrived. By themselves, each has a quarter; one
    # that no connection reached leaves its own.
    spent = sum(costs) + WORKERS * DOCUMENT + ARRIVAL * len(refusals)
    assert spent > (20_000 - max(costs) if server is not None else 5_000)


@pytest.mark.proof
async def test_the_audit_log_of_four_workers_verifies(tmp_path: Path) -> None:
    key = await make_key(tmp_path)
    chain, signing = generate_audit_keys()
    extra = {
        "GATEWAY_AUDIT_KEY": chain,
        "GATEWAY_AUDIT_SIGNING_KEY": signing,
        "GATEWAY_AUDIT_URL": f"sqlite:///{tmp_path / 'audit.db'}",
        "GATEWAY_AUDIT_HEADS": str(tmp_path / "heads.jsonl"),
    }
    answers: Counter[int] = Counter()
    async with running_service(tmp_path, WORKERS, environment(tmp_path, extra)) as service:

        async def ask(session: aiohttp.ClientSession) -> None:
            headers = {**HEADERS, "authorization": f"Bearer {key.text}"}
            for _ in range(10):
                async with session.post(service.url, data=SENSITIVE, headers=headers) as answer:
                    assert "errors" not in await answer.json()
                answers[answer.status] += 1

        await ask_with_clients(ask)
    assert answers == {200: 10 * CLIENTS}
    assert "as it was written" in gateway(tmp_path, extra, "audit", "verify")
    assert len(gateway(tmp_path, extra, "audit", "export").splitlines()) == 10 * CLIENTS
