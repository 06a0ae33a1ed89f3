"""Values that records hold: periods, places, offences, native terms, provenance, and who and where they speak of."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from adapters.vocabulary.enums import AgencyKind, Audience, Precision, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from schema.access import Access, field
from schema.queries.coverage import CoverageState
from schema.queries.sources import Freshness, PublisherDescription
from schema.scalars import Link, Long


def cite(publisher: PublisherDescription, location: str, retrieved_at: datetime, claim: str | None = None) -> str:
    """The citation of a record, ready to print; `claim` is the record's own citation, if it has one."""
    compiled = (
        f"{publisher.publisher}: {publisher.title}, {location}, read {retrieved_at:%Y-%m-%d}. {publisher.attribution}"
    )
    return f"{claim.rstrip('.')}. {compiled}" if claim else compiled


def part(description: str, access: Access | None = None) -> Any:
    """A field that shows the part of its name."""
    return field(access=access, description=description)


def shown(description: str, show: Any, access: Access | None = None) -> Any:
    """A field that shows what `show` makes of the value as a whole."""

    def resolver(root: Any) -> Any:
        return show(root)

    return field(access=access, resolver=resolver, description=description)


@strawberry.type(
    description="Days, from `start` up to but not including `end`. A single day, a month or a year is one too."
)
class Period:
    start: date | None = part("The first day; null where the publisher states none.")
    end: date | None = part("The first day after the period; null where the publisher states none.")
    precision: Precision = part("How exactly the publisher dates: to the day, to the month and so on.")
    timezone: str | None = part("The time zone whose days these are, by its IANA name; null where none is stated.")
    text: str | None = part("The words as printed, where the publisher is vague.")


@strawberry.type(description="An offence, in the publisher's own scheme.")
class Offence:
    scheme: str | None = part("Whose list of offences the code and the label come from.")
    code: str | None = part("The publisher's code.")
    label: str | None = part("The publisher's words.")


@strawberry.type(description="Where something happened, as published: often a point that stands for several addresses.")
class Place:
    name: str | None = part("The publisher's words for the place.")
    area_code: str | None = part("The publisher's code of the statistical area.")
    area_name: str | None = part("The publisher's name of the statistical area.")
    latitude: Decimal | None = part("Degrees north (WGS 84), with the digits as published.")
    longitude: Decimal | None = part("Degrees east (WGS 84), with the digits as published.")
    approximate: bool | None = part(
        "Whether the publisher moved the point to protect people; null where it does not say."
    )


@strawberry.type(description="What the publisher wrote for one of the record's fields, beside our canonical value.")
class NativeTerm:
    field: str = part("The record's field, or the publisher's column where we have none for it.")
    value: str = part("The publisher's own code or words.")
    row: int = part("Which of the publisher's rows behind this record; 0 is the one that speaks for it.")


@strawberry.type(description="An identifier that records may share. Records are related by equal references only.")
class Reference:
    scheme: str = part("Whose numbering it is.")
    value: str = part("The number.")


@strawberry.type(description="One axis by which a published figure is broken down.")
class Dimension:
    name: str = part("The axis, such as `age_group`.")
    value: str = part("The place on it, such as `10-19`.")


@strawberry.type(description="A host name and how many of its addresses a notice names.")
class Host:
    name: str = part("The host name.")
    count: Long = part("How many addresses on it.")


@strawberry.type(description="A name, and when it was in use.")
class Name:
    text: str = part("The name.")
    language: str = part("Its language, ISO 639-1.")
    since: date | None = part("The first day of its use; null where unknown.")
    until: date | None = part("The first day that it was no longer used; null for a current name.")


@strawberry.type(description="An authority or organisation that acts or publishes. Its id outlives its names.")
class Agency:
    id: strawberry.ID = part("A stable id, such as `kr.kcsc`.")
    name: str = part("The current name, in English where there is one.")
    kind: AgencyKind = part("What sort of organisation it is.")
    jurisdiction: Jurisdiction = part("Where it acts.")
    names: list[Name] = part("All legal names, in all languages, with their dates.")
    aliases: list[str] = part("What else it is called.")


@strawberry.type(description="An online service.")
class Platform:
    id: strawberry.ID = part("A stable id, such as `telegram`.")
    name: str = part("The current name.")
    operator: str | None = part("The company that answers for it; null where unknown.")
    names: list[Name] = part("All names, in all languages, with their dates.")
    aliases: list[str] = part("What else it is called.")


@strawberry.type(description="What a publisher says is wrong with its own data.")
class QualityNote:
    id: strawberry.ID = part("A stable id.")
    text: str = part("What is wrong.")
    citation: str = part("Who says so, and where.")
    attribute: str | None = part("The attribute of the records that is wrong; null where it is about all of them.")
    since: date | None = part("The first day whose records it touches; null where that is open.")
    until: date | None = part("The first day whose records it no longer touches; null where that is open.")


def agency_of(id: str | None) -> Any:
    """The agency of an id that a record names; None where it names none."""
    return None if id is None else AGENCIES.get(id)


def platform_of(id: str | None) -> Any:
    """The platform of an id that a record names; None where it names none."""
    return None if id is None else PLATFORMS.get(id)


@strawberry.type(description="A source: one real interface of one publisher, and how old the gateway's copy of it is.")
class Source:
    name: str = shown("The gateway's name for it, as filters take it.", lambda root: root.about.name)
    title: str = shown("What its publisher calls it.", lambda root: root.about.title)
    kind: SourceKind | None = shown(
        "Regulator, police, platform or partner; null for a collection whose records each name a speaker.",
        lambda root: root.about.kind,
    )
    publisher: str = shown("Who publishes it.", lambda root: root.about.publisher)
    url: Link | None = shown(
        "Where it is published; null for a collection of the gateway's own.", lambda root: root.about.url
    )
    licence: str = shown("The licence of its data.", lambda root: root.about.licence)
    licence_url: Link | None = shown("The licence's text.", lambda root: root.about.licence_url)
    attribution: str = shown("The words that the licence asks for.", lambda root: root.about.attribution)
    audience: Audience = shown("Who may see its records.", lambda root: root.about.audience)
    record_types: list[RecordType] = shown("Which records it states.", lambda root: sorted(root.about.records))
    jurisdictions: list[Jurisdiction] | None = shown(
        "Where it speaks of; null for the whole world.", lambda root: root.about.jurisdictions
    )
    notes: list[str] = shown("What a reader must know: what is counted and what is not.", lambda root: root.about.notes)
    state: Freshness = part("Whether the copy is as fresh as the publisher's cadence allows.")
    last_read_at: datetime | None = part("When it was last read; null if never.")
    age_seconds: Long | None = part("How long ago that was, in seconds.")
    reason: str | None = part("Why the last reading of a part of it failed, from a closed list; null if none did.")
    scopes: int = part("How many slices of it were read.")
    complete_scopes: int = part("How many of them to the end.")


@strawberry.type(description="What became of the rows of a slice. `read` is the sum of the others but `withdrawn`.")
class Counts:
    read: Long = part("Rows read.")
    added: Long = part("Rows that became a new record.")
    unchanged: Long = part("Rows whose record was known as it is.")
    superseded: Long = part("Rows whose record was known otherwise; a new version was added.")
    merged: Long = part("Rows that state a record again that another row of the slice states.")
    out_of_scope: Long = part("Rows that state nothing that the gateway keeps.")
    rejected: Long = part("Rows that could not be read.")
    withdrawn: Long = part("Records that were missing from the slice and are withdrawn.")


@strawberry.type(description="A slice of a source that was read: a force and a month, a whole file.")
class Scope:
    channel: str = part("How it was read: the archive, the live interface, a dump.")
    name: str = part("Which slice.")
    start: date | None = part("The first day that it speaks of; null where unknown.")
    end: date | None = part("The first day that it no longer speaks of; null where unknown.")
    last_read_at: datetime = part("When it was last read.")
    complete: bool = part("Whether it was read to its end.")
    reason: str | None = part("Why reading it failed, from a closed list; null if it did not.")
    counts: Counts = shown("What became of its rows.", lambda root: Counts(**root.counts))


@strawberry.type(description="What one source's answer about a jurisdiction and a period amounts to.")
class Coverage:
    source: Source = part("The source.")
    state: CoverageState = part("Reported, not reported, or not covered: none of them is zero.")
    scopes: list[Scope] = part("The slices by which the gateway knows, at most 100, the latest first.")


@strawberry.type(description="Where a version of a record was read.")
class Provenance:
    source: str = shown("The source's name.", lambda root: root.about.name)
    publisher: str = shown("Who publishes the record.", lambda root: root.publisher.publisher)
    licence: str = shown("The licence of its data.", lambda root: root.publisher.licence)
    attribution: str = shown("The words that the licence asks for.", lambda root: root.publisher.attribution)
    channel: str = part("How it was read: the archive, the live interface, a dump.")
    scope: str = part("The slice of the source that the record belongs to.")
    location: str = part("The file's name or the address, without anything secret.")
    retrieved_at: datetime = part("When it was read.")
    status: int | None = part("The HTTP status; null for a file.")
    bytes: Long | None = part("How many bytes were read.")
    sha256: str | None = part("The SHA-256 of those bytes, in hex.")
    adapter_version: str = part("The version of the gateway's mapping of this source.")
    citation: str = shown(
        "Ready to print: the record's own citation, where it is a claim; publisher, title, what was read and when, and "
        "the words that the licence asks for.",
        lambda root: cite(root.publisher, root.location, root.retrieved_at, root.claim),
    )
