"""Totalling: over figures made from known events, a total is the true number or is refused; never a wrong one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from adapters.figures import TOTAL, series_key
from adapters.records import Dimension, Period, Statistic
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, Qualifier, Unit
from gateway.catalogue.read.figures import amounts, selection, tiling
from gateway.catalogue.read.figures import totals as totals_module
from gateway.catalogue.read.figures.amounts import FigureAmount, amount_of
from gateway.catalogue.read.figures.selection import part_of
from gateway.catalogue.read.figures.tiling import AxisValues, Partition, Tile, Tilings, part_tiles, tile_days
from gateway.catalogue.read.figures.totals import Partitions, SubjectTotal, totals
from schema.queries.figures import FigureSpec

BEGIN = date(2024, 1, 1)
"""The first day of the world that the examples are made of; it has twelve."""

DAYS = 12
AXES = {"age": ("young", "old"), "process": ("legal", "emergency", "other")}
PLATFORMS = (None, "telegram", "x")

# The truth: events, each at a day, of a person, on a platform, in one part along each axis.


class Event(Struct, frozen=True):
    """Something that happened and is counted."""

    day: int
    person: int
    platform: str
    harm: HarmCategory
    age: str
    process: str


class Cell(Struct, frozen=True):
    """What a figure counts: None stands for all."""

    start: int
    end: int
    platform: str | None
    harm: HarmCategory | None
    age: str | None
    process: str | None
    persons: bool

    def true(self, events: Iterable[Event]) -> int:
        """How many there are: events, or different persons."""
        matching = [
            event
            for event in events
            if self.start <= event.day < self.end
            and self.platform in (None, event.platform)
            and self.harm in (None, event.harm)
            and self.age in (None, event.age)
            and self.process in (None, event.process)
        ]
        return len({event.person for event in matching}) if self.persons else len(matching)


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


PERSONS = 2
HARMS = (HarmCategory.NCII, HarmCategory.CSAM)


def event(number: int) -> Event:
    """The event of a number, of which each says another combination."""
    number, on = divmod(number, DAYS)
    number, person = divmod(number, PERSONS)
    number, platform = divmod(number, 2)
    number, harm = divmod(number, 2)
    process, age = divmod(number, 2)
    return Event(on, person, PLATFORMS[1:][platform] or "", HARMS[harm], AXES["age"][age], AXES["process"][process])


# One number is drawn for each event, and not each of its parts: half of the time of an example went there.
events = st.lists(st.integers(0, DAYS * PERSONS * 2 * 2 * 2 * 3 - 1).map(event), max_size=16)
harms = st.sampled_from(HARMS)


@st.composite
def windows(draw: st.DrawFn) -> tuple[int, int]:
    """Days: often the quarters, halves or the whole of the world, sometimes any."""
    if draw(st.booleans()):
        length = draw(st.sampled_from([3, 6, 12]))
        start = draw(st.integers(0, DAYS // length - 1)) * length
        return start, start + length
    start = draw(st.integers(0, DAYS - 1))
    return start, draw(st.integers(start + 1, DAYS))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    start, end = draw(windows())
    platform, harm, age, process, persons = (draw(st.integers(0, 5)) for _ in range(5))
    return Cell(
        start=start,
        end=end,
        platform=(None, None, None, None, *PLATFORMS[1:])[platform],
        harm=(None, None, None, None, *HARMS)[harm],
        age=(None, None, None, None, *AXES["age"])[age],
        process=(None, None, None, *AXES["process"])[process],
        persons=persons < 2,
    )


def figure(draw: st.DrawFn, name: str, cell: Cell, events: Sequence[Event], *, cumulative: bool = False) -> Statistic:
    """The figure that an honest publisher states for a cell, as exactly as it likes."""
    count = Decimal(cell.true(events))
    statement: dict[str, Any] = {"qualifier": Qualifier.EXACT, "value": count}
    match draw(st.sampled_from(["exact"] * 40 + ["range", "less", "least", "about", "withheld", "left out", "unsaid"])):
        case "range":
            more, less = draw(st.integers(0, 2)), draw(st.integers(0, 2))
            statement = {"qualifier": Qualifier.RANGE, "low": max(count - less, Decimal()), "high": count + more}
        case "less":
            statement = {"qualifier": Qualifier.LESS_THAN, "low": Decimal(), "high": count + draw(st.integers(0, 9))}
        case "least":
            statement = {"qualifier": Qualifier.AT_LEAST, "value": max(count - draw(st.integers(0, 3)), Decimal())}
        case "about":
            statement = {"qualifier": Qualifier.ABOUT, "value": count + draw(st.integers(-1, 1))}
        case "withheld":
            statement = {"qualifier": Qualifier.SUPPRESSED}
        case "left out":
            statement = {"qualifier": Qualifier.NOT_REPORTED}
        case "unsaid":
            statement = {"qualifier": Qualifier.UNKNOWN}
    dimensions = []
    for axis in AXES:
        part = getattr(cell, axis)
        # A whole is stated by being the total along an axis, or by not being broken down by it.
        if part is not None or draw(st.booleans()):
            dimensions.append(Dimension(axis, TOTAL if part is None else part))
    result = Statistic(
        source="publisher",
        external_id=name,
        metric=Metric.TAKEDOWNS,
        unit=Unit.PERSONS if cell.persons else Unit.REQUESTS,
        period=Period(day(cell.start), day(cell.end)),
        aggregation=Aggregation.NONE if cell.persons or cumulative else Aggregation.SUM,
        cumulative=cumulative,
        platform=cell.platform,
        harm_categories=() if cell.harm is None else (cell.harm,),
        dimensions=tuple(dimensions),
        **statement,
    )
    return replace(result, series_key=series_key(result))


class Publication(Struct, frozen=True):
    """Events, what was published of them, what the publisher declares, and what is asked."""

    events: Sequence[Event]
    figures: Sequence[Statistic]
    partitions: Partitions
    cell: Cell
    spec: FigureSpec


def _cell_or_parts(draw: st.DrawFn, whole: Cell) -> list[Cell]:
    """A cell, or its parts along an axis, or both; sometimes a part is not stated."""
    axis = draw(st.sampled_from([None, None, *(axis for axis in AXES if getattr(whole, axis) is None)]))
    if axis is None:
        return [whole]
    parts = [replace(whole, **{axis: part}) for part in AXES[axis]]
    return draw(st.sampled_from([parts, parts, parts, parts[1:], [whole, *parts], [whole, *parts[1:]]]))


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    happenings = draw(events)
    figures: list[Statistic] = []
    target = draw(cells())
    about: list[Cell] = draw(st.lists(cells(), max_size=2))
    # What is asked for in parts: along days, along axes, or both, so that there is often something to add.
    cuts = sorted(
        {target.start, target.end, *draw(st.lists(st.integers(target.start, target.end), min_size=1, max_size=2))}
    )
    spans = list(zip(cuts, cuts[1:], strict=False))
    whole = (target.start, target.end)
    for start, end in draw(st.sampled_from([spans, spans, spans, spans[1:], [*spans, whole]])):
        about += _cell_or_parts(draw, replace(target, start=start, end=end))
    for number, cell in enumerate(about):
        odd = draw(st.integers(0, 9))
        newest = figure(draw, f"{number}", cell, happenings, cumulative=odd == 0 and not cell.persons)
        if odd > 7:
            # What was said before, and was wrong; it is restated.
            wrong = replace(newest, external_id=f"{number} before", released_at=day(40), qualifier=Qualifier.EXACT)
            figures.append(replace(wrong, value=Decimal(20 + odd), low=None, high=None))
            newest = replace(newest, released_at=day(50))
        figures.append(newest)
    declared = draw(st.sampled_from([["age", "process"], ["age", "process"], ["process"], []]))
    spec = FigureSpec(
        metric=Metric.TAKEDOWNS,
        start=day(target.start),
        end=day(target.end),
        unit=Unit.PERSONS if target.persons else Unit.REQUESTS,
        platform=target.platform,
        harm_categories=() if target.harm is None else (target.harm,),
        dimensions=tuple(Dimension(axis, getattr(target, axis)) for axis in AXES if getattr(target, axis) is not None),
    )
    return Publication(
        events=happenings,
        figures=draw(st.permutations(figures)),
        partitions={"publisher": Partition({axis: frozenset(AXES[axis]) for axis in declared})},
        cell=target,
        spec=spec,
    )


def wrong(published: Publication, answers: Sequence[SubjectTotal]) -> str | None:
    """In what an answer is not true; None where it is, or refuses."""
    true = Decimal(published.cell.true(published.events))
    for answer in answers:
        amount = answer.amount
        if amount is None:
            if answer.reason is None:
                return "there is neither a number nor a reason"
            continue
        if not amount.low <= true <= amount.high:
            return f"{true} is not between {amount.low} and {amount.high}"
        if amount.qualifier is Qualifier.EXACT and amount.value != true:
            return f"{true} is not {amount.value}"
        if answer.alternative is not None:
            return "honest figures contradict each other"
    return None


def check(published: Publication) -> None:
    answers = totals(published.figures, published.spec, published.partitions)
    assert wrong(published, answers) is None
    assert len(answers) <= 1


@settings(max_examples=200)
@given(publications())
def test_a_total_is_the_true_number_or_is_refused(published: Publication) -> None:
    check(published)


@pytest.mark.proof
@settings(max_examples=10_000)
@given(publications())
def test_a_total_of_ten_thousand_sets_of_figures_is_the_true_number_or_is_refused(published: Publication) -> None:
    check(published)


# The property can fail: with each fault, some figures give a wrong number.


def _part_as_whole(figure: Statistic, spec: FigureSpec) -> dict[str, str] | None:
    return None if part_of(figure, spec) is None else {}


def _first_parts_alone(parts: Iterable[tuple[Statistic, Mapping[str, str]]], partitions: AxisValues) -> Iterator[Tile]:
    figures = list(parts)
    values = {axis: frozenset(part[axis] for _, part in figures if axis in part) for axis in partitions}
    return part_tiles(figures, values)


def _every_tile(tiles: Sequence[Tile], spec: FigureSpec) -> Tilings | None:
    """Tiles one after the other, whatever days they have in common."""
    start, in_turn = spec.start, []
    for tile in tiles:
        in_turn.append(replace(tile, start=start, end=start + timedelta(days=1)))
        start += timedelta(days=1)
    return tile_days(in_turn, replace(spec, end=start))


def _bound_as_number(figure: Statistic) -> FigureAmount | None:
    return amount_of(replace(figure, qualifier=Qualifier.EXACT, value=figure.high or figure.value))


FAULTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "a part counts as the whole": ("part_of", _part_as_whole),
    "parts without a figure are left out": ("part_tiles", _first_parts_alone),
    "days are counted twice": ("tile_days", _every_tile),
    "persons are added": ("is_additive", lambda figure: True),
    "figures of earlier publications count": ("newest_figures", lambda figures, until: list(figures)),
    "a bound is taken for the number": ("amount_of", _bound_as_number),
}

RARE_FAULTS = {"parts without a figure are left out", "figures of earlier publications count"}
"""Faults that few sets of figures show: seconds pass until one does."""

ENOUGH = 20_000
"""Sets of figures among which one shows a fault: of the rarest about every thousandth does."""

MODULES = (amounts, selection, tiling, totals_module)


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=[pytest.mark.proof] if fault in RARE_FAULTS else []) for fault in FAULTS]
)
def test_a_fault_in_a_rule_gives_a_wrong_number(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, replacement = FAULTS[fault]
    users = [module for module in MODULES if hasattr(module, name)]
    assert users
    for module in users:
        monkeypatch.setattr(module, name, replacement)

    def is_wrong(published: Publication) -> bool:
        return wrong(published, totals(published.figures, published.spec, published.partitions)) is not None

    once = settings(max_examples=ENOUGH, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    find(publications(), is_wrong, settings=once)  # raises NoSuchExample if there is none
