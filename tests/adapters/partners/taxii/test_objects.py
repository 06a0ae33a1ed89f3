"""A collection's objects: their records, their newest versions, withdrawals, and data that is never stored."""

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
from adapters.partners.taxii.objects import CASE, OBJECT_TYPES, schema
from adapters.partners.taxii.stix_records import GENERIC_RELATIONSHIPS, RESTRICTED_MARKINGS, read_file, read_objects
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
IDENTITY, INCIDENT, OBSERVED_DATA, REPORT, LINK = schema()["examples"]
VALIDATOR = Draft202012Validator(schema())
AGENCY = "kr.knpa"
EARLIER = datetime(2031, 2, 3, 9, tzinfo=UTC)


def read(*objects: Any) -> ReadResult:
    result = read_objects(objects, "feed", AGENCY)
    assert result.rows == len(objects)
    assert result.rows == len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    return result


def only(*objects: Any) -> Any:
    (record,) = read(*objects).records
    return record


def day(month: int, number: int) -> Period:
    start = date(2031, month, number)
    return Period(start=start, end=start + timedelta(days=1), precision=Precision.DAY)


def changed(original: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return deepcopy(original) | properties


def with_extension(original: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The object with other properties in the gateway's extension."""
    copy = deepcopy(original)
    ((key, extension),) = copy["extensions"].items()
    copy["extensions"] = {key: extension | properties}
    return copy


def test_every_object_of_a_recorded_answer_is_accounted_for() -> None:
    result = read_file("envelope.json", (EXAMPLES / "envelope.json").read_bytes(), "feed", AGENCY)
    kinds = Counter(type(record) for record in result.records)
    # One of these cases is revoked and one must not be shared: they are stubs, because other objects are invalid.
    assert kinds == {Case: 4, Report: 1, InformationRequest: 1}
    assert (result.rows, result.merged, result.out_of_scope) == (17, 2, 6)
    rejections = [(rejection.position, rejection.column) for rejection in result.rejections]
    assert rejections == [(14, "extensions"), (16, "spec_version"), (17, None)]
    assert result.unknown == Counter(
        {
            ("agency", "a creator that is not a known organisation"): 1,
            ("external_references", "an unknown numbering"): 1,
            ("external_references", "a value that is not a number"): 1,
            ("harm_category", "HARM_OF_A_LATER_LIST"): 1,
            ("jurisdictions", "XX"): 1,
            ("offence", "an unknown code of law"): 1,
            ("relationship_type", "opposed-to"): 1,
            ("status", "CHARGED_TWICE"): 1,
        }
    )
    assert b"anary" not in msgspec.json.encode([result.records, result.rejections, list(result.unknown)])


def test_an_incident_with_the_extension_is_a_case() -> None:
    case = only(IDENTITY, INCIDENT)
    assert isinstance(case, Case)
    assert (case.external_id, case.stated_at) == (INCIDENT["id"], date(2031, 2, 3))
    assert (case.case_number, case.agency, case.title) == ("KCSC-2031-0042", "kr.kcsc", None)
    assert (case.status, case.harm_categories) == (CaseStatus.UNDER_INVESTIGATION, (HarmCategory.NCII_DEEPFAKE,))
    title = next(offence.title.en for offence in OFFENCES if offence.code == "성폭력처벌법 제14조의2")
    assert case.offence == Offence(scheme="law", code="성폭력처벌법 제14조의2", label=title)
    assert (case.opened, case.closed, case.jurisdictions) == (day(2, 3), None, ("KR",))
    assert case.references == (
        Reference("case-number", "2031고단7000001"),
        Reference("case-number", "KCSC-2031-0042"),
        Reference("stix", INCIDENT["id"]),
    )


def test_days_are_those_of_the_agencys_time_zone() -> None:
    modified = changed(INCIDENT, modified="2031-02-03T20:30:00.000Z")
    (case,) = read_objects([IDENTITY, modified], "feed", AGENCY, "Asia/Seoul").records
    assert isinstance(case, Case)
    assert case.stated_at == date(2031, 2, 4)
    assert case.opened is not None
    assert (case.opened.start, case.opened.timezone) == (date(2031, 2, 3), "Asia/Seoul")


def test_observed_data_with_the_extension_is_a_complaint() -> None:
    complaint = only(IDENTITY, OBSERVED_DATA)
    assert isinstance(complaint, Report)
    assert (complaint.received_by, complaint.platform, complaint.item_count) == ("kr.kcsc", "telegram", 3)
    assert (complaint.status, complaint.received) == (ReportStatus.ACTED_ON, day(2, 2))
    assert complaint.references == (Reference("stix", OBSERVED_DATA["id"]),)


def test_a_report_with_the_extension_is_a_request_about_what_it_refers_to() -> None:
    request = only(IDENTITY, REPORT)
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
    bare = [
        changed(original, extensions={"extension-definition--another": {}})
        for original in (INCIDENT, OBSERVED_DATA, REPORT)
    ]
    assert (read(*bare).records, read(*bare).out_of_scope) == ([], 3)


def test_the_agency_is_the_creator_or_else_the_owner_of_the_feed() -> None:
    nobody = changed(INCIDENT)
    del nobody["created_by_ref"]
    assert only(nobody).agency == AGENCY
    unknown = read(INCIDENT)
    assert [record.agency for record in unknown.records if isinstance(record, Case)] == [None]
    assert unknown.unknown["agency", "a creator that is not a known organisation"] == 1
    assert only(changed(IDENTITY, revoked=True), INCIDENT).agency is None


@pytest.mark.parametrize("kind", ["individual", "group", "class", "system", "unknown", None, 3])
def test_the_name_of_a_person_is_not_even_read(kind: object) -> None:
    result = read(changed(IDENTITY, identity_class=kind, name={"no": "text"}), INCIDENT)
    assert (result.rejections, result.out_of_scope) == ([], 1)


def test_a_relationship_gives_its_two_records_an_equal_reference() -> None:
    result = read(LINK, OBSERVED_DATA, INCIDENT)
    one, other = result.records
    assert result.merged == 1
    assert {Reference("stix", INCIDENT["id"]), Reference("stix", OBSERVED_DATA["id"])} <= {*one.references} & {
        *other.references
    }


@pytest.mark.parametrize(
    "link",
    [
        changed(LINK, revoked=True),
        changed(LINK, relationship_type="opposed-to"),
        changed(LINK, target_ref=IDENTITY["id"]),
        changed(LINK, source_ref="threat-actor--00000000-0000-4000-8000-000000000099"),
        changed(LINK, object_marking_refs=[sorted(RESTRICTED_MARKINGS)[0]]),
    ],
    ids=["revoked", "another word", "an identity", "what is not there", "withheld"],
)
def test_a_relationship_of_other_objects_connects_no_records(link: dict[str, Any]) -> None:
    result = read(link, IDENTITY, OBSERVED_DATA, INCIDENT)
    case, complaint = sorted(result.records, key=lambda record: record.external_id)
    assert {*case.references}.isdisjoint(complaint.references)
    assert result.merged == 0


def test_a_relationship_with_a_withdrawn_object_adds_no_reference() -> None:
    (complaint,) = read(LINK, OBSERVED_DATA, changed(INCIDENT, revoked=True)).records
    assert complaint.references == (Reference("stix", OBSERVED_DATA["id"]),)


# Withdrawals.


@pytest.mark.parametrize(
    "properties",
    [
        {"revoked": True},
        *({"object_marking_refs": [mark]} for mark in sorted(RESTRICTED_MARKINGS)),
        {"granular_markings": [{"selectors": ["name"], "marking_ref": sorted(RESTRICTED_MARKINGS)[0]}]},
    ],
)
def test_an_object_that_is_revoked_or_must_not_be_shared_is_not_stored(properties: dict[str, Any]) -> None:
    for original in (INCIDENT, OBSERVED_DATA, REPORT):
        assert read(changed(original, **properties)).records == []
        # Missing records are withdrawn only where all rows could be read; until then a stub stays.
        (bare,) = read(changed(original, **properties), "broken").records
        assert {*bare.references, *bare.jurisdictions, *bare.native} == set()
        assert not getattr(bare, "harm_categories")  # noqa: B009  # mypy knows no such attribute of every record
    assert read(
        changed(INCIDENT, object_marking_refs=["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"])
    ).records


# Versions.


@st.composite
def collections(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Versions of three objects; some with the same time, some revoked, some invalid."""
    versions = []
    for original in (INCIDENT, OBSERVED_DATA, REPORT):
        for number in draw(st.lists(st.integers(0, 3), max_size=4)):
            properties: dict[str, Any] = {
                "modified": (EARLIER + timedelta(days=number)).isoformat().replace("+00:00", "Z"),
                "revoked": draw(st.booleans()),
            }
            status = draw(st.sampled_from(["UNKNOWN", "WITHDRAWN", "NEW_WORD", "no word"]))
            versions.append(changed(with_extension(original, status=status), **properties))
    return versions


def outcome(result: ReadResult) -> tuple[Any, ...]:
    return (
        sorted(result.records, key=lambda record: record.id),
        len(result.rejections),
        result.merged,
        result.out_of_scope,
        result.unknown,
    )


@given(collections(), st.randoms(use_true_random=False))
def test_the_newest_version_counts_whatever_the_order_of_rows(versions: list[dict[str, Any]], random: Any) -> None:
    mixed = list(versions)
    random.shuffle(mixed)
    assert outcome(read(*mixed)) == outcome(read(*versions))
    readable = [version for version in versions if VALIDATOR.is_valid(version)]
    for record in read(*readable).records:
        newest = max(version["modified"] for version in readable if version["id"] == record.external_id)
        assert record.stated_at == datetime.fromisoformat(newest).date()


@given(collections())
def test_a_repeated_version_changes_nothing(versions: list[dict[str, Any]]) -> None:
    twice, once = read(*versions, *versions), read(*versions)
    assert outcome(twice)[0] == outcome(once)[0]
    assert len(twice.rejections) == 2 * len(once.rejections)


# Rejections.


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (None, None),
        ({}, "type"),
        ({"type": ["incident"]}, "type"),
        (changed(INCIDENT, spec_version="canary"), "spec_version"),
        (changed(INCIDENT, id="incident--canary"), "id"),
        (changed(INCIDENT, id=INCIDENT["id"] + "\n"), "id"),
        (changed(INCIDENT, id=OBSERVED_DATA["id"]), "id"),
        (changed(INCIDENT, name=None), "name"),
        (changed(INCIDENT, modified="2031-02-03T09:00:00"), "modified"),
        (changed(INCIDENT, modified="2031-02-03T08:59:59Z"), "modified"),
        (changed(INCIDENT, modified="canary"), "modified"),
        (changed(INCIDENT, revoked="canary"), "revoked"),
        (changed(INCIDENT, extensions={CASE: {"extension_type": "canary"}}), "extension_type"),
        (with_extension(INCIDENT, canary="x"), "extensions"),
        (with_extension(INCIDENT, **{"x` - at `$.canary": 1}), "extensions"),
        (with_extension(INCIDENT, case_number="Canary"), "case_number"),
        (with_extension(INCIDENT, case_number="two words 1"), "case_number"),
        (with_extension(INCIDENT, status="canary"), "status"),
        (with_extension(INCIDENT, opened={"start": "2031-02-03", "end": "2031-02-03"}), "opened"),
        (with_extension(INCIDENT, opened={"start": "1031-02-03", "end": "1031-02-04"}), "opened"),
        (with_extension(INCIDENT, opened={"start": "2031-02-03", "end": "2031-02-04", "canary": 1}), "opened"),
        (changed(OBSERVED_DATA, number_observed=0), "number_observed"),
        (with_extension(OBSERVED_DATA, platform="canary\x00"), "platform"),
        (changed(REPORT, object_refs=[]), "object_refs"),
        (changed(REPORT, object_refs=["canary"]), "object_refs"),
        (with_extension(REPORT, accounts_count=-1), "accounts_count"),
        (with_extension(REPORT, accounts_count=10**9), "accounts_count"),
        (with_extension(REPORT, emergency="canary"), "emergency"),
        (changed(LINK, relationship_type="CANARY"), "relationship_type"),
    ],
)
def test_an_invalid_object_is_rejected_with_its_column_and_not_quoted(row: Any, column: str) -> None:
    (rejection,) = (result := read(row)).rejections
    assert (rejection.position, rejection.column) == (1, column)
    assert "canary" not in repr((rejection, result.unknown)).lower().replace(repr(column), "")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged_objects(draw: st.DrawFn) -> Any:
    """An object with one property, at any depth, replaced or deleted."""
    copy = deepcopy(draw(st.sampled_from(schema()["examples"])))
    place = copy
    while True:
        key = draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or draw(st.booleans()):
            break
        place = place[key]
    if draw(st.booleans()):
        place[key] = draw(anything)
    else:
        del place[key]
    return copy


@given(st.lists(damaged_objects() | anything, max_size=4))
def test_any_object_is_accounted_for_and_can_be_stored(rows: list[Any]) -> None:
    result = read(*rows)
    content = [result.records, result.rejections, [*result.unknown]]
    assert "\\u0000" not in msgspec.json.encode(content).decode()


@pytest.mark.parametrize("content", [b"{}", b'{"type": "bundle", "id": "bundle--1"}', b'{"objects": []}'])
def test_an_envelope_or_a_bundle_may_be_empty(content: bytes) -> None:
    assert read_file("a.json", content, "feed", AGENCY).rows == 0


@pytest.mark.parametrize("content", [b"[]", b"1", b'{"objects": {}}', b'{"objects": [], "title": "x"}', b'{"a": 1}'])
def test_another_file_is_an_unexpected_shape(content: bytes) -> None:
    with pytest.raises(UnexpectedShape, match="neither an envelope"):
        read_file("a.json", content, "feed", AGENCY)


# The published schema.


def test_the_examples_match_the_schema_and_are_read() -> None:
    Draft202012Validator.check_schema(schema())
    assert {example["type"] for example in schema()["examples"]} == set(OBJECT_TYPES)
    for example in schema()["examples"]:
        VALIDATOR.validate(example)
    result = read(*schema()["examples"])
    assert (len(result.records), result.merged, result.out_of_scope, result.unknown) == (3, 1, 1, Counter())


@given(damaged_objects())
def test_an_object_is_read_exactly_when_it_matches_the_schema(row: Any) -> None:
    """Except what a schema cannot express: that a time exists, and which of two comes first."""
    if not isinstance(row.get("type"), str) or row["type"] not in OBJECT_TYPES:
        return
    if row["type"] == "identity" and row.get("identity_class") != "organization":
        return
    rejections = read(row).rejections
    columns = {rejection.column for rejection in rejections}
    if VALIDATOR.is_valid(row):
        unchecked = {*DAYS, "created", "modified", "published", "first_observed", "last_observed"}
        assert columns <= {*unchecked, "start", "end"}
    else:
        assert len(rejections) == 1


DAYS = ("opened", "closed", "received", "requested", "due", "responded")


def test_the_schemas_day_ranges_are_those_that_are_read() -> None:
    extensions = [schema()["$defs"][name] for name in ("CaseExtension", "ComplaintExtension", "RequestExtension")]
    names = {
        name
        for extension in extensions
        for name, property_schema in extension["properties"].items()
        if "DayRange" in str(property_schema)
    }
    assert names == {*DAYS}
    assert all(extension["additionalProperties"] is False for extension in extensions)


def test_the_relationships_are_those_that_the_standard_has_between_any_two_objects() -> None:
    for word in GENERIC_RELATIONSHIPS:
        assert read(changed(LINK, relationship_type=word), OBSERVED_DATA, INCIDENT).merged == 1
