"""Who asks, as the gateway sees them: an agency can read here what its key opens."""

from datetime import datetime

import strawberry

from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import Access
from schema.declarations import computed_field, value_field
from schema.types.values import AgencyObject, agency_of

PARTNERS = Access(audience=Audience.PARTNER)


@strawberry.type(name="Grant", description="Records that an agreement grants beyond the public ones.")
class GrantObject:
    sources: list[str] = value_field("The names of the sources.")
    record_types: list[RecordType] = value_field("The record types.")
    jurisdictions: list[Jurisdiction] | None = value_field("The jurisdictions, with their parts; null for all.")
    field_classes: list[FieldClass] = value_field("The classes of sensitive fields that are included.")


@strawberry.type(name="TrailEntry", description="An access to records that you sent.")
class TrailEntryObject:
    read_at: datetime = value_field("When the records were read.", PARTNERS)
    agency_id: str = computed_field("The id of the agency whose key read them.", lambda root: root.agency, PARTNERS)
    agency: AgencyObject | None = computed_field(
        "The agency, if the vocabulary has it.", lambda root: agency_of(root.agency), PARTNERS
    )
    purpose: str = value_field("The purpose of its agreement.", PARTNERS)
    records: list[strawberry.ID] = value_field(
        "The global ids of your records. Records of others are not listed.", PARTNERS
    )
    summarised: list[RecordType] = value_field(
        "The types of your records that were counted in a summary or searched by a sensitive field.",
        PARTNERS,
    )
    fields_read: list[str] = value_field("The fields that were read.", PARTNERS)


@strawberry.type(name="AuditTrail", description="A page of accesses, latest first.")
class AuditTrailObject:
    entries: list[TrailEntryObject] = value_field("The accesses, at most 100.", PARTNERS)
    cursor: str | None = value_field("The cursor for earlier accesses, as `after`.", PARTNERS)
    more: bool = value_field("Whether there are earlier accesses.", PARTNERS)


@strawberry.type(name="Viewer", description="The caller. Without a key everything but the audience is null.")
class ViewerObject:
    audience: Audience = value_field("The audience that the schema is for.")
    agency_id: str | None = computed_field("The id of the agency that the key belongs to.", lambda root: root.agency)
    agency: AgencyObject | None = computed_field(
        "The agency, if the vocabulary has it.", lambda root: agency_of(root.agency)
    )
    agreement: str | None = value_field("The agreement of the key.")
    purpose: str | None = value_field("The purpose of the agreement. It is logged with every access.")
    key: str | None = value_field("The public part of the key.")
    expires_at: datetime | None = value_field("When the key or the agreement expires; null if neither does.")
    grants: list[GrantObject] = value_field("The grants of the agreement.")
