"""Events that agencies push: the gateway reads what the published JSON Schema permits, and no more."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adapters.errors import Unreadable
from adapters.partners.webhook import EXAMPLES, Webhook, json_schema
from adapters.records import InformationRequest, Takedown
from adapters.source import Receiver

NOW = datetime(2024, 10, 1, tzinfo=UTC)
SOURCE = Webhook("ours", "kr.kcsc", [bytes(24)])
SCHEMA = Draft202012Validator(json_schema())


def read(event: Any) -> Any:
    (record,) = SOURCE.receive(json.dumps(event).encode(), NOW).batch.records
    return record


def reads(event: Any) -> bool:
    try:
        read(event)
    except Unreadable:
        return False
    return True


def test_the_schema_is_valid_and_its_examples_match_it_and_are_read() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["examples"]
    for example in json_schema()["examples"]:
        assert list(SCHEMA.iter_errors(example)) == []
    assert [type(read(example)) for example in EXAMPLES] == [Takedown, InformationRequest]
    assert isinstance(SOURCE, Receiver)


def test_a_record_belongs_to_its_owner_and_has_the_events_data() -> None:
    record = read(EXAMPLES[0])
    assert (record.id, record.platform, record.requested_by) == ("ours:2024-0912-148", "telegram", "kr.kcsc")
    assert (record.item_count, record.status.value) == (148, "COMPLIED")
    assert SOURCE.about.owner == "kr.kcsc"
    assert SOURCE.about.audience.value == "PARTNER"


@pytest.mark.parametrize(
    ("timezone", "stated_at"), [("Asia/Seoul", "2024-09-14"), ("Europe/London", "2024-09-13"), (None, "2024-09-13")]
)
def test_days_are_those_of_the_agencys_time_zone_or_of_the_events_own_offset(
    timezone: str | None, stated_at: str
) -> None:
    source = Webhook("ours", "kr.kcsc", [bytes(24)], timezone)
    event = EXAMPLES[0] | {"timestamp": "2024-09-13T22:30:00+01:00"}
    (record,) = source.receive(json.dumps(event).encode(), NOW).batch.records
    assert isinstance(record, Takedown)
    assert f"{record.stated_at}" == stated_at
    assert record.requested is not None
    assert record.requested.timezone == source.about.timezone == timezone


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from(["", "KR", "telegram", "COMPLIED", "x" * 201, "a\nb", "a\n", "2024-09-12", "Jane Doe"]),
    st.lists(st.sampled_from(["KR", "NCII", "REMOVED", "nothing"]), max_size=2),
    st.just({"scheme": "a", "value": "b"}),
)


@given(st.data())
def test_an_event_that_is_read_matches_the_published_schema(data: st.DataObject) -> None:
    """The schema cannot tell whether a place is known and whether a day exists."""
    example = json.loads(json.dumps(data.draw(st.sampled_from(EXAMPLES))))
    where = data.draw(st.sampled_from([example, example["data"]]))
    name = data.draw(st.sampled_from([*where, "name", "urls", "executed", "due"]))
    if data.draw(st.booleans()):
        where[name] = data.draw(VALUES)
    else:
        where.pop(name, None)
    fits = SCHEMA.is_valid(example)
    if reads(example):
        assert fits, name
    elif fits:
        assert name in {"jurisdictions", "timestamp", "requested", "executed", "responded", "due"}


@pytest.mark.parametrize("name", ["name", "urls", "url", "victim", "description", "text"])
def test_there_is_no_property_for_persons_addresses_or_free_text(name: str) -> None:
    for example in EXAMPLES:
        wider = json.loads(json.dumps(example))
        wider["data"][name] = "Jane Doe"
        assert not SCHEMA.is_valid(wider)
        assert not reads(wider)


def test_the_source_cannot_be_read() -> None:
    with pytest.raises(Unreadable):
        SOURCE.files(())
    assert not list(SOURCE.scopes(None))  # type: ignore[arg-type]  # it looks at no demand
