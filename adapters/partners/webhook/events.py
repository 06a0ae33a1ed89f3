"""The events that agencies push, as types, which validate them and generate the JSON Schema.

The envelope is that of Standard Webhooks, https://www.standardwebhooks.com. The types are strict and have no property
for free text, addresses of content or persons.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from adapters.errors import Unreadable
from adapters.formats.json import read_json
from adapters.vocabulary.enums import (
    ContentType,
    HarmCategory,
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    RequestStatus,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
)

# JSON Schema has no `\Z`, and Python's `$` permits a line break after it.
END = r"(?![\s\S])"

ERROR_PATH = re.compile(r" - at `(\$[A-Za-z.\[\]]*)`\Z")
"""Where msgspec's message says that the error is."""

Identifier = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9._~-]{{1,100}}{END}", description="The sender's own number.")]
ShortText = Annotated[str, Meta(pattern=rf"^[^\u0000-\u001f\u007f]{{1,200}}{END}")]
JurisdictionCode = Annotated[str, Meta(max_length=10, description="ISO 3166: KR, GB-ENG; or EU.")]
NonNegative = Annotated[int, Meta(ge=0, le=10**9)]


class SharedReference(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that records of other sources may have too, which relates them."""

    scheme: Identifier
    value: ShortText


class TakedownData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The result of a request to take content down."""

    id: Identifier
    status: TakedownStatus
    jurisdictions: Annotated[tuple[JurisdictionCode, ...], Meta(max_length=60)] = ()
    references: Annotated[tuple[SharedReference, ...], Meta(max_length=20)] = ()
    platform: ShortText | None = None
    requested_by: ShortText | None = None
    trigger: TakedownTrigger = TakedownTrigger.UNKNOWN
    legal_basis: LegalBasis = LegalBasis.UNKNOWN
    harm_categories: Annotated[tuple[HarmCategory, ...], Meta(max_length=20)] = ()
    content_types: Annotated[tuple[ContentType, ...], Meta(max_length=20)] = ()
    measures: Annotated[tuple[TakedownMeasure, ...], Meta(max_length=20)] = ()
    requested: date | None = None
    executed: date | None = None
    item_count: NonNegative | None = None


class AnswerData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The answer to a request for data about users."""

    id: Identifier
    status: RequestStatus
    jurisdictions: Annotated[tuple[JurisdictionCode, ...], Meta(max_length=60)] = ()
    references: Annotated[tuple[SharedReference, ...], Meta(max_length=20)] = ()
    platform: ShortText | None = None
    requester: ShortText | None = None
    data_type: InformationRequestType = InformationRequestType.UNSPECIFIED
    instrument: LegalInstrument = LegalInstrument.UNSPECIFIED
    harm_categories: Annotated[tuple[HarmCategory, ...], Meta(max_length=20)] = ()
    requested: date | None = None
    due: date | None = None
    responded: date | None = None
    accounts_count: NonNegative | None = None
    emergency: bool | None = None


Timestamp = Annotated[
    datetime,
    Meta(tz=True, description="When the event happened, with its zone: of two events, the later one is the record."),
]


class TakedownResult(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="takedown.result"):
    """A request to take content down has a result."""

    timestamp: Timestamp
    data: TakedownData


class RequestAnswer(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="information_request.answer"
):
    """A request for data has an answer."""

    timestamp: Timestamp
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
"""Synthetic events."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event, with examples."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event that an agency pushes to the gateway",
        "examples": list(EXAMPLES),
        **msgspec.json.schema(Event),
    }


def parse_event(body: bytes) -> Event:
    """The event of a request body.

    Raises Unreadable, or UnexpectedShape where a key is there twice; the message has the path and quotes nothing.
    """
    payload = read_json("the body", body)
    try:
        return msgspec.convert(payload, Event)  # type: ignore[no-any-return]  # it takes unions
    except msgspec.ValidationError as exc:
        # The message quotes values; the path at its end has only names of our own schema.
        path = ERROR_PATH.search(str(exc))
        raise Unreadable(f"the value at `{path[1] if path else '$'}` does not match the published schema") from None
