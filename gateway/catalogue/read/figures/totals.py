"""One number from published figures where it is sound, and otherwise why there is none. Pure: nobody is asked.

A figure states the *whole* of what is asked for if it says exactly that: a place, platform, harm and so on that is
asked for is the figure's only one, one that is not asked for is not stated, and it is not broken down but along axes
that are asked for or for which it is the TOTAL. A number is
* one figure of exactly the period, whatever it counts;
* a sum of wholes whose periods tile the period, each day once, if such figures may be added;
* and wherever a whole is lacking, the sum of all its parts along the axes that a source declares (`About.partitions`).
Of several ways the coarsest is taken. If a finer one gives another number, both are told. In doubt there is none.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from msgspec import Struct

from adapters.figures import ADDITIVE_UNITS, TOTAL, newest_figures
from adapters.records import Statistic
from adapters.vocabulary.enums import Aggregation, Qualifier, TotalRefusal, Unit
from adapters.vocabulary.names import find_platform
from schema.queries.conditions import (
    AlongAxes,
    AnyOf,
    Condition,
    Contains,
    During,
    LatestRelease,
    PeriodMatch,
    ReleasedBy,
)
from schema.queries.figures import Choice, FigureSpec, SourceSum, Sum
from schema.queries.records import RecordRow

Partitions = Mapping[str, Mapping[str, frozenset[str]]]
"""By source, what it declares: axis → all parts along it, of which everything that is counted lies in exactly one."""

NOTHING, EVERYTHING = Decimal("-Infinity"), Decimal("Infinity")
"""The bounds of what is not bounded."""


class Amount(Struct, frozen=True):
    """A number, as far as it is known: between `low` and `high` for certain, roughly between `about`."""

    value: Decimal | None
    low: Decimal
    high: Decimal
    qualifier: Qualifier
    about: tuple[Decimal, Decimal]

    def agrees(self, other: "Amount") -> bool:
        """Whether one number can be both."""
        return max(self.low, other.low) <= min(self.high, other.high)

    @property
    def shown(self) -> tuple[Decimal | None, Decimal | None]:
        """The bounds to show: None where there is none; of a rough number that is no single one, rough ones."""
        low, high = self.about if self.qualifier is Qualifier.ABOUT and self.value is None else (self.low, self.high)
        return (None if low == NOTHING else low), (None if high == EVERYTHING else high)


class Subject(Struct, frozen=True, order=False):
    """Who says so, and what is counted: figures that differ in any of it are never added to each other."""

    source: str
    speaker: str | None
    agency: str | None
    unit: Unit
    population: str | None


class Answer(Struct, frozen=True, kw_only=True):
    """What one subject's figures amount to: `amount`, from the figures `of`; or None and a reason.

    `otherwise` is what other figures of the same cells amount to, where that contradicts it, and `contradicting` are
    these figures. Without an amount `of` are the figures that were seen, those of the whole first.
    """

    subject: Subject
    amount: Amount | None = None
    reason: TotalRefusal | None = None
    of: tuple[Statistic, ...] = ()
    otherwise: Amount | None = None
    contradicting: tuple[Statistic, ...] = ()
    choices: tuple[Choice, ...] = ()

    def shown(self, most: int) -> Iterator[Statistic]:
        """The figures that are shown of it."""
        yield from self.of[:most]
        yield from self.contradicting[:most]

    def told(self, rows: Mapping[str, RecordRow], most: int) -> SourceSum:
        """It as the schema shows it, with the rows of its figures by id."""
        subject = self.subject
        return SourceSum(
            source=subject.source,
            speaker=subject.speaker,
            agency=subject.agency,
            unit=subject.unit,
            population=subject.population,
            reason=self.reason,
            otherwise=None if self.otherwise is None else Sum(**_told(self.otherwise, self.contradicting, rows, most)),
            choices=self.choices,
            **_told(self.amount, self.of, rows, most),
        )


def _told(known: Amount | None, of: Sequence[Statistic], rows: Mapping[str, RecordRow], most: int) -> dict[str, Any]:
    figures = [rows[figure.id] for figure in of[:most] if figure.id in rows]
    told: dict[str, Any] = {"figures": figures, "figure_count": len(of)}
    if known is not None:
        low, high = known.shown
        told |= {"value": known.value, "low": low, "high": high, "qualifier": known.qualifier}
    return told


def totals(figures: Iterable[Statistic], asked: FigureSpec, partitions: Partitions) -> list[Answer]:
    """One answer for each subject of which a figure of any of the days was seen, in a fixed order."""
    subjects: dict[Subject, list[Statistic]] = defaultdict(list)
    for figure in newest_figures(figures, asked.release):
        if _touches(figure, asked):
            subject = Subject(figure.source, figure.speaker, figure.agency, figure.unit, figure.population)
            subjects[subject].append(figure)
    return [
        _answer(subject, sorted(subjects[subject], key=_place), asked, partitions.get(subject.source, {}))
        for subject in sorted(subjects, key=lambda each: [part or "" for part in _parts(each)])
    ]


def amount(figure: Statistic) -> Amount | None:
    """What a figure says of its number; None where it says nothing."""
    value, low, high = figure.value, figure.low, figure.high
    match figure.qualifier:
        case Qualifier.EXACT if value is not None:
            return Amount(value, value, value, Qualifier.EXACT, (value, value))
        case Qualifier.ABOUT | Qualifier.UNKNOWN if value is not None:
            return Amount(value, NOTHING, EVERYTHING, figure.qualifier, (value, value))
        case Qualifier.AT_LEAST if (least := value if low is None else low) is not None:
            return Amount(value, least, EVERYTHING, Qualifier.AT_LEAST, (least, EVERYTHING))
        case Qualifier.LESS_THAN if (most := value if high is None else high) is not None:
            least = NOTHING if low is None else low
            return Amount(value, least, most, Qualifier.LESS_THAN, (least, most))
        case Qualifier.RANGE if low is not None and high is not None:
            return Amount(value, low, high, Qualifier.RANGE, (low, high))
    return None


def summed(amounts: Sequence[Amount]) -> Amount:
    """The sum of at least one amount, no more exact than they are."""
    if len(amounts) == 1:
        return amounts[0]
    met = {each.qualifier for each in amounts}
    low = sum((each.low for each in amounts), Decimal())
    high = sum((each.high for each in amounts), Decimal())
    about = sum((each.about[0] for each in amounts), Decimal()), sum((each.about[1] for each in amounts), Decimal())
    qualifier = _together(met, low, high)
    single = {Qualifier.EXACT, Qualifier.ABOUT, Qualifier.UNKNOWN}
    values = [each.value for each in amounts if each.value is not None]
    value = sum(values, Decimal()) if met <= single else low if qualifier is Qualifier.AT_LEAST else None
    return Amount(value, low, high, qualifier, about)


def _together(met: Collection[Qualifier], low: Decimal, high: Decimal) -> Qualifier:
    for rough in (Qualifier.UNKNOWN, Qualifier.ABOUT):
        if rough in met:
            return rough
    if high == EVERYTHING:
        return Qualifier.AT_LEAST if low != NOTHING else Qualifier.UNKNOWN
    if low == NOTHING:
        return Qualifier.LESS_THAN
    return Qualifier.EXACT if set(met) == {Qualifier.EXACT} else Qualifier.RANGE


def additive(figure: Statistic) -> bool:
    """Whether the figure may be added to others of other days, or of other parts."""
    return figure.aggregation is Aggregation.SUM and not figure.cumulative and figure.unit in ADDITIVE_UNITS


# What a figure is about.


NEEDED = frozenset(
    {
        *("metric", "value", "low", "high", "unit", "qualifier", "period", "cumulative", "aggregation", "event"),
        *("agency", "platform", "counterpart", "jurisdictions", "harm_categories", "measures", "dimensions"),
        *("population", "speaker", "released_at", "series_key"),
    }
)
"""The attributes of a figure that decide what it may be added to."""


def conditions(asked: FigureSpec, sources: Sequence[str] | None = None) -> tuple[Condition, ...]:
    """What every figure meets that an answer is made from, or that shows why there is none."""
    given: list[Condition] = [
        AnyOf(("metric",), (asked.metric,)),
        During(asked.start, asked.end, PeriodMatch.OVERLAPS),
        LatestRelease(asked.release),
    ]
    if asked.release is not None:
        given.append(ReleasedBy(asked.release))
    if sources is not None:
        given.append(AnyOf(("source",), tuple(sources)))
    for attributes, value in (
        (("unit",), asked.unit),
        (("event",), asked.event),
        (("agency", "speaker"), asked.agency),
        (("platform",), asked.platform),
        (("counterpart",), asked.counterpart),
        (("population",), asked.population),
    ):
        if value is not None:
            given.append(AnyOf(attributes, (value,)))
    if asked.jurisdiction is not None:
        given.append(Contains("jurisdictions", (asked.jurisdiction,)))
    for attribute, members in (("harm_categories", asked.harm_categories), ("measures", asked.measures)):
        given += [Contains(attribute, (str(member),)) for member in members]
    broken = tuple((by.name, (by.value,)) for by in asked.dimensions if by.value != TOTAL)
    return (*given, AlongAxes(broken)) if broken else tuple(given)


def _touches(figure: Statistic, asked: FigureSpec) -> bool:
    period = figure.period
    return (
        figure.metric is asked.metric
        and asked.unit in (None, figure.unit)
        and asked.agency in (None, figure.agency or figure.speaker)
        and asked.population in (None, figure.population)
        and period is not None
        and (period.start is None or period.start < asked.end)
        and (period.end is None or period.end > asked.start)
        and (period.start is not None or period.end is not None)
    )


def _fields(figure: Statistic, asked: FigureSpec) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """By the name of its argument, what a figure states in each field and what was asked for."""

    def one(value: str | None) -> Sequence[str]:
        return () if value is None else (value,)

    yield "event", one(figure.event), one(asked.event)
    yield "platform", one(figure.platform), one(asked.platform)
    yield "counterpart", one(figure.counterpart), one(asked.counterpart)
    yield "jurisdiction", figure.jurisdictions, one(asked.jurisdiction)
    yield "harmCategory", figure.harm_categories, asked.harm_categories
    yield "measure", figure.measures, asked.measures


FIELDS = {
    **{"platform": "platform", "counterpart": "counterpart", "event": "event"},
    **{"place": "jurisdiction", "jurisdiction": "jurisdiction", "jurisdictions": "jurisdiction"},
    **{"harm_category": "harmCategory", "harm_categories": "harmCategory"},
    **{"measure": "measure", "measures": "measure"},
}
"""Axes of dimensions that a field of the figure tells, too: axis → the argument that asks for the field."""


def _parts_of(figure: Statistic, asked: FigureSpec) -> dict[str, str] | None:
    """The axes along which the figure is a part of what is asked for, each with the part.

    None where it is about something else, or does not say that it is about all of it.
    """
    stated = {name: (set(said), set(wanted)) for name, said, wanted in _fields(figure, asked)}
    if any(said != wanted for said, wanted in stated.values()):
        return None
    wanted = {dimension.name: dimension.value for dimension in asked.dimensions}
    if len(wanted) != len(asked.dimensions):
        return None
    by: dict[str, str] = {}
    for stands in figure.dimensions:
        if by.setdefault(stands.name, stands.value) != stands.value:
            return None
    if any(value not in (TOTAL, by.get(axis)) for axis, value in wanted.items()):
        return None
    return {
        axis: value
        for axis, value in by.items()
        if value != wanted.get(axis, TOTAL) and not _tells_again(axis, value, stated)
    }


def _tells_again(axis: str, value: str, stated: Mapping[str, tuple[set[str], set[str]]]) -> bool:
    """The dimension says what a field says that was asked for."""
    said, _ = stated.get(FIELDS.get(axis, ""), (set(), set()))
    if axis == "platform" and (known := find_platform(value)) is not None:
        value = known.id
    return said == {value}


def _choices(figures: Iterable[Statistic], asked: FigureSpec) -> Iterator[Choice]:
    found: dict[str, set[str]] = defaultdict(set)
    named = {dimension.name for dimension in asked.dimensions}
    for figure in figures:
        for name, said, wanted in _fields(figure, asked):
            if not wanted:
                found[name].update(said)
        for by in figure.dimensions:
            if by.name not in named and by.value != TOTAL:
                found[f"dimensions: {by.name}"].add(by.value)
    for name, values in sorted(found.items()):
        if values:
            yield Choice(name, tuple(sorted(values)))


def _place(figure: Statistic) -> tuple[str, str, str]:
    period = figure.period
    start, end = (None, None) if period is None else (period.start, period.end)
    return str(start or ""), str(end or ""), figure.external_id


def _parts(subject: Subject) -> tuple[str | None, ...]:
    return subject.source, subject.speaker, subject.agency, subject.unit.value, subject.population


# Tiles, and ways to lay them.


class Tile(Struct, frozen=True, kw_only=True):
    """Days of which an amount is known, from the figures `of`; `added` if it may be added to others."""

    start: date
    end: date
    zone: str | None
    amount: Amount
    of: tuple[Statistic, ...]
    added: bool

    @property
    def cost(self) -> tuple[int, int, Decimal]:
        """The coarser, then the more exact, the better."""
        width = self.amount.high - self.amount.low
        return len(self.of), int(self.amount.qualifier is not Qualifier.EXACT), width


class Way(Struct, frozen=True):
    """Tiles that follow each other without gap or overlap."""

    tiles: tuple[Tile, ...] = ()

    @property
    def of(self) -> tuple[Statistic, ...]:
        return tuple(figure for tile in self.tiles for figure in tile.of)

    @property
    def amount(self) -> Amount:
        return summed([tile.amount for tile in self.tiles])


class Ways(Struct, kw_only=True):
    """The ways from the first day to some other: the best, and those that give the most and the least.

    `coarsest` holds the last two among the ways of as few figures as the best, `any` among all.
    """

    cost: tuple[int, int, Decimal]
    best: Way
    coarsest: tuple["Bound", "Bound"]
    any: tuple["Bound", "Bound"]


class Bound(Struct, frozen=True):
    """A bound of an amount, and the way that gives it."""

    number: Decimal
    way: Way


def _answer(
    subject: Subject, seen: Sequence[Statistic], asked: FigureSpec, partitions: Mapping[str, frozenset[str]]
) -> Answer:
    wholes, parts = [], []
    for figure in seen:
        along = _parts_of(figure, asked)
        if along == {}:
            wholes.append(figure)
        elif along and all(value in partitions.get(axis, ()) for axis, value in along.items()):
            parts.append((figure, along))
    tiles = [*_whole_tiles(wholes), *_part_tiles(parts, partitions)]
    ways = _ways(tiles, asked)
    if ways is None:
        rest = [figure for figure in seen if figure not in wholes]
        reason = _reason(wholes, [figure for figure, _ in parts], asked)
        return Answer(
            subject=subject,
            reason=reason,
            of=(*wholes, *rest),
            choices=() if wholes else tuple(_choices(rest, asked)),
        )
    if ways.coarsest[0].number > ways.coarsest[1].number:
        # Two figures, neither coarser than the other, state different numbers for the same.
        both = {id(figure): figure for bound in ways.coarsest for figure in bound.way.of}
        return Answer(subject=subject, reason=TotalRefusal.OVERLAP, of=tuple(both.values()))
    best, other = ways.best, _contradicting(ways)
    return Answer(
        subject=subject,
        amount=best.amount,
        of=best.of,
        otherwise=None if other is None else other.amount,
        contradicting=() if other is None else other.of,
    )


def _contradicting(ways: Ways) -> Way | None:
    """A way that gives another number than the best, or than one that is as good."""
    least, most = ways.any
    if least.number <= most.number:
        return None
    return least.way if least.number > ways.best.amount.high else most.way


def _whole_tiles(wholes: Iterable[Statistic]) -> Iterator[Tile]:
    for figure in wholes:
        known, period = amount(figure), figure.period
        if known is not None and period is not None and period.start is not None and period.end is not None:
            yield Tile(
                start=period.start,
                end=period.end,
                zone=period.timezone,
                amount=known,
                of=(figure,),
                added=additive(figure),
            )


class Slice(Struct, frozen=True):
    """Days, and the axes by which figures for them are broken down."""

    start: date
    end: date
    zone: str | None
    axes: tuple[str, ...]


def _part_tiles(
    parts: Iterable[tuple[Statistic, Mapping[str, str]]], partitions: Mapping[str, frozenset[str]]
) -> Iterator[Tile]:
    """Sums of all parts along axes that the source declares, of figures for the same days."""
    stated: dict[Slice, dict[tuple[str, ...], list[Tile]]] = defaultdict(lambda: defaultdict(list))
    for figure, along in parts:
        axes = tuple(sorted(along))
        for tile in _whole_tiles([figure]):
            broken = Slice(tile.start, tile.end, tile.zone, axes)
            stated[broken][tuple(along[axis] for axis in axes)].append(tile)
    for broken, by_part in stated.items():
        every = product(*(sorted(partitions[axis]) for axis in broken.axes))
        tiles = [_agreed(by_part[part]) if part in by_part else None for part in every]
        known = [tile for tile in tiles if tile is not None and tile.added]
        if len(known) == len(tiles):
            yield Tile(
                start=broken.start,
                end=broken.end,
                zone=broken.zone,
                amount=summed([tile.amount for tile in known]),
                of=tuple(figure for tile in known for figure in tile.of),
                added=True,
            )


def _agreed(tiles: Sequence[Tile]) -> Tile | None:
    """The most exact of tiles for one part; None where they contradict each other."""
    least, most = max(tile.amount.low for tile in tiles), min(tile.amount.high for tile in tiles)
    return None if least > most else min(tiles, key=lambda tile: tile.cost)


def _ways(tiles: Sequence[Tile], asked: FigureSpec) -> Ways | None:
    """The ways over all days that are asked for; None where there is none."""
    found: Ways | None = None
    for zone in dict.fromkeys(tile.zone for tile in tiles):
        here = [tile for tile in tiles if tile.zone == zone and asked.start <= tile.start < tile.end <= asked.end]
        added = _laid([tile for tile in here if tile.added], asked)
        # A figure of exactly these days is added to nothing.
        for ways in (added, *(_single(tile) for tile in here if not tile.added and _fills(tile, asked))):
            found = ways if found is None else found if ways is None else _either(found, ways)
    return found


def _fills(tile: Tile, asked: FigureSpec) -> bool:
    return (tile.start, tile.end) == (asked.start, asked.end)


def _laid(tiles: Sequence[Tile], asked: FigureSpec) -> Ways | None:
    """From day to day, the ways there. A tile starts before it ends, so days are settled in their order."""
    starting: dict[date, list[Tile]] = defaultdict(list)
    for tile in tiles:
        starting[tile.start].append(tile)
    reached: dict[date, Ways] = {}
    for day in sorted(starting):
        if day != asked.start and day not in reached:
            continue
        for tile in starting[day]:
            ways = _single(tile) if day == asked.start else _onward(reached[day], tile)
            there = reached.get(tile.end)
            reached[tile.end] = ways if there is None else _either(there, ways)
    return reached.get(asked.end)


def _single(tile: Tile) -> Ways:
    way = Way((tile,))
    bounds = Bound(tile.amount.low, way), Bound(tile.amount.high, way)
    return Ways(cost=tile.cost, best=way, coarsest=bounds, any=bounds)


def _onward(ways: Ways, tile: Tile) -> Ways:
    def with_tile(bounds: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
        least, most = bounds
        return (
            Bound(least.number + tile.amount.low, Way((*least.way.tiles, tile))),
            Bound(most.number + tile.amount.high, Way((*most.way.tiles, tile))),
        )

    (figures, rough, width), (more, rougher, wider) = ways.cost, tile.cost
    return Ways(
        cost=(figures + more, rough + rougher, width + wider),
        best=Way((*ways.best.tiles, tile)),
        coarsest=with_tile(ways.coarsest),
        any=with_tile(ways.any),
    )


def _either(one: Ways, other: Ways) -> Ways:
    best, worse = (one, other) if one.cost <= other.cost else (other, one)
    return Ways(
        cost=best.cost,
        best=best.best,
        coarsest=_tightest(best.coarsest, worse.coarsest) if worse.cost[0] == best.cost[0] else best.coarsest,
        any=_tightest(best.any, worse.any),
    )


def _tightest(one: tuple[Bound, Bound], other: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    """The greatest of the least numbers, and the least of the greatest: they cross where two ways contradict."""
    return (
        max(one[0], other[0], key=lambda bound: bound.number),
        min(one[1], other[1], key=lambda bound: bound.number),
    )


# Why there is none.


def _reason(wholes: Sequence[Statistic], parts: Sequence[Statistic], asked: FigureSpec) -> TotalRefusal:
    stated = wholes or parts
    if not stated:
        return TotalRefusal.NOT_REPORTED
    tests: Sequence[tuple[TotalRefusal, Callable[[Statistic], bool]]] = (
        (TotalRefusal.NOT_ADDITIVE, lambda figure: amount(figure) is not None),
        (
            TotalRefusal.SUPPRESSED,
            lambda figure: amount(figure) is not None or figure.qualifier is Qualifier.SUPPRESSED,
        ),
        (TotalRefusal.NOT_REPORTED, lambda figure: True),
    )
    if wholes:
        for reason, passes in tests:
            if _tiled([figure for figure in wholes if passes(figure)], asked):
                return reason
        return TotalRefusal.OVERLAP if _covered(wholes, asked) else TotalRefusal.GAP
    if not all(map(additive, parts)):
        return TotalRefusal.NOT_ADDITIVE
    silent = {figure.qualifier for figure in parts if amount(figure) is None}
    if Qualifier.SUPPRESSED in silent:
        return TotalRefusal.SUPPRESSED
    return TotalRefusal.NOT_REPORTED if silent else TotalRefusal.GAP


def _days(figures: Iterable[Statistic]) -> Iterator[tuple[date, date]]:
    for figure in figures:
        if figure.period is not None and figure.period.start is not None and figure.period.end is not None:
            yield figure.period.start, figure.period.end


def _tiled(figures: Iterable[Statistic], asked: FigureSpec) -> bool:
    """Whether periods of the figures follow each other from the first to the last day."""
    reached = {asked.start}
    for start, end in sorted(_days(figures)):
        if start in reached and end <= asked.end:
            reached.add(end)
    return asked.end in reached


def _covered(figures: Iterable[Statistic], asked: FigureSpec) -> bool:
    """Whether each day lies in some figure's period."""
    day = asked.start
    for start, end in sorted(_days(figures)):
        if start > day:
            break
        day = max(day, end)
    return day >= asked.end
