"""The root fields: every query that the schema offers."""

from collections.abc import Callable
from typing import Annotated, TypeVar, cast

import strawberry

from adapters.vocabulary import names
from adapters.vocabulary.enums import AgencyKind, RecordType, Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from adapters.vocabulary.names import AGENCIES, PLATFORMS
from adapters.vocabulary.spelling import MAX_NAME_LENGTH, find_nearest
from adapters.vocabulary.terms import vocabularies
from schema import inputs
from schema.access import Work, field
from schema.declarations import (
    Arguments,
    argument,
    changes_field,
    figure_field,
    lookup_field,
    node_field,
    nodes_field,
    page_field,
    page_work,
    query_field,
    summary_field,
)
from schema.errors import ErrorCode, RequestError, unknown_name
from schema.queries.audit_trail import AuditTrailQuery
from schema.queries.coverage import CoverageQuery
from schema.queries.figures import ComparisonQuery, TotalQuery
from schema.queries.rejections import RejectionsQuery
from schema.queries.sources import SourcesQuery
from schema.queries.viewer import ViewerQuery
from schema.types.changes import ChangeFilter, ChangesObject
from schema.types.connections import ConnectionObject
from schema.types.disclosure import DISCLOSURE_ARGUMENTS, DisclosedTableObject, disclosure_query
from schema.types.offences import CitedOffenceObject, select_offences
from schema.types.records import (
    ArrestObject,
    CaseObject,
    CooperationRequestObject,
    InformationRequestObject,
    NodeInterface,
    ReportObject,
    StatisticObject,
    TakedownObject,
)
from schema.types.rejections import RejectionPageObject
from schema.types.summaries import (
    ATTRIBUTES,
    ArrestGrouping,
    ArrestSummaryFilter,
    ArrestSummaryObject,
    CaseGrouping,
    CaseSummaryFilter,
    CaseSummaryObject,
    TakedownGrouping,
    TakedownSummaryFilter,
    TakedownSummaryObject,
)
from schema.types.totals import StatisticComparisonObject, TotalObject
from schema.types.values import MANY_SOURCES, AgencyObject, CoverageObject, PlatformObject, SourceObject
from schema.types.viewer import PARTNERS, AuditTrailObject, ViewerObject
from schema.types.vocabulary import VocabularyListObject

T = TypeVar("T")

SUMMARY = (
    "A record counts once, or once for each of its jurisdictions, harm categories or measures if grouped by them; such "
    "cells do not add up to the whole. Withdrawn records do not count."
)


# Queries of root fields that follow from their arguments alone.


def viewer_query(_: Arguments) -> ViewerQuery:
    """The query of the caller itself."""
    return ViewerQuery()


def audit_trail_query(arguments: Arguments) -> AuditTrailQuery:
    """The query of the audit trail. Raises RequestError for an invalid size."""
    return AuditTrailQuery(size=_size(arguments), cursor=cast("str | None", arguments.get("after")) or None)


def rejections_query(arguments: Arguments) -> RejectionsQuery:
    """The query of rejected rows. Raises RequestError for an invalid size."""
    return RejectionsQuery(
        sources=_tuple(cast("list[str] | None", arguments.get("source"))),
        size=_size(arguments),
        cursor=cast("str | None", arguments.get("after")) or None,
    )


def _size(arguments: Arguments) -> int:
    first = arguments.get("first")
    size = first if isinstance(first, int) else 20
    if not 0 <= size <= 100:
        raise RequestError(ErrorCode.BAD_INPUT, "`first` is a number from 0 to 100.")
    return size


def sources_query(arguments: Arguments) -> SourcesQuery:
    """The query of the sources with these names."""
    return SourcesQuery(names=_tuple(cast("list[str] | None", arguments.get("name"))))


def coverage_query(arguments: Arguments) -> CoverageQuery:
    """The query of coverage. Raises RequestError where the period has no day, or a name is unknown."""
    values = cast("inputs.CoverageValue", arguments.get("filter") or {})
    period = values.get("period")
    if period is not None and period["start"] >= period["end"]:
        raise RequestError(ErrorCode.BAD_INPUT, "A period's end is exclusive and must come after its start.")
    return CoverageQuery(
        sources=_tuple(values.get("source")),
        record_type=values.get("recordType"),
        jurisdictions=_tuple(values.get("jurisdiction")),
        agencies=_ids(values.get("agency"), inputs.agency_id),
        platforms=_ids(values.get("platform"), inputs.platform_id),
        start=None if period is None else period["start"],
        end=None if period is None else period["end"],
    )


def _ids(names: list[str] | None, find_id: Callable[[str], str]) -> tuple[str, ...] | None:
    return None if names is None else tuple(dict.fromkeys(map(find_id, inputs.check_values(names))))


def _tuple(values: list[T] | None) -> tuple[T, ...] | None:
    return None if values is None else tuple(values)


# Root fields that show the vocabulary, which needs no query.


def select_agencies(
    name: Annotated[
        list[str] | None, strawberry.argument(description="Any of these, by id, name or alias.")
    ] = strawberry.UNSET,
    kind: Annotated[list[AgencyKind] | None, strawberry.argument(description="Any of these kinds.")] = strawberry.UNSET,
    jurisdiction: Annotated[
        list[Jurisdiction] | None,
        strawberry.argument(description="Acting in any of these jurisdictions. A country includes its parts."),
    ] = strawberry.UNSET,
) -> list[names.Agency]:
    """The agencies that meet every condition."""
    selected = {inputs.agency_id(text) for text in name} if isinstance(name, list) else AGENCIES.keys()
    return [
        agency
        for agency in AGENCIES.values()
        if agency.id in selected
        and (not isinstance(kind, list) or agency.kind in kind)
        and (not isinstance(jurisdiction, list) or not set(jurisdiction).isdisjoint(enclosing(agency.jurisdiction)))
    ]


def select_platforms(
    name: Annotated[
        list[str] | None, strawberry.argument(description="Any of these, by id, name or alias.")
    ] = strawberry.UNSET,
) -> list[names.Platform]:
    """The platforms with these names."""
    selected = {inputs.platform_id(text) for text in name} if isinstance(name, list) else PLATFORMS.keys()
    return [platform for platform in PLATFORMS.values() if platform.id in selected]


def select_lists(
    name: Annotated[
        list[str] | None, strawberry.argument(description="Any of these lists, by the name of the enum; all if absent.")
    ] = strawberry.UNSET,
) -> list[type[Vocabulary]]:
    """The closed lists with these names."""
    lists = {enum.__name__: enum for enum in vocabularies()}
    if not isinstance(name, list):
        return list(lists.values())
    for text in name:
        if text not in lists:
            raise unknown_name("list", text, find_nearest(text[:MAX_NAME_LENGTH], lists))
    return [enum for text, enum in lists.items() if text in name]


@strawberry.type(
    description="The queries of the gateway. Every field is nullable, so that an error in one does not affect the "
    "others."
)
class Query:
    cases: ConnectionObject[CaseObject] | None = page_field(
        RecordType.CASE, inputs.CaseFilter, "Cases that authorities opened."
    )
    case: CaseObject | None = lookup_field(
        RecordType.CASE, "The case with this id; null if there is none that you may see."
    )
    takedowns: ConnectionObject[TakedownObject] | None = page_field(
        RecordType.TAKEDOWN, inputs.TakedownFilter, "Measures against content, requested or executed."
    )
    takedown: TakedownObject | None = lookup_field(
        RecordType.TAKEDOWN, "The takedown with this id; null if there is none that you may see."
    )
    arrests: ConnectionObject[ArrestObject] | None = page_field(
        RecordType.ARREST, inputs.ArrestFilter, "Single arrests. Published counts of arrests are statistics."
    )
    arrest: ArrestObject | None = lookup_field(
        RecordType.ARREST, "The arrest with this id; null if there is none that you may see."
    )
    case_summary: CaseSummaryObject | None = summary_field(
        RecordType.CASE, CaseSummaryFilter, CaseGrouping, ATTRIBUTES, f"A summary of cases. {SUMMARY}"
    )
    takedown_summary: TakedownSummaryObject | None = summary_field(
        RecordType.TAKEDOWN,
        TakedownSummaryFilter,
        TakedownGrouping,
        ATTRIBUTES | {"AGENCY": "requested_by"},
        "A summary of takedowns: how many, how long they took, whether software decided, and the outcome of those that "
        f"somebody requested. {SUMMARY}",
    )
    arrest_summary: ArrestSummaryObject | None = summary_field(
        RecordType.ARREST,
        ArrestSummaryFilter,
        ArrestGrouping,
        ATTRIBUTES,
        f"A summary of single arrests. Many forces publish only counts, which are statistics. {SUMMARY}",
    )
    changes: ChangesObject | None = changes_field(
        ChangeFilter,
        "Records that were added, changed, withdrawn and erased, oldest first. To keep a copy, repeat the "
        "query with the last `cursor`. An erased record has no jurisdiction any more, so a grant for some "
        "jurisdictions does not include its erasure.",
    )
    reports: ConnectionObject[ReportObject] | None = page_field(
        RecordType.REPORT, inputs.ReportFilter, "Complaints to an authority or a platform."
    )
    information_requests: ConnectionObject[InformationRequestObject] | None = page_field(
        RecordType.INFORMATION_REQUEST,
        inputs.InformationRequestFilter,
        "Requests of authorities to platforms for user data.",
    )
    cooperation_requests: ConnectionObject[CooperationRequestObject] | None = page_field(
        RecordType.COOPERATION_REQUEST,
        inputs.CooperationRequestFilter,
        "Requests of authorities to each other for help across borders.",
    )
    statistics: ConnectionObject[StatisticObject] | None = page_field(
        RecordType.STATISTIC,
        inputs.StatisticFilter,
        "Published figures, each cell as its last release states it. Periods overlap and totals stand beside "
        "their parts, so do not add figures yourself; `total` adds what can be added.",
        releases=True,
    )
    total: TotalObject | None = figure_field(
        TotalQuery,
        "The total of published figures: one number where adding is sound, otherwise a reason. Totals are not"
        " added to their parts, days count once, and a restated figure counts as last released. Persons and "
        "rates cannot be added, so only a figure for exactly the period is an answer. Sources are never added"
        " to each other.",
    )
    compare_statistics: StatisticComparisonObject | None = figure_field(
        ComparisonQuery,
        "One metric as several sources state it, on one time axis, and how the sources differ. Figures whose "
        "period overlaps `period` are included.",
    )
    disclosed_counts: DisclosedTableObject | None = query_field(
        disclosure_query,
        "Counts of the records that partners sent, which are not public themselves. A month is published "
        "once, 30 days after its end; null if it is not published. Counts under 10, including zero, are "
        "suppressed, and so are totals that would reveal them. All other counts are rounded to a multiple of "
        "5, totals independently. A record counts once, in the month of its own period; it does not count if "
        "it has no period or a longer one.",
        DISCLOSURE_ARGUMENTS,
        required=("record_type", "year", "month"),
        work=Work("disclosure"),
    )
    offences: list[CitedOffenceObject] | None = field(
        resolver=select_offences,
        description="Offences that sources cite, with the names of the statute and the dates from which acts are "
        "punishable.",
        work=Work(size=lambda: len(select_offences())),
    )
    node: NodeInterface | None = node_field(
        "The record with this id, of any type; null if there is none that you may see."
    )
    nodes: list[NodeInterface | None] | None = nodes_field(
        "The records with these ids, in the same order; null for each that you may not see."
    )
    viewer: ViewerObject | None = query_field(viewer_query, "The caller, and what its key grants.")
    audit_trail: AuditTrailObject | None = query_field(
        audit_trail_query,
        "Accesses to the records that your agency sent, from the audit log: by whom, when and for which purpose.",
        {
            "first": argument(int, "The number of accesses. Default 20, at most 100."),
            "after": argument(str, "Only accesses before this cursor; the latest if absent."),
        },
        access=PARTNERS,
        work=page_work("audit trail"),
    )
    rejections: RejectionPageObject | None = query_field(
        rejections_query,
        "Rows that the last reading of each scope rejected: of the sources that your agency sends, and of all sources "
        "for operators.",
        {
            "source": argument(list[str], "Any of these sources, by name; all of them if absent."),
            "first": argument(int, "The number of rows. Default 20, at most 100."),
            "after": argument(str, "Only rows after this cursor; from the beginning if absent."),
        },
        access=PARTNERS,
        work=page_work("page"),
    )
    sources: list[SourceObject] | None = query_field(
        sources_query,
        "The sources that you may see, with the age of the gateway's copies.",
        {"name": argument(list[str], "Any of these sources, by name; all if absent.")},
        work=Work("sources", MANY_SOURCES),
    )
    coverage: list[CoverageObject] | None = query_field(
        coverage_query,
        "What each source covers of a jurisdiction, an agency, a platform and a period: reported, left out by the "
        "publisher, or not read by the gateway.",
        {"filter": argument(inputs.CoverageFilter, "What the coverage is for; everything if absent.")},
        work=Work("coverage", MANY_SOURCES),
    )
    agencies: list[AgencyObject] | None = field(
        resolver=select_agencies,
        description="The agencies that records refer to.",
        work=Work(size=lambda: len(AGENCIES)),
    )
    platforms: list[PlatformObject] | None = field(
        resolver=select_platforms,
        description="The platforms that records refer to.",
        work=Work(size=lambda: len(PLATFORMS)),
    )
    vocabulary: list[VocabularyListObject] | None = field(
        resolver=select_lists,
        description="The closed lists of values: what they mean, and what publishers write for them.",
        work=Work(size=lambda: len(vocabularies())),
    )
