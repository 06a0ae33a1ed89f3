"""Several processes of the service over one catalogue: a key that was revoked soon serves at none of them."""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.keys import APIKey
from gateway.access.tables import api_key
from gateway.catalogue.migration import upgrade
from gateway.store.database import connect
from tests.support.clocks import START
from tests.support.killed_imports import ROOT
from tests.support.redis_server import RedisServer

PEPPER = "a pepper of these tests, and of no others"
WORKERS = 4
ASKING = 8
"""Clients of each worker."""

SERVED = 50
"""Requests that each worker has answered before the key is revoked."""

ALLOWED = {"by themselves": 10.0, "with Redis": 2.0}
"""Seconds after which nobody may be answered with a revoked key."""

BODY = b'{"query": "{ viewer { agencyId } cases(first: 1) { nodes { id } } }"}'


def environment(folder: Path, shared: Mapping[str, str]) -> dict[str, str]:
    return {
        **shared,
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'catalogue.db'}",
        "GATEWAY_PEPPERS": f'{{"1": "{PEPPER}"}}',
        "GATEWAY_BUDGET": "1000000000",
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
    }


@asynccontextmanager
async def workers(folder: Path, shared: Mapping[str, str]) -> AsyncGenerator[list[str]]:
    """The addresses of services over one SQLite catalogue, each a process of its own."""
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", "serve", "--port", "0"),
            env=environment(folder, shared),
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(WORKERS)
    ]
    addresses, read = [], []
    try:
        for process in started:
            assert process.stderr is not None
            addresses.append((await process.stderr.readline()).decode().strip())
            # What they log is read, because a full pipe would stop them.
            read.append(asyncio.create_task(process.stderr.read()))
        yield addresses
    finally:
        for process in started:
            process.terminate()
        for process in started:
            await process.wait()
        await asyncio.gather(*read)


@pytest.mark.proof
@pytest.mark.parametrize("how", ALLOWED)
def test_a_revoked_key_soon_serves_at_no_worker(tmp_path: Path, how: str, request: pytest.FixtureRequest) -> None:
    server: RedisServer | None = request.getfixturevalue("redis") if how == "with Redis" else None
    shared = {} if server is None else {"GATEWAY_REDIS_URL": server.url}

    async def run() -> tuple[int, float]:
        database = connect(f"sqlite:///{tmp_path / 'catalogue.db'}")
        await database.write(upgrade)
        await database.write(partial(agreements.add_agency, identity="kr.knpa", name="KNPA", now=START))
        terms = AgreementTerms(agency="kr.knpa", purpose="tests", sources=("uk_police",))
        await database.write(partial(agreements.add_agreement, identity="a", terms=terms, now=START))
        key: APIKey = await database.write(
            partial(agreements.add_key, agreement_id="a", peppers={1: PEPPER.encode()}, now=START)
        )
        accepted: list[float] = []
        answered: Counter[str] = Counter()
        busy = asyncio.Event()
        refused: set[str] = set()
        over = asyncio.Event()

        async def ask(session: aiohttp.ClientSession, address: str) -> None:
            headers = {"content-type": "application/json", "authorization": f"Bearer {key.text}"}
            while not over.is_set():
                sent = time.time()
                async with session.post(address, data=BODY, headers=headers) as answer:
                    await answer.read()
                if answer.status == 200:
                    accepted.append(sent)
                    answered[address] += 1
                    if len(answered) == WORKERS and min(answered.values()) >= SERVED:
                        busy.set()
                else:
                    refused.add(address)
                    await asyncio.sleep(0.1)

        async with (
            workers(tmp_path, shared) as addresses,
            aiohttp.ClientSession() as session,
            asyncio.TaskGroup() as group,
        ):
            for address in addresses * ASKING:
                group.create_task(ask(session, address))
            await busy.wait()
            revoking = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "gateway", "keys", "revoke", key.id), env=environment(tmp_path, shared)
            )
            assert await revoking.wait() == 0
            await asyncio.sleep(ALLOWED[how] + 2)
            over.set()
        revoked = await database.write(lambda connection: connection.scalars(select(api_key.c.revoked_at)).one())
        await database.close()
        assert revoked is not None
        assert refused == set(addresses)
        return len(accepted), max(accepted) - revoked.timestamp()

    served, last = asyncio.run(run())
    print(f"{how}: {served} requests were accepted, the last {last:.2f} s after the key was revoked")
    assert last <= ALLOWED[how]
