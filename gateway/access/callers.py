"""A caller: an audience, and what it may see of which records. Nothing is visible that is not named here."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from adapters.source import About
from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import View
from schema.queries.viewer import GrantInfo, ViewerInfo


class Grant(Struct, frozen=True, kw_only=True):
    """Records that a caller may see, and which sensitive fields of them.

    The records of these sources, of these types, that hold in one of these jurisdictions; None stands for all.
    """

    sources: frozenset[str]
    record_types: frozenset[RecordType] | None = None
    jurisdictions: frozenset[Jurisdiction] | None = None
    classes: frozenset[FieldClass] = frozenset()

    def reaches(self, record: RecordType) -> bool:
        """Whether it opens anything of a record type."""
        return bool(self.sources) and (self.record_types is None or record in self.record_types)


class Standing(Struct, frozen=True, kw_only=True):
    """In whose name, under which agreement and for which purpose a caller asks."""

    agency: str
    agreement: str
    purpose: str
    key: str
    expires_at: datetime | None = None
    budget: int | None = None
    """What its keys may spend together in a minute; None where the agreement does not say."""


class Caller(Struct, frozen=True):
    """Who asks. `sources` are seen whole, but for sensitive fields; `grants` open more. The default is nothing."""

    audience: Audience
    sources: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    standing: Standing | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every source of which something may reach this caller."""
        return self.sources.union(*(grant.sources for grant in self.grants))

    def beyond(self, record: RecordType) -> tuple[Grant, ...]:
        """The grants that open more records of a type than those that are open to everybody."""
        return tuple(grant for grant in self.grants if grant.reaches(record) and not grant.sources <= self.sources)

    def opening(self, record: RecordType, field_class: FieldClass) -> tuple[Grant, ...]:
        """The grants that open the sensitive fields of a class, of records of a type."""
        return tuple(grant for grant in self.grants if field_class in grant.classes and grant.reaches(record))

    @property
    def view(self) -> View:
        """What of the schema exists for this caller."""
        return View(self.audience, self.classes)

    @property
    def classes(self) -> frozenset[FieldClass]:
        """Every class of sensitive field that this caller may see of some record."""
        return frozenset[FieldClass]().union(*(grant.classes for grant in self.grants))


def public(abouts: Iterable[About]) -> Caller:
    """Anybody: sees what its publisher has opened to everybody."""
    return Caller(Audience.PUBLIC, _open(abouts))


def partner(abouts: Mapping[str, About], standing: Standing, granted: Grant) -> Caller:
    """An agency under an agreement: sees what anybody sees, what it was granted, and all that it sent itself."""
    known = Grant(
        sources=granted.sources & abouts.keys(),
        record_types=granted.record_types,
        jurisdictions=granted.jurisdictions,
        classes=granted.classes,
    )
    sent = frozenset(name for name, about in abouts.items() if about.owner == standing.agency)
    own = Grant(sources=sent, classes=frozenset(FieldClass))
    grants = tuple(grant for grant in (known, own) if grant.sources)
    return Caller(Audience.PARTNER, _open(abouts.values()), grants, standing)


def operator(abouts: Iterable[About]) -> Caller:
    """Who runs this deployment: sees every field of every source."""
    sources = frozenset(about.name for about in abouts)
    return Caller(Audience.OPERATOR, sources, (Grant(sources=sources, classes=frozenset(FieldClass)),))


def _open(abouts: Iterable[About]) -> frozenset[str]:
    return frozenset(about.name for about in abouts if about.audience is Audience.PUBLIC)


def viewer(caller: Caller) -> ViewerInfo:
    """What a caller is told about itself."""
    said = caller.standing
    return ViewerInfo(
        audience=caller.audience,
        agency=said.agency if said else None,
        agreement=said.agreement if said else None,
        purpose=said.purpose if said else None,
        key=said.key if said else None,
        expires_at=said.expires_at if said else None,
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
