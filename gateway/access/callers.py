"""Callers: an audience, and the records and fields that it may see. Nothing is visible that is not named here."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from adapters.source import About
from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import View
from schema.queries.viewer import GrantInfo, ViewerInfo


class AccessGrant(Struct, frozen=True, kw_only=True):
    """Opens records, and the sensitive fields of some classes.

    It opens the records of these sources and types in these jurisdictions; None stands for all.
    """

    sources: frozenset[str]
    record_types: frozenset[RecordType] | None = None
    jurisdictions: frozenset[Jurisdiction] | None = None
    classes: frozenset[FieldClass] = frozenset()

    def reaches(self, record: RecordType) -> bool:
        """Whether it opens any record of a type."""
        return bool(self.sources) and (self.record_types is None or record in self.record_types)


class Principal(Struct, frozen=True, kw_only=True):
    """The agency that a caller acts for, its agreement, the purpose and the key."""

    agency: str
    agreement: str
    purpose: str
    key: str
    expires_at: datetime | None = None
    budget: int | None = None
    """What the keys of the agreement may spend together in a minute; None: the default."""


class Caller(Struct, frozen=True):
    """Sees all records of `sources`, without sensitive fields, and what `grants` open. The default is nothing."""

    audience: Audience
    sources: frozenset[str] = frozenset()
    grants: tuple[AccessGrant, ...] = ()
    principal: Principal | None = None

    @property
    def visible_sources(self) -> frozenset[str]:
        """The sources of which this caller may see any record."""
        return self.sources.union(*(grant.sources for grant in self.grants))

    def sees_whole(self, source: str) -> bool:
        """Whether the caller may see every record of a source."""
        return source in self.sources or any(
            source in grant.sources and grant.record_types is None and grant.jurisdictions is None
            for grant in self.grants
        )

    def extra_grants(self, record: RecordType) -> tuple[AccessGrant, ...]:
        """The grants that open records of a type beyond those of `sources`."""
        return tuple(grant for grant in self.grants if grant.reaches(record) and not grant.sources <= self.sources)

    def class_grants(self, record: RecordType, field_class: FieldClass) -> tuple[AccessGrant, ...]:
        """The grants that open the sensitive fields of a class, for records of a type."""
        return tuple(grant for grant in self.grants if field_class in grant.classes and grant.reaches(record))

    @property
    def view(self) -> View:
        """The part of the schema that exists for this caller."""
        return View(self.audience, self.classes)

    @property
    def classes(self) -> frozenset[FieldClass]:
        """The classes of sensitive fields that this caller may see, of any record."""
        return frozenset[FieldClass]().union(*(grant.classes for grant in self.grants))


def public(descriptions: Iterable[About]) -> Caller:
    """A caller without a key: sees the open sources."""
    return Caller(Audience.PUBLIC, _open_sources(descriptions))


def partner(descriptions: Mapping[str, About], principal: Principal, grant: AccessGrant) -> Caller:
    """An agency under an agreement: sees the open sources, what the agreement grants, and all that it sent itself."""
    granted = AccessGrant(
        sources=grant.sources & descriptions.keys(),
        record_types=grant.record_types,
        jurisdictions=grant.jurisdictions,
        classes=grant.classes,
    )
    own_sources = frozenset(name for name, about in descriptions.items() if about.owner == principal.agency)
    own = AccessGrant(sources=own_sources, classes=frozenset(FieldClass))
    grants = tuple(each for each in (granted, own) if each.sources)
    return Caller(Audience.PARTNER, _open_sources(descriptions.values()), grants, principal)


def operator(descriptions: Iterable[About]) -> Caller:
    """Whoever runs this deployment: sees every field of every source."""
    sources = frozenset(about.name for about in descriptions)
    return Caller(Audience.OPERATOR, sources, (AccessGrant(sources=sources, classes=frozenset(FieldClass)),))


def _open_sources(descriptions: Iterable[About]) -> frozenset[str]:
    return frozenset(about.name for about in descriptions if about.audience is Audience.PUBLIC)


def viewer(caller: Caller) -> ViewerInfo:
    """The answer to `viewer`: what a caller may know of itself."""
    principal = caller.principal
    return ViewerInfo(
        audience=caller.audience,
        agency=principal.agency if principal else None,
        agreement=principal.agreement if principal else None,
        purpose=principal.purpose if principal else None,
        key=principal.key if principal else None,
        expires_at=principal.expires_at if principal else None,
        grants=[
            GrantInfo(
                sources=sorted(grant.sources),
                record_types=sorted(RecordType if grant.record_types is None else grant.record_types),
                jurisdictions=None if grant.jurisdictions is None else sorted(grant.jurisdictions),
                field_classes=sorted(grant.classes),
            )
            for grant in caller.grants
        ],
    )
