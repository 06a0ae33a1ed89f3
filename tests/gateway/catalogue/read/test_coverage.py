"""Coverage: reported, not reported, partly and not covered are four answers, and none of them is zero."""

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.extents import Extent
from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.police.uk_police.kinds import KINDS
from adapters.police.uk_police.source import UKPolice
from adapters.press.published_figures.source import PublishedFigures
from adapters.records import Case, Period, Statistic
from adapters.vocabulary.enums import Audience, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller
from gateway.catalogue.write.batches import note_failure
from gateway.catalogue.write.redaction import redact
from tests.support.catalogue import Shelf, state_batch
from tests.support.fake_source import FakeSource, batch

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

    def test_a_country_that_it_leaves_out_is_not_covered(self, telegram: Shelf) -> None:
        """Volunteers send in answers by country: one that nobody sent in is not Telegram's silence."""
        assert states(telegram, jurisdiction=["FR"]) == {"telegram_transparency": "NOT_COVERED"}
        for period in (
            days("2031-02-01", "2031-09-01"),
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


FIRST, LAST = date(2024, 1, 1), date(2024, 7, 1)


def half_of_france(channel: str, name: str) -> Extent:
    """A scope of the fake source is the cases of France in the first half of 2024."""
    return Extent(
        records=frozenset({RecordType.CASE}),
        start=FIRST,
        end=LAST,
        jurisdictions=frozenset({parse_jurisdiction("FR")}),
    )


HALF = days("2024-01-01", "2024-07-01")
FRENCH: dict[str, Any] = {"recordType": "CASE", "jurisdiction": ["FR"], "period": HALF}
FRENCH_SOURCE: dict[str, Any] = {"extent": half_of_france, "withdraws": False}
FRENCH_CASE = Case(
    source="fake",
    external_id="1",
    jurisdictions=(parse_jurisdiction("FR"),),
    opened=Period(FIRST, FIRST.replace(day=2)),
)


def test_a_scope_that_was_not_read_to_its_end_vouches_for_nothing(shelf: Shelf) -> None:
    source = FakeSource({"all": ()}, **FRENCH_SOURCE)
    shelf.holdings.sources["fake"] = source
    for since, checkpoint, state in ((None, "more", "NOT_COVERED"), ("more", None, "NOT_REPORTED")):
        each = batch([], since=since, checkpoint=checkpoint)
        shelf.run(shelf.database.write(partial(state_batch, about=source.about, scope=source.scope("all"), batch=each)))
        assert states(shelf, **FRENCH) == {"fake": state}


def test_a_scope_whose_last_reading_failed_vouches_for_nothing(shelf: Shelf) -> None:
    source = FakeSource({"all": ()}, **FRENCH_SOURCE)
    shelf.hold(source)
    assert states(shelf, **FRENCH) == {"fake": "NOT_REPORTED"}
    shelf.run(shelf.database.write(partial(note_failure, scope=source.scope("all"), reason="NO_ANSWER")))
    assert states(shelf, **FRENCH) == {"fake": "NOT_COVERED"}


def test_silence_is_an_answer_only_to_a_question_with_a_period(shelf: Shelf) -> None:
    shelf.state([], **FRENCH_SOURCE)
    asked = {name: value for name, value in FRENCH.items() if name != "period"}
    assert states(shelf, **asked) == {"fake": "PARTLY_COVERED"}
    assert states(shelf, **asked | {"jurisdiction": ["KR"]}) == {"fake": "NOT_COVERED"}


def test_a_part_of_what_was_asked_for_is_partly_covered_and_the_rest_is_listed(shelf: Shelf) -> None:
    shelf.state([], **FRENCH_SOURCE)
    more = {"jurisdiction": ["FR", "KR"], "period": days("2024-03-01", "2024-08-15")}
    answer = shelf.ask(
        """query($f: CoverageFilter) { coverage(filter: $f) {
          state gaps { months { start end precision } monthCount jurisdictions agencies { id } platforms { id } }
        } }""",
        {"f": FRENCH | more},
    )
    (found,) = answer.data["coverage"]
    months = [("2024-03-01", "2024-04-01"), ("2024-04-01", "2024-05-01"), ("2024-05-01", "2024-06-01")]
    months += [("2024-06-01", "2024-07-01"), ("2024-07-01", "2024-08-01"), ("2024-08-01", "2024-08-15")]
    assert found["state"] == "PARTLY_COVERED"
    assert [(each["start"], each["end"]) for each in found["gaps"]["months"]] == months
    assert [each["precision"] for each in found["gaps"]["months"]] == ["MONTH"] * 5 + ["INTERVAL"]
    assert (found["gaps"]["monthCount"], found["gaps"]["jurisdictions"]) == (6, ["FR", "KR"])
    assert states(shelf, **FRENCH | {"period": days("2024-03-01", "2024-08-15")}) == {"fake": "PARTLY_COVERED"}
    assert states(shelf, **FRENCH | {"agency": ["kr.kcsc"], "platform": ["telegram"]}) == {"fake": "NOT_REPORTED"}
    assert states(shelf, **FRENCH | {"recordType": "ARREST"}) == {"fake": "NOT_COVERED"}


def test_at_most_240_months_are_listed_and_all_are_counted(shelf: Shelf) -> None:
    shelf.state([], **FRENCH_SOURCE)
    document = "query($f: CoverageFilter) { coverage(filter: $f) { gaps { months { start } monthCount } } }"
    answer = shelf.ask(document, {"f": FRENCH | {"period": days("1900-01-01", "9999-12-31")}})
    (found,) = answer.data["coverage"]
    assert len(found["gaps"]["months"]) == 240
    assert found["gaps"]["monthCount"] == 12 * 8100 - 6


def test_a_record_that_may_be_of_the_question_leaves_it_open(shelf: Shelf) -> None:
    """One without a day, or without a place, may be of France and the half-year; one of Korea is not."""
    korean = replace(FRENCH_CASE, jurisdictions=(parse_jurisdiction("KR"),))
    for record, state in (
        (korean, "NOT_REPORTED"),
        (replace(FRENCH_CASE, opened=None), "PARTLY_COVERED"),
        (replace(FRENCH_CASE, jurisdictions=()), "PARTLY_COVERED"),
        (FRENCH_CASE, "REPORTED"),
    ):
        shelf.empty()
        shelf.state([record], **FRENCH_SOURCE)
        assert states(shelf, **FRENCH) == {"fake": state}


def test_a_record_that_was_erased_no_longer_says_what_it_was_about(shelf: Shelf) -> None:
    """Coverage agrees with the lists: an erased record stands in them, meets no condition, and may be of any."""
    shelf.state([FRENCH_CASE], **FRENCH_SOURCE)
    shelf.run(shelf.database.write(lambda connection: redact(connection, RecordType.CASE, "fake:1")))
    lists = '{ all: cases { totalCount } french: cases(filter: {jurisdiction: "FR"}) { totalCount } }'
    assert shelf.ask(lists).data == {"all": {"totalCount": 1}, "french": {"totalCount": 0}}
    assert states(shelf) == {"fake": "REPORTED"}
    assert states(shelf, **FRENCH) == {"fake": "PARTLY_COVERED"}


def test_only_who_sees_a_source_as_a_whole_learns_what_its_silence_means(shelf: Shelf) -> None:
    shelf.state([], **FRENCH_SOURCE, audience=Audience.PARTNER, owner="kr.knpa")
    whole = AccessGrant(sources=frozenset({"fake"}))
    french = AccessGrant(sources=frozenset({"fake"}), jurisdictions=frozenset({parse_jurisdiction("FR")}))
    for grant, state in ((whole, "NOT_REPORTED"), (french, "NOT_COVERED")):
        answer = shelf.ask(ASK, {"f": FRENCH}, caller=Caller(Audience.PARTNER, grants=(grant,)))
        assert [each["state"] for each in answer.data["coverage"]] == [state]
    assert shelf.ask(ASK, {"f": FRENCH}).data["coverage"] == []


class TestForces:
    """Header-only files of data.police.uk: a force's month is the force's, and a country is all of its forces."""

    JULY = days("2019-07-01", "2019-08-01")
    WALES = ("dyfed-powys", "gwent", "north-wales", "south-wales")

    def publish(self, folder: Path, *forces: str, kind: str = "street") -> Path:
        for force in forces:
            path = folder / "2019-07" / f"2019-07-{force}-{kind}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(",".join(KINDS[kind].columns) + "\n", encoding="utf-8")
        return folder

    def test_one_force_is_not_its_country(self, shelf: Shelf, tmp_path: Path) -> None:
        shelf.hold(UKPolice(), self.publish(tmp_path, "greater-manchester"))
        asked: dict[str, Any] = {"recordType": "CASE", "period": self.JULY}
        assert states(shelf, jurisdiction=["GB-ENG"], **asked) == {"uk_police": "NOT_COVERED"}
        assert states(shelf, agency=["Greater Manchester Police"], **asked) == {"uk_police": "NOT_REPORTED"}
        assert states(shelf, agency=["gb.kent-police"], **asked) == {"uk_police": "NOT_COVERED"}
        document = "query($f: CoverageFilter) { coverage(filter: $f) { gaps { jurisdictions agencies { id } } } }"
        (found,) = shelf.ask(document, {"f": asked | {"jurisdiction": ["GB-ENG"]}}).data["coverage"]
        assert found["gaps"]["jurisdictions"] == ["GB-ENG"]
        ids = {each["id"] for each in found["gaps"]["agencies"]}
        assert len(ids) == 38
        assert "gb.greater-manchester-police" not in ids

    def test_all_forces_are_their_country_and_no_other(self, shelf: Shelf, tmp_path: Path) -> None:
        shelf.hold(UKPolice(), self.publish(tmp_path, *self.WALES))
        asked: dict[str, Any] = {"recordType": "CASE", "period": self.JULY}
        for jurisdiction, state in (
            (["GB-WLS"], "NOT_REPORTED"),
            (["GB-CRF"], "NOT_REPORTED"),
            (["GB-WLS", "GB-NIR"], "PARTLY_COVERED"),
            (["GB-NIR"], "NOT_COVERED"),
            (["GB"], "NOT_COVERED"),
            (["FR"], "NOT_COVERED"),
        ):
            assert states(shelf, jurisdiction=jurisdiction, **asked) == {"uk_police": state}, jurisdiction
        august = days("2019-07-01", "2019-09-01")
        assert states(shelf, jurisdiction=["GB-WLS"], recordType="CASE", period=august) == {
            "uk_police": "PARTLY_COVERED"
        }

    def test_a_crime_somewhere_in_the_kingdom_leaves_a_country_open(self, shelf: Shelf, tmp_path: Path) -> None:
        """British Transport Police names no country, so its crime may be in Wales."""
        self.publish(tmp_path, *self.WALES, "btp")
        crime = f"{'0' * 64},2019-07,British Transport Police,British Transport Police,,,,,,Burglary,,"
        with (tmp_path / "2019-07" / "2019-07-btp-street.csv").open("a", encoding="utf-8") as file:
            file.write(f"{crime}\n")
        shelf.hold(UKPolice(), tmp_path)
        asked: dict[str, Any] = {"recordType": "CASE", "jurisdiction": ["GB-WLS"], "period": self.JULY}
        assert states(shelf, **asked) == {"uk_police": "PARTLY_COVERED"}

    def test_stops_and_searches_are_not_all_arrests(self, shelf: Shelf, tmp_path: Path) -> None:
        shelf.hold(UKPolice(), self.publish(tmp_path, "northern-ireland", kind="stop-and-search"))
        document = """query($f: CoverageFilter) { coverage(filter: $f) { state gaps { monthCount } } }"""
        asked = {"recordType": "ARREST", "jurisdiction": ["GB-NIR"], "period": self.JULY}
        (found,) = shelf.ask(document, {"f": asked}).data["coverage"]
        assert found == {"state": "PARTLY_COVERED", "gaps": {"monthCount": 0}}


def test_the_latest_slices_come_first_and_no_more_than_a_hundred(shelf: Shelf) -> None:
    for number in range(3):
        read_at = datetime(2024, 1, 1 + number, tzinfo=UTC)
        shelf.hold(FakeSource({f"{number}/{part}": () for part in range(40)}, read_at=read_at))
    (coverage,) = shelf.ask(ASK).data["coverage"]
    names = [each["name"] for each in coverage["scopes"]]
    assert len(names) == 100
    assert [name.partition("/")[0] for name in names] == ["2"] * 40 + ["1"] * 40 + ["0"] * 20


def test_a_figure_of_nobodys_place_is_reported_where_no_place_is_asked_for(shelf: Shelf) -> None:
    shelf.state([Statistic(source="fake", external_id="1")])
    assert states(shelf, recordType="STATISTIC") == {"fake": "REPORTED"}
