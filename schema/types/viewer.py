"""Who asks, as the gateway sees them: an agency can read here what its key opens."""

from datetime import datetime

import strawberry

from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import Access
from schema.types.values import Agency, agency_of, part, shown

PARTNERS = Access(audience=Audience.PARTNER)


@strawberry.type(description="Records that an agreement opens beyond what is open to everybody.")
class Grant:
    sources: list[str] = part("Of these sources, by name.")
    record_types: list[RecordType] = part("Of these types.")
    jurisdictions: list[Jurisdiction] | None = part("Holding in one of these places or a part of it; null for all.")
    field_classes: list[FieldClass] = part("With the sensitive fields of these classes.")


@strawberry.type(description="One reading of records that you sent.")
class TrailEntry:
    read_at: datetime = part("When they were read.", PARTNERS)
    agency_id: str = shown("Whose key read them, by the agency's id.", lambda root: root.agency, PARTNERS)
    agency: Agency | None = shown(
        "The same, where the vocabulary knows it.", lambda root: agency_of(root.agency), PARTNERS
    )
    purpose: str = part("The purpose that its agreement states.", PARTNERS)
    records: list[strawberry.ID] = part("Which of your records, by global id; those of others are not told.", PARTNERS)
    summarised: list[RecordType] = part(
        "The types of your records that were counted in a summary or searched by a sensitive field.",
        PARTNERS,
    )
    fields_read: list[str] = part("Which of their fields.", PARTNERS)


@strawberry.type(description="A page of readings, the latest first.")
class AuditTrail:
    entries: list[TrailEntry] = part("The readings, at most 100.", PARTNERS)
    cursor: str | None = part("Where to go on to earlier ones, as `after`.", PARTNERS)
    more: bool = part("Whether there are earlier ones.", PARTNERS)


@strawberry.type(description="Who asks. Without a key nobody in particular, and everything but the audience is null.")
class Viewer:
    audience: Audience = part("Whose schema this is.")
    agency_id: str | None = shown("The agency that the key belongs to, by id.", lambda root: root.agency)
    agency: Agency | None = shown("The same, where the vocabulary knows it.", lambda root: agency_of(root.agency))
    agreement: str | None = part("The agreement that the key was made under.")
    purpose: str | None = part("What the agreement is for. Reading is logged with it.")
    key: str | None = part("The part of the key that names it.")
    expires_at: datetime | None = part("When the key or the agreement ends; null where neither has an end.")
    grants: list[Grant] = part("What it opens.")
