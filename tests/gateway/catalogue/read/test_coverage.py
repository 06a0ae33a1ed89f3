"""Coverage: reported, not reported and not covered are three answers, and none of them is zero."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.police.uk_police.source import UKPolice
from adapters.press.published_figures.source import PublishedFigures
from adapters.records import Arrest, Case, Period, Record, Statistic
from adapters.source import ARCHIVE, Batch, FileSource, Scope
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf, state_batch
from tests.support.fake_source import FakeSource, about, batch
from tests.support.properties import examples

SOME = examples(usual=8, proof=25)
EXAMPLES = Path(__file__).parents[3] / "examples"

ASK = "query($f: CoverageFilter) { coverage(filter: $f) { source { name } state scopes { name complete } } }"


def states(shelf: Shelf, **given: Any) -> dict[str, str]:
    """The state of each source's coverage."""
    answer = shelf.ask(ASK, {"f": given})
    assert answer.refusals == []
    return {each["source"]["name"]: each["state"] for each in answer.data["coverage"]}


def days(start: str, end: str) -> dict[str, str]:
    return {"start": start, "end": end}


@pytest.fixture
def telegram(shelf: Shelf) -> Shelf:
    """Figures of 2031 for Iceland, Fiji and Kosovo, of which Iceland has a quarter with a stated zero."""
    shelf.hold(TelegramTransparency(), EXAMPLES / "telegram_transparency" / "dataset.json")
    return shelf


class TestTelegram:
    def test_what_it_states_is_reported_and_so_is_a_stated_zero(self, telegram: Shelf) -> None:
        zero = days("2031-04-01", "2031-07-01")
        document = """{ statistics(filter: {jurisdiction: "IS", periodMatch: EXACT, metric: AFFECTED_USERS,
          period: {start: "2031-04-01", end: "2031-07-01"}}) { nodes { value qualifier } } }"""
        assert telegram.ask(document).data["statistics"]["nodes"] == [{"value": "0", "qualifier": "EXACT"}]
        assert states(telegram, jurisdiction=["IS"], period=zero) == {"telegram_transparency": "REPORTED"}

    def test_a_number_that_it_left_open_is_a_statement_too(self, telegram: Shelf) -> None:
        assert states(telegram, jurisdiction=["FJ"]) == {"telegram_transparency": "REPORTED"}

    def test_a_country_that_it_leaves_out_is_not_reported(self, telegram: Shelf) -> None:
        assert states(telegram, jurisdiction=["FR"]) == {"telegram_transparency": "NOT_REPORTED"}
        inside = days("2031-02-01", "2031-09-01")
        assert states(telegram, jurisdiction=["FR"], period=inside) == {"telegram_transparency": "NOT_REPORTED"}

    def test_a_period_that_it_does_not_reach_or_reaches_in_part_is_not_covered(self, telegram: Shelf) -> None:
        for period in (
            days("2032-01-01", "2033-01-01"),
            days("2031-07-01", "2032-07-01"),
            days("2030-12-31", "2031-02-01"),
        ):
            assert states(telegram, jurisdiction=["FR"], period=period) == {"telegram_transparency": "NOT_COVERED"}

    def test_a_record_type_that_it_never_states_is_not_covered(self, telegram: Shelf) -> None:
        assert states(telegram, recordType="CASE") == {"telegram_transparency": "NOT_COVERED"}
        assert states(telegram, recordType="STATISTIC") == {"telegram_transparency": "REPORTED"}


class TestUKPolice:
    @pytest.fixture
    def police(self, shelf: Shelf) -> Shelf:
        """January 2031 of the City of London, whole."""
        shelf.hold(UKPolice(), EXAMPLES / "uk_police")
        return shelf

    def test_a_month_that_was_read_is_reported_and_its_neighbours_are_not_covered(self, police: Shelf) -> None:
        january, february = days("2031-01-01", "2031-02-01"), days("2031-02-01", "2031-03-01")
        assert states(police, jurisdiction=["GB-ENG"], period=january) == {"uk_police": "REPORTED"}
        assert states(police, jurisdiction=["GB"], period=january) == {"uk_police": "REPORTED"}
        assert states(police, jurisdiction=["GB-ENG"], period=february) == {"uk_police": "NOT_COVERED"}

    def test_a_country_that_it_never_speaks_of_is_not_covered(self, police: Shelf) -> None:
        assert states(police, jurisdiction=["FR"]) == {"uk_police": "NOT_COVERED"}

    def test_a_region_of_which_only_a_part_was_read_is_not_covered_where_it_is_silent(self, police: Shelf) -> None:
        """Wales was not read, so nothing follows for Great Britain's arrests from the City of London's silence."""
        assert states(police, jurisdiction=["GB-WLS"]) == {"uk_police": "NOT_COVERED"}
        assert states(police, jurisdiction=["GB-ENG", "GB-WLS"], recordType="TAKEDOWN") == {"uk_police": "NOT_COVERED"}

    def test_a_file_of_one_kind_says_nothing_of_another(self, shelf: Shelf) -> None:
        (street,) = (EXAMPLES / "uk_police").rglob("*-street.csv")
        shelf.hold(UKPolice(), street)
        january = days("2031-01-01", "2031-02-01")
        asked = {"jurisdiction": ["GB-ENG"], "period": january}
        assert states(shelf, recordType="CASE", **asked) == {"uk_police": "REPORTED"}
        assert states(shelf, recordType="ARREST", **asked) == {"uk_police": "NOT_COVERED"}


def test_a_collection_without_dates_vouches_for_no_period(shelf: Shelf) -> None:
    """Published claims are no register: that a claim is missing for a country and a year says nothing about either."""
    shelf.hold(PublishedFigures())
    assert states(shelf, jurisdiction=["KR"]) == {"published_figures": "REPORTED"}
    assert states(shelf, jurisdiction=["KR"], period=days("2024-01-01", "2025-01-01")) == {
        "published_figures": "REPORTED"
    }
    period = days("2001-01-01", "2002-01-01")
    assert states(shelf, jurisdiction=["CL"], period=period) == {"published_figures": "NOT_COVERED"}


def test_a_source_that_was_never_read_is_not_covered(shelf: Shelf) -> None:
    shelf.holdings.sources["telegram_transparency"] = TelegramTransparency()
    assert states(shelf) == {"telegram_transparency": "NOT_COVERED"}
    assert states(shelf, jurisdiction=["FR"]) == {"telegram_transparency": "NOT_COVERED"}


def test_a_scope_that_was_not_read_to_its_end_vouches_for_nothing(shelf: Shelf) -> None:
    source = FakeSource({"all": ()})
    shelf.holdings.sources["fake"] = source
    french = Case(source="fake", external_id="1", jurisdictions=(parse_jurisdiction("FR"),))
    first = batch([french], checkpoint="more")
    shelf.run(
        shelf.database.write(lambda connection: state_batch(connection, source.about, source.scope("all"), first))
    )
    assert states(shelf, jurisdiction=["FR"]) == {"fake": "REPORTED"}
    assert states(shelf, jurisdiction=["KR"]) == {"fake": "NOT_COVERED"}
    last = batch([], since="more")
    shelf.run(shelf.database.write(lambda connection: state_batch(connection, source.about, source.scope("all"), last)))
    assert states(shelf, jurisdiction=["KR"]) == {"fake": "NOT_REPORTED"}


def test_a_record_that_was_erased_no_longer_says_what_it_was_about(shelf: Shelf) -> None:
    """Coverage agrees with the lists: an erased record stands in them, and meets no condition."""
    shelf.state([Case(source="fake", external_id="1", jurisdictions=(parse_jurisdiction("FR"),))])
    shelf.run(shelf.database.write(lambda connection: redact(connection, RecordType.CASE, "fake:1")))
    lists = '{ all: cases { totalCount } french: cases(filter: {jurisdiction: "FR"}) { totalCount } }'
    assert shelf.ask(lists).data == {"all": {"totalCount": 1}, "french": {"totalCount": 0}}
    assert states(shelf) == {"fake": "REPORTED"}
    assert states(shelf, jurisdiction=["FR"]) == {"fake": "NOT_REPORTED"}


def test_the_latest_slices_come_first_and_no_more_than_a_hundred(shelf: Shelf) -> None:
    for number in range(3):
        read_at = datetime(2024, 1, 1 + number, tzinfo=UTC)
        shelf.hold(FakeSource({f"{number}/{part}": () for part in range(40)}, read_at=read_at))
    (coverage,) = shelf.ask(ASK).data["coverage"]
    names = [each["name"] for each in coverage["scopes"]]
    assert len(names) == 100
    assert [name.partition("/")[0] for name in names] == ["2"] * 40 + ["1"] * 40 + ["0"] * 20


# Against plain Python, day by day.

FIRST, LAST = date(2024, 1, 1), date(2024, 1, 8)
some_days = st.dates(FIRST, LAST)
PLACES = [parse_jurisdiction(code) for code in ("GB", "GB-ENG", "GB-LND", "FR")]
KINDS = [RecordType.CASE, RecordType.ARREST]


class Slices(FileSource):
    """A source whose scopes say what they speak of and hold the records given with them."""

    def __init__(self, slices: Sequence[tuple[Scope, bool, Sequence[Record]]]) -> None:
        self.about = about(records=frozenset(KINDS), withdraws=False)
        self._slices = slices

    def files(self, paths: Sequence[Path]) -> Iterator[Scope]:
        return iter(())

    def batches(self) -> Iterator[tuple[Scope, Batch]]:
        for scope, complete, records in self._slices:
            yield scope, batch(records, checkpoint=None if complete else "more")

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        for each, whole in self.batches():
            if each == scope:
                yield whole


def place_sets() -> st.SearchStrategy[tuple[Jurisdiction, ...]]:
    return st.sets(st.sampled_from(PLACES), min_size=1, max_size=2).map(lambda places: tuple(sorted(places)))


@st.composite
def slices(draw: st.DrawFn) -> list[tuple[Scope, bool, list[Record]]]:
    made: list[tuple[Scope, bool, list[Record]]] = []
    for number in range(draw(st.integers(0, 4))):
        start = draw(some_days)
        end = start + timedelta(days=draw(st.integers(1, 5)))
        kind = draw(st.sampled_from(KINDS))
        scope = Scope(
            source="fake",
            channel=ARCHIVE,
            name=f"{number}",
            records=frozenset({kind}),
            jurisdictions=draw(st.none() | place_sets()),
            start=start,
            end=end,
        )
        records: list[Record] = []
        if draw(st.integers(0, 3)) == 0:
            record = Case if kind is RecordType.CASE else Arrest
            period = Period(start=start, end=end)
            stated = record(source="fake", external_id=f"{number}", jurisdictions=scope.jurisdictions or ())
            records.append(_dated(stated, period))
        made.append((scope, draw(st.booleans()), records))
    return made


def _dated(record: Record, period: Period) -> Record:
    from msgspec import structs

    return structs.replace(record, **{record.period_attributes[0]: period})


@SOME
@given(
    held=slices(),
    kind=st.none() | st.sampled_from(KINDS),
    places=st.none() | place_sets(),
    asked=st.none() | st.tuples(some_days, st.integers(1, 6)),
)
def test_silence_means_something_where_every_day_of_every_place_was_read_to_its_end(
    shelf: Shelf,
    held: list[tuple[Scope, bool, list[Record]]],
    kind: RecordType | None,
    places: tuple[Jurisdiction, ...] | None,
    asked: tuple[date, int] | None,
) -> None:
    from adapters.vocabulary.jurisdictions import enclosing

    shelf.empty()
    source = Slices(held)
    shelf.holdings.sources["fake"] = source
    for scope, whole in source.batches():
        shelf.run(
            shelf.database.write(
                lambda connection, scope=scope, whole=whole: state_batch(connection, source.about, scope, whole)  # type: ignore[misc]  # bound
            )
        )
    filtered: dict[str, Any] = {}
    start, end = (date.max, date.min) if asked is None else (asked[0], asked[0] + timedelta(days=asked[1]))
    if kind is not None:
        filtered["recordType"] = kind.name
    if places is not None:
        filtered["jurisdiction"] = list(places)
    if asked is not None:
        filtered["period"] = days(start.isoformat(), end.isoformat())

    def about_it(record: Record) -> bool:
        period = getattr(record, record.period_attributes[0])
        return (
            kind in (None, record.type)
            and (places is None or any(wider in places for place in record.jurisdictions for wider in enclosing(place)))
            and (asked is None or (period.start < end and period.end > start))
        )

    def read(scope: Scope, wanted: RecordType, place: Jurisdiction | None, day: date | None) -> bool:
        return (
            wanted in scope.records
            and (
                place is None or scope.jurisdictions is None or any(p in enclosing(place) for p in scope.jurisdictions)
            )
            and (day is None or (scope.start is not None and scope.end is not None and scope.start <= day < scope.end))
        )

    wanted_days: list[date | None] = [None]
    if asked is not None:
        wanted_days = [start + timedelta(days=more) for more in range(asked[1])]
    complete = [scope for scope, whole, _ in held if whole]
    if any(about_it(record) for _, _, records in held for record in records):
        expected = "REPORTED"
    elif all(
        any(read(scope, each, place, day) for scope in complete)
        for each in ([kind] if kind else KINDS)
        for place in (places or [None])
        for day in wanted_days
    ):
        expected = "NOT_REPORTED"
    else:
        expected = "NOT_COVERED"
    assert states(shelf, **filtered) == {"fake": expected}


def test_a_figure_of_nobodys_place_is_reported_where_no_place_is_asked_for(shelf: Shelf) -> None:
    shelf.state([Statistic(source="fake", external_id="1")])
    assert states(shelf, recordType="STATISTIC") == {"fake": "REPORTED"}
