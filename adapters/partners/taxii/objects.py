"""The STIX 2.1 objects that partners send, as types: what is read is checked by them, and the JSON Schema is theirs.

Of STIX's own properties those stand here that are read or that the standard requires; it permits others, and they are
passed over. The three extensions are ours, hold what STIX has no property for, and permit nothing else. No free text
is read anywhere: names and descriptions may speak of persons.
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
"""Under which key of `extensions` a STIX object carries what the gateway reads."""

END = r"(?![\s\S])"
"""The end of a text, in the regular expressions of Python and of JSON Schema alike; `$` lets a line feed through."""

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _id(types: str, what: str) -> Meta:
    return Meta(pattern=f"^(?:{types})--{UUID}{END}", description=what)


def _code(of: type[Vocabulary]) -> Meta:
    """A word of a closed list, which may grow: one that the gateway does not know is counted, and read as unknown."""
    words = [str(word) for word in of]
    return Meta(pattern=f"^[A-Z][A-Z0-9_]{{0,39}}{END}", description=f"One of {', '.join(words)}.")


AnyId = Annotated[str, _id("[a-z][a-z0-9-]{1,60}", "The identifier of any STIX object.")]
IdentityId = Annotated[str, _id("identity", "The identifier of an identity.")]
Moment = Annotated[datetime, Meta(tz=True, description="An instant with its time zone, which in STIX is Z.")]
Places = Annotated[
    list[Annotated[str, Meta(pattern=f"^[A-Z]{{2}}(?:-[A-Z0-9]{{1,3}})?{END}")]],
    Meta(max_length=60, description="Where it holds: ISO 3166-1 alpha-2, ISO 3166-2, or EU."),
]
Harms = Annotated[list[Annotated[str, _code(HarmCategory)]], Meta(max_length=20)]
Platform = Annotated[
    str, Meta(pattern=f"^[A-Za-z0-9][A-Za-z0-9._ -]{{0,59}}{END}", description="The platform's id or name.")
]
Count = Annotated[int, Meta(ge=0, le=999_999_999)]


class External(Struct, frozen=True):
    """Where else the matter is numbered; read where `source_name` is a numbering that other sources use too."""

    source_name: Annotated[str, Meta(max_length=1000)]
    external_id: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET


class Granular(Struct, frozen=True):
    """A marking of a part of an object."""

    marking_ref: AnyId | UnsetType = UNSET


class Object(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every object of the kinds that are read has."""

    spec_version: Literal["2.1"]
    created: Moment
    modified: Moment
    created_by_ref: IdentityId | UnsetType = UNSET
    revoked: bool = False
    external_references: list[External] = []
    object_marking_refs: list[AnyId] = []
    granular_markings: list[Granular] = []


class Days(Struct, frozen=True, forbid_unknown_fields=True):
    """The days from `start` up to but not including `end`, in the agency's own time zone."""

    start: date
    end: date


class CitedOffence(Struct, frozen=True, forbid_unknown_fields=True):
    """An offence under a code of a scheme, such as the article of a law."""

    scheme: Annotated[str, Meta(pattern=f"^[a-z][a-z0-9-]{{0,39}}{END}")]
    code: Annotated[str, Meta(min_length=1, max_length=80)]


class OurExtension(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all three extensions state."""

    extension_type: Literal["property-extension"]
    jurisdictions: Places = []
    harm_categories: Harms = []


class CaseExtension(OurExtension, frozen=True, kw_only=True):
    """What makes an `incident` a case that an agency has opened."""

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
    offence: CitedOffence | UnsetType = UNSET
    opened: Days | UnsetType = UNSET
    closed: Days | UnsetType = UNSET


class ComplaintExtension(OurExtension, frozen=True, kw_only=True):
    """What makes `observed-data` a complaint: somebody told the agency what was seen `number_observed` times."""

    platform: Platform | UnsetType = UNSET
    status: Annotated[str, _code(ReportStatus)] | UnsetType = UNSET
    received: Days | UnsetType = UNSET


class RequestExtension(OurExtension, frozen=True, kw_only=True):
    """What makes a `report` an agency's request to a platform for data, about the objects that it refers to."""

    platform: Platform | UnsetType = UNSET
    data_type: Annotated[str, _code(InformationRequestType)] | UnsetType = UNSET
    instrument: Annotated[str, _code(LegalInstrument)] | UnsetType = UNSET
    status: Annotated[str, _code(RequestStatus)] | UnsetType = UNSET
    requested: Days | UnsetType = UNSET
    due: Days | UnsetType = UNSET
    responded: Days | UnsetType = UNSET
    accounts_count: Count | UnsetType = UNSET
    emergency: bool | UnsetType = UNSET


class CaseExtensions(Struct, frozen=True, rename={"ours": CASE}):
    """The extensions of an incident; those of others are passed over."""

    ours: CaseExtension | UnsetType = UNSET


class ComplaintExtensions(Struct, frozen=True, rename={"ours": COMPLAINT}):
    """The extensions of observed data; those of others are passed over."""

    ours: ComplaintExtension | UnsetType = UNSET


class RequestExtensions(Struct, frozen=True, rename={"ours": REQUEST}):
    """The extensions of a report; those of others are passed over."""

    ours: RequestExtension | UnsetType = UNSET


class Incident(Object, frozen=True, kw_only=True, tag="incident"):
    """A case, if it has the extension for one; its name is not kept."""

    id: Annotated[str, _id("incident", "The incident's identifier.")]
    name: str
    extensions: CaseExtensions = CaseExtensions()


class ObservedData(Object, frozen=True, kw_only=True, tag="observed-data"):
    """A complaint, if it has the extension for one; what was observed is not kept, its count is."""

    id: Annotated[str, _id("observed-data", "The identifier of the observed data.")]
    first_observed: Moment
    last_observed: Moment
    number_observed: Annotated[int, Meta(ge=1, le=999_999_999)]
    extensions: ComplaintExtensions = ComplaintExtensions()


class Report(Object, frozen=True, kw_only=True, tag="report"):
    """A request for information, if it has the extension for one; else a document, and out of scope."""

    id: Annotated[str, _id("report", "The report's identifier.")]
    name: str
    published: Moment
    object_refs: Annotated[list[AnyId], Meta(min_length=1, max_length=1000)]
    extensions: RequestExtensions = RequestExtensions()


class Identity(Object, frozen=True, kw_only=True, tag="identity"):
    """Who created objects. Read where it is an organisation; of others not even the name is looked at."""

    id: IdentityId
    name: str
    identity_class: str | UnsetType = UNSET


class Relationship(Object, frozen=True, kw_only=True, tag="relationship"):
    """That two objects belong to one matter."""

    id: Annotated[str, _id("relationship", "The relationship's identifier.")]
    relationship_type: Annotated[str, Meta(pattern=f"^[a-z0-9-]{{1,250}}{END}")]
    source_ref: AnyId
    target_ref: AnyId


AnyObject = Incident | ObservedData | Report | Identity | Relationship

OBJECTS: dict[str, type[AnyObject]] = {
    "incident": Incident,
    "observed-data": ObservedData,
    "report": Report,
    "identity": Identity,
    "relationship": Relationship,
}
"""The types of the objects that are read, by the STIX type; objects of all others are out of scope."""


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one object of a partner's collection, of the types that are read, with examples."""
    (root,), components = msgspec.json.schema_components([AnyObject], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a partner's TAXII 2.1 collection holds, as STIX 2.1 objects",
        **root,
        "examples": msgspec.json.decode(files("adapters.partners.taxii").joinpath("examples.json").read_bytes()),
        "$defs": components,
    }
