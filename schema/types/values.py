"""Values that records hold: periods, places, offences, native terms, provenance, and who and where they speak of."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from adapters.vocabulary import names
from adapters.vocabulary.enums import AgencyKind, Audience, Precision, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from schema.access import Work
from schema.declarations import computed_field, value_field
from schema.queries.coverage import CoverageState
from schema.queries.sources import Freshness, PublisherDescription, SilenceReason
from schema.scalars import Link, Long

MANY_SOURCES = 20
"""About how many sources an answer names, for its price."""


def cite(publisher: PublisherDescription, location: str, retrieved_at: datetime, claim: str | None = None) -> str:
    """The citation of a record, ready to print; `claim` is the record's own citation, if it has one."""
    compiled = (
        f"{publisher.publisher}: {publisher.title}, {location}, read {retrieved_at:%Y-%m-%d}. {publisher.attribution}"
    )
    return f"{claim.rstrip('.')}. {compiled}" if claim else compiled


@strawberry.type(
    name="Period",
    description="A period of days, from `start` up to but not including `end`. A single day, a month and a year are "
    "periods too. The days are the publisher's local days, in `timezone`; the gateway converts none.",
)
class PeriodObject:
    start: date | None = value_field("The first day; null if the publisher states none.")
    end: date | None = value_field("The first day after the period; null if the publisher states none.")
    precision: Precision = value_field("The precision of the publisher's date: a day, a month and so on.")
    timezone: str | None = value_field("The IANA name of the time zone of the days; null if not stated.")
    text: str | None = value_field("The publisher's words, if the date is vague.")


@strawberry.type(name="Offence", description="An offence, in the publisher's own scheme.")
class OffenceObject:
    scheme: str | None = value_field("The list of offences that the code and label come from.")
    code: str | None = value_field("The publisher's code.")
    label: str | None = value_field("The publisher's label.")


@strawberry.type(name="Place", description="A place as published, often a point that stands for several addresses.")
class PlaceObject:
    name: str | None = value_field("The publisher's name of the place.")
    area_code: str | None = value_field("The publisher's code of the statistical area.")
    area_name: str | None = value_field("The publisher's name of the statistical area.")
    latitude: Decimal | None = value_field("Degrees north (WGS 84), with the digits as published.")
    longitude: Decimal | None = value_field("Degrees east (WGS 84), with the digits as published.")
    approximate: bool | None = value_field(
        "Whether the publisher moved the point to protect people; null if not stated."
    )


@strawberry.type(
    name="NativeTerm",
    description="What the publisher wrote for a field of the record, beside the canonical value.",
)
class NativeTermObject:
    field: str = value_field("The field of the record, or the publisher's column if no field corresponds to it.")
    value: str = value_field("The publisher's code or words.")
    row: int = value_field(
        "The number of the publisher's row behind this record; 0 is the row that the record's values come from."
    )


@strawberry.type(
    name="Reference", description="An identifier that records may share. Records are related only by equal references."
)
class ReferenceObject:
    scheme: str = value_field("The scheme that the number belongs to.")
    value: str = value_field("The number.")


@strawberry.type(
    name="Dimension", description="An axis by which a figure is broken down, and the figure's value on it."
)
class DimensionObject:
    name: str = value_field("The axis, such as `age_group`.")
    value: str = value_field("The value on the axis, such as `10-19`.")


@strawberry.type(name="Host", description="A host name, and the number of its addresses in a notice.")
class HostObject:
    name: str = value_field("The host name.")
    count: Long = value_field("The number of addresses.")


@strawberry.type(name="Name", description="A name, and when it was in use.")
class NameObject:
    text: str = value_field("The name.")
    language: str = value_field("The language, as an ISO 639-1 code.")
    since: date | None = value_field("The first day of use; null if unknown.")
    until: date | None = value_field("The first day on which it was no longer used; null for a current name.")


@strawberry.type(
    name="Agency",
    description="An authority or organisation that acts or publishes. Its id stays when its name changes.",
)
class AgencyObject:
    id: strawberry.ID = value_field("A stable id, such as `kr.kcsc`.")
    name: str = value_field("The current name, in English where there is one.")
    kind: AgencyKind = value_field("The kind of organisation.")
    jurisdiction: Jurisdiction = value_field("The jurisdiction in which it acts.")
    names: list[NameObject] = value_field("All legal names in all languages, with their dates.", work=Work(size=2))
    aliases: list[str] = value_field("Other names.")


@strawberry.type(name="Platform", description="An online service.")
class PlatformObject:
    id: strawberry.ID = value_field("A stable id, such as `telegram`.")
    name: str = value_field("The current name.")
    operator: str | None = value_field("The company that operates it; null if unknown.")
    names: list[NameObject] = value_field("All names in all languages, with their dates.", work=Work(size=2))
    aliases: list[str] = value_field("Other names.")


@strawberry.type(name="QualityNote", description="A problem that a publisher states about its own data.")
class QualityNoteObject:
    id: strawberry.ID = value_field("A stable id.")
    text: str = value_field("The problem.")
    citation: str = value_field("Who states the problem, and where.")
    attribute: str | None = value_field("The attribute concerned; null if all are.")
    since: date | None = value_field("The first day whose records are concerned; null if open.")
    until: date | None = value_field("The first day whose records are no longer concerned; null if open.")


def agency_of(id: str | None) -> names.Agency | None:
    """The agency with this id; None where the record names none."""
    return None if id is None else AGENCIES.get(id)


def platform_of(id: str | None) -> names.Platform | None:
    """The platform with this id; None where the record names none."""
    return None if id is None else PLATFORMS.get(id)


@strawberry.type(name="SourceFailure", description="A failure to read a source over the network.")
class SourceFailureObject:
    code: str = value_field("The code, from a closed list.")
    message: str = value_field("What the code means.")
    at: datetime = value_field("When it failed.")


@strawberry.type(
    name="Source", description="A source: one interface of one publisher, and the age of the gateway's copy."
)
class SourceObject:
    name: str = computed_field("The name of the source, for use in filters.", lambda root: root.about.name)
    title: str = computed_field("The publisher's title.", lambda root: root.about.title)
    kind: SourceKind | None = computed_field(
        "The kind of publisher; null for a collection whose records each name a speaker.",
        lambda root: root.about.kind,
    )
    publisher: str = computed_field("The publisher.", lambda root: root.about.publisher)
    url: Link | None = computed_field(
        "The address of the source; null for the gateway's own collection.", lambda root: root.about.url
    )
    licence: str = computed_field("The licence of the data.", lambda root: root.about.licence)
    licence_url: Link | None = computed_field("The text of the licence.", lambda root: root.about.licence_url)
    attribution: str = computed_field("The attribution that the licence requires.", lambda root: root.about.attribution)
    audience: Audience = computed_field("The audience of its records.", lambda root: root.about.audience)
    record_types: list[RecordType] = computed_field(
        "The types of its records.", lambda root: sorted(root.about.records)
    )
    jurisdictions: list[Jurisdiction] | None = computed_field(
        "The jurisdictions that it covers; null for the whole world.", lambda root: root.about.jurisdictions
    )
    timezone: str | None = computed_field(
        "The IANA name of the time zone of the days and months that it states; null if the zone differs by record (see "
        "`Period.timezone`) or the publisher does not state it (see `notes`).",
        lambda root: root.about.timezone,
    )
    notes: list[str] = computed_field(
        "What to know about the figures: what is counted and what is not.", lambda root: root.about.notes
    )
    state: Freshness = value_field("Whether the copy is fresh, by the publisher's cadence.")
    last_read_at: datetime | None = value_field("When it was last read; null if never.")
    age_seconds: Long | None = value_field("The time since then, in seconds.")
    reason: str | None = value_field(
        "Why the last read of one of its scopes, or of its list of scopes, failed, from a closed list; null if none "
        "failed. WITHDRAWAL_HELD: it lacked so many records that they stay until the reading is confirmed."
    )
    last_failure: SourceFailureObject | None = value_field(
        "The latest failure over the network that no later reading of the same scope has mended; null if there is none."
    )
    scopes: int = value_field("The number of scopes that were read.")
    complete_scopes: int = value_field("The number of scopes that were read completely.")


@strawberry.type(name="ContributingSource", description="A source that an answer rests on.")
class ContributorObject(SourceObject):
    record_count: Long = value_field("The number of records of the answer that it states.")


@strawberry.type(
    name="SilentSource", description="A source that could have contributed to an answer and did not. That is no zero."
)
class SilentSourceObject:
    source: SourceObject = value_field("The source.")
    reason: SilenceReason = value_field("Why it contributed nothing.")


@strawberry.type
class SourcedObject:
    sources: list[ContributorObject] = computed_field(
        "The sources that contributed, with their age and the number of records that each states.",
        lambda root: root.answer_sources.contributors,
        work=Work(size=2),
    )
    silent_sources: list[SilentSourceObject] = computed_field(
        "The sources that could have contributed and did not, and why.",
        lambda root: root.answer_sources.silent,
        work=Work("silence", MANY_SOURCES),
    )


@strawberry.type(
    name="Counts", description="The rows of a scope by outcome. `read` is the sum of the others except `withdrawn`."
)
class CountsObject:
    read: Long = value_field("Rows read.")
    added: Long = value_field("Rows that added a record.")
    unchanged: Long = value_field("Rows whose record did not change.")
    superseded: Long = value_field("Rows whose record changed, so that a new version was added.")
    merged: Long = value_field("Rows for a record that another row of the scope states too.")
    out_of_scope: Long = value_field("Rows that are outside of what the gateway keeps.")
    rejected: Long = value_field("Rows that could not be read.")
    withdrawn: Long = value_field("Records that were missing from the scope and were withdrawn.")


@strawberry.type(
    name="Scope", description="A part of a source that is read as a unit: a force and a month, or a whole file."
)
class ScopeObject:
    channel: str = value_field("The channel: the archive, the live interface or a dump.")
    name: str = value_field("The name of the scope.")
    start: date | None = value_field("The first day that it covers; null if unknown.")
    end: date | None = value_field("The first day that it no longer covers; null if unknown.")
    last_read_at: datetime = value_field("When it was last read.")
    complete: bool = value_field("Whether it was read completely; false while a reading is on hold.")
    reason: str | None = value_field(
        "Why the last read failed, from a closed list; null if it did not. WITHDRAWAL_HELD: it lacked so many records "
        "that they stay until the reading is confirmed."
    )
    counts: CountsObject = computed_field(
        "The counts of its rows by outcome.", lambda root: CountsObject(**root.counts)
    )


@strawberry.type(
    name="CoverageGaps",
    description="The parts of a request that a source was not read completely for. Of a source that cannot be read "
    "completely, such as the results of a search, it is all of the request.",
)
class CoverageGapsObject:
    months: list[PeriodObject] = value_field(
        "The months of the requested period with a day that is not covered for all of the request, at most 240. A "
        "month of which only some days are missing has the days from the first to the last of them.",
        work=Work(size=12),
    )
    month_count: Long = value_field("The number of such months.")
    jurisdictions: list[Jurisdiction] = value_field("The requested jurisdictions that are not covered.")
    agencies: list[AgencyObject] = computed_field(
        "The agencies that are not covered: those requested, and those that a requested jurisdiction divides into.",
        lambda root: [AGENCIES[id] for id in root.agencies],
        work=Work(size=10),
    )
    platforms: list[PlatformObject] = computed_field(
        "The requested platforms that are not covered.", lambda root: [PLATFORMS[id] for id in root.platforms]
    )


@strawberry.type(name="Coverage", description="What one source covers of a request.")
class CoverageObject:
    source: SourceObject = value_field("The source.")
    state: CoverageState = value_field("Reported, not reported, partly covered or not covered. None of these is zero.")
    gaps: CoverageGapsObject = value_field("What is not covered; empty if `state` is NOT_REPORTED.", work=Work("gaps"))
    scopes: list[ScopeObject] = value_field(
        "The scopes that this follows from, at most 100, latest first.", work=Work(size=10)
    )


@strawberry.type(name="Provenance", description="Where a version of a record was read.")
class ProvenanceObject:
    source: str = computed_field("The name of the source.", lambda root: root.about.name)
    publisher: str = computed_field("Who publishes the record.", lambda root: root.publisher.publisher)
    licence: str = computed_field("The licence of the data.", lambda root: root.publisher.licence)
    attribution: str = computed_field(
        "The attribution that the licence requires.", lambda root: root.publisher.attribution
    )
    channel: str = value_field("The channel: the archive, the live interface or a dump.")
    scope: str = value_field("The scope of the source that the record belongs to.")
    location: str = value_field("The name of the file, or the address without secrets.")
    retrieved_at: datetime = value_field("When it was read.")
    status: int | None = value_field("The HTTP status; null for a file.")
    bytes: Long | None = value_field("The number of bytes read.")
    sha256: str | None = value_field("The SHA-256 of those bytes, in hex.")
    adapter_version: str = value_field("The version of the gateway's mapping for this source.")
    citation: str = computed_field(
        "A citation, ready to print: the record's own citation if it is a claim, then publisher, title, what "
        "was read and when, and the attribution.",
        lambda root: cite(root.publisher, root.location, root.retrieved_at, root.claim),
    )
