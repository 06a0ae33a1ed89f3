"""Answers totals and comparisons of published figures."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from msgspec import structs

from adapters.records import Statistic
from adapters.vocabulary.enums import RecordType, TotalRefusal
from gateway.catalogue.read.coverage import CoverageReader
from gateway.catalogue.read.figures.comparison import differences, group_series, time_axis
from gateway.catalogue.read.figures.selection import ATTRIBUTES, conditions
from gateway.catalogue.read.figures.tiling import Partition
from gateway.catalogue.read.figures.totals import Partitions, totals
from gateway.catalogue.read.records import RecordReader
from gateway.catalogue.read.session import ReadSession
from schema.errors import ErrorCode, RequestError
from schema.queries.coverage import CoverageQuery, CoverageState
from schema.queries.figures import ComparisonQuery, ComparisonResult, FigureSeries, SourceSum, TotalQuery, TotalResult
from schema.queries.records import LookupQuery, Order, PageQuery, RecordRow, Window
from schema.queries.sources import AnswerSources

MOST_CANDIDATES = 5_000
"""Figures that are read for one total or comparison."""

MOST_ANSWERS, MOST_SERIES, MOST_FIGURES = 20, 20, 20
"""Answers of one total, series of one comparison, and figures that each lists."""


class FigureReader:
    """Reads figures and adds or compares them where that is sound."""

    def __init__(self, session: ReadSession, records: RecordReader, coverage: CoverageReader) -> None:
        self._session = session
        self._records = records
        self._coverage = coverage

    async def total(self, query: TotalQuery) -> TotalResult:
        """One answer per source, or the reason why it has none."""
        candidates, answer_sources = await self._candidates(query)
        results = totals(candidates, query.spec, await self._partitions(candidates))
        answers = results[:MOST_ANSWERS]
        rows = await self._rows(query, [figure for each in answers for figure in each.first_figures(MOST_FIGURES)])
        refusals = await self._refusals(query, {each.subject.source for each in results})
        silent = refusals.items() if query.sources is not None else ()
        has_number = any(each.amount is not None for each in answers)
        reasons = [each.reason for each in answers if each.reason] or sorted(refusals.values())
        return TotalResult(
            answers=[
                *(each.to_source_sum(rows, MOST_FIGURES) for each in answers),
                *(SourceSum(source=name, reason=reason) for name, reason in silent),
            ],
            reason=None if has_number else _weakest(reasons),
            complete=len(results) <= MOST_ANSWERS,
            answer_sources=answer_sources,
        )

    async def compare(self, query: ComparisonQuery) -> ComparisonResult:
        """The series of a metric on one time axis, and the differences of each two."""
        candidates, answer_sources = await self._candidates(query)
        all_series = group_series(candidates, query.spec)
        series = all_series[:MOST_SERIES]
        rows = await self._rows(query, [figure for each in series for figure in each.figures[:MOST_FIGURES]])
        return ComparisonResult(
            series=[
                FigureSeries(
                    index=index,
                    figures=[rows[figure.id] for figure in each.figures[:MOST_FIGURES] if figure.id in rows],
                    **structs.asdict(each.subject),
                )
                for index, each in enumerate(series)
            ],
            axis=list(time_axis(series)),
            differences=list(differences(series)),
            complete=len(all_series) <= MOST_SERIES,
            answer_sources=answer_sources,
        )

    async def _partitions(self, figures: Sequence[Statistic]) -> Partitions:
        """What the sources declare about their axes. A list of which a row is unread is not complete."""
        abouts = {name: self._session.descriptions[name] for name in {figure.source for figure in figures}}
        lines = [
            figure.id for figure in figures if figure.external_id.partition("/")[0] in abouts[figure.source].listings
        ]
        unread = await self._coverage.with_unread_rows(lines)
        return {
            name: Partition(about.partitions, {} if name in unread else about.listings)
            for name, about in abouts.items()
        }

    async def _refusals(self, query: TotalQuery, answering: Collection[str]) -> Mapping[str, TotalRefusal]:
        """Why named sources have no figure; why all sources have none, if no source answers."""
        if query.sources is None and answering:
            return {}
        place = query.spec.jurisdiction
        coverages = await self._coverage.coverage(
            CoverageQuery(
                sources=query.sources,
                record_type=RecordType.STATISTIC,
                jurisdictions=None if place is None else (place,),
                start=query.spec.start,
                end=query.spec.end,
            )
        )
        return {
            each.source.about.name: TotalRefusal.NOT_REPORTED
            if each.state is CoverageState.NOT_REPORTED
            else TotalRefusal.NOT_COVERED
            for each in coverages
            if each.source.about.name not in answering
        }

    async def _candidates(self, query: TotalQuery | ComparisonQuery) -> tuple[list[Statistic], AnswerSources]:
        """The figures that an answer may use. Raises RequestError if there are too many."""
        page = await self._records.page(
            PageQuery(
                record_type=RecordType.STATISTIC,
                attributes=ATTRIBUTES,
                conditions=conditions(query.spec, query.sources),
                order=Order(descending=False),
                window=Window(MOST_CANDIDATES),
                as_of=query.as_of,
            )
        )
        if page.has_next:
            raise RequestError(
                ErrorCode.BAD_INPUT,
                f"The query matches more than {MOST_CANDIDATES:,} figures: "
                "name a source, a platform, a place or fewer days.",
            )
        return [_statistic(row) for row in page.nodes], page.answer_sources

    async def _rows(self, query: TotalQuery | ComparisonQuery, figures: Sequence[Statistic]) -> Mapping[str, RecordRow]:
        """The selected fields of figures, by id; empty if the query selects none."""
        ids = tuple(dict.fromkeys(figure.id for figure in figures))
        if not ids or not (query.attributes or query.related):
            return {}
        return await self._records.lookup(
            LookupQuery(
                record_type=RecordType.STATISTIC,
                ids=ids,
                attributes=query.attributes,
                related=query.related,
                as_of=query.as_of,
            )
        )


def _statistic(row: RecordRow) -> Statistic:
    values = cast("Mapping[str, Any]", {name: row.values[name] for name in ATTRIBUTES})
    return Statistic(source=row.source, external_id=row.external_id, **values)


def _weakest(reasons: Sequence[TotalRefusal]) -> TotalRefusal:
    """The reason that claims least, so that the answer as a whole claims nothing that is not known."""
    order = [TotalRefusal.NOT_REPORTED, *TotalRefusal]
    return max(reasons, key=order.index, default=TotalRefusal.NOT_COVERED)
