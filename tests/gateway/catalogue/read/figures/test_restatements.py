"""Restatement: generated releases restate, reorder, omit and add cells; each cell is as its last release states it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from adapters.figures import newest_figures
from adapters.records import Statistic
from adapters.tabular.loader import read_profile
from adapters.tabular.profile import SourceProfile
from adapters.tabular.reading import read_file
from adapters.tabular.source import TabularSource
from tests.support.catalogue import Shelf
from tests.support.properties import examples, postgresql_in_proof

COUNTRIES, QUARTERS = ("FR", "KR"), ("2031Q1", "2031Q2", "2031Q3", "2031Q4")
DAYS = ("2031-01-01", "2031-04-01", "2031-07-01", "2031-10-01", "2032-01-01")
SPANS = dict(zip(QUARTERS, zip(DAYS, DAYS[1:], strict=False), strict=True))
QUARTER_OF = {start: quarter for quarter, (start, _) in SPANS.items()}
FIRST_DAY = date(2032, 1, 1)

Cell = tuple[str, str]
"""A country and a quarter."""

PROFILE = """
[about]
name = "orchard_requests"
title = "Orchard's reports"
kind = "PLATFORM"
publisher = "Orchard"
licence = "CC0-1.0"
attribution = "Orchard"
cadence_days = 91

[[table]]
name = "requests"
files = ['orchard-(?P<release>r[0-9])[.]csv']
columns = ["Country", "Quarter", "Requests"]
min_lines = 0
release = { columns = ["release"], dates = { DATES } }
metric = "TAKEDOWN_REQUESTS"
period = { columns = ["Quarter"] }
place = { columns = ["Country"] }

[[table.figure]]
name = "requests"
column = "Requests"
unit = "REQUESTS"
aggregation = "SUM"
cells = {}
"""


class Release(Struct, frozen=True):
    """What a release states, line by line, and its day, where the profile lists that."""

    number: int
    lines: Sequence[tuple[Cell, int]]
    day: date | None


cells = st.tuples(st.sampled_from(COUNTRIES), st.sampled_from(QUARTERS))


@st.composite
def releases(draw: st.DrawFn) -> Sequence[Release]:
    """Releases in the order of reading, which need not be that of their publication."""
    published = [
        Release(
            number=number,
            lines=[(cell, draw(st.integers(0, 99))) for cell in draw(st.lists(cells, unique=True, max_size=5))],
            day=draw(st.sampled_from([None, FIRST_DAY + timedelta(days=number)])),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    return draw(st.permutations(published))


def expected(published: Sequence[Release], until: date | None = None) -> dict[Cell, int]:
    """The number of each cell in the last release that states it."""
    values: dict[Cell, int] = {}
    for release in sorted(published, key=lambda release: release.number):
        if until is None or (release.day is not None and release.day <= until):
            values.update(release.lines)
    return values


def profile_of(published: Sequence[Release]) -> SourceProfile:
    dates = ", ".join(f"r{each.number} = {each.day}" for each in published if each.day is not None)
    return read_profile(PROFILE.replace("DATES", dates).encode())


def file_of(release: Release) -> tuple[str, bytes]:
    lines = (f"{country},{quarter},{value}\n" for (country, quarter), value in release.lines)
    return f"orchard-r{release.number}.csv", ("Country,Quarter,Requests\n" + "".join(lines)).encode()


def import_releases(shelf: Shelf, folder: Path, published: Sequence[Release]) -> None:
    source = TabularSource(profile_of(published))
    for name, content in map(file_of, published):
        (folder / name).write_bytes(content)
        shelf.hold(source, folder / name)


def answer(shelf: Shelf, document: str) -> Any:
    result = shelf.ask(document)
    assert result.refusals == []
    return result.data


def statistics(shelf: Shelf, until: date | None = None) -> list[tuple[Cell, int]]:
    """The figures of a page, each as its cell and its value; the cells of a page are in no order."""
    argument = "" if until is None else f', release: "{until}"'
    nodes = answer(
        shelf, f"{{ statistics(first: 100{argument}) {{ nodes {{ value jurisdictions period {{ start }} }} }} }}"
    )["statistics"]["nodes"]
    return sorted(
        ((node["jurisdictions"][0], QUARTER_OF[node["period"]["start"]]), int(node["value"])) for node in nodes
    )


def cell_of(figure: Statistic) -> tuple[Cell, int]:
    assert figure.period is not None
    assert figure.value is not None
    return (figure.jurisdictions[0], QUARTER_OF[str(figure.period.start)]), int(figure.value)


def subject(country: str, days: Sequence[str]) -> str:
    return f'metric: TAKEDOWN_REQUESTS, jurisdiction: "{country}", period: {{start: "{days[0]}", end: "{days[-1]}"}}'


def check_totals(shelf: Shelf, values: Mapping[Cell, int]) -> None:
    """The total of each cell, and of each country's year, which has a number where every quarter has."""
    totals_by_name: dict[str, tuple[str, int | None]] = {}
    for country in COUNTRIES:
        year = [values.get((country, quarter)) for quarter in QUARTERS]
        complete = [value for value in year if value is not None]
        totals_by_name[f"{country}_year"] = subject(country, DAYS), sum(complete) if len(complete) == 4 else None
        for quarter in QUARTERS:
            totals_by_name[f"{country}_{quarter}"] = subject(country, SPANS[quarter]), values.get((country, quarter))
    fields = "{ reason answers { value disagrees } }"
    answers = answer(
        shelf, "{" + " ".join(f"{name}: total({each}) {fields}" for name, (each, _) in totals_by_name.items()) + "}"
    )
    for name, (_, value) in totals_by_name.items():
        numbers = [(each["value"], each["disagrees"]) for each in answers[name]["answers"]]
        if value is None:
            assert answers[name]["reason"] in ("GAP", "NOT_COVERED")
            assert {number for number, _ in numbers} <= {None}
        else:
            assert numbers == [(str(value), False)]


def compared(shelf: Shelf, country: str) -> list[tuple[Cell, int]]:
    axis = answer(
        shelf,
        f"{{ compareStatistics({subject(country, DAYS)}) {{ axis {{ period {{ start }} values {{ value }} }} }} }}",
    )["compareStatistics"]["axis"]
    return [
        ((country, QUARTER_OF[each["period"]["start"]]), int(value["value"]))
        for each in axis
        for value in each["values"]
    ]


@postgresql_in_proof
@examples(usual=4, proof=40)
@given(published=releases())
def test_each_cell_is_shown_once_as_its_last_release_states_it(
    shelf: Shelf, tmp_path: Path, published: Sequence[Release]
) -> None:
    shelf.empty()
    import_releases(shelf, tmp_path, published)
    values = expected(published)
    assert statistics(shelf) == sorted(values.items())
    check_totals(shelf, values)
    assert sorted(each for country in COUNTRIES for each in compared(shelf, country)) == sorted(values.items())
    for release in published:
        day = FIRST_DAY + timedelta(days=release.number)
        assert statistics(shelf, until=day) == sorted(expected(published, until=day).items())


@given(published=releases())
def test_the_newest_figures_of_thousands_of_releases_are_those_of_the_last(published: Sequence[Release]) -> None:
    profile = profile_of(published)
    figures = [
        record
        for file in map(file_of, published)
        for record in read_file(profile, *file).records
        if isinstance(record, Statistic)
    ]
    for until in (None, *(FIRST_DAY + timedelta(days=release.number) for release in published)):
        newest = newest_figures(figures, until)
        assert sorted(map(cell_of, newest)) == sorted(expected(published, until).items())
