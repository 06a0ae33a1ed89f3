"""The STIX 2.1 objects that partners send, as types, which validate them and generate the JSON Schema.

Of STIX's own properties these types have those that are read or that the standard requires; others are permitted and
ignored. The three extensions are the gateway's: they have what STIX has no property for, and permit nothing else. No
free text is read anywhere: names and descriptions may be about persons.
"""

from datetime import date, datetime
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from adapters.vocabulary.enums import (
    CaseStatus,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    ReportStatus,
    RequestStatus,
    Vocabulary,
)

CASE = "extension-definition--8c5e2f0a-6f3b-4f0e-9d53-3f7c1c1f2a61"
COMPLAINT = "extension-definition--b41d6c9e-27a8-4c67-8a35-5f0d9e4b7c12"
REQUEST = "extension-definition--3e97a1d4-c0b2-4b8f-a6e9-71d28f5a0c93"
"""The keys of the gateway's extensions in `extensions` of a STIX object."""

END = r"(?![\s\S])"
"""The end of a text in regular expressions of both Python and JSON Schema; `$` permits a line feed."""

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _id(types: str, description: str) -> Meta:
    return Meta(pattern=f"^(?:{types})--{UUID}{END}", description=description)


def _code(vocabulary: type[Vocabulary]) -> Meta:
    """A code of a list that may grow: one that the gateway does not know is counted, and read as unknown."""
    codes = [str(code) for code in vocabulary]
    return Meta(pattern=f"^[A-Z][A-Z0-9_]{{0,39}}{END}", description=f"One of {', '.join(codes)}.")


AnyId = Annotated[str, _id("[a-z][a-z0-9-]{1,60}", "The identifier of any STIX object.")]
IdentityId = Annotated[str, _id("identity", "The identifier of an identity.")]
Timestamp = Annotated[datetime, Meta(tz=True, description="An instant with its time zone, which in STIX is Z.")]
JurisdictionCodes = Annotated[
    list[Annotated[str, Meta(pattern=f"^[A-Z]{{2}}(?:-[A-Z0-9]{{1,3}})?{END}")]],
    Meta(max_length=60, description="Where it applies: ISO 3166-1 alpha-2, ISO 3166-2, or EU."),
]
HarmCodes = Annotated[list[Annotated[str, _code(HarmCategory)]], Meta(max_length=20)]
PlatformName = Annotated[
    str, Meta(pattern=f"^[A-Za-z0-9][A-Za-z0-9._ -]{{0,59}}{END}", description="The platform's id or name.")
]
NonNegative = Annotated[int, Meta(ge=0, le=999_999_999)]


class ExternalReference(Struct, frozen=True):
    """The matter's number elsewhere; read where `source_name` is a numbering that other sources use too."""

    source_name: Annotated[str, Meta(max_length=1000)]
    external_id: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET


class GranularMarking(Struct, frozen=True):
    """A marking of a part of an object."""

    marking_ref: AnyId | UnsetType = UNSET


class StixObject(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The common properties of all objects."""

    spec_version: Literal["2.1"]
    created: Timestamp
    modified: Timestamp
    created_by_ref: IdentityId | UnsetType = UNSET
    revoked: bool = False
    external_references: list[ExternalReference] = []
    object_marking_refs: list[AnyId] = []
    granular_markings: list[GranularMarking] = []


class DayRange(Struct, frozen=True, forbid_unknown_fields=True):
    """The days from `start` up to but not including `end`, in the agency's own time zone."""

    start: date
    end: date


class OffenceCode(Struct, frozen=True, forbid_unknown_fields=True):
    """An offence under a code of a scheme, such as the article of a law."""

    scheme: Annotated[str, Meta(pattern=f"^[a-z][a-z0-9-]{{0,39}}{END}")]
    code: Annotated[str, Meta(min_length=1, max_length=80)]


class GatewayExtension(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common properties of all three extensions."""

    extension_type: Literal["property-extension"]
    jurisdictions: JurisdictionCodes = []
    harm_categories: HarmCodes = []


class CaseExtension(GatewayExtension, frozen=True, kw_only=True):
    """Makes an `incident` a case that an agency has opened."""

    case_number: (
        Annotated[
            str,
            Meta(
                pattern=f"^(?=[^0-9]{{0,39}}[0-9])[0-9A-Za-z가-힣][0-9A-Za-z가-힣.:/()_-]{{2,39}}{END}",
                description="The authority's own number: letters and at least one digit, without spaces.",
            ),
        ]
        | UnsetType
    ) = UNSET
    status: Annotated[str, _code(CaseStatus)] | UnsetType = UNSET
    offence: OffenceCode | UnsetType = UNSET
    opened: DayRange | UnsetType = UNSET
    closed: DayRange | UnsetType = UNSET


class ComplaintExtension(GatewayExtension, frozen=True, kw_only=True):
    """Makes `observed-data` a complaint to the agency, about as many items as `number_observed` says."""

    platform: PlatformName | UnsetType = UNSET
    status: Annotated[str, _code(ReportStatus)] | UnsetType = UNSET
    received: DayRange | UnsetType = UNSET


class RequestExtension(GatewayExtension, frozen=True, kw_only=True):
    """Makes a `report` an agency's request to a platform for data, about the objects that it refers to."""

    platform: PlatformName | UnsetType = UNSET
    data_type: Annotated[str, _code(InformationRequestType)] | UnsetType = UNSET
    instrument: Annotated[str, _code(LegalInstrument)] | UnsetType = UNSET
    status: Annotated[str, _code(RequestStatus)] | UnsetType = UNSET
    requested: DayRange | UnsetType = UNSET
    due: DayRange | UnsetType = UNSET
    responded: DayRange | UnsetType = UNSET
    accounts_count: NonNegative | UnsetType = UNSET
    emergency: bool | UnsetType = UNSET


class CaseExtensions(Struct, frozen=True, rename={"gateway": CASE}):
    """The extensions of an incident; other extensions are ignored."""

    gateway: CaseExtension | UnsetType = UNSET


class ComplaintExtensions(Struct, frozen=True, rename={"gateway": COMPLAINT}):
    """The extensions of observed data; other extensions are ignored."""

    gateway: ComplaintExtension | UnsetType = UNSET


class RequestExtensions(Struct, frozen=True, rename={"gateway": REQUEST}):
    """The extensions of a report; other extensions are ignored."""

    gateway: RequestExtension | UnsetType = UNSET


class Incident(StixObject, frozen=True, kw_only=True, tag="incident"):
    """A case, if it has the extension for one; its name is not stored."""

    id: Annotated[str, _id("incident", "The incident's identifier.")]
    name: str
    extensions: CaseExtensions = CaseExtensions()


class ObservedData(StixObject, frozen=True, kw_only=True, tag="observed-data"):
    """A complaint, if it has the extension for one; the observations are not stored, their count is."""

    id: Annotated[str, _id("observed-data", "The identifier of the observed data.")]
    first_observed: Timestamp
    last_observed: Timestamp
    number_observed: Annotated[int, Meta(ge=1, le=999_999_999)]
    extensions: ComplaintExtensions = ComplaintExtensions()


class StixReport(StixObject, frozen=True, kw_only=True, tag="report"):
    """A request for information, if it has the extension for one; else a document, which is out of scope."""

    id: Annotated[str, _id("report", "The report's identifier.")]
    name: str
    published: Timestamp
    object_refs: Annotated[list[AnyId], Meta(min_length=1, max_length=1000)]
    extensions: RequestExtensions = RequestExtensions()


class StixIdentity(StixObject, frozen=True, kw_only=True, tag="identity"):
    """The creator of objects. Read only where it is an organisation; of others not even the name."""

    id: IdentityId
    name: str
    identity_class: str | UnsetType = UNSET


class StixRelationship(StixObject, frozen=True, kw_only=True, tag="relationship"):
    """That two objects belong to one matter."""

    id: Annotated[str, _id("relationship", "The relationship's identifier.")]
    relationship_type: Annotated[str, Meta(pattern=f"^[a-z0-9-]{{1,250}}{END}")]
    source_ref: AnyId
    target_ref: AnyId


AnyObject = Incident | ObservedData | StixReport | StixIdentity | StixRelationship

OBJECT_TYPES: dict[str, type[AnyObject]] = {
    "incident": Incident,
    "observed-data": ObservedData,
    "report": StixReport,
    "identity": StixIdentity,
    "relationship": StixRelationship,
}
"""STIX type → type; objects of other types are out of scope."""

ENVELOPE_KEYS = frozenset({"more", "next", "objects"})
"""The keys that an envelope of TAXII 2.1 may have (§3.7); one without objects is empty."""


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one object of a partner's collection, of the types that are read, with examples."""
    (root,), components = msgspec.json.schema_components([AnyObject], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The STIX 2.1 objects of a partner's TAXII 2.1 collection",
        **root,
        "examples": msgspec.json.decode(files("adapters.partners.taxii").joinpath("examples.json").read_bytes()),
        "$defs": components,
    }
