"""One total from published figures where it is sound, and otherwise the reason why there is none. Performs no I/O.

A figure counts the *whole* of the query's subject if it says exactly that: the query's place, platform, harm and so on
are the figure's only ones, what the query leaves open is not stated, and the figure is broken down only by axes that
the query names or for which it is the TOTAL. A total is
* one figure of exactly the period, whatever it counts;
* a sum of wholes whose periods tile the period, each day once, if such figures may be added;
* and wherever a whole is missing, the sum of all its parts along the axes that a source declares (`About.partitions`).
Of several ways the coarsest is used. If a finer one gives another number, the answer has both. In doubt there is none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from adapters.figures import newest_figures
from adapters.records import Statistic
from adapters.vocabulary.enums import Qualifier, TotalRefusal, Unit
from gateway.catalogue.read.figures.amounts import FigureAmount, amount_of, is_additive
from gateway.catalogue.read.figures.selection import choices, is_relevant, part_of
from gateway.catalogue.read.figures.tiling import AxisValues, find_tilings, part_tiles, whole_tiles
from schema.queries.figures import Choice, FigureSpec, SourceSum, Sum
from schema.queries.records import RecordRow

Partitions = Mapping[str, AxisValues]
"""The axes that each source declares, by source."""


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
        _total(subject, sorted(by_subject[subject], key=_by_period), spec, partitions.get(subject.source, {}))
        for subject in sorted(by_subject, key=lambda subject: subject.sort_key)
    ]


def _by_period(figure: Statistic) -> tuple[str, str, str]:
    period = figure.period
    start, end = (None, None) if period is None else (period.start, period.end)
    return str(start or ""), str(end or ""), figure.external_id


def _total(
    subject: TotalSubject, figures: Sequence[Statistic], spec: FigureSpec, partitions: AxisValues
) -> SubjectTotal:
    wholes: list[Statistic] = []
    parts: list[tuple[Statistic, Mapping[str, str]]] = []
    for figure in figures:
        part = part_of(figure, spec)
        if part == {}:
            wholes.append(figure)
        elif part and all(value in partitions.get(axis, ()) for axis, value in part.items()):
            parts.append((figure, part))
    tilings = find_tilings([*whole_tiles(wholes), *part_tiles(parts, partitions)], spec)
    if tilings is None:
        others = [figure for figure in figures if figure not in wholes]
        return SubjectTotal(
            subject=subject,
            reason=_reason(wholes, [figure for figure, _ in parts], spec),
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


# Why there is no total. NOT_REPORTED stands only where a figure says so: that there is none says nothing.

SILENCE = {Qualifier.SUPPRESSED: TotalRefusal.SUPPRESSED, Qualifier.NOT_REPORTED: TotalRefusal.NOT_REPORTED}
"""What figures without a number state in its place."""


def _reason(wholes: Sequence[Statistic], parts: Sequence[Statistic], spec: FigureSpec) -> TotalRefusal:
    if wholes:
        return _reason_of_wholes(wholes, spec)
    if not parts:
        return TotalRefusal.GAP
    if not all(map(is_additive, parts)):
        return TotalRefusal.NOT_ADDITIVE
    silent = {figure.qualifier for figure in parts if amount_of(figure) is None}
    for qualifier, reason in SILENCE.items():
        if qualifier in silent:
            return reason
    return TotalRefusal.GAP


def _reason_of_wholes(wholes: Sequence[Statistic], spec: FigureSpec) -> TotalRefusal:
    """The first kind of figures whose periods tile the query's days gives the reason."""
    tests: Sequence[tuple[TotalRefusal, Callable[[Statistic], bool]]] = (
        (TotalRefusal.NOT_ADDITIVE, lambda figure: amount_of(figure) is not None),
        (
            TotalRefusal.SUPPRESSED,
            lambda figure: amount_of(figure) is not None or figure.qualifier is Qualifier.SUPPRESSED,
        ),
        (
            TotalRefusal.NOT_REPORTED,
            lambda figure: amount_of(figure) is not None or figure.qualifier in SILENCE,
        ),
        (TotalRefusal.GAP, lambda figure: True),
    )
    for reason, passes in tests:
        if _can_tile([figure for figure in wholes if passes(figure)], spec):
            return reason
    return TotalRefusal.OVERLAP if _have_every_day(wholes, spec) else TotalRefusal.GAP


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
