"""Totalling: over figures made from known events, a total is the true number or is refused; never a wrong one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from gateway.catalogue.read.figures import totals as totals_module
from gateway.catalogue.read.figures.totals import Answer, Partitions, totals
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
        met = [
            event
            for event in events
            if self.start <= event.day < self.end
            and self.platform in (None, event.platform)
            and self.harm in (None, event.harm)
            and self.age in (None, event.age)
            and self.process in (None, event.process)
        ]
        return len({event.person for event in met}) if self.persons else len(met)


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


def figure(draw: st.DrawFn, name: str, cell: Cell, told: Sequence[Event], *, cumulative: bool = False) -> Statistic:
    """The figure that an honest publisher states for a cell, as exactly as it likes."""
    count = Decimal(cell.true(told))
    said: dict[str, Any] = {"qualifier": Qualifier.EXACT, "value": count}
    match draw(st.sampled_from(["exact"] * 40 + ["range", "less", "least", "about", "withheld", "left out", "unsaid"])):
        case "range":
            more, less = draw(st.integers(0, 2)), draw(st.integers(0, 2))
            said = {"qualifier": Qualifier.RANGE, "low": max(count - less, Decimal()), "high": count + more}
        case "less":
            said = {"qualifier": Qualifier.LESS_THAN, "low": Decimal(), "high": count + draw(st.integers(0, 9))}
        case "least":
            said = {"qualifier": Qualifier.AT_LEAST, "value": max(count - draw(st.integers(0, 3)), Decimal())}
        case "about":
            said = {"qualifier": Qualifier.ABOUT, "value": count + draw(st.integers(-1, 1))}
        case "withheld":
            said = {"qualifier": Qualifier.SUPPRESSED}
        case "left out":
            said = {"qualifier": Qualifier.NOT_REPORTED}
        case "unsaid":
            said = {"qualifier": Qualifier.UNKNOWN}
    dimensions = []
    for axis in AXES:
        part = getattr(cell, axis)
        # A whole is stated by being the total along an axis, or by not being broken down by it.
        if part is not None or draw(st.booleans()):
            dimensions.append(Dimension(axis, TOTAL if part is None else part))
    made = Statistic(
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
        **said,
    )
    return replace(made, series_key=series_key(made))


class Publication(Struct, frozen=True):
    """Events, what was published of them, what the publisher declares, and what is asked."""

    told: Sequence[Event]
    figures: Sequence[Statistic]
    partitions: Partitions
    wanted: Cell
    asked: FigureSpec


def _broken_down(draw: st.DrawFn, whole: Cell) -> list[Cell]:
    """A cell, or its parts along an axis, or both; sometimes a part is not stated."""
    axis = draw(st.sampled_from([None, None, *(axis for axis in AXES if getattr(whole, axis) is None)]))
    if axis is None:
        return [whole]
    parts = [replace(whole, **{axis: part}) for part in AXES[axis]]
    return draw(st.sampled_from([parts, parts, parts, parts[1:], [whole, *parts], [whole, *parts[1:]]]))


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    told = draw(events)
    stated: list[Statistic] = []
    wanted = draw(cells())
    about: list[Cell] = draw(st.lists(cells(), max_size=2))
    # What is asked for in parts: along days, along axes, or both, so that there is often something to add.
    cuts = sorted(
        {wanted.start, wanted.end, *draw(st.lists(st.integers(wanted.start, wanted.end), min_size=1, max_size=2))}
    )
    spans = list(zip(cuts, cuts[1:], strict=False))
    whole = (wanted.start, wanted.end)
    for start, end in draw(st.sampled_from([spans, spans, spans, spans[1:], [*spans, whole]])):
        about += _broken_down(draw, replace(wanted, start=start, end=end))
    for number, cell in enumerate(about):
        odd = draw(st.integers(0, 9))
        made = figure(draw, f"{number}", cell, told, cumulative=odd == 0 and not cell.persons)
        if odd > 7:
            # What was said before, and was wrong; it is restated.
            wrong = replace(made, external_id=f"{number} before", released_at=day(40), qualifier=Qualifier.EXACT)
            stated.append(replace(wrong, value=Decimal(20 + odd), low=None, high=None))
            made = replace(made, released_at=day(50))
        stated.append(made)
    declared = draw(st.sampled_from([["age", "process"], ["age", "process"], ["process"], []]))
    asked = FigureSpec(
        metric=Metric.TAKEDOWNS,
        start=day(wanted.start),
        end=day(wanted.end),
        unit=Unit.PERSONS if wanted.persons else Unit.REQUESTS,
        platform=wanted.platform,
        harm_categories=() if wanted.harm is None else (wanted.harm,),
        dimensions=tuple(Dimension(axis, getattr(wanted, axis)) for axis in AXES if getattr(wanted, axis) is not None),
    )
    return Publication(
        told=told,
        figures=draw(st.permutations(stated)),
        partitions={"publisher": {axis: frozenset(AXES[axis]) for axis in declared}},
        wanted=wanted,
        asked=asked,
    )


def wrong(published: Publication, found: Sequence[Answer]) -> str | None:
    """In what an answer is not true; None where it is, or refuses."""
    true = Decimal(published.wanted.true(published.told))
    for answer in found:
        known = answer.amount
        if known is None:
            if answer.reason is None:
                return "there is neither a number nor a reason"
            continue
        if not known.low <= true <= known.high:
            return f"{true} is not between {known.low} and {known.high}"
        if known.qualifier is Qualifier.EXACT and known.value != true:
            return f"{true} is not {known.value}"
        if answer.otherwise is not None:
            return "honest figures contradict each other"
    return None


def check(published: Publication) -> None:
    found = totals(published.figures, published.asked, published.partitions)
    assert wrong(published, found) is None
    assert len(found) <= 1


@settings(max_examples=200)
@given(publications())
def test_a_total_is_the_true_number_or_is_refused(published: Publication) -> None:
    check(published)


@pytest.mark.proof
@settings(max_examples=10_000)
@given(publications())
def test_a_total_of_ten_thousand_sets_of_figures_is_the_true_number_or_is_refused(published: Publication) -> None:
    check(published)


# The property can fail: each rule is broken in turn, and a wrong number is found.


def _part_as_whole(figure: Statistic, asked: FigureSpec) -> dict[str, str] | None:
    return None if RULES["_parts_of"](figure, asked) is None else {}


def _first_parts_alone(
    parts: Iterable[tuple[Statistic, Mapping[str, str]]], partitions: Mapping[str, frozenset[str]]
) -> Any:
    known = list(parts)
    stated = {axis: frozenset(along[axis] for _, along in known if axis in along) for axis in partitions}
    return RULES["_part_tiles"](known, stated)


def _every_tile(tiles: Sequence[Any], asked: FigureSpec) -> Any:
    """Tiles one after the other, whatever days they have in common."""
    start, laid = asked.start, []
    for tile in tiles:
        laid.append(replace(tile, start=start, end=start + timedelta(days=1)))
        start += timedelta(days=1)
    return RULES["_laid"](laid, replace(asked, end=start))


RULES: dict[str, Callable[..., Any]] = {
    name: getattr(totals_module, name) for name in ("_parts_of", "_part_tiles", "_laid", "additive", "newest", "amount")
}
BROKEN: dict[str, tuple[str, Callable[..., Any]]] = {
    "a part counts as the whole": ("_parts_of", _part_as_whole),
    "parts that are not stated are left out": ("_part_tiles", _first_parts_alone),
    "days are counted twice": ("_laid", _every_tile),
    "persons are added": ("additive", lambda figure: True),
    "what was restated counts": ("newest", lambda figures, until: list(figures)),
    "a bound is taken for the number": (
        "amount",
        lambda figure: RULES["amount"](replace(figure, qualifier=Qualifier.EXACT, value=figure.high or figure.value)),
    ),
}


RARELY = {"parts that are not stated are left out", "what was restated counts"}
"""Rules that few sets of figures lean on: seconds pass until one is found."""

ENOUGH = 20_000
"""Sets of figures in which a wrong number is found: of the rarest rule's about every thousandth gives one."""


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, marks=[pytest.mark.proof] if rule in RARELY else []) for rule in BROKEN]
)
def test_a_broken_rule_is_found(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals_module, *BROKEN[rule])

    def is_wrong(published: Publication) -> bool:
        return wrong(published, totals(published.figures, published.asked, published.partitions)) is not None

    once = settings(max_examples=ENOUGH, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    find(publications(), is_wrong, settings=once)  # raises NoSuchExample where none is found
