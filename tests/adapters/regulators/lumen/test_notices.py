"""Lumen's notices: the record of each type, known senders, and data that is not stored."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape, Unreadable
from adapters.records import Host, InformationRequest, Reference, Takedown
from adapters.regulators.lumen.notices import ADDRESS_KEYS, OUT_OF_SCOPE_TYPES, read_file, read_notices
from adapters.regulators.lumen.source import Lumen
from adapters.vocabulary.enums import (
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    RequestStatus,
    TakedownStatus,
    TakedownTrigger,
)

EXAMPLES = Path(__file__).parents[3] / "examples" / "lumen"


UNKNOWN_TAGS = {"not a list of tags", "a tag that is not text"}


def example(name: str) -> ReadResult:
    return read_file(name, (EXAMPLES / name).read_bytes())


def takedowns(result: ReadResult) -> dict[str, Takedown]:
    return {record.external_id: record for record in result.records if isinstance(record, Takedown)}


def test_every_notice_of_a_page_is_accounted_for() -> None:
    result = example("search.json")
    assert (result.rows, len(result.records), result.merged, result.out_of_scope) == (8, 5, 1, 1)
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [(7, "id")]
    assert result.unknown == Counter(
        {("jurisdictions", "a tag that is not a place"): 1, ("trigger", "Sonnet"): 1, ("status", "Perhaps"): 1}
    )


def test_a_court_order_is_a_takedown_that_a_court_asked_for() -> None:
    page = orjson.loads((EXAMPLES / "search.json").read_bytes())["notices"]
    order = takedowns(read_notices(page[:1]))["70000001"]
    assert (order.trigger, order.legal_basis) == (TakedownTrigger.COURT_ORDER, LegalBasis.COURT_ORDER)
    assert (order.platform, order.status, order.jurisdictions) == ("telegram", TakedownStatus.COMPLIED, ("KR",))
    assert order.references == (Reference("case-number", "2031고단7000001"),)
    assert (order.hosts, order.item_count, order.urls) == ((Host("videos.example", 13),), 13, ())
    assert order.requested is not None
    assert (order.requested.start, order.requested.end) == (date(2031, 2, 3), date(2031, 2, 4))
    assert order.reported_at == datetime(2031, 2, 6, 10, 11, 12, tzinfo=UTC)
    assert order.legal_ground == "An Act that nobody passed, art. 1"


def test_a_request_for_data_is_no_takedown() -> None:
    (request,) = [record for record in example("search.json").records if isinstance(record, InformationRequest)]
    assert (request.requester, request.instrument) == ("kr.knpa", LegalInstrument.WARRANT)
    assert (request.status, request.data_type) == (
        RequestStatus.PARTIALLY_FULFILLED,
        InformationRequestType.UNSPECIFIED,
    )
    assert request.references == ()
    takedown = takedowns(example("search.json"))["70000003"]
    assert (takedown.requested_by, takedown.trigger) == ("kr.knpa", TakedownTrigger.POLICE_REQUEST)
    assert (takedown.status, takedown.jurisdictions) == (TakedownStatus.REFUSED_OR_NO_ACTION, ("KR",))


def test_a_rescinded_notice_is_withdrawn_and_a_later_page_wins() -> None:
    notices = takedowns(example("search.json"))
    assert notices["70000005"].status is TakedownStatus.WITHDRAWN
    assert notices["70000001"].status is TakedownStatus.PARTIALLY_COMPLIED


def test_no_name_no_free_text_and_no_address_is_stored() -> None:
    text = repr([example(name).records for name in ("search.json", "notice.json")])
    for hidden in ("does not exist", "nobody bears", "secret-path", "Made up", "nobody runs", "original.example"):
        assert hidden not in text


def test_a_single_notice_is_under_the_name_of_its_type() -> None:
    notice = takedowns(example("notice.json"))["70000008"]
    assert notice.trigger is TakedownTrigger.USER_NOTICE
    assert [host.name for host in notice.hosts] == ["a.example", "b.example"]
    assert notice.requested is not None
    assert notice.requested.start == date(2031, 2, 2)


@pytest.mark.parametrize("kind", sorted(ADDRESS_KEYS))
def test_the_addresses_of_each_type_are_under_its_own_key(kind: str) -> None:
    work = {key: [{"url": "https://other.example/"}] for key in ADDRESS_KEYS.values()} | {
        ADDRESS_KEYS[kind]: [{"fqdn": "own.example", "count": 3}]
    }
    result = read_notices([{"id": 1, "type": kind, "works": [work]}])
    assert result.unknown == Counter()
    assert takedowns(result)["1"].hosts == (Host("own.example", 3),)


@pytest.mark.parametrize("key", ["jurisdictions", "laws_referenced", "regulations"])
def test_a_tag_in_an_unknown_form_is_counted(key: str) -> None:
    for value, number in ((["KR", {"name": "KR"}, None], 2), ({"name": "KR"}, 1), ("KR", 1), ([], 0), (None, 0)):
        result = read_notices([{"id": 1, "type": "Other", key: value}])
        counts = [count for (field, code), count in result.unknown.items() if field == key and code in UNKNOWN_TAGS]
        assert (len(result.records), sum(counts)) == (1, number)


@pytest.mark.parametrize("key", ["fqdn", "domain"])
def test_an_entry_of_a_host_and_a_count_counts_its_items(key: str) -> None:
    entries = [{key: "one.example", "count": 5}, {key: "two.example", "count": 2}, {"url": None}]
    (notice,) = takedowns(read_notices([{"id": 1, "type": "Other", "works": [{"problematic_urls": entries}]}])).values()
    assert (notice.hosts, notice.item_count) == ((Host("one.example", 5), Host("two.example", 2)), 7)


@pytest.mark.parametrize("kind", sorted(OUT_OF_SCOPE_TYPES))
def test_notices_about_intellectual_property_are_out_of_scope(kind: str) -> None:
    assert read_notices([{"id": 1, "type": kind}]).out_of_scope == 1


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"id": 0}, "id"),
        ({"id": True}, "id"),
        ({"type": None}, "type"),
        ({"type": 7}, "type"),
        ({"action_taken": ["Yes"]}, "action_taken"),
        ({"date_sent": "yesterday"}, "date_sent"),
        ({"date_sent": "2031-02-03"}, "date_sent"),
        ({"works": [{"problematic_urls": ["https://a.example"]}]}, "works"),
        ({"works": [{"problematic_urls": [{"fqdn": "a.example", "count": "3"}]}]}, "works"),
        ({"works": [{"problematic_urls": [{"domain": "a.example"}]}]}, "works"),
        ({"works": [{"problematic_urls": [{"url": "https://a.example/"}, {"site": "b.example"}]}]}, "works"),
        ({"works": [{"problematic_urls": [{}]}]}, "works"),
        ({"works": [{"problematic_urls": [{"url": 7}]}]}, "works"),
        ({"works": [{"problematic_urls": {"url": "https://a.example/"}}]}, "works"),
        ({"works": ["https://a.example/"]}, "works"),
        ({"works": {"problematic_urls": []}}, "works"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_an_invalid_notice_is_rejected(fields: dict[str, Any], column: str) -> None:
    result = read_notices([{"id": 1, "type": "Other"} | fields])
    assert [rejection.column for rejection in result.rejections] == [column]


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("2024-KR-0001", True),
        ("2024고단9999001", True),
        ("No. 24/1234(b)", False),
        ("C-131/12", True),
        ("18 CV 1234", False),
        ("1:24-cv-01234 2", True),
        ("A name that nobody bears", False),
        ("Doe", False),
        ("Doe v. Roe 12", False),
        ("[REDACTED]", False),
        ("12", False),
    ],
)
def test_a_case_number_is_stored_where_it_cannot_be_a_name(text: str, is_number: bool) -> None:
    result = read_notices([{"id": 1, "type": "Other", "case_id_number": text}])
    assert [reference.value for reference in takedowns(result)["1"].references] == ([text] if is_number else [])


def test_tags_that_are_free_text_are_not_stored() -> None:
    fields = {
        "jurisdictions": ["Jane Roe"],
        "laws_referenced": ["Jane Roe", "조아무개", "§ 201a StGB"],
        "request_type": "Jane Roe",
    }
    result = read_notices([{"id": 1, "type": "LawEnforcementRequest", "action_taken": None} | fields])
    (takedown,) = takedowns(result).values()
    assert takedown.legal_ground == "§ 201a StGB"
    assert "Roe" not in repr(takedown)
    assert result.unknown["jurisdictions", "a tag that is not a place"] == 1
    assert [term.field for term in takedown.native] == ["trigger"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["id", "type", "works", "jurisdictions", "action_taken", "date_sent", "case_id_number", "request_type", "body"]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON) | JSON, max_size=4))
def test_any_notice_is_read_or_rejected(rows: list[Any]) -> None:
    result = read_notices(rows)
    assert result.rows == len(rows)
    assert result.rows == len(result.records) + result.merged + result.out_of_scope + len(result.rejections)


def test_a_file_that_is_not_an_answer_is_an_unexpected_shape(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"^x\.json: "):
        read_file("x.json", b"<html>")
    for content in (b"[]", b'{"notices": {}, "meta": {}}', b"7"):
        with pytest.raises(UnexpectedShape, match=r"^x\.json: has neither"):
            read_file("x.json", content)
    with pytest.raises(Unreadable):
        Lumen().files([tmp_path])
    assert [scope.name for scope in Lumen().files([EXAMPLES])] == ["notice.json", "search.json"]
