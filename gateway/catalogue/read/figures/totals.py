"""One total from published figures where it is sound, and otherwise the reason why there is none. Performs no I/O.

A figure counts the *whole* of the query's subject if it says exactly that: the query's place, platform, harm and so on
are the figure's only ones, what the query leaves open is not stated, and the figure is broken down only by axes that
the query names or for which it is the TOTAL. A total is
* one figure of exactly the period, whatever it counts;
* a sum of wholes whose periods tile the period, each day once, if such figures may be added;
* and wherever a whole is missing, the sum of all its parts along the axes that a source declares (`About.partitions`),
  or of all lines of a list that it declares complete (`About.listings`).
Of several ways the coarsest is used. If a finer one gives another number, the answer has both. In doubt there is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from adapters.figures import newest_figures
from adapters.records import Statistic
from adapters.vocabulary.enums import Qualifier, TotalRefusal, Unit
from gateway.catalogue.read.figures.amounts import FigureAmount, amount_of, is_additive
from gateway.catalogue.read.figures.selection import choices, is_relevant, part_of
from gateway.catalogue.read.figures.tiling import Partition, find_tilings, listing_tiles, part_tiles, whole_tiles
from schema.queries.figures import Choice, FigureSpec, SourceSum, Sum
from schema.queries.records import RecordRow

Partitions = Mapping[str, Partition]
"""What each source declares about its axes, by source."""


class TotalSubject(Struct, frozen=True, order=False):
    """Who states a figure, and what it counts: figures that differ in any of it are never added to each other."""

    source: str
    speaker: str | None
    agency: str | None
    unit: Unit
    population: str | None

    @classmethod
    def of(cls, figure: Statistic) -> "TotalSubject":
        """The subject of a figure."""
        return cls(figure.source, figure.speaker, figure.agency, figure.unit, figure.population)

    @property
    def sort_key(self) -> list[str]:
        """Its place in an answer."""
        return [self.source, self.speaker or "", self.agency or "", self.unit.value, self.population or ""]


class SubjectTotal(Struct, frozen=True, kw_only=True):
    """The total of one subject: `amount`, from `figures`; or None and a reason.

    `alternative` is the amount of other figures of the same cells where that contradicts it, `alternative_figures` are
    these figures. Without an amount `figures` are all of the subject, those of the whole first.
    """

    subject: TotalSubject
    amount: FigureAmount | None = None
    reason: TotalRefusal | None = None
    figures: tuple[Statistic, ...] = ()
    alternative: FigureAmount | None = None
    alternative_figures: tuple[Statistic, ...] = ()
    choices: tuple[Choice, ...] = ()

    def first_figures(self, limit: int) -> Iterator[Statistic]:
        """The figures that an answer lists."""
        yield from self.figures[:limit]
        yield from self.alternative_figures[:limit]

    def to_source_sum(self, rows: Mapping[str, RecordRow], limit: int) -> SourceSum:
        """The total in the schema's terms; `rows` are those of its first figures, by id."""
        subject, total = self.subject, _sum(self.amount, self.figures, rows, limit)
        return SourceSum(
            source=subject.source,
            speaker=subject.speaker,
            agency=subject.agency,
            unit=subject.unit,
            population=subject.population,
            value=total.value,
            low=total.low,
            high=total.high,
            qualifier=total.qualifier,
            figures=total.figures,
            figure_count=total.figure_count,
            reason=self.reason,
            otherwise=None
            if self.alternative is None
            else _sum(self.alternative, self.alternative_figures, rows, limit),
            choices=self.choices,
        )


def _sum(amount: FigureAmount | None, figures: Sequence[Statistic], rows: Mapping[str, RecordRow], limit: int) -> Sum:
    listing = [rows[figure.id] for figure in figures[:limit] if figure.id in rows]
    if amount is None:
        return Sum(figures=listing, figure_count=len(figures))
    low, high = amount.bounds
    return Sum(
        value=amount.value,
        low=low,
        high=high,
        qualifier=amount.qualifier,
        figures=listing,
        figure_count=len(figures),
    )


def totals(figures: Iterable[Statistic], spec: FigureSpec, partitions: Partitions) -> list[SubjectTotal]:
    """One total for each subject that has a figure for any of the days, in a fixed order."""
    by_subject: dict[TotalSubject, list[Statistic]] = defaultdict(list)
    for figure in newest_figures(figures, spec.release):
        if is_relevant(figure, spec):
            by_subject[TotalSubject.of(figure)].append(figure)
    return [
        _total(subject, sorted(by_subject[subject], key=_by_period), spec, partitions.get(subject.source, Partition()))
        for subject in sorted(by_subject, key=lambda subject: subject.sort_key)
    ]


def _by_period(figure: Statistic) -> tuple[str, str, str]:
    period = figure.period
    start, end = (None, None) if period is None else (period.start, period.end)
    return str(start or ""), str(end or ""), figure.external_id


def _total(subject: TotalSubject, figures: Sequence[Statistic], spec: FigureSpec, partition: Partition) -> SubjectTotal:
    figure_parts = [(figure, part) for figure in figures if (part := part_of(figure, spec)) is not None]
    wholes = [figure for figure, part in figure_parts if not part]
    pieces = [(figure, part) for figure, part in figure_parts if part]
    parts = [(figure, part) for figure, part in pieces if partition.has_part(part)]
    lines = [(figure, part) for figure, part in pieces if partition.listing_of(figure, part) is not None]
    tiles = [*whole_tiles(wholes), *part_tiles(parts, partition.axes), *listing_tiles(lines, partition)]
    tilings = find_tilings(tiles, spec)
    if tilings is None:
        others = [figure for figure in figures if figure not in wholes]
        return SubjectTotal(
            subject=subject,
            reason=_reason(wholes, [figure for figure, _ in (*parts, *lines)], [figure for figure, _ in pieces], spec),
            figures=(*wholes, *others),
            choices=() if wholes else tuple(choices(others, spec)),
        )
    if tilings.coarsest.are_crossed:
        # Two tilings, neither coarser than the other, have different numbers.
        bounds = (tilings.coarsest.lower, tilings.coarsest.upper)
        both = {id(figure): figure for bound in bounds for figure in bound.tiling.figures}
        return SubjectTotal(subject=subject, reason=TotalRefusal.OVERLAP, figures=tuple(both.values()))
    best, other = tilings.best, tilings.contradiction
    return SubjectTotal(
        subject=subject,
        amount=best.amount,
        figures=best.figures,
        alternative=None if other is None else other.amount,
        alternative_figures=() if other is None else other.figures,
    )


# Why there is no total. NOT_REPORTED stands only where the publisher says so of all that it states for the query, and
# states no number for any part of it.


def _reason(
    wholes: Sequence[Statistic], parts: Sequence[Statistic], pieces: Sequence[Statistic], spec: FigureSpec
) -> TotalRefusal:
    """The reason; `parts` are those of `pieces` that could be added."""
    if not wholes and not parts:
        return TotalRefusal.GAP
    if all(figure.qualifier is Qualifier.NOT_REPORTED for figure in (*wholes, *pieces)):
        return TotalRefusal.NOT_REPORTED if _can_tile((*wholes, *pieces), spec) else TotalRefusal.GAP
    if wholes:
        return _reason_of_wholes(wholes, spec)
    if not all(map(is_additive, parts)):
        return TotalRefusal.NOT_ADDITIVE
    is_suppressed = any(figure.qualifier is Qualifier.SUPPRESSED for figure in parts)
    return TotalRefusal.SUPPRESSED if is_suppressed else TotalRefusal.GAP


def _reason_of_wholes(wholes: Sequence[Statistic], spec: FigureSpec) -> TotalRefusal:
    """The first kind of figures whose periods tile the query's days gives the reason."""
    numbers = [figure for figure in wholes if amount_of(figure) is not None]
    if _can_tile(numbers, spec):
        return TotalRefusal.NOT_ADDITIVE
    if _can_tile([*numbers, *(figure for figure in wholes if figure.qualifier is Qualifier.SUPPRESSED)], spec):
        return TotalRefusal.SUPPRESSED
    if not _can_tile(wholes, spec) and _have_every_day(wholes, spec):
        return TotalRefusal.OVERLAP
    return TotalRefusal.GAP


def _spans(figures: Iterable[Statistic]) -> Iterator[tuple[date, date]]:
    for figure in figures:
        if figure.period is not None and figure.period.start is not None and figure.period.end is not None:
            yield figure.period.start, figure.period.end


def _can_tile(figures: Iterable[Statistic], spec: FigureSpec) -> bool:
    """Whether periods of the figures follow each other from the query's first day to its last."""
    ends = {spec.start}
    for start, end in sorted(_spans(figures)):
        if start in ends and end <= spec.end:
            ends.add(end)
    return spec.end in ends


def _have_every_day(figures: Iterable[Statistic], spec: FigureSpec) -> bool:
    """Whether each day of the query is in some figure's period."""
    day = spec.start
    for start, end in sorted(_spans(figures)):
        if start > day:
            break
        day = max(day, end)
    return day >= spec.end
