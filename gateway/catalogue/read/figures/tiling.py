"""Periods of figures laid end to end over a query's days, and the amounts that each such tiling adds up to.

A tile is a span of days with an amount: one figure, or the sum of all its parts along the axes that a source declares
(`About.partitions`, `About.listings`). Of several tilings the one with the fewest figures is best; the others show
whether the figures contradict each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product

from msgspec import Struct

from adapters.figures import is_restated
from adapters.records import Period, Statistic
from adapters.vocabulary.enums import Qualifier
from gateway.catalogue.read.figures.amounts import FigureAmount, amount_of, is_additive, sum_amounts
from schema.queries.figures import FigureSpec

AxisValues = Mapping[str, frozenset[str]]
"""Axis → all parts along it; whatever a figure counts is in exactly one of them."""

Cost = tuple[int, int, Decimal]
"""Figures, figures that are not exact, and width: the less of each, in this order, the better."""


class Tile(Struct, frozen=True, kw_only=True):
    """An amount for a span of days, from `figures`. `additive` means that it may be added to others."""

    start: date
    end: date
    timezone: str | None
    amount: FigureAmount
    figures: tuple[Statistic, ...]
    additive: bool

    @property
    def cost(self) -> Cost:
        """How coarse and how exact it is."""
        width = self.amount.high - self.amount.low
        return len(self.figures), int(self.amount.qualifier is not Qualifier.EXACT), width


class Tiling(Struct, frozen=True):
    """Tiles that follow each other without gap or overlap."""

    tiles: tuple[Tile, ...] = ()

    def extend(self, tile: Tile) -> "Tiling":
        """This tiling and one tile more."""
        return Tiling((*self.tiles, tile))

    @property
    def figures(self) -> tuple[Statistic, ...]:
        """The figures of all tiles."""
        return tuple(figure for tile in self.tiles for figure in tile.figures)

    @property
    def amount(self) -> FigureAmount:
        """The sum of all tiles."""
        return sum_amounts([tile.amount for tile in self.tiles])


class Bound(Struct, frozen=True):
    """A bound of an amount, and the tiling that gives it."""

    number: Decimal
    tiling: Tiling


class Bounds(Struct, frozen=True):
    """The highest lower bound and the lowest upper bound of several tilings. They cross where two contradict."""

    lower: Bound
    upper: Bound

    @property
    def are_crossed(self) -> bool:
        """Whether two tilings contradict each other."""
        return self.lower.number > self.upper.number

    def extend(self, tile: Tile) -> "Bounds":
        """The bounds of these tilings and one tile more."""
        lower, upper = self.lower, self.upper
        return Bounds(
            Bound(lower.number + tile.amount.low, lower.tiling.extend(tile)),
            Bound(upper.number + tile.amount.high, upper.tiling.extend(tile)),
        )

    def tighten(self, other: "Bounds") -> "Bounds":
        """The bounds of these tilings and others."""
        return Bounds(
            max(self.lower, other.lower, key=lambda bound: bound.number),
            min(self.upper, other.upper, key=lambda bound: bound.number),
        )


class Tilings(Struct, frozen=True, kw_only=True):
    """The tilings from the first day to some other: the best with its cost, and the bounds of the others.

    `coarsest` bounds the tilings of as few figures as the best, `all` every tiling.
    """

    cost: Cost
    best: Tiling
    coarsest: Bounds
    all: Bounds

    def extend(self, tile: Tile) -> "Tilings":
        """These tilings, each with one tile more."""
        (figures, inexact, width), (more_figures, more_inexact, more_width) = self.cost, tile.cost
        return Tilings(
            cost=(figures + more_figures, inexact + more_inexact, width + more_width),
            best=self.best.extend(tile),
            coarsest=self.coarsest.extend(tile),
            all=self.all.extend(tile),
        )

    def merge(self, other: "Tilings") -> "Tilings":
        """These tilings and others over the same days."""
        better, worse = (self, other) if self.cost <= other.cost else (other, self)
        equally_coarse = worse.cost[0] == better.cost[0]
        return Tilings(
            cost=better.cost,
            best=better.best,
            coarsest=better.coarsest.tighten(worse.coarsest) if equally_coarse else better.coarsest,
            all=better.all.tighten(worse.all),
        )

    @property
    def contradiction(self) -> Tiling | None:
        """A tiling with another number than the best, or than one that is as good."""
        if not self.all.are_crossed:
            return None
        return (self.all.lower if self.all.lower.number > self.best.amount.high else self.all.upper).tiling


def whole_tiles(figures: Iterable[Statistic]) -> Iterator[Tile]:
    """One tile for each figure that states an amount and both ends of its period."""
    for figure in figures:
        amount, period = amount_of(figure), figure.period
        if amount is not None and period is not None and period.start is not None and period.end is not None:
            yield Tile(
                start=period.start,
                end=period.end,
                timezone=period.timezone,
                amount=amount,
                figures=(figure,),
                additive=is_additive(figure),
            )


class Partition(Struct, frozen=True):
    """What a source declares about its axes; see `About.partitions` and `About.listings`."""

    axes: AxisValues = {}
    listings: Mapping[str, frozenset[str]] = {}

    def has_part(self, part: Mapping[str, str]) -> bool:
        """Whether the part is one of all parts along its axes."""
        return all(value in self.axes.get(axis, ()) for axis, value in part.items())

    def listing_of(self, figure: Statistic, part: Mapping[str, str]) -> str | None:
        """The complete list of which the figure is a line."""
        name = figure.external_id.partition("/")[0]
        return name if part.keys() <= self.listings.get(name, frozenset()) else None


class PartitionKey(Struct, frozen=True):
    """The days of figures, and the axes that they are broken down by."""

    start: date
    end: date
    timezone: str | None
    axes: tuple[str, ...]


def part_tiles(parts: Iterable[tuple[Statistic, Mapping[str, str]]], partitions: AxisValues) -> Iterator[Tile]:
    """One tile for each sum of all parts along axes that the source declares, for the same days."""
    partitioned: dict[PartitionKey, dict[tuple[str, ...], list[Tile]]] = defaultdict(lambda: defaultdict(list))
    for figure, part in parts:
        axes = tuple(sorted(part))
        for tile in whole_tiles([figure]):
            key = PartitionKey(tile.start, tile.end, tile.timezone, axes)
            partitioned[key][tuple(part[axis] for axis in axes)].append(tile)
    for key, by_part in partitioned.items():
        every_part = product(*(sorted(partitions[axis]) for axis in key.axes))
        tiles = [_most_exact(by_part[part]) if part in by_part else None for part in every_part]
        summands = [tile for tile in tiles if tile is not None and tile.additive]
        if len(summands) == len(tiles):
            yield _sum(summands)


def listing_tiles(parts: Iterable[tuple[Statistic, Mapping[str, str]]], partition: Partition) -> Iterator[Tile]:
    """One tile for each sum of all lines of a list that the source declares complete, for the same days."""
    by_listing: dict[tuple[str, Period | None], list[tuple[Statistic, Mapping[str, str]]]] = defaultdict(list)
    for figure, part in parts:
        if (name := partition.listing_of(figure, part)) is not None:
            by_listing[name, figure.period].append((figure, part))
    for lines in by_listing.values():
        tiles = _line_tiles(lines)
        if tiles and all(tile.additive for tile in tiles):
            yield _sum(tiles)


def _line_tiles(lines: Sequence[tuple[Statistic, Mapping[str, str]]]) -> Sequence[Tile]:
    """One tile for each line of the newest release; none where a line states no amount, or counts a part of another."""
    releases = {(figure.release_name, figure.released_at): figure for figure, _ in lines}
    restated = {
        release
        for release, figure in releases.items()
        if any(is_restated(figure, other) for other in releases.values())
    }
    newest = [line for line in lines if (line[0].release_name, line[0].released_at) not in restated]
    common = sorted(set.intersection(*(set(part) for _, part in newest)))
    by_part = {tuple(part[axis] for axis in common): figure for figure, part in newest}
    tiles = list(whole_tiles(by_part.values()))
    return tiles if len(tiles) == len(newest) else []


def _sum(tiles: Sequence[Tile]) -> Tile:
    first = tiles[0]
    return Tile(
        start=first.start,
        end=first.end,
        timezone=first.timezone,
        amount=sum_amounts([tile.amount for tile in tiles]),
        figures=tuple(figure for tile in tiles for figure in tile.figures),
        additive=True,
    )


def _most_exact(tiles: Sequence[Tile]) -> Tile | None:
    """The most exact of the tiles for one part; None where they contradict each other."""
    lower, upper = max(tile.amount.low for tile in tiles), min(tile.amount.high for tile in tiles)
    return None if lower > upper else min(tiles, key=lambda tile: tile.cost)


def find_tilings(tiles: Sequence[Tile], spec: FigureSpec) -> Tilings | None:
    """The tilings of all days of the query; None where there is none."""
    result: Tilings | None = None
    for timezone in dict.fromkeys(tile.timezone for tile in tiles):
        inside = [
            tile for tile in tiles if tile.timezone == timezone and spec.start <= tile.start < tile.end <= spec.end
        ]
        additive = tile_days([tile for tile in inside if tile.additive], spec)
        # A figure that is not additive answers only if its period is exactly that of the query.
        single = (_single(tile) for tile in inside if not tile.additive and _spans(tile, spec))
        for tilings in (additive, *single):
            result = tilings if result is None else result if tilings is None else result.merge(tilings)
    return result


def tile_days(tiles: Sequence[Tile], spec: FigureSpec) -> Tilings | None:
    """The tilings of the query's days by additive tiles.

    A tile starts before it ends, so days are settled in their order.
    """
    by_start: dict[date, list[Tile]] = defaultdict(list)
    for tile in tiles:
        by_start[tile.start].append(tile)
    by_end: dict[date, Tilings] = {}
    for day in sorted(by_start):
        if day != spec.start and day not in by_end:
            continue
        for tile in by_start[day]:
            tilings = _single(tile) if day == spec.start else by_end[day].extend(tile)
            others = by_end.get(tile.end)
            by_end[tile.end] = tilings if others is None else others.merge(tilings)
    return by_end.get(spec.end)


def _spans(tile: Tile, spec: FigureSpec) -> bool:
    return (tile.start, tile.end) == (spec.start, spec.end)


def _single(tile: Tile) -> Tilings:
    tiling = Tiling((tile,))
    bounds = Bounds(Bound(tile.amount.low, tiling), Bound(tile.amount.high, tiling))
    return Tilings(cost=tile.cost, best=tiling, coarsest=bounds, all=bounds)
