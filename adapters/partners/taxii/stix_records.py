"""From a collection's objects to records. Does no I/O.

A collection is read as a whole: of an object's versions the newest counts, wherever it is, and the objects of a
relationship may be anywhere. Objects become records where they have the gateway's extension: an incident becomes a
case, observed data a complaint, a report a request for information. Identities name the agency, relationships connect
records.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import period_precision
from adapters.formats.json import printable, read_json
from adapters.local_days import local_day
from adapters.partners.taxii.objects import (
    ENVELOPE_KEYS,
    OBJECT_TYPES,
    AnyObject,
    DayRange,
    GatewayExtension,
    Incident,
    ObservedData,
    OffenceCode,
    StixIdentity,
    StixRelationship,
    StixReport,
)
from adapters.partners.taxii.vocabulary import ObjectVocabulary
from adapters.records import Case, InformationRequest, Period, Reference, Report
from adapters.vocabulary.enums import CaseStatus, InformationRequestType, LegalInstrument, ReportStatus, RequestStatus
from adapters.vocabulary.names import find_agency

STIX = "stix"
"""The scheme of the references by which a partner's records cite each other: the objects' identifiers."""

NUMBER_SCHEMES = ("case-number", "chicago-records-division", "kcc-agenda", "lumen-notice", "uk-crime-id")
"""Values of `source_name` whose `external_references` are read: schemes that records of other sources have."""

NUMBER = re.compile(r"(?=[^0-9]{0,99}[0-9])[0-9A-Za-z가-힣][0-9A-Za-z가-힣.:/()_-]{1,99}")

GENERIC_RELATIONSHIPS = frozenset({"derived-from", "duplicate-of", "related-to"})
"""The relationships that STIX has between any two objects (§3.4)."""

RESTRICTED_MARKINGS = frozenset(
    {
        # TLP 1.0 and 2.0: RED, and AMBER+STRICT, which 1.0 does not have.
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    }
)
"""Markings that forbid to share an object, which a gateway does: such an object is not stored."""

REQUEST_SUBJECTS = frozenset({"incident", "observed-data"})
"""Types of objects that a request for information can be about."""

ERROR_PATH = re.compile(r" - at `\$([^`]*)`\Z")
MISSING_FIELD = re.compile(r"Object missing required field `([a-z_]+)`")

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)

RecordObject = Incident | ObservedData | StixReport
ObjectRecord = Case | Report | InformationRequest
UnknownCounts = Counter[tuple[str, str]]


class ObjectVersion(Struct, frozen=True):
    """The newest version of an object, and its row, from 1."""

    position: int
    value: AnyObject


def read_file(name: str, content: bytes, source: str, owner: str, timezone: str | None = None) -> ReadResult:
    """The records of a file: an envelope of TAXII, or a bundle of STIX.

    Raises Unreadable where it is not JSON, UnexpectedShape where it is neither or has a key twice.
    """
    payload = read_json(name, content)
    is_collection = isinstance(payload, dict) and (payload.get("type") == "bundle" or payload.keys() <= ENVELOPE_KEYS)
    objects = payload.get("objects", []) if is_collection else None
    if not isinstance(objects, list):
        raise UnexpectedShape(f"{name}: is neither an envelope of TAXII 2.1 nor a bundle of STIX 2.1")
    return read_objects(objects, source, owner, timezone)


def read_objects(rows: Sequence[object], source: str, owner: str, timezone: str | None = None) -> ReadResult:
    """The records of a collection of the agency `owner`, as records of `source`, whose days are in `timezone`."""
    result = ReadResult(rows=len(rows))
    newest = _newest_versions(rows, result)
    reader = _CollectionReader(newest, source, owner, timezone, result)
    withdrawals: list[RecordObject] = []
    for version in newest.values():
        value = version.value
        if isinstance(value, StixRelationship):
            continue
        if isinstance(value, StixIdentity) or value.extensions.gateway is UNSET:
            result.out_of_scope += 1
        elif _is_deleted(value):
            withdrawals.append(value)
            result.out_of_scope += 1
        else:
            try:
                result.records.append(reader.record(value))
            except RowError as exc:
                result.reject(version.position, exc)
    if result.rejections:
        # The catalogue withdraws missing records only where all rows could be read: until then these stay as a stub.
        result.records.extend(_stub(value, source) for value in withdrawals)
        result.out_of_scope -= len(withdrawals)
    else:
        result.revocations.extend(value.id for value in withdrawals)
    return result


def _newest_versions(rows: Sequence[object], result: ReadResult) -> dict[str, ObjectVersion]:
    """The newest version of each object by its identifier, in the order of their first rows.

    Of two different versions with one time, the one that withdraws wins, else the greater text: the order of rows
    decides nothing.
    """
    newest: dict[str, ObjectVersion] = {}
    for position, row in enumerate(rows, 1):
        try:
            value = _parse_object(row)
        except RowError as exc:
            result.reject(position, exc)
            continue
        if value is None:
            result.out_of_scope += 1
            continue
        other = newest.get(value.id)
        result.merged += other is not None
        if other is None or _rank(value) > _rank(other.value):
            newest[value.id] = ObjectVersion(position, value)
    return newest


def _rank(value: AnyObject) -> tuple[datetime, bool, bytes]:
    return value.modified, _is_deleted(value), msgspec.json.encode(value)


def _parse_object(row: object) -> AnyObject | None:
    """An object of the types that are read; None for all others. Raises RowError."""
    kind = row.get("type") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(kind, str):
        raise RowError("is not an object with a type", "type" if isinstance(row, dict) else None)
    if kind not in OBJECT_TYPES:
        return None
    if kind == "identity" and row.get("identity_class") != "organization":
        # The name of a person is not even read.
        return None
    try:
        value: AnyObject = msgspec.convert(row, OBJECT_TYPES[kind])
    except msgspec.ValidationError as exc:
        raise RowError("does not match the schema", _column(str(exc))) from None
    except (ValueError, OverflowError, RecursionError):
        raise RowError("does not match the schema") from None
    if value.modified < value.created:
        raise RowError("is earlier than the creation", "modified")
    return value


def _column(message: str) -> str | None:
    """The property that failed. Nothing else of msgspec's messages is stored: they quote the object."""
    if missing := MISSING_FIELD.match(message):
        return missing[1]
    path = ERROR_PATH.search(message)
    parts: list[str] = re.findall(r"[a-z_]+", path[1]) if path else []
    return next((part for part in reversed(parts) if part in COLUMNS), None)


def _columns() -> frozenset[str]:
    types: list[Any] = [*OBJECT_TYPES.values(), DayRange, OffenceCode, *GatewayExtension.__subclasses__()]
    names = {field.encode_name for kind in types for field in msgspec.structs.fields(kind)}
    return frozenset(names | {"source_name", "external_id", "marking_ref"})


COLUMNS = _columns()
"""The names of all properties that are read; a rejection names no others, which a message could quote."""


def _is_deleted(value: AnyObject) -> bool:
    """Whether the object is revoked or must not be shared."""
    marks = {*value.object_marking_refs, *(marking.marking_ref for marking in value.granular_markings)}
    return value.revoked or not RESTRICTED_MARKINGS.isdisjoint(marks)


class _CollectionReader:
    """Makes records of one collection's objects, of which it has the newest versions."""

    def __init__(
        self,
        newest: Mapping[str, ObjectVersion],
        source: str,
        owner: str,
        timezone: str | None,
        result: ReadResult,
    ) -> None:
        self._source = source
        self._owner = owner
        self._timezone = timezone
        self._unknown = result.unknown
        values = [version.value for version in newest.values()]
        self._identities = {value.id: value for value in values if isinstance(value, StixIdentity)}
        self._related = _related_ids({value.id: value for value in values}, result)

    def record(self, value: RecordObject) -> ObjectRecord:
        """The record of an object with the gateway's extension. Raises RowError."""
        record = self._record(value)
        periods = {name: days for name in record.__struct_fields__ if isinstance(days := getattr(record, name), Period)}
        return replace(record, **{name: replace(days, timezone=self._timezone) for name, days in periods.items()})

    def _record(self, value: RecordObject) -> ObjectRecord:
        common = {
            "source": self._source,
            "external_id": value.id,
            "references": _references(value, self._related.get(value.id, ()), self._unknown),
            "stated_at": local_day(value.modified, self._timezone or "UTC"),
        }
        agency = self._agency(value)
        vocabulary = ObjectVocabulary(self._unknown)
        match value:
            case Incident():
                return _case(value, common, agency, vocabulary)
            case ObservedData():
                return _complaint(value, common, agency, vocabulary)
            case StixReport():
                return _information_request(value, common, agency, vocabulary)

    def _agency(self, value: RecordObject) -> str | None:
        """The organisation that created the object, or the owner of the collection where there is no creator."""
        if value.created_by_ref is UNSET:
            return self._owner
        creator = self._identities.get(value.created_by_ref)
        if creator is not None and not _is_deleted(creator) and (agency := find_agency(creator.name)):
            return agency.id
        self._unknown["agency", "a creator that is not a known organisation"] += 1
        return None


def _related_ids(values: Mapping[str, AnyObject], result: ReadResult) -> dict[str, set[str]]:
    """Record → the records at the other ends of its relationships, by identifier."""
    related: dict[str, set[str]] = {}
    for value in values.values():
        if not isinstance(value, StixRelationship):
            continue
        ends = [values[end] for end in (value.source_ref, value.target_ref) if end in values]
        if value.relationship_type not in GENERIC_RELATIONSHIPS:
            result.unknown["relationship_type", printable(value.relationship_type)] += 1
        elif len(ends) == 2 and not _is_deleted(value) and all(_is_record(end) for end in ends):
            related.setdefault(value.source_ref, set()).add(value.target_ref)
            related.setdefault(value.target_ref, set()).add(value.source_ref)
            result.merged += 1
            continue
        result.out_of_scope += 1
    return related


def _is_record(value: AnyObject) -> bool:
    return isinstance(value, RecordObject) and value.extensions.gateway is not UNSET and not _is_deleted(value)


def _references(value: RecordObject, related: Iterable[str], unknown: UnknownCounts) -> tuple[Reference, ...]:
    references = {Reference(STIX, value.id), *(Reference(STIX, identifier) for identifier in related)}
    if isinstance(value, StixReport):
        subjects = [ref for ref in value.object_refs if ref.partition("--")[0] in REQUEST_SUBJECTS]
        references |= {Reference(STIX, identifier) for identifier in subjects}
    if isinstance(value, Incident) and value.extensions.gateway and value.extensions.gateway.case_number:
        references.add(Reference("case-number", value.extensions.gateway.case_number))
    for reference in value.external_references:
        if reference.source_name not in NUMBER_SCHEMES:
            # The name may be any text, even that of a person.
            unknown["external_references", "an unknown numbering"] += 1
        elif reference.external_id is UNSET or not NUMBER.fullmatch(reference.external_id):
            unknown["external_references", "a value that is not a number"] += 1
        else:
            references.add(Reference(reference.source_name, reference.external_id))
    return tuple(sorted(references))


def _case(value: Incident, common: Mapping[str, Any], agency: str | None, vocabulary: ObjectVocabulary) -> Case:
    extension = value.extensions.gateway
    assert extension  # noqa: S101  # Objects without the extension are out of scope.
    return Case(
        **common,
        case_number=extension.case_number or None,
        agency=agency,
        status=vocabulary.code("status", extension.status, CaseStatus, CaseStatus.UNKNOWN),
        offence=vocabulary.offence(extension.offence),
        harm_categories=vocabulary.harms(extension.harm_categories),
        jurisdictions=vocabulary.jurisdictions(extension.jurisdictions),
        opened=_period(extension.opened, "opened"),
        closed=_period(extension.closed, "closed"),
        native=vocabulary.native,
    )


def _complaint(
    value: ObservedData, common: Mapping[str, Any], agency: str | None, vocabulary: ObjectVocabulary
) -> Report:
    extension = value.extensions.gateway
    assert extension  # noqa: S101  # Objects without the extension are out of scope.
    return Report(
        **common,
        received_by=agency,
        platform=vocabulary.platform(extension.platform),
        status=vocabulary.code("status", extension.status, ReportStatus, ReportStatus.UNKNOWN),
        harm_categories=vocabulary.harms(extension.harm_categories),
        jurisdictions=vocabulary.jurisdictions(extension.jurisdictions),
        received=_period(extension.received, "received"),
        item_count=value.number_observed,
        native=vocabulary.native,
    )


def _information_request(
    value: StixReport, common: Mapping[str, Any], agency: str | None, vocabulary: ObjectVocabulary
) -> InformationRequest:
    extension = value.extensions.gateway
    assert extension  # noqa: S101  # Objects without the extension are out of scope.
    data_types, instruments = InformationRequestType, LegalInstrument
    return InformationRequest(
        **common,
        requester=agency,
        platform=vocabulary.platform(extension.platform),
        data_type=vocabulary.code(
            "data_type", extension.data_type, data_types, data_types.UNSPECIFIED, data_types.OTHER
        ),
        instrument=vocabulary.code(
            "instrument", extension.instrument, instruments, instruments.UNSPECIFIED, instruments.OTHER
        ),
        status=vocabulary.code("status", extension.status, RequestStatus, RequestStatus.UNKNOWN),
        harm_categories=vocabulary.harms(extension.harm_categories),
        jurisdictions=vocabulary.jurisdictions(extension.jurisdictions),
        requested=_period(extension.requested, "requested"),
        due=_period(extension.due, "due"),
        responded=_period(extension.responded, "responded"),
        accounts_count=None if extension.accounts_count is UNSET else extension.accounts_count,
        emergency=None if extension.emergency is UNSET else extension.emergency,
        native=vocabulary.native,
    )


def _stub(value: RecordObject, source: str) -> ObjectRecord:
    """The record of an object that is gone, without content, where it cannot be withdrawn yet."""
    match value:
        case Incident():
            return Case(source=source, external_id=value.id)
        case ObservedData():
            return Report(source=source, external_id=value.id, status=ReportStatus.WITHDRAWN)
        case StixReport():
            return InformationRequest(source=source, external_id=value.id, status=RequestStatus.WITHDRAWN)


def _period(days: DayRange | UnsetType, column: str) -> Period | None:
    if days is UNSET:
        return None
    if not EARLIEST <= days.start < days.end <= LATEST:
        raise RowError("ends before it begins, or is outside the years 1900 to 2999", column)
    return Period(start=days.start, end=days.end, precision=period_precision(days.start, days.end))
