"""The commands for agencies, agreements and keys."""

import asyncio
import base64
import json

import pytest
from redis.asyncio import Redis

from gateway.access.revocation import MARK
from gateway.store.redis import connection_pool
from tests.gateway.command.test_main import gateway, refused
from tests.support.redis_server import RedisServer

PEPPERS = '{"1": "a pepper of these tests, and of no others"}'


def agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PEPPERS", PEPPERS)
    assert gateway("agencies", "add", "kr.knpa", "Korean National Police Agency").exit_code == 0
    terms = ("--agency", "kr.knpa", "--purpose", "victim support", "--source", "uk_police", "--class", "PERSONAL")
    assert gateway("agreements", "add", "knpa", *terms, "--jurisdiction", "GB", "--until", "2099-01-01").exit_code == 0


def test_a_key_is_shown_once_and_listed_without_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(monkeypatch)
    made = gateway("keys", "create", "knpa", "--network", "192.0.2.0/24")
    key = made.stdout.strip()
    assert key.startswith("eg_live_")
    (listed,) = map(json.loads, gateway("keys", "list", "--json").stdout.splitlines())
    assert (listed["id"], listed["agreement"], listed["networks"]) == (key[8:16], "knpa", ["192.0.2.0/24"])
    assert key[17:] not in gateway("keys", "list").stdout + str(listed)
    rotated = gateway("keys", "rotate", key[8:16]).stdout.strip()
    assert gateway("keys", "revoke", rotated[8:16]).exit_code == 0
    revoked = {
        row["id"]: row["reason"] for row in map(json.loads, gateway("keys", "list", "--json").stdout.splitlines())
    }
    assert revoked == {key[8:16]: None, rotated[8:16]: "REVOKED"}
    (terms,) = map(json.loads, gateway("agreements", "list", "--json").stdout.splitlines())
    assert (terms["sources"], terms["classes"], terms["jurisdictions"]) == (["uk_police"], ["PERSONAL"], ["GB"])
    assert gateway("agreements", "end", "knpa").exit_code == 0
    assert "agreement knpa is not active" in refused(gateway("keys", "create", "knpa"))


@pytest.mark.parametrize("what", ["key", "agreement", "rotated key"])
def test_what_changes_is_told_to_all_processes_or_it_is_said_that_it_was_not(
    what: str, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mark() -> object:
        shared = connection_pool(redis.url)
        try:
            return await Redis(connection_pool=shared).get(MARK)
        finally:
            await shared.aclose()

    agreed(monkeypatch)
    keys = [gateway("keys", "create", "knpa").stdout[8:16] for _ in range(2)]
    ending: list[tuple[str, ...]] = [("keys", "revoke", each) for each in keys]
    if what == "agreement":
        ending[0] = ("agreements", "end", "knpa")
    if what == "rotated key":
        ending = [("keys", "rotate", each, "--overlap", "0") for each in keys]
    monkeypatch.setenv("GATEWAY_REDIS_URL", redis.url)
    before = asyncio.run(mark())
    told = gateway(*ending[0])
    assert told.exit_code == 0
    assert "Redis" not in told.stderr
    assert asyncio.run(mark()) != before
    redis.kill()
    try:
        untold = gateway(*ending[1])
    finally:
        redis.start()
    assert untold.exit_code == 0
    assert "some seconds more" in untold.stderr
    assert bool(untold.stdout) == (what == "rotated key")
    assert "127.0.0.1" not in untold.stderr


@pytest.mark.parametrize("address", ["http://localhost", "redis://:a-password/and@more:x/", "a-password"])
def test_an_address_that_is_none_is_refused_and_not_shown(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_REDIS_URL", address)
    said = refused(gateway("keys", "list"))
    assert "redis_url" in said
    assert "password" not in said


WEBHOOK = "GATEWAY_SOURCES__OURS__WEBHOOK__"
GOOD = f"whsec_{base64.b64encode(bytes(24)).decode()}"


@pytest.mark.parametrize("secret", ["a-password", "whsec_", "whsec_a-password", "whsec_YQ==", GOOD[6:]])
def test_a_secret_that_is_none_is_refused_and_not_shown(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{WEBHOOK}AGENCY", "kr.kcsc")
    monkeypatch.setenv(f"{WEBHOOK}SECRETS", json.dumps([GOOD, secret]))
    said = refused(gateway("sources"))
    assert "24 to 64 bytes" in said
    assert "password" not in said


@pytest.mark.parametrize(("name", "problem"), [("OU-RS", "small letters"), ("UK_POLICE", "name of another")])
def test_a_source_to_push_to_has_a_name_of_its_own(name: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GATEWAY_SOURCES__{name}__WEBHOOK__AGENCY", "kr.kcsc")
    monkeypatch.setenv(f"GATEWAY_SOURCES__{name}__WEBHOOK__SECRETS", json.dumps([GOOD]))
    assert problem in refused(gateway("sources"))


def test_a_source_to_push_to_is_one_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{WEBHOOK}AGENCY", "kr.kcsc")
    monkeypatch.setenv(f"{WEBHOOK}SECRETS", json.dumps([GOOD]))
    listed = [json.loads(line) for line in gateway("sources", "--json").stdout.splitlines()]
    assert "ours" in str(listed)
    schemas = json.loads(gateway("schema", "partner").stdout)
    assert "takedown.result" in str(schemas["webhook"])
    assert {each["type"] for each in schemas["taxii"]["examples"]} >= {"incident", "observed-data", "report"}


def agreement(agency: str = "kr.knpa", purpose: str = "p", source: str = "uk_police", *more: str) -> tuple[str, ...]:
    return ("agreements", "add", "x", "--agency", agency, "--purpose", purpose, "--source", source, *more)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("agencies", "add", "kr.knpa", "again"), "agency kr.knpa already exists"),
        (agreement(agency="nobody"), "agency nobody does not exist"),
        (agreement(source="nothing"), "unknown source"),
        (agreement(purpose=" "), "needs a purpose"),
        (agreement("kr.knpa", "p", "uk_police", "--jurisdiction", "Atlantis"), "--jurisdiction"),
        (agreement("kr.knpa", "p", "uk_police", "--until", "2001-01-01"), "in the future"),
        (("keys", "create", "nothing"), "agreement nothing is not active"),
        (("keys", "create", "knpa", "--network", "192.0.2.1/8"), "not a network"),
        (("keys", "revoke", "nothing"), "key nothing is not active"),
        (("keys", "rotate", "nothing"), "key nothing is not active"),
        (("agreements", "end", "nothing"), "agreement nothing is not active"),
    ],
)
def test_what_cannot_be_agreed_on_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(monkeypatch)
    assert said in refused(gateway(*arguments))


def test_without_a_pepper_no_key_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(monkeypatch)
    monkeypatch.delenv("GATEWAY_PEPPERS")
    assert "GATEWAY_PEPPERS" in refused(gateway("keys", "create", "knpa"))
    monkeypatch.setenv("GATEWAY_PEPPERS", '{"1": "short and sweet"}')
    line = refused(gateway("keys", "create", "knpa"))
    assert "peppers" in line
    assert "sweet" not in line


def test_the_audit_log_is_verified_shown_and_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "keys" in refused(gateway("audit", "verify"))
    for line in gateway("audit", "keys").stdout.splitlines():
        monkeypatch.setenv(*line.split("=", 1))
    assert gateway("audit", "verify").stdout == "the log is as it was written; 0 heads were signed\n"
    assert gateway("audit", "export").stdout == ""
    assert gateway("audit", "show").exit_code == 0
    monkeypatch.setenv("GATEWAY_AUDIT_KEY", "short")
    line = refused(gateway("audit", "verify"))
    assert "base64" in line
    assert "short" not in line
