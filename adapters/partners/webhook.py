"""`webhook`: what an agency pushes: results of takedown requests, and answers to requests for data.

The form is that of Standard Webhooks, https://www.standardwebhooks.com; what an event holds is ours, strict and
published (`gateway schema partner`). It has no place for free text, for addresses of content or for persons. An event
tells all of its record, so the newest one is the record.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from adapters.errors import Unreadable
from adapters.formats.structured import read_json
from adapters.records import InformationRequest, NativeTerm, Period, Record, Reference, Takedown
from adapters.source import About, Batch, Delivery, FilesOnly, Origin, Scope, UnknownCode
from adapters.vocabulary.enums import (
    Audience,
    ContentType,
    HarmCategory,
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    Precision,
    RecordType,
    RequestStatus,
    SourceKind,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
)
from adapters.vocabulary.jurisdictions import UnknownJurisdiction, jurisdiction
from adapters.vocabulary.names import AGENCIES, Agency, Platform, find_agency, find_platform

CHANNEL, SCOPE = "push", "events"

UNKNOWN_NAME = "a name that nobody knows"
"""What is counted of one: it may be anybody's, and operators see what is counted."""

OPEN = "open"
"""The checkpoint after every event: there is no last one, so that silence never means that nothing happened."""

AHEAD = timedelta(minutes=5)
"""How far an event may speak of what is yet to come: clocks differ."""

# JSON Schema knows no `\Z`, and Python's `$` allows a line break behind it.
END = r"(?![\s\S])"

PLACE = re.compile(r" - at `(\$[A-Za-z.\[\]]*)`\Z")
"""What a decoder says of where something stands."""

Identity = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9._~-]{{1,100}}{END}", description="The sender's own number.")]
Text = Annotated[str, Meta(pattern=rf"^[^\u0000-\u001f\u007f]{{1,200}}{END}")]
Place = Annotated[str, Meta(max_length=10, description="ISO 3166: KR, GB-ENG; or EU.")]
Count = Annotated[int, Meta(ge=0, le=10**9)]


class SharedReference(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that records of others may bear too: they are related by it."""

    scheme: Identity
    value: Text


class TakedownData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What became of a request to take content down."""

    id: Identity
    status: TakedownStatus
    jurisdictions: Annotated[tuple[Place, ...], Meta(max_length=60)] = ()
    references: Annotated[tuple[SharedReference, ...], Meta(max_length=20)] = ()
    platform: Text | None = None
    requested_by: Text | None = None
    trigger: TakedownTrigger = TakedownTrigger.UNKNOWN
    legal_basis: LegalBasis = LegalBasis.UNKNOWN
    harm_categories: Annotated[tuple[HarmCategory, ...], Meta(max_length=20)] = ()
    content_types: Annotated[tuple[ContentType, ...], Meta(max_length=20)] = ()
    measures: Annotated[tuple[TakedownMeasure, ...], Meta(max_length=20)] = ()
    requested: date | None = None
    executed: date | None = None
    item_count: Count | None = None


class AnswerData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What became of a request for data about users."""

    id: Identity
    status: RequestStatus
    jurisdictions: Annotated[tuple[Place, ...], Meta(max_length=60)] = ()
    references: Annotated[tuple[SharedReference, ...], Meta(max_length=20)] = ()
    platform: Text | None = None
    requester: Text | None = None
    data_type: InformationRequestType = InformationRequestType.UNSPECIFIED
    instrument: LegalInstrument = LegalInstrument.UNSPECIFIED
    harm_categories: Annotated[tuple[HarmCategory, ...], Meta(max_length=20)] = ()
    requested: date | None = None
    due: date | None = None
    responded: date | None = None
    accounts_count: Count | None = None
    emergency: bool | None = None


Moment = Annotated[
    datetime, Meta(tz=True, description="Of what the event tells, with its zone: of two, the later one is the record.")
]


class TakedownResult(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="takedown.result"):
    """A request to take content down has come to this."""

    timestamp: Moment
    data: TakedownData


class RequestAnswer(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="information_request.answer"
):
    """A request for data has come to this."""

    timestamp: Moment
    data: AnswerData


Event = TakedownResult | RequestAnswer

EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "type": "takedown.result",
        "timestamp": "2024-09-12T09:30:00Z",
        "data": {
            "id": "2024-0912-148",
            "status": "COMPLIED",
            "jurisdictions": ["KR"],
            "references": [{"scheme": "notice", "value": "2024-0912"}],
            "platform": "telegram",
            "requestedBy": "kr.kcsc",
            "trigger": "REGULATOR_REQUEST",
            "harmCategories": ["NCII_DEEPFAKE"],
            "measures": ["REMOVED"],
            "requested": "2024-09-11",
            "executed": "2024-09-12",
            "itemCount": 148,
        },
    },
    {
        "type": "information_request.answer",
        "timestamp": "2024-09-20T00:00:00+09:00",
        "data": {
            "id": "IR-77",
            "status": "PARTIALLY_FULFILLED",
            "jurisdictions": ["KR"],
            "platform": "telegram",
            "requester": "kr.knpa",
            "requested": "2024-09-01",
            "responded": "2024-09-20",
            "accountsCount": 3,
        },
    },
)
"""Events as they can be sent; nothing of them happened."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event, with examples."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What an agency pushes to the gateway",
        "examples": list(EXAMPLES),
        **msgspec.json.schema(Event),
    }


class Webhook(FilesOnly):
    """What one agency pushes. `secrets` are those that it may sign with, of 24 to 64 bytes."""

    def __init__(self, name: str, agency: str, secrets: Sequence[bytes]) -> None:
        self.secrets = tuple(secrets)
        known = AGENCIES.get(agency)
        called = known.name if known else agency
        self.about = About(
            name=name,
            title=f"Pushed by {called}",
            kind=SourceKind.PARTNER,
            publisher=called,
            url=None,
            licence="by agreement with the agency",
            licence_url=None,
            attribution=called,
            cadence=timedelta(days=7),
            audience=Audience.PARTNER,
            records=frozenset({RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST}),
            jurisdictions=None,
            owner=agency,
            authoritative=CHANNEL,
            notes=("Events that the agency sends when something happens: what it does not send is not known here.",),
        )

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        raise Unreadable("this source is pushed and has no files")

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        raise Unreadable("this source is pushed and cannot be asked")

    def receive(self, body: bytes, now: datetime) -> Delivery:
        """The record that an event tells of.

        Raises Unreadable, or UnexpectedShape where a key stands twice; the message says where in it and quotes nothing.
        """
        event = _read(body)
        moment = event.timestamp.astimezone(UTC)
        if moment > now + AHEAD:
            raise Unreadable("`$.timestamp` lies in the future")
        native, unknown = _Native(), list[UnknownCode]()
        record = self._record(event, native)
        unknown.extend(UnknownCode(field=term.field, code=UNKNOWN_NAME) for term in native.unknown)
        return Delivery(
            moment=moment,
            scope=Scope(source=self.about.name, channel=CHANNEL, name=SCOPE, records=self.about.records),
            batch=Batch(
                origin=Origin(location="webhook", retrieved_at=now, bytes=len(body), sha256=sha256(body).hexdigest()),
                rows=1,
                records=[record],
                unknown_codes=unknown,
                checkpoint=OPEN,
            ),
        )

    def _record(self, event: Event, native: "_Native") -> Record:
        said: dict[str, Any] = {
            "source": self.about.name,
            "external_id": event.data.id,
            "references": tuple(sorted({Reference(each.scheme, each.value) for each in event.data.references})),
            "jurisdictions": tuple(_places(event.data.jurisdictions)),
            "harm_categories": _set(event.data.harm_categories),
            "platform": native.platform(event.data.platform),
            "requested": _day(event.data.requested),
            "stated_at": event.timestamp.date(),
        }
        match event:
            case TakedownResult(data=data):
                return Takedown(
                    **said,
                    requested_by=native.agency("requested_by", data.requested_by),
                    native=native.terms,
                    status=data.status,
                    trigger=data.trigger,
                    legal_basis=data.legal_basis,
                    content_types=_set(data.content_types),
                    measures=_set(data.measures),
                    executed=_day(data.executed),
                    item_count=data.item_count,
                )
            case RequestAnswer(data=data):
                return InformationRequest(
                    **said,
                    requester=native.agency("requester", data.requester),
                    native=native.terms,
                    status=data.status,
                    data_type=data.data_type,
                    instrument=data.instrument,
                    due=_day(data.due),
                    responded=_day(data.responded),
                    accounts_count=data.accounts_count,
                    emergency=data.emergency,
                )


class _Native:
    """What the sender calls somebody, beside who that is; `unknown` are those whom nobody knows by that name."""

    def __init__(self) -> None:
        self._terms: list[NativeTerm] = []
        self.unknown: list[NativeTerm] = []

    @property
    def terms(self) -> tuple[NativeTerm, ...]:
        return tuple(sorted(self._terms))

    def platform(self, text: str | None) -> str | None:
        return None if text is None else self._known("platform", text, find_platform(text))

    def agency(self, name: str, text: str | None) -> str | None:
        return None if text is None else self._known(name, text, find_agency(text))

    def _known(self, name: str, text: str, found: Agency | Platform | None) -> str | None:
        term = NativeTerm(name, text)
        self._terms.append(term)
        if found is None:
            self.unknown.append(term)
            return None
        return found.id


def _read(body: bytes) -> Event:
    read = read_json("the body", body)
    try:
        return msgspec.convert(read, Event)  # type: ignore[no-any-return]  # it takes unions
    except msgspec.ValidationError as exc:
        # Its text quotes values; where they stand, at its end, is made of the names in our own schema.
        place = PLACE.search(str(exc))
        raise Unreadable(f"what stands at `{place[1] if place else '$'}` does not fit the published schema") from None


def _places(codes: Iterable[str]) -> Iterator[Any]:
    try:
        yield from sorted({jurisdiction(code) for code in codes})
    except UnknownJurisdiction:
        raise Unreadable("what stands at `$.data.jurisdictions` names no place that is known") from None


def _set(members: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(members)))


def _day(day: date | None) -> Period | None:
    if day is None:
        return None
    try:
        return Period(start=day, end=day + timedelta(days=1), precision=Precision.DAY)
    except OverflowError:
        raise Unreadable("a day lies too far ahead") from None
