"""The audit trail: an agency is told who read what it sent, and nothing of what is not its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select

from adapters.records import Arrest, Case
from adapters.vocabulary.enums import Audience, FieldClass
from gateway.access.audit.chain import AuditKeys
from gateway.access.audit.log import AuditLog, index_all_sources
from gateway.access.audit.tables import audit_entry, audit_metadata, audit_subject
from gateway.access.callers import AccessGrant as Granted
from gateway.access.callers import Caller, Principal, partner, public
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.request import Request
from gateway.store.database import connect
from tests.support.catalogue import Shelf, shelf_at

TRAIL = """query($first: Int, $after: String) { auditTrail(first: $first, after: $after) {
  entries { readAt agencyId purpose records summarised fieldsRead } cursor more } }"""


class Agencies:
    """Two agencies that sent records, one that may read both, and the log of it."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf = shelf
        for name, owner in (("ours", "kr.knpa"), ("theirs", "kr.kcsc")):
            records = [
                Arrest(source=name, external_id="1", age_band="10-17"),
                Case(source=name, external_id="2", title="A case"),
            ]
            shelf.state(records, name=name, owner=owner, audience=Audience.PARTNER)
        seals = AuditKeys(os.urandom(32), Ed25519PrivateKey.generate())
        self.database = connect(f"sqlite:///{folder / 'audit.db'}")
        shelf.run(self.database.write(audit_metadata.create_all))
        self.log = AuditLog(self.database, folder / "heads.jsonl", seals)

    def caller(self, agency: str, *sources: str, purpose: str = "tests") -> Caller:
        standing = Principal(agency=agency, agreement="a", purpose=purpose, key="k")
        granted = Granted(sources=frozenset(sources), classes=frozenset({FieldClass.PERSONAL}))
        return partner(self.shelf.holdings.descriptions, standing, granted)

    def ask(self, caller: Caller, text: str, log: AuditLog | None = None, **variables: Any) -> Answer:
        request = Request(query=text, variables=variables)
        return self.shelf.run(
            execute_request(self.shelf.holdings, caller, DocumentCaches(), request, audit_log=log or self.log)
        )

    def trail(self, caller: Caller, **variables: Any) -> Any:
        answer = self.ask(caller, TRAIL, **variables)
        assert answer.errors == []
        assert answer.data is not None
        return answer.data["auditTrail"]

    def close(self) -> None:
        self.shelf.run(self.log.close())
        self.shelf.run(self.database.close())


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[Agencies]:
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        held = Agencies(shelf, tmp_path)
        yield held
        held.close()


def test_a_summary_over_records_that_were_granted_is_answered_and_logged(agencies: Agencies) -> None:
    """A count names no record: whose were counted is told by type."""
    answer = agencies.ask(agencies.caller("uk.met", "ours"), "{ arrestSummary { cells { count } } }")
    assert (list(answer.errors), answer.data) == ([], {"arrestSummary": {"cells": [{"count": 1}]}})
    logged = agencies.shelf.run(
        agencies.database.write(lambda connection: connection.scalars(select(audit_entry.c.readings)).all())
    )
    assert [reading.record for readings in logged for reading in readings] == ["ArrestSummary:ours"]
    (told,) = agencies.trail(agencies.caller("kr.knpa"))["entries"]
    assert (told["records"], told["summarised"], told["fieldsRead"]) == ([], ["ARREST"], ["count"])
    assert agencies.trail(agencies.caller("kr.kcsc"))["entries"] == []


def test_a_summary_of_one_source_is_told_to_nobody_else(agencies: Agencies) -> None:
    reader = agencies.caller("uk.met", "ours", "theirs")
    assert agencies.ask(reader, '{ arrestSummary(filter: {source: "theirs"}) { cells { count } } }').errors == []
    assert agencies.trail(agencies.caller("kr.knpa"))["entries"] == []
    (told,) = agencies.trail(agencies.caller("kr.kcsc"))["entries"]
    assert told["summarised"] == ["ARREST"]


def test_an_agency_is_told_who_read_its_own_records_and_when_and_why(agencies: Agencies) -> None:
    reader = agencies.caller("uk.met", "ours", "theirs", purpose="victim support")
    assert agencies.ask(reader, "{ arrests { nodes { id ageBand } } }").errors == []
    agencies.ask(reader, '{ cases(filter: { source: "theirs" }) { nodes { title } } }')
    (audit_entry,) = agencies.trail(agencies.caller("kr.knpa"))["entries"]
    assert (audit_entry["agencyId"], audit_entry["purpose"]) == ("uk.met", "victim support")
    assert audit_entry["records"] == ["Arrest:ours:1"]
    assert "ageBand" in audit_entry["fieldsRead"]
    told = agencies.trail(agencies.caller("kr.kcsc"))["entries"]
    assert [each["records"] for each in told] == [["Case:theirs:2"], ["Arrest:theirs:1"]]
    assert [each["fieldsRead"] for each in told][0] == ["title"]
    assert agencies.trail(reader) == {"entries": [], "cursor": None, "more": False}


def test_an_agency_that_reads_its_own_is_told_so(agencies: Agencies) -> None:
    owner = agencies.caller("kr.knpa")
    agencies.ask(owner, "{ cases { nodes { title } } }")
    assert [audit_entry["agencyId"] for audit_entry in agencies.trail(owner)["entries"]] == ["kr.knpa"]


def test_a_caller_that_sees_nothing_real_is_told_nothing_of_it(agencies: Agencies) -> None:
    """A test key is its agency's, and sees synthetic sources alone."""
    agencies.ask(agencies.caller("uk.met", "ours"), "{ cases { nodes { title } } }")
    standing = Principal(agency="kr.knpa", agreement="a", purpose="tests", key="k")
    testing = partner({}, standing, Granted(sources=frozenset({"ours"})))
    assert agencies.trail(testing) == {"entries": [], "cursor": None, "more": False}


def test_nobody_else_can_name_it(agencies: Agencies) -> None:
    anybody = public(agencies.shelf.holdings.descriptions.values())
    assert agencies.ask(anybody, TRAIL).refusal == "VALIDATION_FAILED"


@pytest.mark.parametrize("together", [False, True])
def test_a_walk_meets_every_reading_once_also_where_many_are_of_one_moment(agencies: Agencies, together: bool) -> None:
    from asyncio import gather

    reader = agencies.caller("uk.met", "ours", "theirs")
    documents = [f"{{ a{number}: cases {{ nodes {{ title }} }} }}" for number in range(7)]

    async def read() -> None:
        asked = [
            execute_request(
                agencies.shelf.holdings, reader, DocumentCaches(), Request(query=text), audit_log=agencies.log
            )
            for text in documents
        ]
        if together:
            await gather(*asked)
        else:
            for each in asked:
                await each

    agencies.shelf.run(read())
    met: list[str] = []
    cursor, more = None, True
    while more:
        page = agencies.trail(agencies.caller("kr.knpa"), first=2, after=cursor)
        met += [audit_entry["readAt"] for audit_entry in page["entries"]]
        cursor, more = page["cursor"], page["more"]
    assert len(met) == 7
    assert met == sorted(met, reverse=True)
    # What is read meanwhile is later, and a walk to the past meets none of it.
    agencies.ask(reader, documents[0])
    assert agencies.trail(agencies.caller("kr.knpa"), after=cursor)["entries"] == []


def test_a_cursor_tells_nothing_of_how_much_others_read(agencies: Agencies) -> None:
    reader = agencies.caller("uk.met", "ours", "theirs")
    for _ in range(3):
        agencies.ask(reader, '{ cases(filter: { source: "theirs" }) { nodes { title } } }')
    agencies.ask(reader, '{ cases(filter: { source: "ours" }) { nodes { title } } }')
    import base64

    cursor = agencies.trail(agencies.caller("kr.knpa"))["cursor"]
    name, _, shown = base64.urlsafe_b64decode(cursor + "==").decode().split(" ")
    assert (name, shown) == ("trail", "1")


@pytest.mark.parametrize("cursor", ["x", "é", "dHJhaWw", "dHJhaWwgMjAyNC0wMS0wMVQwMDowMDowMCAx", ""])
def test_a_cursor_that_was_not_given_out_is_refused(agencies: Agencies, cursor: str) -> None:
    answer = agencies.ask(agencies.caller("kr.knpa"), TRAIL, after=cursor)
    codes = [error["extensions"]["code"] for error in answer.errors]
    assert codes == ([] if cursor == "" else ["BAD_CURSOR"])


@pytest.mark.parametrize("first", [-1, 101])
def test_a_page_has_at_most_a_hundred(agencies: Agencies, first: int) -> None:
    answer = agencies.ask(agencies.caller("kr.knpa"), TRAIL, first=first)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_INPUT"]


def test_without_a_log_an_agency_is_not_told_that_nobody_read(agencies: Agencies) -> None:
    request = Request(query=TRAIL)
    answer = agencies.shelf.run(
        execute_request(agencies.shelf.holdings, agencies.caller("kr.knpa"), DocumentCaches(), request)
    )
    assert [error["extensions"]["code"] for error in answer.errors] == ["NOT_READY"]


def test_entries_of_an_earlier_version_are_found_too(agencies: Agencies) -> None:
    reader = agencies.caller("uk.met", "ours")
    for _ in range(2):
        agencies.ask(reader, "{ cases { nodes { title } } }")
    agencies.shelf.run(agencies.database.write(lambda connection: connection.execute(delete(audit_subject))))
    assert agencies.trail(agencies.caller("kr.knpa"))["entries"] == []
    for _ in range(2):
        agencies.shelf.run(agencies.database.write(index_all_sources))
    assert len(agencies.trail(agencies.caller("kr.knpa"))["entries"]) == 2
