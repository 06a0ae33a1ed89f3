"""Releases: of what one speaker states for one cell, the last publication is shown, or the last one until a day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.figures import newest_figures, series_key
from adapters.records import Period, Statistic
from adapters.vocabulary.enums import Audience, Metric, Qualifier, Unit
from tests.support.catalogue import Shelf
from tests.support.fake_source import NAME, FakeSource
from tests.support.properties import examples

FIGURES = """query($release: Date, $all: Boolean, $filter: StatisticFilter, $after: String, $first: Int) {
  statistics(release: $release, allReleases: $all, filter: $filter, after: $after, first: $first) {
    nodes { externalId value } totalCount pageInfo { hasNextPage endCursor }
  }
}"""


def figure(name: str, released: str | None, value: int, *, quarter: int = 1, **said: Any) -> Statistic:
    start = date(2024, 3 * quarter - 2, 1)
    end = date(2024, 3 * quarter + 1, 1) if quarter < 4 else date(2025, 1, 1)
    stated = Statistic(
        source=said.pop("source", NAME),
        external_id=name,
        metric=Metric.TAKEDOWNS,
        unit=Unit.ITEMS,
        qualifier=Qualifier.EXACT,
        value=Decimal(value),
        period=Period(start, end),
        released_at=None if released is None else date.fromisoformat(released),
        **said,
    )
    return replace(stated, series_key=series_key(stated))


def shown(shelf: Shelf, **variables: Any) -> dict[str, str]:
    page = shelf.ask(FIGURES, variables).data["statistics"]
    assert page["totalCount"] == len(page["nodes"]) or variables.get("first")
    return {node["externalId"]: node["value"] for node in page["nodes"]}


@pytest.fixture
def restated(shelf: Shelf) -> Shelf:
    shelf.state(
        [
            figure("q1", "2024-05-01", 10),
            figure("q1 again", "2024-08-01", 11),
            figure("q1 once more", "2024-11-01", 9),
            figure("q2", "2024-08-01", 20, quarter=2),
            figure("undated", None, 5, quarter=3),
        ]
    )
    return shelf


def test_without_a_release_each_cell_is_shown_as_its_last_release_states_it(restated: Shelf) -> None:
    assert shown(restated) == {"q1 once more": "9", "q2": "20", "undated": "5"}


def test_a_release_shows_what_had_been_published_until_that_day(restated: Shelf) -> None:
    assert shown(restated, release="2024-08-01") == {"q1 again": "11", "q2": "20"}
    assert shown(restated, release="2024-07-31") == {"q1": "10"}
    assert shown(restated, release="2024-04-30") == {}


def test_all_releases_are_shown_to_whoever_asks_for_them(restated: Shelf) -> None:
    assert len(shown(restated, all=True)) == 5
    assert shown(restated, all=True, release="2024-08-01").keys() == {"q1", "q1 again", "q2"}


def test_a_filter_brings_no_restated_figure_back(shelf: Shelf) -> None:
    late = figure("late", "2024-08-01", 1)
    withheld = replace(late, value=None, qualifier=Qualifier.SUPPRESSED)
    shelf.state([figure("early", "2024-05-01", 10), withheld])
    assert shown(shelf, filter={"qualifier": ["EXACT"]}) == {}
    assert shown(shelf, filter={"qualifier": ["SUPPRESSED"]}).keys() == {"late"}


def test_the_names_of_releases_order_them_where_a_date_is_unknown(shelf: Shelf) -> None:
    """A release that no profile lists has a name and no date; whatever the order of reading, it restates the older."""
    stated = [
        figure("first", "2024-05-01", 10, release_name="2024-q1"),
        figure("second", "2024-08-01", 11, release_name="2024-q2"),
        figure("unlisted", None, 12, release_name="2024-q3"),
    ]
    for order in permutations(stated):
        shelf.empty()
        for each in order:
            shelf.hold(FakeSource({each.external_id: [each]}))
        assert shown(shelf) == {"unlisted": "12"}
        assert shown(shelf, release="2024-12-31") == {"second": "11"}


def test_another_speaker_or_source_restates_nothing(shelf: Shelf) -> None:
    shelf.state([figure("ours", "2024-05-01", 10, speaker="kr.knpa"), figure("theirs", "2024-08-01", 11)])
    shelf.state([figure("elsewhere", "2024-11-01", 12, source="other")], name="other")
    assert shown(shelf).keys() == {"ours", "theirs", "elsewhere"}


def test_a_release_that_a_caller_may_not_see_hides_nothing_from_it(shelf: Shelf) -> None:
    shelf.state([figure("open", "2024-05-01", 10)])
    shelf.state([figure("hidden", "2024-08-01", 11, source="partners")], name="partners", audience=Audience.PARTNER)
    assert shown(shelf) == {"open": "10"}


def test_pages_of_last_releases_follow_each_other(restated: Shelf) -> None:
    met: list[str] = []
    page: Any = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
    while page["pageInfo"]["hasNextPage"]:
        page = restated.ask(FIGURES, {"first": 1, "after": page["pageInfo"]["endCursor"]}).data["statistics"]
        met += [node["externalId"] for node in page["nodes"]]
    assert met == ["undated", "q2", "q1 once more"]


def test_a_past_state_shows_the_last_release_that_was_known_then(shelf: Shelf) -> None:
    shelf.state([figure("early", "2024-05-01", 10)])
    at = shelf.ask("{ statistics { nodes { recordedAt } } }").data["statistics"]["nodes"][0]["recordedAt"]
    shelf.state([figure("early", "2024-05-01", 10), figure("late", "2024-08-01", 11)])
    assert shown(shelf).keys() == {"late"}
    past = shelf.ask(f'{{ statistics(asOf: "{at}") {{ nodes {{ externalId }} }} }}').data["statistics"]["nodes"]
    assert past == [{"externalId": "early"}]


days = st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 4))


@st.composite
def releases(draw: st.DrawFn) -> Sequence[Statistic]:
    """Figures of few cells, speakers and days, so that many restate each other."""

    def told() -> Iterator[Statistic]:
        for number in range(draw(st.integers(0, 8))):
            made = figure(
                f"{number}",
                None,
                number,
                quarter=draw(st.integers(1, 2)),
                speaker=draw(st.sampled_from([None, "kr.kcc"])),
            )
            key = draw(st.sampled_from([made.series_key, None]))
            # Names are in the order of the dates, where both are known.
            release = draw(st.integers(1, 4))
            yield replace(
                made,
                released_at=draw(st.sampled_from([None, date(2024, 1, release)])),
                release_name=draw(st.sampled_from([None, f"r{release}"])),
                series_key=key,
            )

    return list(told())


@examples(usual=5, proof=15)
@given(stated=releases(), until=days)
def test_the_database_and_the_definition_agree_on_what_is_restated(
    shelf: Shelf, stated: Sequence[Statistic], until: date | None
) -> None:
    shelf.empty()
    shelf.state(stated)
    expected = {figure.external_id for figure in newest_figures(stated, until)}
    assert shown(shelf, release=None if until is None else until.isoformat(), first=100).keys() == expected
    before = None if until is None else (until - timedelta(days=1)).isoformat()
    if before is not None:
        assert len(shown(shelf, release=before, all=True, first=100)) == len(
            [each for each in stated if each.released_at and each.released_at < (until or date.max)]
        )
