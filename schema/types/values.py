"""Values that records hold: periods, places, offences, native terms, provenance, and who and where they speak of."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from adapters.vocabulary import names
from adapters.vocabulary.enums import AgencyKind, Audience, Precision, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from schema.declarations import computed_field, value_field
from schema.queries.coverage import CoverageState
from schema.queries.sources import Freshness, PublisherDescription
from schema.scalars import Link, Long


def cite(publisher: PublisherDescription, location: str, retrieved_at: datetime, claim: str | None = None) -> str:
    """The citation of a record, ready to print; `claim` is the record's own citation, if it has one."""
    compiled = (
        f"{publisher.publisher}: {publisher.title}, {location}, read {retrieved_at:%Y-%m-%d}. {publisher.attribution}"
    )
    return f"{claim.rstrip('.')}. {compiled}" if claim else compiled


@strawberry.type(
    name="Period",
    description="Days, from `start` up to but not including `end`. A single day, a month or a year is one too.",
)
class PeriodObject:
    start: date | None = value_field("The first day; null where the publisher states none.")
    end: date | None = value_field("The first day after the period; null where the publisher states none.")
    precision: Precision = value_field("How exactly the publisher dates: to the day, to the month and so on.")
    timezone: str | None = value_field(
        "The time zone whose days these are, by its IANA name; null where none is stated."
    )
    text: str | None = value_field("The words as printed, where the publisher is vague.")


@strawberry.type(name="Offence", description="An offence, in the publisher's own scheme.")
class OffenceObject:
    scheme: str | None = value_field("Whose list of offences the code and the label come from.")
    code: str | None = value_field("The publisher's code.")
    label: str | None = value_field("The publisher's words.")


@strawberry.type(
    name="Place", description="Where something happened, as published: often a point that stands for several addresses."
)
class PlaceObject:
    name: str | None = value_field("The publisher's words for the place.")
    area_code: str | None = value_field("The publisher's code of the statistical area.")
    area_name: str | None = value_field("The publisher's name of the statistical area.")
    latitude: Decimal | None = value_field("Degrees north (WGS 84), with the digits as published.")
    longitude: Decimal | None = value_field("Degrees east (WGS 84), with the digits as published.")
    approximate: bool | None = value_field(
        "Whether the publisher moved the point to protect people; null where it does not say."
    )


@strawberry.type(
    name="NativeTerm",
    description="What the publisher wrote for one of the record's fields, beside our canonical value.",
)
class NativeTermObject:
    field: str = value_field("The record's field, or the publisher's column where we have none for it.")
    value: str = value_field("The publisher's own code or words.")
    row: int = value_field("Which of the publisher's rows behind this record; 0 is the one that speaks for it.")


@strawberry.type(
    name="Reference", description="An identifier that records may share. Records are related by equal references only."
)
class ReferenceObject:
    scheme: str = value_field("Whose numbering it is.")
    value: str = value_field("The number.")


@strawberry.type(name="Dimension", description="One axis by which a published figure is broken down.")
class DimensionObject:
    name: str = value_field("The axis, such as `age_group`.")
    value: str = value_field("The place on it, such as `10-19`.")


@strawberry.type(name="Host", description="A host name and how many of its addresses a notice names.")
class HostObject:
    name: str = value_field("The host name.")
    count: Long = value_field("How many addresses on it.")


@strawberry.type(name="Name", description="A name, and when it was in use.")
class NameObject:
    text: str = value_field("The name.")
    language: str = value_field("Its language, ISO 639-1.")
    since: date | None = value_field("The first day of its use; null where unknown.")
    until: date | None = value_field("The first day that it was no longer used; null for a current name.")


@strawberry.type(
    name="Agency", description="An authority or organisation that acts or publishes. Its id outlives its names."
)
class AgencyObject:
    id: strawberry.ID = value_field("A stable id, such as `kr.kcsc`.")
    name: str = value_field("The current name, in English where there is one.")
    kind: AgencyKind = value_field("What sort of organisation it is.")
    jurisdiction: Jurisdiction = value_field("Where it acts.")
    names: list[NameObject] = value_field("All legal names, in all languages, with their dates.")
    aliases: list[str] = value_field("What else it is called.")


@strawberry.type(name="Platform", description="An online service.")
class PlatformObject:
    id: strawberry.ID = value_field("A stable id, such as `telegram`.")
    name: str = value_field("The current name.")
    operator: str | None = value_field("The company that answers for it; null where unknown.")
    names: list[NameObject] = value_field("All names, in all languages, with their dates.")
    aliases: list[str] = value_field("What else it is called.")


@strawberry.type(name="QualityNote", description="What a publisher says is wrong with its own data.")
class QualityNoteObject:
    id: strawberry.ID = value_field("A stable id.")
    text: str = value_field("What is wrong.")
    citation: str = value_field("Who says so, and where.")
    attribute: str | None = value_field(
        "The attribute of the records that is wrong; null where it is about all of them."
    )
    since: date | None = value_field("The first day whose records it touches; null where that is open.")
    until: date | None = value_field("The first day whose records it no longer touches; null where that is open.")


def agency_of(id: str | None) -> names.Agency | None:
    """The agency with this id; None where the record names none."""
    return None if id is None else AGENCIES.get(id)


def platform_of(id: str | None) -> names.Platform | None:
    """The platform with this id; None where the record names none."""
    return None if id is None else PLATFORMS.get(id)


@strawberry.type(
    name="Source", description="A source: one real interface of one publisher, and how old the gateway's copy of it is."
)
class SourceObject:
    name: str = computed_field("The gateway's name for it, as filters take it.", lambda root: root.about.name)
    title: str = computed_field("What its publisher calls it.", lambda root: root.about.title)
    kind: SourceKind | None = computed_field(
        "Regulator, police, platform or partner; null for a collection whose records each name a speaker.",
        lambda root: root.about.kind,
    )
    publisher: str = computed_field("Who publishes it.", lambda root: root.about.publisher)
    url: Link | None = computed_field(
        "Where it is published; null for a collection of the gateway's own.", lambda root: root.about.url
    )
    licence: str = computed_field("The licence of its data.", lambda root: root.about.licence)
    licence_url: Link | None = computed_field("The licence's text.", lambda root: root.about.licence_url)
    attribution: str = computed_field("The words that the licence asks for.", lambda root: root.about.attribution)
    audience: Audience = computed_field("Who may see its records.", lambda root: root.about.audience)
    record_types: list[RecordType] = computed_field("Which records it states.", lambda root: sorted(root.about.records))
    jurisdictions: list[Jurisdiction] | None = computed_field(
        "Where it speaks of; null for the whole world.", lambda root: root.about.jurisdictions
    )
    notes: list[str] = computed_field(
        "What a reader must know: what is counted and what is not.", lambda root: root.about.notes
    )
    state: Freshness = value_field("Whether the copy is as fresh as the publisher's cadence allows.")
    last_read_at: datetime | None = value_field("When it was last read; null if never.")
    age_seconds: Long | None = value_field("How long ago that was, in seconds.")
    reason: str | None = value_field(
        "Why the last reading of a part of it failed, from a closed list; null if none did."
    )
    scopes: int = value_field("How many slices of it were read.")
    complete_scopes: int = value_field("How many of them to the end.")


@strawberry.type(
    name="Counts", description="What became of the rows of a slice. `read` is the sum of the others but `withdrawn`."
)
class CountsObject:
    read: Long = value_field("Rows read.")
    added: Long = value_field("Rows that became a new record.")
    unchanged: Long = value_field("Rows whose record was known as it is.")
    superseded: Long = value_field("Rows whose record was known otherwise; a new version was added.")
    merged: Long = value_field("Rows that state a record again that another row of the slice states.")
    out_of_scope: Long = value_field("Rows that state nothing that the gateway keeps.")
    rejected: Long = value_field("Rows that could not be read.")
    withdrawn: Long = value_field("Records that were missing from the slice and are withdrawn.")


@strawberry.type(name="Scope", description="A slice of a source that was read: a force and a month, a whole file.")
class ScopeObject:
    channel: str = value_field("How it was read: the archive, the live interface, a dump.")
    name: str = value_field("Which slice.")
    start: date | None = value_field("The first day that it speaks of; null where unknown.")
    end: date | None = value_field("The first day that it no longer speaks of; null where unknown.")
    last_read_at: datetime = value_field("When it was last read.")
    complete: bool = value_field("Whether it was read to its end.")
    reason: str | None = value_field("Why reading it failed, from a closed list; null if it did not.")
    counts: CountsObject = computed_field("What became of its rows.", lambda root: CountsObject(**root.counts))


@strawberry.type(name="Coverage", description="What one source's answer about a jurisdiction and a period amounts to.")
class CoverageObject:
    source: SourceObject = value_field("The source.")
    state: CoverageState = value_field("Reported, not reported, or not covered: none of them is zero.")
    scopes: list[ScopeObject] = value_field("The slices by which the gateway knows, at most 100, the latest first.")


@strawberry.type(name="Provenance", description="Where a version of a record was read.")
class ProvenanceObject:
    source: str = computed_field("The source's name.", lambda root: root.about.name)
    publisher: str = computed_field("Who publishes the record.", lambda root: root.publisher.publisher)
    licence: str = computed_field("The licence of its data.", lambda root: root.publisher.licence)
    attribution: str = computed_field("The words that the licence asks for.", lambda root: root.publisher.attribution)
    channel: str = value_field("How it was read: the archive, the live interface, a dump.")
    scope: str = value_field("The slice of the source that the record belongs to.")
    location: str = value_field("The file's name or the address, without anything secret.")
    retrieved_at: datetime = value_field("When it was read.")
    status: int | None = value_field("The HTTP status; null for a file.")
    bytes: Long | None = value_field("How many bytes were read.")
    sha256: str | None = value_field("The SHA-256 of those bytes, in hex.")
    adapter_version: str = value_field("The version of the gateway's mapping of this source.")
    citation: str = computed_field(
        "Ready to print: the record's own citation, where it is a claim; publisher, title, what was read and when, and "
        "the words that the licence asks for.",
        lambda root: cite(root.publisher, root.location, root.retrieved_at, root.claim),
    )
