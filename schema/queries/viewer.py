"""The caller itself."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.queries.base import CatalogueQuery


class ViewerQuery(CatalogueQuery["ViewerInfo"], frozen=True, kw_only=True):
    """Who the caller is, and what it is granted."""


class GrantInfo(Struct, frozen=True, kw_only=True):
    """Records that a caller may see beyond the public ones. `jurisdictions` None means all places."""

    sources: Sequence[str]
    record_types: Sequence[RecordType]
    jurisdictions: Sequence[Jurisdiction] | None
    field_classes: Sequence[FieldClass]


class ViewerInfo(Struct, frozen=True, kw_only=True):
    """The caller. All but the audience is None without a key."""

    audience: Audience
    agency: str | None
    agreement: str | None
    purpose: str | None
    key: str | None
    expires_at: datetime | None
    grants: Sequence[GrantInfo]
