"""A collection's objects: what they become, what the newest version is, what is taken back, and what is never kept."""

from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape
from adapters.partners.taxii.objects import CASE, OBJECTS, schema
from adapters.partners.taxii.reading import CONNECTING, WITHHELD, read, read_file
from adapters.records import Case, InformationRequest, Offence, Period, Reference, Report
from adapters.vocabulary.enums import (
    CaseStatus,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    Precision,
    ReportStatus,
    RequestStatus,
)
from adapters.vocabulary.offences import OFFENCES

EXAMPLES = Path(__file__).parents[3] / "examples" / "taxii"
IDENTITY, INCIDENT, OBSERVED, REQUESTED, LINK = schema()["examples"]
VALIDATOR = Draft202012Validator(schema())
AGENCY = "kr.knpa"
EARLIER = datetime(2031, 2, 3, 9, tzinfo=UTC)


def told(*objects: Any) -> ReadResult:
    reading = read(objects, "feed", AGENCY)
    assert reading.rows == len(objects)
    assert reading.rows == len(reading.records) + reading.merged + reading.out_of_scope + len(reading.rejections)
    return reading


def only(*objects: Any) -> Any:
    (record,) = told(*objects).records
    return record


def day(month: int, number: int) -> Period:
    start = date(2031, month, number)
    return Period(start=start, end=start + timedelta(days=1), precision=Precision.DAY)


def but(given: dict[str, Any], **said: Any) -> dict[str, Any]:
    return deepcopy(given) | said


def extended(given: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The object with other properties in our extension."""
    changed = deepcopy(given)
    ((key, extension),) = changed["extensions"].items()
    changed["extensions"] = {key: extension | said}
    return changed


def test_every_object_of_a_recorded_answer_is_accounted_for() -> None:
    reading = read_file("envelope.json", (EXAMPLES / "envelope.json").read_bytes(), "feed", AGENCY)
    kinds = Counter(type(record) for record in reading.records)
    # One of these cases was revoked and one may not be handed on: bare, because other objects could not be read.
    assert kinds == {Case: 4, Report: 1, InformationRequest: 1}
    assert (reading.rows, reading.merged, reading.out_of_scope) == (17, 2, 6)
    rejected = [(each.position, each.column) for each in reading.rejections]
    assert rejected == [(14, "extensions"), (16, "spec_version"), (17, None)]
    assert reading.unknown == Counter(
        {
            ("agency", "a creator that is no known organisation"): 1,
            ("external_references", "a numbering that is not known"): 1,
            ("external_references", "what is no number"): 1,
            ("harm_category", "HARM_OF_A_LATER_LIST"): 1,
            ("jurisdictions", "XX"): 1,
            ("offence", "a code of law that is not known"): 1,
            ("relationship_type", "opposed-to"): 1,
            ("status", "CHARGED_TWICE"): 1,
        }
    )
    assert b"anary" not in msgspec.json.encode([reading.records, reading.rejections, list(reading.unknown)])


def test_an_incident_with_the_extension_is_a_case() -> None:
    case = only(IDENTITY, INCIDENT)
    assert isinstance(case, Case)
    assert (case.external_id, case.stated_at) == (INCIDENT["id"], date(2031, 2, 3))
    assert (case.case_number, case.agency, case.title) == ("KCSC-2031-0042", "kr.kcsc", None)
    assert (case.status, case.harm_categories) == (CaseStatus.UNDER_INVESTIGATION, (HarmCategory.NCII_DEEPFAKE,))
    title = next(each.title.en for each in OFFENCES if each.code == "성폭력처벌법 제14조의2")
    assert case.offence == Offence(scheme="law", code="성폭력처벌법 제14조의2", label=title)
    assert (case.opened, case.closed, case.jurisdictions) == (day(2, 3), None, ("KR",))
    assert case.references == (
        Reference("case-number", "2031고단7000001"),
        Reference("case-number", "KCSC-2031-0042"),
        Reference("stix", INCIDENT["id"]),
    )


def test_observed_data_with_the_extension_is_a_complaint() -> None:
    complaint = only(IDENTITY, OBSERVED)
    assert isinstance(complaint, Report)
    assert (complaint.received_by, complaint.platform, complaint.item_count) == ("kr.kcsc", "telegram", 3)
    assert (complaint.status, complaint.received) == (ReportStatus.ACTED_ON, day(2, 2))
    assert complaint.references == (Reference("stix", OBSERVED["id"]),)


def test_a_report_with_the_extension_is_a_request_about_what_it_refers_to() -> None:
    request = only(IDENTITY, REQUESTED)
    assert isinstance(request, InformationRequest)
    assert (request.requester, request.platform, request.addressee) == ("kr.kcsc", "telegram", None)
    assert (request.data_type, request.instrument) == (
        InformationRequestType.SUBSCRIBER_DATA,
        LegalInstrument.AGENCY_REQUEST,
    )
    assert (request.status, request.accounts_count, request.emergency) == (RequestStatus.ANSWERED, 2, False)
    assert (request.requested, request.due, request.responded) == (day(2, 4), day(2, 14), day(2, 10))
    assert Reference("stix", INCIDENT["id"]) in request.references


def test_without_the_extension_it_is_out_of_scope() -> None:
    bare = [but(each, extensions={"extension-definition--another": {}}) for each in (INCIDENT, OBSERVED, REQUESTED)]
    assert (told(*bare).records, told(*bare).out_of_scope) == ([], 3)


def test_who_acts_is_the_creator_or_else_the_agency_of_the_feed() -> None:
    nobody = but(INCIDENT)
    del nobody["created_by_ref"]
    assert only(nobody).agency == AGENCY
    unknown = told(INCIDENT)
    assert [record.agency for record in unknown.records if isinstance(record, Case)] == [None]
    assert unknown.unknown["agency", "a creator that is no known organisation"] == 1
    assert only(but(IDENTITY, revoked=True), INCIDENT).agency is None


@pytest.mark.parametrize("kind", ["individual", "group", "class", "system", "unknown", None, 3])
def test_the_name_of_whoever_is_no_organisation_is_not_even_read(kind: object) -> None:
    reading = told(but(IDENTITY, identity_class=kind, name={"no": "text"}), INCIDENT)
    assert (reading.rejections, reading.out_of_scope) == ([], 1)


def test_a_relationship_gives_the_records_at_its_ends_an_equal_reference() -> None:
    reading = told(LINK, OBSERVED, INCIDENT)
    one, other = reading.records
    assert reading.merged == 1
    assert {Reference("stix", INCIDENT["id"]), Reference("stix", OBSERVED["id"])} <= {*one.references} & {
        *other.references
    }


@pytest.mark.parametrize(
    "link",
    [
        but(LINK, revoked=True),
        but(LINK, relationship_type="opposed-to"),
        but(LINK, target_ref=IDENTITY["id"]),
        but(LINK, source_ref="threat-actor--00000000-0000-4000-8000-000000000099"),
        but(LINK, object_marking_refs=[sorted(WITHHELD)[0]]),
    ],
    ids=["revoked", "another word", "an identity", "what is not there", "withheld"],
)
def test_a_relationship_that_says_nothing_of_two_records_connects_none(link: dict[str, Any]) -> None:
    reading = told(link, IDENTITY, OBSERVED, INCIDENT)
    case, complaint = sorted(reading.records, key=lambda record: record.external_id)
    assert {*case.references}.isdisjoint(complaint.references)
    assert reading.merged == 0


def test_a_relationship_with_what_was_taken_back_does_not_tell_of_it() -> None:
    (complaint,) = told(LINK, OBSERVED, but(INCIDENT, revoked=True)).records
    assert complaint.references == (Reference("stix", OBSERVED["id"]),)


# What is taken back.


@pytest.mark.parametrize(
    "said",
    [
        {"revoked": True},
        *({"object_marking_refs": [mark]} for mark in sorted(WITHHELD)),
        {"granular_markings": [{"selectors": ["name"], "marking_ref": sorted(WITHHELD)[0]}]},
    ],
)
def test_what_is_revoked_or_may_not_be_handed_on_is_not_kept(said: dict[str, Any]) -> None:
    for each in (INCIDENT, OBSERVED, REQUESTED):
        assert told(but(each, **said)).records == []
        # Silence withdraws only where everything could be read; until then nothing but its identity stands.
        (bare,) = told(but(each, **said), "broken").records
        assert {*bare.references, *bare.jurisdictions, *bare.native} == set()
        assert not getattr(bare, "harm_categories")  # noqa: B009  # mypy knows no such attribute of every record
    assert told(but(INCIDENT, object_marking_refs=["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"])).records


# Versions.


@st.composite
def collections(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Versions of three objects; some of one instant, some revoked, some that cannot be read."""
    versions = []
    for each in (INCIDENT, OBSERVED, REQUESTED):
        for number in draw(st.lists(st.integers(0, 3), max_size=4)):
            said: dict[str, Any] = {
                "modified": (EARLIER + timedelta(days=number)).isoformat().replace("+00:00", "Z"),
                "revoked": draw(st.booleans()),
            }
            status = draw(st.sampled_from(["UNKNOWN", "WITHDRAWN", "NEW_WORD", "no word"]))
            versions.append(but(extended(each, status=status), **said))
    return versions


def sayings(reading: ReadResult) -> tuple[Any, ...]:
    return (
        sorted(reading.records, key=lambda record: record.id),
        len(reading.rejections),
        reading.merged,
        reading.out_of_scope,
        reading.unknown,
    )


@given(collections(), st.randoms(use_true_random=False))
def test_the_newest_version_counts_whatever_the_order_of_rows(versions: list[dict[str, Any]], random: Any) -> None:
    mixed = list(versions)
    random.shuffle(mixed)
    assert sayings(told(*mixed)) == sayings(told(*versions))
    readable = [each for each in versions if VALIDATOR.is_valid(each)]
    for record in told(*readable).records:
        newest = max(each["modified"] for each in readable if each["id"] == record.external_id)
        assert record.stated_at == datetime.fromisoformat(newest).date()


@given(collections())
def test_what_stands_twice_changes_nothing(versions: list[dict[str, Any]]) -> None:
    twice, once = told(*versions, *versions), told(*versions)
    assert sayings(twice)[0] == sayings(once)[0]
    assert len(twice.rejections) == 2 * len(once.rejections)


# What is refused.


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (None, None),
        ({}, "type"),
        ({"type": ["incident"]}, "type"),
        (but(INCIDENT, spec_version="canary"), "spec_version"),
        (but(INCIDENT, id="incident--canary"), "id"),
        (but(INCIDENT, id=INCIDENT["id"] + "\n"), "id"),
        (but(INCIDENT, id=OBSERVED["id"]), "id"),
        (but(INCIDENT, name=None), "name"),
        (but(INCIDENT, modified="2031-02-03T09:00:00"), "modified"),
        (but(INCIDENT, modified="2031-02-03T08:59:59Z"), "modified"),
        (but(INCIDENT, modified="canary"), "modified"),
        (but(INCIDENT, revoked="canary"), "revoked"),
        (but(INCIDENT, extensions={CASE: {"extension_type": "canary"}}), "extension_type"),
        (extended(INCIDENT, canary="x"), "extensions"),
        (extended(INCIDENT, **{"x` - at `$.canary": 1}), "extensions"),
        (extended(INCIDENT, case_number="Canary"), "case_number"),
        (extended(INCIDENT, case_number="two words 1"), "case_number"),
        (extended(INCIDENT, status="canary"), "status"),
        (extended(INCIDENT, opened={"start": "2031-02-03", "end": "2031-02-03"}), "opened"),
        (extended(INCIDENT, opened={"start": "1031-02-03", "end": "1031-02-04"}), "opened"),
        (extended(INCIDENT, opened={"start": "2031-02-03", "end": "2031-02-04", "canary": 1}), "opened"),
        (but(OBSERVED, number_observed=0), "number_observed"),
        (extended(OBSERVED, platform="canary\x00"), "platform"),
        (but(REQUESTED, object_refs=[]), "object_refs"),
        (but(REQUESTED, object_refs=["canary"]), "object_refs"),
        (extended(REQUESTED, accounts_count=-1), "accounts_count"),
        (extended(REQUESTED, accounts_count=10**9), "accounts_count"),
        (extended(REQUESTED, emergency="canary"), "emergency"),
        (but(LINK, relationship_type="CANARY"), "relationship_type"),
    ],
)
def test_an_object_that_cannot_be_read_is_refused_with_its_column_and_not_quoted(given: Any, column: str) -> None:
    (rejection,) = (reading := told(given)).rejections
    assert (rejection.position, rejection.column) == (1, column)
    assert "canary" not in repr((rejection, reading.unknown)).lower().replace(repr(column), "")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """An object of which one property, at any depth, is something else or gone."""
    given = deepcopy(draw(st.sampled_from(schema()["examples"])))
    place = given
    while True:
        key = draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or draw(st.booleans()):
            break
        place = place[key]
    if draw(st.booleans()):
        place[key] = draw(anything)
    else:
        del place[key]
    return given


@given(st.lists(broken() | anything, max_size=4))
def test_whatever_comes_is_accounted_for_and_can_be_stored(listed: list[Any]) -> None:
    reading = told(*listed)
    kept = [reading.records, reading.rejections, [*reading.unknown]]
    assert "\\u0000" not in msgspec.json.encode(kept).decode()


@pytest.mark.parametrize("content", [b"{}", b'{"type": "bundle", "id": "bundle--1"}', b'{"objects": []}'])
def test_an_envelope_or_a_bundle_may_be_empty(content: bytes) -> None:
    assert read_file("a.json", content, "feed", AGENCY).rows == 0


@pytest.mark.parametrize("content", [b"[]", b"1", b'{"objects": {}}', b'{"objects": [], "title": "x"}', b'{"a": 1}'])
def test_a_file_of_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(UnexpectedShape, match="neither an envelope"):
        read_file("a.json", content, "feed", AGENCY)


# The published schema.


def test_the_examples_fit_the_schema_and_are_read() -> None:
    Draft202012Validator.check_schema(schema())
    assert {each["type"] for each in schema()["examples"]} == set(OBJECTS)
    for each in schema()["examples"]:
        VALIDATOR.validate(each)
    reading = told(*schema()["examples"])
    assert (len(reading.records), reading.merged, reading.out_of_scope, reading.unknown) == (3, 1, 1, Counter())


@given(broken())
def test_what_the_schema_refuses_is_refused_and_what_it_permits_is_read(given: Any) -> None:
    """But for what a schema cannot say: that an instant is one, and which of two comes first."""
    if not isinstance(given.get("type"), str) or given["type"] not in OBJECTS:
        return
    if given["type"] == "identity" and given.get("identity_class") != "organization":
        return
    (rejections,) = ([each.column for each in told(given).rejections],)
    if VALIDATOR.is_valid(given):
        untold = {*DAYS, "created", "modified", "published", "first_observed", "last_observed"}
        assert {*rejections} <= {*untold, "start", "end"}
    else:
        assert len(rejections) == 1


DAYS = ("opened", "closed", "received", "requested", "due", "responded")


def test_what_the_schema_says_of_days_is_what_is_read() -> None:
    extensions = [schema()["$defs"][name] for name in ("CaseExtension", "ComplaintExtension", "RequestExtension")]
    stated = {name for each in extensions for name, of in each["properties"].items() if "Days" in str(of)}
    assert stated == {*DAYS}
    assert all(each["additionalProperties"] is False for each in extensions)


def test_the_relationships_are_those_that_the_standard_has_between_any_two_objects() -> None:
    for word in CONNECTING:
        assert told(but(LINK, relationship_type=word), OBSERVED, INCIDENT).merged == 1
