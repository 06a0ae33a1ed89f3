"""What agencies push: whatever happens to messages on the way, exactly the right records are kept, for their owner."""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from adapters.partners.webhook import EXAMPLES, Webhook
from gateway.access.callers import AccessGrant, Caller, Principal, partner, public
from gateway.catalogue.tables import RECORD_TABLES, message, pushed
from gateway.catalogue.tables import metadata as catalogue
from gateway.catalogue.write.webhook_deliveries import RETENTION
from gateway.edge import webhooks
from gateway.edge.signatures import TOLERANCE, verify_signature
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from schema.errors import RequestError
from tests.support.properties import examples
from tests.support.service import Service

OLD, NEW, ENDED, OTHERS = (sha256(name.encode()).digest() for name in ("old", "new", "ended", "others"))
NOW = datetime.now(UTC)
"""The service's own clock is behind the property; what is late or early is so by minutes."""


def signature(secret: bytes, identity: str, moment: int, body: bytes) -> str:
    """Written from the specification, and from nothing of ours."""
    signed = f"{identity}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()


def headers(secrets: Sequence[bytes], identity: str, body: bytes, moment: datetime | None = None) -> dict[str, str]:
    sent = int((moment or datetime.now(UTC)).timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": f"{sent}",
        "webhook-signature": " ".join(signature(secret, identity, sent, body) for secret in secrets),
    }


def event(number: str = "1", status: str = "PENDING", moment: str = "2024-09-12T09:30:00Z", **more: Any) -> bytes:
    data = {"id": number, "status": status, "platform": "telegram", **more}
    return json.dumps({"type": "takedown.result", "timestamp": moment, "data": data}).encode()


class Receiving(Service):
    """A service to which two agencies push."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        for name, agency, secrets in (("ours", "kr.kcsc", (NEW, OLD)), ("theirs", "kr.knpa", (OTHERS,))):
            self.holdings.sources[name] = Webhook(name, agency, secrets)

    def push(self, body: bytes, said: Mapping[str, str], to: str = "ours") -> httpx.Response:
        return self.call("POST", f"/webhooks/{to}", content=body, headers=dict(said))

    def send(self, body: bytes, identity: str = "m", *secrets: bytes, to: str = "ours") -> int:
        return self.push(body, headers(secrets or (NEW,), identity, body), to).status_code

    def rows(self, table: Any) -> list[Any]:
        return list(self.runner.run(self.holdings.database.write(lambda each: each.execute(select(table)).all())))

    def kept(self) -> dict[str, str]:
        """The status of each takedown, as its owner is told."""
        answer = self.ask(self.owner("kr.kcsc"), "{ takedowns(first: 100) { nodes { externalId status } } }")
        return {node["externalId"]: node["status"] for node in answer["takedowns"]["nodes"]}

    def owner(self, agency: str) -> Caller:
        principal = Principal(agency=agency, agreement="a", purpose="tests", key="k")
        return partner(self.holdings.descriptions, principal, AccessGrant(sources=frozenset()))

    def ask(self, caller: Caller, document: str) -> Any:
        class Quiet:
            async def append(self, said: Any) -> None:
                del said

        log: Any = Quiet()
        asked = execute_request(self.holdings, caller, DocumentCaches(Limits()), Request(query=document), audit_log=log)
        answer = self.runner.run(asked)
        assert not answer.errors
        return answer.data

    def empty(self) -> None:
        def clear(connection: Any) -> None:
            for table in catalogue.sorted_tables:
                connection.execute(delete(table))

        self.runner.run(self.holdings.database.write(clear))


@pytest.fixture
def receiving(database_url: str) -> Iterator[Receiving]:
    running = Receiving(database_url)
    yield running
    running.close()


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Receiving]:
    running = Receiving(f"sqlite:///{tmp_path / 'light.db'}")
    yield running
    running.close()


# Whatever happens on the way.


class Told(SimpleNamespace):
    """A message, of a record at a moment; its number is its id."""

    number: int
    record: int
    moment: int
    status: str


class Attempt(SimpleNamespace):
    """One way of a message to the gateway."""

    message: int
    secrets: tuple[bytes, ...]
    late: timedelta
    cut: int


STATUSES = ("PENDING", "COMPLIED", "REFUSED_OR_NO_ACTION", "WITHDRAWN")
messages = st.lists(
    st.builds(Told, record=st.integers(0, 1), moment=st.integers(0, 3), status=st.sampled_from(STATUSES)),
    min_size=1,
    max_size=5,
)
attempts = st.lists(
    st.builds(
        Attempt,
        message=st.integers(0, 4),
        secrets=st.sampled_from([(NEW,), (NEW,), (OLD,), (ENDED, OLD), (ENDED,), (OTHERS,)]),
        late=st.sampled_from([timedelta(), timedelta(), TOLERANCE / 2, -TOLERANCE / 2, TOLERANCE * 2, -TOLERANCE * 2]),
        cut=st.sampled_from([0, 0, 0, 1, 40]),
    ),
    max_size=9,
)


@examples(usual=10, proof=30)
@given(told=messages, tried=attempts)
def test_however_messages_come_exactly_the_right_records_are_kept(
    receiving: Receiving, told: list[Told], tried: list[Attempt]
) -> None:
    receiving.empty()
    right: dict[str, tuple[int, str, str]] = {}
    for attempt in tried:
        number = attempt.message % len(told)
        said = told[number]
        body = event(f"r{said.record}", said.status, f"2024-09-12T09:30:0{said.moment}Z")
        sent = headers(attempt.secrets, f"m{number}", body, datetime.now(UTC) - attempt.late)
        answer = receiving.push(body[: len(body) - attempt.cut], sent)
        accepted = bool({NEW, OLD} & set(attempt.secrets)) and abs(attempt.late) <= TOLERANCE and not attempt.cut
        assert (answer.status_code == 204) == accepted
        if accepted:
            newest = (said.moment, f"m{number}", said.status)
            right[f"r{said.record}"] = max(right.get(f"r{said.record}", newest), newest)
    assert receiving.kept() == {record: status for record, (_, _, status) in right.items()}
    assert len(receiving.rows(pushed)) == len(right)


def test_a_message_whose_answer_was_lost_changes_nothing_when_it_comes_again(receiving: Receiving) -> None:
    receiving.empty()
    assert [receiving.send(event(), "m") for _ in range(3)] == [204, 204, 204]
    assert receiving.kept() == {"1": "PENDING"}
    assert len(receiving.rows(RECORD_TABLES[SORT].table)) == len(receiving.rows(message)) == 1


def test_an_id_that_another_message_had_is_refused(receiving: Receiving) -> None:
    receiving.empty()
    later = event(status="COMPLIED", moment="2024-09-13T00:00:00Z")
    assert [receiving.send(event(), "m"), receiving.send(later, "m"), receiving.send(event(), "m")] == [204, 409, 204]
    assert receiving.kept() == {"1": "PENDING"}
    assert receiving.send(later, "n") == 204
    assert receiving.kept() == {"1": "COMPLIED"}


def test_a_message_that_an_earlier_version_received_is_known_by_its_id(receiving: Receiving) -> None:
    receiving.empty()
    receiving.send(event(), "m")
    unknown = update(message).values(sha256=None)
    receiving.runner.run(receiving.holdings.database.write(lambda each: each.execute(unknown)))
    assert receiving.send(event(), "m") == 204


SORT = next(kind for kind in RECORD_TABLES if kind.value == "Takedown")


def test_what_is_written_with_a_message_is_written_with_it_or_not_at_all(
    receiving: Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving.empty()

    def failing(*given: Any) -> Any:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("gateway.catalogue.write.webhook_deliveries.write_batch", failing)
        answer = receiving.push(event(), headers((NEW,), "m", event()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "disk" not in answer.text
    assert receiving.rows(message) == receiving.rows(pushed) == []
    assert receiving.send(event(), "m") == 204
    assert receiving.kept() == {"1": "PENDING"}


def test_messages_are_remembered_for_a_week_and_an_older_one_is_still_the_older_one(receiving: Receiving) -> None:
    receiving.empty()
    receiving.send(event(), "first")
    receiving.send(event(status="COMPLIED", moment="2024-09-13T00:00:00Z"), "second")
    ago = update(message).values(received_at=datetime.now(UTC) - RETENTION - timedelta(seconds=1))
    receiving.runner.run(receiving.holdings.database.write(lambda each: each.execute(ago)))
    assert receiving.send(event(), "first") == 204
    assert [row.id for row in receiving.rows(message)] == ["first"]
    assert receiving.kept() == {"1": "COMPLIED"}


# Who sees it.


def test_what_an_agency_pushed_is_its_own(receiving: Receiving) -> None:
    receiving.empty()
    receiving.send(event(), "m")
    counted = "{ takedowns { totalCount } sources { name } }"
    descriptions = receiving.holdings.descriptions
    shared = partner(
        descriptions,
        Principal(agency="fr.pharos", agreement="b", purpose="tests", key="k"),
        AccessGrant(sources=frozenset({"ours"})),
    )
    seen = {
        "owner": receiving.ask(receiving.owner("kr.kcsc"), counted),
        "shared with": receiving.ask(shared, counted),
        "another": receiving.ask(receiving.owner("kr.knpa"), counted),
        "anybody": receiving.ask(public(descriptions.values()), counted),
    }
    assert {who: data["takedowns"]["totalCount"] for who, data in seen.items()} == {
        "owner": 1,
        "shared with": 1,
        "another": 0,
        "anybody": 0,
    }
    assert {who: "ours" in str(data["sources"]) for who, data in seen.items()} == {
        "owner": True,
        "shared with": True,
        "another": False,
        "anybody": False,
    }


def test_that_an_agency_pushed_nothing_of_a_place_does_not_mean_that_nothing_happened_there(light: Receiving) -> None:
    light.empty()
    light.send(event(jurisdictions=["KR"]), "m")
    asked = """{ kr: coverage(filter: {jurisdiction: ["KR"]}) { source { name } state }
                 fr: coverage(filter: {jurisdiction: ["FR"]}) { source { name } state } }"""
    data = light.ask(light.owner("kr.kcsc"), asked)
    told = {place: {each["source"]["name"]: each["state"] for each in data[place]}["ours"] for place in data}
    assert told == {"kr": "REPORTED", "fr": "NOT_COVERED"}


def test_a_source_that_there_is_not_is_answered_like_a_wrong_signature(light: Receiving) -> None:
    body = event()
    answers = [
        light.push(body, headers((secret,), "m", body), to)
        for to, secret in (("ours", ENDED), ("nothing", NEW), ("town", NEW), ("theirs", NEW))
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert light.rows(message) == []


def test_who_signs_wrongly_is_told_to_wait_and_who_signs_rightly_is_not(light: Receiving) -> None:
    codes = [light.send(event(), "m", ENDED) for _ in range(webhooks.BAD_SIGNATURES_PER_MINUTE + 1)]
    assert codes == [401] * webhooks.BAD_SIGNATURES_PER_MINUTE + [429]
    assert light.send(event(), "m") == 204


# What is refused.

VECTORS = "standard-webhooks/vectors.json"


def test_the_specifications_own_vector_is_right(samples: Path) -> None:
    (vector,) = json.loads((samples / VECTORS).read_text())["vectors"]
    secret = base64.b64decode(vector["secret"].removeprefix("whsec_"))
    sent = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
    body = vector["body"].encode()
    assert verify_signature(vector, body, [NEW, secret], sent) == vector["webhook-id"]
    for now in (sent + TOLERANCE, sent - TOLERANCE):
        verify_signature(vector, body, [secret], now)
    for now in (sent + TOLERANCE + timedelta(seconds=1), sent - TOLERANCE - timedelta(seconds=1)):
        with pytest.raises(RequestError, match="more than 5 minutes"):
            verify_signature(vector, body, [secret], now)
    for changed in (
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": f"{int(vector['webhook-timestamp']) + 1}"},
        {"webhook-signature": vector["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": ""},
    ):
        with pytest.raises(RequestError, match="signature is invalid"):
            verify_signature(vector | changed, body, [secret], sent)
    with pytest.raises(RequestError, match="signature is invalid"):
        verify_signature(vector, body + b" ", [secret], sent)


@pytest.mark.parametrize("identity", ["", "a.b", "a b", "é", "x" * 101, "1.2024"])
def test_an_id_that_could_stand_for_something_else_is_none(light: Receiving, identity: str) -> None:
    body = event()
    said = headers((NEW,), identity, body)
    sent = {name.encode(): value.encode() for name, value in said.items()}
    assert light.call("POST", "/webhooks/ours", content=body, headers=sent).status_code == 401


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"Jane Doe", "is not JSON"),
        (b"[" * 9_000, "is not JSON"),
        (event().replace(b"telegram", b"\\ud800"), "cannot be stored"),
        (event().replace(b'"status"', b'"status": "COMPLIED", "status"'), "twice"),
        (event(itemCount=1.5), "`$.data.itemCount`"),
        (event(itemCount=True), "`$.data.itemCount`"),
        (b"{}", "`$`"),
        (event(status="Jane Doe"), "`$.data.status`"),
        (event(name="Jane Doe"), "`$.data`"),
        (event(platform="Jane\nDoe"), "`$.data.platform`"),
        (event("Jane Doe"), "`$.data.id`"),
        (event(itemCount=-1), "`$.data.itemCount`"),
        (event(jurisdictions=["Jane Doe"]), "`$.data.jurisdictions`"),
        (event(executed="9999-12-31"), "too far in the future"),
        (event(moment="2024-09-12T09:30:00"), "`$.timestamp`"),
        (event(moment=(NOW + timedelta(days=1)).isoformat()), "in the future"),
        (event().replace(b"takedown.result", b"takedown.rumour"), "`$.type`"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(light: Receiving, body: bytes, where: str) -> None:
    answer = light.push(body, headers((NEW,), "m", body))
    assert answer.status_code == 400
    assert where in answer.json()["errors"][0]["message"]
    assert "Jane" not in answer.text
    assert light.rows(message) == []


def test_a_body_may_have_20_kb_and_no_byte_more(light: Receiving) -> None:
    for length, status in ((20_000, 204), (20_001, 413)):
        body = event().ljust(length)
        assert light.send(body, "m") == status


def test_a_name_that_nobody_knows_is_kept_as_it_is_and_counted(light: Receiving) -> None:
    light.empty()
    light.send(event(platform="a new network", requestedBy="KCSC"), "m")
    answer = light.ask(
        light.owner("kr.kcsc"), "{ takedowns { nodes { platform { id } requestedBy { id } native { field value } } } }"
    )
    (node,) = answer["takedowns"]["nodes"]
    assert (node["platform"], node["requestedBy"]) == (None, {"id": "kr.kcsc"})
    assert {"field": "platform", "value": "a new network"} in node["native"]
    assert light.runner.run(light.holdings.unknown_codes("ours")) == [
        {"field": "platform", "code": "an unknown name", "count": 1}
    ]


def test_examples_become_records(light: Receiving) -> None:
    light.empty()
    for number, example in enumerate(EXAMPLES):
        assert light.send(json.dumps(example).encode(), f"m{number}") == 204
    data = light.ask(
        light.owner("kr.kcsc"),
        """{ takedowns { nodes { itemCount executed { start } harmCategories provenance { location } } }
             informationRequests { nodes { status requester { id } accountsCount } } }""",
    )
    assert data["takedowns"]["nodes"] == [
        {
            "itemCount": 148,
            "executed": {"start": "2024-09-12"},
            "harmCategories": ["NCII_DEEPFAKE"],
            "provenance": {"location": "webhook"},
        }
    ]
    assert data["informationRequests"]["nodes"] == [
        {"status": "PARTIALLY_FULFILLED", "requester": {"id": "kr.knpa"}, "accountsCount": 3}
    ]
