"""Health, schema, headers and logs of the service, and what is left when something inside it breaks."""

import asyncio
from typing import Any, NoReturn

import orjson
import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from gateway.edge.requests import BodyLimits
from gateway.edge.responses import STATUSES
from schema.contract import PUBLIC, sdl
from schema.errors import ErrorCode
from tests.support.service import Service

MARK = "a-value-that-nobody-may-see"
ASK = orjson.dumps({"query": "{ cases { totalCount } }"})


def code(response: Any) -> str:
    (error,) = response.json()["errors"]
    return str(error["extensions"]["code"])


def test_every_code_has_a_status() -> None:
    assert set(STATUSES) == set(ErrorCode)


# Health.


def test_a_service_is_ready_when_its_catalogue_can_be_read(service: Service) -> None:
    assert service.call("GET", "/health/live").json() == {"status": "live"}
    response = service.call("GET", "/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


def test_a_service_over_a_catalogue_of_another_version_lives_and_is_not_ready(service: Service) -> None:
    def age(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))

    service.runner.run(service.holdings.database.write(age))
    response = service.call("GET", "/health/ready")
    assert (response.status_code, code(response)) == (503, "NOT_READY")
    assert service.call("GET", "/health/live").status_code == 200


def test_a_service_whose_catalogue_is_gone_is_not_ready(service: Service) -> None:
    def lose(connection: Connection) -> None:
        connection.execute(text("DROP TABLE alembic_version"))

    service.runner.run(service.holdings.database.write(lose))
    with capture_logs() as logs:
        response = service.call("GET", "/health/ready")
    assert (response.status_code, code(response)) == (503, "NOT_READY")
    assert "alembic_version" not in repr(logs) + response.text


# The schema.


def test_the_schema_is_served_as_text_and_only_when_it_is_not_known(small: Service) -> None:
    response = small.call("GET", "/schema.graphql")
    assert response.text == sdl(PUBLIC)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    tag = response.headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = small.call("GET", "/schema.graphql", headers={"if-none-match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert small.call("GET", "/schema.graphql", headers={"if-none-match": '"other"'}).status_code == 200


# Addresses and headers.


@pytest.mark.parametrize(
    "path", ["/graphql/", "/GRAPHQL", "/graphql%00", "/health", "/..%2f", "/%ff", "/" + "a" * 5000]
)
def test_an_unknown_address_is_404_in_json(small: Service, path: str) -> None:
    response = small.call("GET", path)
    assert (response.status_code, code(response)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/schema.graphql", "/health/live", "/health/ready"])
def test_what_is_only_read_takes_no_other_method(small: Service, path: str) -> None:
    response = small.call("POST", path)
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD"
    assert small.call("HEAD", path).status_code == 200


@pytest.mark.parametrize("path", ["/graphql?query={__typename}", "/graphql", "/nowhere", "/health/live"])
def test_every_answer_carries_the_headers_that_keep_browsers_safe(small: Service, path: str) -> None:
    headers = small.call("GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in headers


def test_pages_of_the_origins_that_are_set_may_ask_and_no_others(small: Service) -> None:
    def allowed(origin: str) -> str | None:
        found: str | None = small.post(ASK, origin=origin).headers.get("access-control-allow-origin")
        return found

    assert allowed("https://a.example") == "https://a.example"
    assert allowed("https://b.example") == "https://b.example"
    assert allowed("https://c.example") is None
    asked = {"origin": "https://a.example", "access-control-request-method": "POST"}
    preflight = small.call("OPTIONS", "/graphql", headers=asked | {"access-control-request-headers": "content-type"})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "https://a.example"


def test_by_default_pages_of_no_other_origin_may_ask(service: Service) -> None:
    assert "access-control-allow-origin" not in service.post(ASK, origin="https://a.example").headers


# Logs and failures.


def test_a_request_is_written_down_without_what_was_asked(small: Service) -> None:
    with capture_logs() as logs:
        small.call("GET", f"/graphql?query={{{MARK}}}", headers={"user-agent": MARK})
        small.call("GET", f"/graphql?query={{{MARK}}}", headers={"authorization": MARK})
        small.post(
            orjson.dumps({"query": "query($v: Int) { cases(first: $v) { totalCount } }", "variables": {"v": MARK}})
        )
        small.call("GET", f"/{MARK}?{MARK}")
        small.call("X" + MARK.replace("-", ""), "/graphql")
    assert MARK not in repr(logs)
    assert MARK.replace("-", "") not in repr(logs)
    assert [(entry["method"], entry["route"], entry["status"]) for entry in logs] == [
        ("GET", "/graphql", 400),
        ("GET", "/graphql", 401),
        ("POST", "/graphql", 200),
        ("GET", "none", 404),
        ("other", "/graphql", 405),
    ]
    assert len({entry["correlation_id"] for entry in logs}) == 5
    assert all(entry["ms"] >= 0 for entry in logs)


def test_whatever_breaks_is_500_with_the_correlation_id_of_its_log_lines(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> NoReturn:
        raise RuntimeError(MARK)

    monkeypatch.setattr(small.holdings.database, "snapshot", broken)  # what a defect would do
    with capture_logs() as logs:
        response = small.post(ASK)
    assert (response.status_code, code(response)) == (500, "INTERNAL")
    (error,) = response.json()["errors"]
    assert {entry["correlation_id"] for entry in logs} == {error["extensions"]["correlationId"]}
    assert [entry["event"] for entry in logs] == ["request failed", "request"]
    assert MARK not in repr(logs) + response.text


def test_an_exception_that_nobody_caught_leaves_no_words_either(small: Service) -> None:
    async def receive() -> Any:
        raise RuntimeError(MARK)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    with capture_logs() as logs:
        small.runner.run(small.app(scope, receive, send))
    assert sent[0]["status"] == 500
    assert MARK not in repr(logs) + repr(sent)


# Slow clients.


class ControlledLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock also moves when it is told to."""

    passed = 0.0

    def time(self) -> float:
        return super().time() + self.passed


def test_a_body_that_does_not_arrive_in_time_is_408(tmp_path: Any) -> None:
    service = Service(f"sqlite:///{tmp_path / 'slow.db'}", BodyLimits(timeout=10))
    arriving = [{"type": "http.request", "body": b" ", "more_body": True}] * 3

    async def post() -> tuple[list[Any], float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ControlledLoop)
        sent: list[Any] = []

        async def receive() -> Any:
            # One byte every four seconds, and then none.
            loop.passed += 4
            await asyncio.sleep(0)
            return arriving.pop() if arriving else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
        await service.app(scope, receive, send)
        return sent, loop.passed

    try:
        with asyncio.Runner(loop_factory=ControlledLoop) as runner, capture_logs():
            sent, passed = runner.run(asyncio.wait_for(post(), 1000))
    finally:
        service.close()
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert orjson.loads(sent[1]["body"])["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert passed <= 16
