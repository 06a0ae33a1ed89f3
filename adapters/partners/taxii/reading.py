"""From a collection's objects to records, without asking anybody.

A collection is read as a whole: of an object's versions the newest counts, wherever it stands, and what a relationship
connects may be anywhere. Objects become records where they carry our extension: an incident a case, observed data a
complaint, a report a request for information. Organisations say who acts, relationships which records belong together.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.figures import precision
from adapters.formats.structured import printable, read_json
from adapters.partners.taxii.objects import (
    OBJECTS,
    AnyObject,
    Days,
    Identity,
    Incident,
    ObservedData,
    OurExtension,
    Relationship,
    Report,
)
from adapters.partners.taxii.objects import CitedOffence as Cited
from adapters.records import Case, InformationRequest, NativeTerm, Offence, Period, Reference
from adapters.records import Report as Complaint
from adapters.vocabulary.enums import (
    CaseStatus,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    ReportStatus,
    RequestStatus,
    Vocabulary,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, jurisdiction
from adapters.vocabulary.names import find_agency, find_platform
from adapters.vocabulary.offences import OFFENCES

E = TypeVar("E", bound=Vocabulary)

STIX = "stix"
"""The scheme of the references by which a partner's records name each other: the objects' identifiers."""

NUMBERINGS = ("case-number", "chicago-records-division", "kcc-agenda", "lumen-notice", "uk-crime-id")
"""Whose numbers are read of `external_references`, by `source_name`: those by which records of other sources go."""

NUMBER = re.compile(r"(?=[^0-9]{0,99}[0-9])[0-9A-Za-z가-힣][0-9A-Za-z가-힣.:/()_-]{1,99}")

CONNECTING = frozenset({"derived-from", "duplicate-of", "related-to"})
"""The relationships that STIX has between any two objects (§3.4)."""

WITHHELD = frozenset(
    {
        # TLP 1.0 and 2.0: RED, and AMBER+STRICT, which 1.0 has not.
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    }
)
"""Markings that forbid to hand an object on, which is what a gateway does: it is then not kept at all."""

OFFENCE = {(each.scheme, each.code): each for each in OFFENCES}

ENVELOPE_KEYS = frozenset({"more", "next", "objects"})
"""What an envelope of TAXII 2.1 can state (§3.7); one without objects is empty."""

PLACE = re.compile(r" - at `\$([^`]*)`\Z")
MISSING = re.compile(r"Object missing required field `([a-z_]+)`")

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)

Mapped = Incident | ObservedData | Report


class Stated(Struct, frozen=True):
    """The newest version of an object, and the row, from 1, in which it stands."""

    position: int
    said: AnyObject


def read_file(name: str, content: bytes, source: str, owner: str) -> ReadResult:
    """The objects of a file: an envelope of TAXII, or a bundle of STIX.

    Raises Unreadable where it is no JSON, UnexpectedShape where it is neither, or a key stands twice.
    """
    payload = read_json(name, content)
    whole = isinstance(payload, dict) and (payload.get("type") == "bundle" or payload.keys() <= ENVELOPE_KEYS)
    listed = payload.get("objects", []) if whole else None
    if not isinstance(listed, list):
        raise UnexpectedShape(f"{name}: is neither an envelope of TAXII 2.1 nor a bundle of STIX 2.1")
    return read(listed, source, owner)


def read(listed: Sequence[object], source: str, owner: str) -> ReadResult:
    """What the objects of a collection of the agency `owner` state, as records of `source`."""
    reading = ReadResult(rows=len(listed))
    newest = _newest(listed, reading)
    agencies = {key: each.said for key, each in newest.items() if isinstance(each.said, Identity)}
    connected = _connected(newest, reading)
    gone: list[Mapped] = []
    for each in newest.values():
        said = each.said
        if isinstance(said, Relationship):
            continue
        if isinstance(said, Identity) or said.extensions.ours is UNSET:
            reading.out_of_scope += 1
        elif _is_gone(said):
            gone.append(said)
            reading.out_of_scope += 1
        else:
            common = {
                "source": source,
                "external_id": said.id,
                "references": _references(said, connected.get(said.id, ()), reading),
                "stated_at": said.modified.astimezone(UTC).date(),
            }
            try:
                reading.records.append(_record(said, common, _agency(said, agencies, owner, reading), reading))
            except RowError as exc:
                reading.reject(each.position, exc)
    if reading.rejections:
        # The catalogue takes silence for a withdrawal only where everything could be read: until then these stand bare.
        reading.records.extend(_bare(said, source) for said in gone)
        reading.out_of_scope -= len(gone)
    return reading


def _newest(listed: Sequence[object], reading: ReadResult) -> dict[str, Stated]:
    """The newest version of each object by its identifier, in the order in which the objects are first met.

    Two versions of one instant that differ: the one that withdraws wins, and else the greater text, so that the order
    of rows decides nothing.
    """
    newest: dict[str, Stated] = {}
    for position, row in enumerate(listed, 1):
        try:
            said = _object(row)
        except RowError as exc:
            reading.reject(position, exc)
            continue
        if said is None:
            reading.out_of_scope += 1
            continue
        held = newest.get(said.id)
        reading.merged += held is not None
        if held is None or _rank(said) > _rank(held.said):
            newest[said.id] = Stated(position, said)
    return newest


def _rank(said: AnyObject) -> tuple[datetime, bool, bytes]:
    return said.modified, _is_gone(said), msgspec.json.encode(said)


def _object(row: object) -> AnyObject | None:
    """An object of the kinds that are read; None for all others."""
    kind = row.get("type") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(kind, str):
        raise RowError("is no object with a type", "type" if isinstance(row, dict) else None)
    if kind not in OBJECTS:
        return None
    if kind == "identity" and row.get("identity_class") != "organization":
        # A person's name is not even read.
        return None
    try:
        said: AnyObject = msgspec.convert(row, OBJECTS[kind])
    except msgspec.ValidationError as exc:
        raise RowError("is not as the schema says", _column(str(exc))) from None
    except (ValueError, OverflowError, RecursionError):
        raise RowError("is not as the schema says") from None
    if said.modified < said.created:
        raise RowError("is modified before it is created", "modified")
    return said


def _column(message: str) -> str | None:
    """The property at fault. Of msgspec's messages nothing else is kept: they quote what was sent."""
    if missing := MISSING.match(message):
        return missing[1]
    place = PLACE.search(message)
    parts: list[str] = re.findall(r"[a-z_]+", place[1]) if place else []
    return next((part for part in reversed(parts) if part in COLUMNS), None)


def _columns() -> frozenset[str]:
    found: set[str] = set()
    waiting: list[Any] = [*OBJECTS.values(), Days, Cited, *OurExtension.__subclasses__()]
    for kind in waiting:
        found.update(each.encode_name for each in msgspec.structs.fields(kind))
    return frozenset(found | {"source_name", "external_id", "marking_ref"})


COLUMNS = _columns()
"""The names of all properties that are read; of others, which a path could quote, nothing is told."""


def _is_gone(said: AnyObject) -> bool:
    marks = {*said.object_marking_refs, *(each.marking_ref for each in said.granular_markings)}
    return said.revoked or not WITHHELD.isdisjoint(marks)


def _connected(newest: Mapping[str, Stated], reading: ReadResult) -> dict[str, set[str]]:
    """The identifiers that relationships give to the records at their ends, by record."""
    connected: dict[str, set[str]] = {}
    for each in newest.values():
        said = each.said
        if not isinstance(said, Relationship):
            continue
        ends = [newest[end].said for end in (said.source_ref, said.target_ref) if end in newest]
        if said.relationship_type not in CONNECTING:
            reading.unknown["relationship_type", printable(said.relationship_type)] += 1
        elif len(ends) == 2 and not _is_gone(said) and all(_is_record(end) for end in ends):
            for one, other in ((said.source_ref, said.target_ref), (said.target_ref, said.source_ref)):
                connected.setdefault(one, set()).add(other)
            reading.merged += 1
            continue
        reading.out_of_scope += 1
    return connected


def _is_record(said: AnyObject) -> bool:
    return isinstance(said, Mapped) and said.extensions.ours is not UNSET and not _is_gone(said)


def _references(said: Mapped, connected: Sequence[str] | set[str], reading: ReadResult) -> tuple[Reference, ...]:
    found = {Reference(STIX, said.id), *(Reference(STIX, each) for each in connected)}
    if isinstance(said, Report):
        found |= {Reference(STIX, each) for each in said.object_refs if each.partition("--")[0] in RELATED}
    if isinstance(said, Incident) and said.extensions.ours and said.extensions.ours.case_number:
        found.add(Reference("case-number", said.extensions.ours.case_number))
    for each in said.external_references:
        if each.source_name not in NUMBERINGS:
            # Its name may be anything, even somebody's.
            reading.unknown["external_references", "a numbering that is not known"] += 1
        elif each.external_id is UNSET or not NUMBER.fullmatch(each.external_id):
            reading.unknown["external_references", "what is no number"] += 1
        else:
            found.add(Reference(each.source_name, each.external_id))
    return tuple(sorted(found))


RELATED = frozenset({"incident", "observed-data"})
"""What a request can be about."""


def _agency(said: Mapped, identities: Mapping[str, Identity], owner: str, reading: ReadResult) -> str | None:
    """Who acts: the organisation that created the object; the agency whose collection it is where none is named."""
    if said.created_by_ref is UNSET:
        return owner
    creator = identities.get(said.created_by_ref)
    if creator is not None and not _is_gone(creator) and (known := find_agency(creator.name)):
        return known.id
    reading.unknown["agency", "a creator that is no known organisation"] += 1
    return None


def _record(
    said: Mapped, common: Mapping[str, Any], agency: str | None, reading: ReadResult
) -> Case | Complaint | InformationRequest:
    match said:
        case Incident():
            return _case(said, common, agency, reading)
        case ObservedData():
            return _complaint(said, common, agency, reading)
        case Report():
            return _request(said, common, agency, reading)


def _case(said: Incident, common: Mapping[str, Any], agency: str | None, reading: ReadResult) -> Case:
    stated = said.extensions.ours
    assert stated  # noqa: S101  # Objects without the extension are out of scope.
    terms = Terms(reading)
    return Case(
        **common,
        case_number=stated.case_number or None,
        agency=agency,
        status=terms.code("status", stated.status, CaseStatus, CaseStatus.UNKNOWN),
        offence=terms.offence(stated.offence),
        harm_categories=terms.harms(stated.harm_categories),
        jurisdictions=terms.places(stated.jurisdictions),
        opened=_period(stated.opened, "opened"),
        closed=_period(stated.closed, "closed"),
        native=terms.native,
    )


def _complaint(said: ObservedData, common: Mapping[str, Any], agency: str | None, reading: ReadResult) -> Complaint:
    stated = said.extensions.ours
    assert stated  # noqa: S101  # Objects without the extension are out of scope.
    terms = Terms(reading)
    return Complaint(
        **common,
        received_by=agency,
        platform=terms.platform(stated.platform),
        status=terms.code("status", stated.status, ReportStatus, ReportStatus.UNKNOWN),
        harm_categories=terms.harms(stated.harm_categories),
        jurisdictions=terms.places(stated.jurisdictions),
        received=_period(stated.received, "received"),
        item_count=said.number_observed,
        native=terms.native,
    )


def _request(said: Report, common: Mapping[str, Any], agency: str | None, reading: ReadResult) -> InformationRequest:
    stated = said.extensions.ours
    assert stated  # noqa: S101  # Objects without the extension are out of scope.
    terms = Terms(reading)
    unstated, other = InformationRequestType.UNSPECIFIED, InformationRequestType.OTHER
    return InformationRequest(
        **common,
        requester=agency,
        platform=terms.platform(stated.platform),
        data_type=terms.code("data_type", stated.data_type, InformationRequestType, unstated, other),
        instrument=terms.code(
            "instrument", stated.instrument, LegalInstrument, LegalInstrument.UNSPECIFIED, LegalInstrument.OTHER
        ),
        status=terms.code("status", stated.status, RequestStatus, RequestStatus.UNKNOWN),
        harm_categories=terms.harms(stated.harm_categories),
        jurisdictions=terms.places(stated.jurisdictions),
        requested=_period(stated.requested, "requested"),
        due=_period(stated.due, "due"),
        responded=_period(stated.responded, "responded"),
        accounts_count=None if stated.accounts_count is UNSET else stated.accounts_count,
        emergency=None if stated.emergency is UNSET else stated.emergency,
        native=terms.native,
    )


def _bare(said: Mapped, source: str) -> Case | Complaint | InformationRequest:
    """What stands of a record that was taken back, where it cannot be withdrawn yet: that it was there."""
    match said:
        case Incident():
            return Case(source=source, external_id=said.id)
        case ObservedData():
            return Complaint(source=source, external_id=said.id, status=ReportStatus.WITHDRAWN)
        case Report():
            return InformationRequest(source=source, external_id=said.id, status=RequestStatus.WITHDRAWN)


class Terms:
    """The words of one object, as ours; those that are not known are counted. `native` is what was written."""

    def __init__(self, reading: ReadResult) -> None:
        self._reading = reading
        self._native: list[NativeTerm] = []

    @property
    def native(self) -> tuple[NativeTerm, ...]:
        """What was written for what became one of our values."""
        return tuple(self._native)

    def code(self, field: str, written: str | UnsetType, of: type[E], unstated: E, unknown: E | None = None) -> E:
        """The value of a closed list."""
        if written is UNSET:
            return unstated
        self._native.append(NativeTerm(field, written))
        if written in of.__members__:
            return of(written)
        self._reading.unknown[field, written] += 1
        return unstated if unknown is None else unknown

    def harms(self, written: Sequence[str]) -> tuple[HarmCategory, ...]:
        """The categories of harm, sorted, each once."""
        values = {self.code("harm_category", each, HarmCategory, HarmCategory.OTHER) for each in written}
        return tuple(sorted(values))

    def places(self, written: Sequence[str]) -> tuple[Jurisdiction, ...]:
        """The jurisdictions, sorted, each once."""
        found: set[Jurisdiction] = set()
        for each in written:
            try:
                found.add(jurisdiction(each))
            except UnknownJurisdiction:
                self._reading.unknown["jurisdictions", each] += 1
        return tuple(sorted(found))

    def platform(self, written: str | UnsetType) -> str | None:
        """The platform's id; None for one that is not known."""
        if written is UNSET:
            return None
        if known := find_platform(written):
            return known.id
        self._reading.unknown["platform", "a platform that nobody knows"] += 1
        return None

    def offence(self, written: Cited | UnsetType) -> Offence | None:
        """The offence, with its label; None for one that is not known."""
        if written is UNSET:
            return None
        known = OFFENCE.get((written.scheme, written.code))
        if known is None:
            # The code may be any text, even one about somebody.
            self._reading.unknown["offence", f"a code of {written.scheme} that is not known"] += 1
            return None
        return Offence(scheme=written.scheme, code=written.code, label=known.title.en)


def _period(days: Days | UnsetType, column: str) -> Period | None:
    if days is UNSET:
        return None
    if not EARLIEST <= days.start < days.end <= LATEST:
        raise RowError("ends before it begins, or is of no century that is read", column)
    return Period(start=days.start, end=days.end, precision=precision(days.start, days.end))
