"""The root fields: what can be asked."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, TypeVar

import strawberry

from adapters.vocabulary.enums import AgencyKind, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from adapters.vocabulary.names import AGENCIES, PLATFORMS, find_agency, find_platform
from adapters.vocabulary.terms import closed_lists, heading, terms
from schema import inputs
from schema.access import field
from schema.declarations import AsOf, listing, lookup
from schema.errors import ErrorCode, RequestError
from schema.queries.audit_trail import AuditTrailQuery
from schema.queries.coverage import CoverageQuery
from schema.queries.sources import SourcesQuery
from schema.queries.viewer import ViewerQuery
from schema.resolvers import by_ids, catalogue
from schema.types.changes import Changes, changes
from schema.types.connections import Connection
from schema.types.disclosure import DisclosedTable, disclosed_counts
from schema.types.offences import CitedOffence, offences
from schema.types.records import Arrest, Case, CooperationRequest, InformationRequest, Node, Report, Statistic, Takedown
from schema.types.summaries import (
    ArrestSummary,
    CaseSummary,
    TakedownSummary,
    arrest_summary,
    case_summary,
    takedown_summary,
)
from schema.types.totals import StatisticComparison, Total, comparison, total
from schema.types.values import Agency, Coverage, Platform, Source, part, shown
from schema.types.viewer import PARTNERS, AuditTrail, Viewer

T = TypeVar("T")


@strawberry.type(description="A name in the languages that the gateway speaks.")
class Label:
    en: str = shown("In English.", lambda root: root.label_en)
    ko: str = shown("In Korean.", lambda root: root.label_ko)


@strawberry.type(description="What a publisher writes for one of our values.")
class VocabularyTerm:
    scheme: str = part("Whose vocabulary.")
    term: str = part("The publisher's code or word.")
    since: date | None = part("The first day of its use; null where it always was.")
    until: date | None = part("The first day that it was no longer used; null where it still is.")


@strawberry.type(description="One value of a closed list.")
class VocabularyValue:
    value: str = part("The value, as the schema's enum writes it.")
    label: Label = shown("What it is called.", lambda root: root)
    description: str = part("What it means.")
    native: list[VocabularyTerm] = part("What publishers write for it.")
    note: str | None = part("What a reader must know about the translation.")


@strawberry.type(description="A closed list of canonical values.")
class VocabularyList:
    name: str = shown("The list's name, as the schema's enum is called.", lambda root: root.__name__)
    label: Label = shown("What it is called.", heading)
    description: str = shown("What it says of a record.", lambda root: heading(root).description)
    values: list[VocabularyValue] = shown("Its values, in its own order.", terms)


def argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(
    description="What can be asked of the gateway. Every field here may be null: an error in one leaves the others."
)
class Query:
    cases: Connection[Case] | None = listing(RecordType.CASE, inputs.CaseFilter, "Cases that authorities have opened.")
    case: Case | None = lookup(RecordType.CASE, "The case of this id; null where there is none that you may see.")
    takedowns: Connection[Takedown] | None = listing(
        RecordType.TAKEDOWN, inputs.TakedownFilter, "Measures against content, asked for or taken."
    )
    takedown: Takedown | None = lookup(
        RecordType.TAKEDOWN, "The takedown of this id; null where there is none that you may see."
    )
    arrests: Connection[Arrest] | None = listing(
        RecordType.ARREST, inputs.ArrestFilter, "Single arrests; counts of arrests are statistics."
    )
    arrest: Arrest | None = lookup(
        RecordType.ARREST, "The arrest of this id; null where there is none that you may see."
    )
    case_summary: CaseSummary | None = case_summary()
    takedown_summary: TakedownSummary | None = takedown_summary()
    arrest_summary: ArrestSummary | None = arrest_summary()
    changes: Changes | None = changes()
    reports: Connection[Report] | None = listing(
        RecordType.REPORT, inputs.ReportFilter, "Complaints: what somebody told an authority or a platform."
    )
    information_requests: Connection[InformationRequest] | None = listing(
        RecordType.INFORMATION_REQUEST,
        inputs.InformationRequestFilter,
        "Authorities' requests to platforms for data about users.",
    )
    cooperation_requests: Connection[CooperationRequest] | None = listing(
        RecordType.COOPERATION_REQUEST,
        inputs.CooperationRequestFilter,
        "Authorities' requests for each other's help across borders.",
    )
    statistics: Connection[Statistic] | None = listing(
        RecordType.STATISTIC,
        inputs.StatisticFilter,
        "Figures as published, each cell as its last release states it. Periods overlap and totals stand beside their "
        "parts: never add them blindly; `total` adds what can be added.",
        released=True,
    )
    total: Total | None = total()
    compare_statistics: StatisticComparison | None = comparison()

    disclosed_counts: DisclosedTable | None = disclosed_counts()

    offences: list[CitedOffence] | None = offences()

    @field(description="The record of this id, of whatever type; null where there is none that you may see.")
    async def node(
        self,
        info: strawberry.Info,
        id: Annotated[strawberry.ID, argument("The record's `id`.")],
        as_of: AsOf = strawberry.UNSET,
    ) -> Node | None:
        (found,) = await by_ids(raw(info), [id], as_of=as_of or None)
        return as_shown(found)

    @field(description="The records of these ids, in their order; null for one that you may not see.")
    async def nodes(
        self,
        info: strawberry.Info,
        ids: Annotated[list[strawberry.ID], argument("The records' `id`s, at most 100.")],
        as_of: AsOf = strawberry.UNSET,
    ) -> list[Node | None] | None:
        return as_shown(await by_ids(raw(info), ids, as_of=as_of or None))

    @field(description="Who you are to the gateway, and what your key opens.")
    async def viewer(self, info: strawberry.Info) -> Viewer | None:
        viewer = await catalogue(info).read(ViewerQuery())
        return as_shown(viewer)

    @field(
        access=PARTNERS,
        description="Who read the records that your agency sent, when and for which purpose, from the audit log.",
    )
    async def audit_trail(
        self,
        info: strawberry.Info,
        first: Annotated[int | None, argument("How many; 20 if absent, at most 100.")] = strawberry.UNSET,
        after: Annotated[str | None, argument("Earlier than this cursor; the latest if absent.")] = strawberry.UNSET,
    ) -> AuditTrail | None:
        size = first if isinstance(first, int) else 20
        if not 0 <= size <= 100:
            raise RequestError(ErrorCode.BAD_INPUT, "`first` is a number from 0 to 100.")
        page = await catalogue(info).read(AuditTrailQuery(size=size, cursor=after or None))
        return as_shown(page)

    @field(description="The sources that you may see, and how old the gateway's copies are.")
    async def sources(
        self,
        info: strawberry.Info,
        name: Annotated[list[str] | None, argument("Any of these sources; all if absent.")] = strawberry.UNSET,
    ) -> list[Source] | None:
        states = await catalogue(info).read(SourcesQuery(names=_stated(name)))
        return as_shown(states)

    @field(
        description="What each source's answer about a jurisdiction and a period amounts to: "
        "reported, left out by the publisher, or never read by the gateway."
    )
    async def coverage(
        self,
        info: strawberry.Info,
        filter: Annotated[
            inputs.CoverageFilter | None, argument("About what; about everything if absent.")
        ] = strawberry.UNSET,
    ) -> list[Coverage] | None:
        covered = await catalogue(info).read(covering(filter or inputs.CoverageFilter()))
        return as_shown(covered)

    @field(description="The authorities and organisations that records name.")
    def agencies(
        self,
        name: Annotated[list[str] | None, argument("Any of these, by id, name or alias.")] = strawberry.UNSET,
        kind: Annotated[list[AgencyKind] | None, argument("Any of these kinds.")] = strawberry.UNSET,
        jurisdiction: Annotated[
            list[Jurisdiction] | None, argument("Acting in any of these places; a country also means its parts.")
        ] = strawberry.UNSET,
    ) -> list[Agency] | None:
        names, kinds, places = _stated(name), _stated(kind), _stated(jurisdiction)
        wanted = None if names is None else [find_agency(text) for text in names]
        return as_shown(
            agency
            for agency in AGENCIES.values()
            if (wanted is None or agency in wanted)
            and (kinds is None or agency.kind in kinds)
            and (places is None or not set(places).isdisjoint(enclosing(agency.jurisdiction)))
        )

    @field(description="The online services that records name.")
    def platforms(
        self, name: Annotated[list[str] | None, argument("Any of these, by id, name or alias.")] = strawberry.UNSET
    ) -> list[Platform] | None:
        names = _stated(name)
        wanted = PLATFORMS.values() if names is None else [find_platform(text) for text in names]
        return as_shown(platform for platform in PLATFORMS.values() if platform in wanted)

    @field(description="The closed lists of values: what they mean, and what publishers write for them.")
    def vocabulary(
        self,
        name: Annotated[
            list[str] | None, argument("Any of these lists, by the enum's name; all if absent.")
        ] = strawberry.UNSET,
    ) -> list[VocabularyList] | None:
        names = _stated(name)
        return as_shown(enum for enum in closed_lists() if names is None or enum.__name__ in names)


def as_shown(found: object) -> Any:
    """What was read, to stand for the type whose fields show it."""
    return list(found) if isinstance(found, Iterator) else found


def covering(given: inputs.CoverageFilter) -> CoverageQuery:
    """The question that a coverage filter asks. Raises Refused where its period has no day."""
    period = given.period or None
    if period is not None and period.start >= period.end:
        raise RequestError(ErrorCode.BAD_INPUT, "A period's end is exclusive and must come after its start.")
    return CoverageQuery(
        sources=_stated(given.source),
        record_type=given.record_type or None,
        jurisdictions=_stated(given.jurisdiction),
        start=None if period is None else period.start,
        end=None if period is None else period.end,
    )


def _stated(given: list[T] | None) -> tuple[T, ...] | None:
    """The values of an argument, of which there may be none; None where it was left out."""
    return tuple(given) if isinstance(given, list) else None


def raw(info: strawberry.Info) -> Any:
    """graphql-core's own view of a running field, whose selections tell what to read."""
    return info._raw_info
