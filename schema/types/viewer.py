"""Who asks, as the gateway sees them: an agency can read here what its key opens."""

from datetime import datetime

import strawberry

from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import Access
from schema.declarations import computed_field, value_field
from schema.types.values import AgencyObject, agency_of

PARTNERS = Access(audience=Audience.PARTNER)


@strawberry.type(name="Grant", description="Records that an agreement opens beyond what is open to everybody.")
class GrantObject:
    sources: list[str] = value_field("Of these sources, by name.")
    record_types: list[RecordType] = value_field("Of these types.")
    jurisdictions: list[Jurisdiction] | None = value_field(
        "Holding in one of these places or a part of it; null for all."
    )
    field_classes: list[FieldClass] = value_field("With the sensitive fields of these classes.")


@strawberry.type(name="TrailEntry", description="One reading of records that you sent.")
class TrailEntryObject:
    read_at: datetime = value_field("When they were read.", PARTNERS)
    agency_id: str = computed_field("Whose key read them, by the agency's id.", lambda root: root.agency, PARTNERS)
    agency: AgencyObject | None = computed_field(
        "The same, where the vocabulary knows it.", lambda root: agency_of(root.agency), PARTNERS
    )
    purpose: str = value_field("The purpose that its agreement states.", PARTNERS)
    records: list[strawberry.ID] = value_field(
        "Which of your records, by global id; those of others are not told.", PARTNERS
    )
    summarised: list[RecordType] = value_field(
        "The types of your records that were counted in a summary or searched by a sensitive field.",
        PARTNERS,
    )
    fields_read: list[str] = value_field("Which of their fields.", PARTNERS)


@strawberry.type(name="AuditTrail", description="A page of readings, the latest first.")
class AuditTrailObject:
    entries: list[TrailEntryObject] = value_field("The readings, at most 100.", PARTNERS)
    cursor: str | None = value_field("Where to go on to earlier ones, as `after`.", PARTNERS)
    more: bool = value_field("Whether there are earlier ones.", PARTNERS)


@strawberry.type(
    name="Viewer", description="Who asks. Without a key nobody in particular, and everything but the audience is null."
)
class ViewerObject:
    audience: Audience = value_field("Whose schema this is.")
    agency_id: str | None = computed_field("The agency that the key belongs to, by id.", lambda root: root.agency)
    agency: AgencyObject | None = computed_field(
        "The same, where the vocabulary knows it.", lambda root: agency_of(root.agency)
    )
    agreement: str | None = value_field("The agreement that the key was made under.")
    purpose: str | None = value_field("What the agreement is for. Reading is logged with it.")
    key: str | None = value_field("The part of the key that names it.")
    expires_at: datetime | None = value_field("When the key or the agreement ends; null where neither has an end.")
    grants: list[GrantObject] = value_field("What it opens.")
