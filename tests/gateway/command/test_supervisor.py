"""The workers of a service under load: one that is killed, SIGHUP and SIGTERM cost no other request."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.edge.drain import LEAVE_LIMIT
from tests.support.killed_imports import ROOT
from tests.support.workers import HEADERS, Load, RunningService, running_service, seconds_to_end, until

STOP_LIMIT = 9.0
"""Seconds within which a service ends after SIGTERM."""


async def restart_a_worker(service: RunningService, count: int) -> None:
    """Kills a worker and returns when there are as many as before."""
    ended, victim = service.logs("a worker ended"), min(service.workers)
    os.kill(victim, signal.SIGKILL)
    await until(lambda: service.logs("a worker ended") > ended)
    await until(lambda: victim not in service.workers and len(service.workers) == count)


async def reload(service: RunningService) -> None:
    """Sends SIGHUP and returns when other workers answer and the previous ones have ended."""
    reloads, previous = service.logs("reloaded"), service.workers
    service.process.send_signal(signal.SIGHUP)
    await until(lambda: service.logs("reloaded") > reloads)
    await until(lambda: not previous & service.workers)


async def test_no_request_fails_but_those_of_a_killed_worker(tmp_path: Path) -> None:
    """One worker, because each start takes a second: while there is none, connections wait in the socket's queue."""
    async with running_service(tmp_path, workers=1) as service:
        load = Load(service.url)
        async with load.running(clients=3):
            await load.progress()
            await reload(service)
            assert load.failures == {}
            await restart_a_worker(service, count=1)
            # At most the one request that each client had sent to it.
            assert sum(load.failures.values()) <= 3
            lost = load.failures
            await load.progress()
            service.process.send_signal(signal.SIGTERM)
            assert await seconds_to_end(service) <= STOP_LIMIT
        assert load.failures == lost
        assert service.process.returncode == 0


@pytest.mark.proof
async def test_no_request_fails_while_all_workers_are_replaced_again_and_again(tmp_path: Path) -> None:
    async with running_service(tmp_path, workers=4) as service:
        load = Load(service.url)
        async with load.running(clients=8):
            for _ in range(2):
                await load.progress()
                await reload(service)
                assert load.failures == {}
            for kills in range(1, 3):
                await restart_a_worker(service, count=4)
                assert sum(load.failures.values()) <= 8 * kills
            lost = load.failures
            await load.progress()
            service.process.send_signal(signal.SIGTERM)
            assert await seconds_to_end(service) <= STOP_LIMIT
        assert load.failures == lost


@pytest.mark.proof
async def test_requests_in_flight_end_or_are_answered_503_when_the_service_stops(tmp_path: Path) -> None:
    async with running_service(tmp_path, workers=1) as service:
        port = int(service.url.removesuffix("/graphql").rpartition(":")[2])
        body = b'{"query": "{ __typename }"}'
        head = "\r\n".join(
            ["POST /graphql HTTP/1.1", "host: gateway", f"content-length: {len(body)}"]
            + [f"{name}: {value}" for name, value in HEADERS.items()]
        )
        streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for _, writer in streams[:2]:
            writer.write(f"{head}\r\n\r\n".encode())
        await asyncio.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(3.0)
        # Now the service accepts no more. The first client sends the rest, the second never does.
        streams[0][1].write(body)
        answers = await asyncio.gather(*(reader.read() for reader, _ in streams))
        assert await seconds_to_end(service) <= STOP_LIMIT - LEAVE_LIMIT
        for _, writer in streams:
            writer.close()
        assert answers[0].startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in answers[0].lower()
        assert answers[1].startswith(b"HTTP/1.1 503 ")
        assert b"NOT_READY" in answers[1]
        assert answers[2] == b""


@pytest.mark.proof
async def test_workers_retire_when_their_parent_is_killed(tmp_path: Path) -> None:
    async with running_service(tmp_path, workers=1) as service:
        (worker,) = service.workers
        service.process.kill()
        await service.process.wait()
        await until(lambda: not Path(f"/proc/{worker}").exists() or "Z" in Path(f"/proc/{worker}/stat").read_text())


@pytest.mark.proof
async def test_workers_go_on_where_the_settings_that_were_changed_are_invalid(tmp_path: Path) -> None:
    async with running_service(tmp_path, workers=1) as service:
        workers = service.workers
        (tmp_path / "gateway.toml").write_text("bugdet = 5\n")
        service.process.send_signal(signal.SIGHUP)
        await until(lambda: service.logs("the settings are not reloaded; the previous workers go on") == 1)
        assert service.workers == workers
        load = Load(service.url)
        async with load.running(clients=1):
            await load.progress(5)
        assert load.failures == {}
        (tmp_path / "gateway.toml").write_text("")
        await reload(service)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        (
            "GATEWAY_AUDIT_KEY",
            "none",
            "the audit log needs two keys in the settings; `gateway audit keys` creates them",
        ),
        pytest.param(
            *("GATEWAY_DATABASE_URL", "mysql://host/name", "the database must be sqlite:///FILE or postgresql://…"),
            marks=pytest.mark.proof,
        ),
        pytest.param(
            *("GATEWAY_BUDGET", "1", "settings: budget: Input should be greater than or equal to 100"),
            marks=pytest.mark.proof,
        ),
    ],
)
def test_a_bad_setting_ends_the_service_with_one_line(tmp_path: Path, variable: str, value: str, reason: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gateway", "serve", "--port", "0", "--workers", "2"],
        env={variable: value, "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (2, f"gateway: {reason}\n")
