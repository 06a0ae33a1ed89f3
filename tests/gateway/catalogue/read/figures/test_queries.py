"""Totals and comparisons as they are asked for: one number or its reason, sources apart, and in what series differ."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from adapters.document import ReadResult, RowError
from adapters.figures import TOTAL, series_key
from adapters.press.published_figures.source import PublishedFigures
from adapters.records import Dimension, Period, Statistic
from adapters.vocabulary.enums import Aggregation, ArrestEvent, Audience, HarmCategory, Metric, Qualifier, Unit
from adapters.vocabulary.jurisdictions import EU, parse_jurisdiction
from tests.support.catalogue import Shelf
from tests.support.fake_source import NAME, FakeSource

YEAR = (date(2024, 1, 1), date(2025, 1, 1))
QUARTERS = [date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]

TOTAL_OF = """query(
  $period: PeriodInput!, $metric: Metric!, $unit: Unit, $jurisdiction: Jurisdiction, $platform: String,
  $dimensions: [DimensionInput!], $source: [String!], $release: Date, $event: ArrestEvent
) {
  total(
    period: $period, metric: $metric, unit: $unit, jurisdiction: $jurisdiction, platform: $platform,
    dimensions: $dimensions, source: $source, release: $release, event: $event
  ) {
    reason complete
    answers {
      source value low high qualifier reason disagrees figureCount figures { externalId }
      otherwise { value qualifier figures { externalId } } choices { name values }
    }
  }
}"""


def figure(name: str, value: int | None, days: tuple[date, date] = YEAR, **said: Any) -> Statistic:
    made = Statistic(
        **{
            "source": NAME,
            "external_id": name,
            "metric": Metric.TAKEDOWNS,
            "unit": Unit.REQUESTS,
            "qualifier": Qualifier.EXACT,
            "aggregation": Aggregation.SUM,
            "value": None if value is None else Decimal(value),
            "period": Period(*days),
        }
        | {key: part for key, part in said.items() if key != "by"},
        dimensions=tuple(Dimension(axis, part) for axis, part in said.get("by", {}).items()),
    )
    return replace(made, series_key=series_key(made))


def quarters(*values: int | None, **said: Any) -> list[Statistic]:
    spans = zip(QUARTERS, QUARTERS[1:], strict=False)
    return [figure(f"q{n}", value, span, **said) for n, (value, span) in enumerate(zip(values, spans, strict=False), 1)]


def total(shelf: Shelf, days: tuple[date, date] = YEAR, **variables: Any) -> Any:
    period = {"start": days[0].isoformat(), "end": days[1].isoformat()}
    answered = shelf.ask(TOTAL_OF, {"period": period, "metric": "TAKEDOWNS"} | variables)
    assert answered.refusals == []
    return answered.data["total"]


def only(found: Any) -> Any:
    (answer,) = found["answers"]
    assert found["reason"] == answer["reason"]
    return answer


def names(figures: Sequence[Any]) -> list[str]:
    return [each["externalId"] for each in figures]


def test_totals_are_not_added_to_their_parts_in_any_number_of_dimensions(shelf: Shelf) -> None:
    """As in the harmonised reports, where a plain sum gives four times the number."""
    parts = {("DE", "porn"): 3, ("DE", "scam"): 4, ("FR", "porn"): 5, ("FR", "scam"): 6}
    stated = [
        figure(
            f"{place} {kind}", value, by={"place": place, "category": kind}, jurisdictions=(parse_jurisdiction(place),)
        )
        for (place, kind), value in parts.items()
    ]
    stated += [
        figure("DE", 7, by={"place": "DE", "category": TOTAL}, jurisdictions=(parse_jurisdiction("DE"),)),
        figure("FR", 11, by={"place": "FR", "category": TOTAL}, jurisdictions=(parse_jurisdiction("FR"),)),
        figure("porn", 8, by={"place": TOTAL, "category": "porn"}, jurisdictions=(EU,)),
        figure("all", 18, by={"place": TOTAL, "category": TOTAL}, jurisdictions=(EU,)),
    ]
    shelf.state(stated)
    assert only(total(shelf, jurisdiction="EU"))["value"] == "18"
    assert only(total(shelf, jurisdiction="DE"))["value"] == "7"
    porn = [{"name": "category", "value": "porn"}]
    assert only(total(shelf, jurisdiction="EU", dimensions=porn))["value"] == "8"
    assert only(total(shelf, jurisdiction="FR", dimensions=porn))["value"] == "5"


def test_a_period_is_tiled_once_by_the_coarsest_figures_that_fit(shelf: Shelf) -> None:
    half = figure("h1", 30, (QUARTERS[0], QUARTERS[2]))
    shelf.state([*quarters(10, 20, 30, 40), half])
    answer = only(total(shelf))
    assert (answer["value"], names(answer["figures"])) == ("100", ["h1", "q3", "q4"])
    assert not answer["disagrees"]


def test_a_whole_that_differs_from_its_parts_is_answered_with_both(shelf: Shelf) -> None:
    shelf.state([*quarters(10, 20, 30, 41), figure("year", 100)])
    answer = only(total(shelf))
    assert (answer["value"], names(answer["figures"]), answer["disagrees"]) == ("100", ["year"], True)
    assert answer["otherwise"]["value"] == "101"
    assert names(answer["otherwise"]["figures"]) == ["q1", "q2", "q3", "q4"]


WITHHELD = figure("q4", None, (QUARTERS[3], YEAR[1]), qualifier=Qualifier.SUPPRESSED)
REFUSED: list[tuple[list[Statistic], str]] = [
    (quarters(10, 20, 30), "GAP"),
    ([*quarters(10, 20, 30), figure("late", 40, (date(2024, 9, 1), YEAR[1]))], "OVERLAP"),
    ([figure("one", 1), figure("two", 2)], "OVERLAP"),
    (quarters(10, 20, 30, 40, aggregation=Aggregation.NONE), "NOT_ADDITIVE"),
    (quarters(10, 20, 30, 40, unit=Unit.PERSONS), "NOT_ADDITIVE"),
    (quarters(10, 20, 30, 40, cumulative=True), "NOT_ADDITIVE"),
    ([*quarters(10, 20, 30), WITHHELD], "SUPPRESSED"),
    ([figure("year", None, qualifier=Qualifier.NOT_REPORTED)], "NOT_REPORTED"),
    (quarters(None, None, None, None, qualifier=Qualifier.NOT_REPORTED), "NOT_REPORTED"),
    # Where a part has a number, the publisher does report something.
    ([*quarters(10, 20, 30), replace(WITHHELD, qualifier=Qualifier.NOT_REPORTED)], "GAP"),
    ([figure("year", None, qualifier=Qualifier.NOT_REPORTED), *quarters(10, 20, 30)], "GAP"),
    ([figure("year", None, qualifier=Qualifier.NOT_REPORTED), figure("young", 3, by={"age": "young"})], "GAP"),
    (quarters(None, None, None, qualifier=Qualifier.NOT_REPORTED), "GAP"),
    (
        [
            figure("q1", 10, (QUARTERS[0], QUARTERS[1])),
            figure("rest", None, (QUARTERS[1], YEAR[1]), qualifier=Qualifier.UNKNOWN),
        ],
        "GAP",
    ),
    ([figure("young", 3, by={"age": "young"})], "GAP"),
]


def test_otherwise_there_is_none_and_a_reason(shelf: Shelf) -> None:
    for stated, reason in REFUSED:
        shelf.empty()
        shelf.state(stated)
        answer = only(total(shelf))
        assert (answer["value"], answer["qualifier"], answer["reason"]) == (None, None, reason)
        assert answer["figureCount"] == len(stated)


def test_what_was_seen_says_what_to_name(shelf: Shelf) -> None:
    shelf.state([figure("x", 3, platform="x", by={"age": "young"}), figure("t", 4, platform="telegram")])
    answer = only(total(shelf))
    assert answer["reason"] == "GAP"
    assert answer["choices"] == [
        {"name": "dimensions: age", "values": ["young"]},
        {"name": "platform", "values": ["telegram", "x"]},
    ]
    assert only(total(shelf, platform="텔레그램"))["value"] == "4"


def test_bounds_and_words_such_as_about_carry_through(shelf: Shelf) -> None:
    first, second, *_ = zip(QUARTERS, QUARTERS[1:], strict=False)
    days = (first[0], second[1])
    exact = figure("exact", 10, first)
    few = {"qualifier": Qualifier.LESS_THAN, "low": Decimal(0), "high": Decimal(9)}
    for other, shown in (
        (figure("few", None, second, **few), (None, "10", "19", "RANGE")),
        (figure("more", 5, second, qualifier=Qualifier.AT_LEAST), ("15", "15", None, "AT_LEAST")),
        (figure("some", 5, second, qualifier=Qualifier.ABOUT), ("15", None, None, "ABOUT")),
        (figure("exact too", 5, second), ("15", "15", "15", "EXACT")),
    ):
        shelf.state([exact, other])
        answer = only(total(shelf, days))
        assert (answer["value"], answer["low"], answer["high"], answer["qualifier"]) == shown


def test_parts_are_added_only_along_axes_that_a_source_declares(shelf: Shelf) -> None:
    stated = [figure(part, number, by={"process": part}) for part, number in (("legal", 3), ("emergency", 4))]
    shelf.state(stated)
    assert only(total(shelf))["reason"] == "GAP"
    declared = {"process": frozenset({"legal", "emergency"})}
    shelf.state(stated, partitions=declared)
    assert only(total(shelf))["value"] == "7"
    shelf.state(stated, partitions={"process": declared["process"] | {"other"}})
    assert only(total(shelf))["reason"] == "GAP"


LISTING = {"list": frozenset({"requester", "trigger"})}
COURT = {"requester": "Court", "trigger": "COURT_ORDER"}


def test_lines_of_a_list_that_a_source_declares_complete_are_added(shelf: Shelf) -> None:
    """What has no line counts nothing, as in Google's table of requesters."""
    lines = [figure("list/court", 3, by=COURT), figure("list/police", 4, by={"requester": "Police"})]
    beside = figure("other/police", 9, by={"requester": "Police"})
    shelf.state([*lines, beside], listings=LISTING)
    answer = only(total(shelf))
    assert (answer["value"], answer["qualifier"], answer["disagrees"]) == ("7", "EXACT", False)
    assert names(answer["figures"]) == ["list/court", "list/police"]
    court = [{"name": "trigger", "value": "COURT_ORDER"}]
    assert only(total(shelf, dimensions=court))["value"] == "3"


def test_a_list_is_added_only_where_each_of_its_lines_has_a_number(shelf: Shelf) -> None:
    court, police = figure("list/court", 3, by=COURT), figure("list/police", 4, by={"requester": "Police"})
    for other, reason in (
        (replace(police, value=None, qualifier=Qualifier.UNKNOWN), "GAP"),
        (replace(police, value=None, qualifier=Qualifier.SUPPRESSED), "SUPPRESSED"),
        (replace(police, value=None, qualifier=Qualifier.NOT_REPORTED), "GAP"),
        (replace(police, aggregation=Aggregation.NONE), "NOT_ADDITIVE"),
        # A part of another line.
        (figure("list/appeals", 1, by={"requester": "Court", "trigger": "OTHER"}), None),
        (figure("list/both", 1, by={"trigger": "COURT_ORDER"}), "GAP"),
    ):
        shelf.state([court, other], listings=LISTING)
        answer = only(total(shelf))
        assert (answer["value"] is None, answer["reason"]) == (reason is not None, reason)


def test_a_list_with_an_unread_row_is_not_complete(shelf: Shelf) -> None:
    reading = ReadResult(records=[figure("list/court", 3, by=COURT)], rows=2)
    reading.reject(2, RowError("is not a number"))
    shelf.hold(FakeSource({"all": reading}, listings=LISTING))
    assert only(total(shelf))["reason"] == "GAP"
    # Another file's row is no line of the list.
    other = ReadResult(rows=1)
    other.reject(1, RowError("is not a number"))
    shelf.hold(FakeSource({"all": [figure("list/court", 3, by=COURT)], "other": other}, listings=LISTING))
    assert only(total(shelf))["value"] == "3"


def test_the_last_release_of_a_list_counts_alone(shelf: Shelf) -> None:
    """A line that it omits counts nothing any more."""
    first = [figure("list/court", 3, by=COURT), figure("list/police", 4, by={"requester": "Police"})]
    last = replace(first[1], external_id="list/police again", value=Decimal(5), release_name="2")
    shelf.state([*(replace(each, release_name="1") for each in first), last], listings=LISTING)
    assert only(total(shelf))["value"] == "5"


def test_a_dimension_that_repeats_the_place_is_no_part_of_it(shelf: Shelf) -> None:
    """As the markets of TikTok and the countries of X: a query by jurisdiction finds them."""
    korea = parse_jurisdiction("KR")
    for axis in ("market", "country", "place", "user_location"):
        shelf.state([figure("KR", 5, by={axis: "KR"}, jurisdictions=(korea,)), figure("all", 9, by={axis: TOTAL})])
        assert only(total(shelf, jurisdiction="KR"))["value"] == "5"
        assert [names(series["figures"]) for series in compared(shelf, jurisdiction="KR")["series"]] == [["KR"]]
        assert [names(series["figures"]) for series in compared(shelf)["series"]] == [["all"]]


def test_restated_figures_count_once_and_as_of_a_release(shelf: Shelf) -> None:
    early = [replace(each, released_at=date(2025, 2, 1)) for each in quarters(10, 20, 30, 40)]
    late = replace(early[0], external_id="q1 again", value=Decimal(11), released_at=date(2025, 8, 1))
    shelf.state([*early, late])
    assert only(total(shelf))["value"] == "101"
    assert only(total(shelf, release="2025-07-31"))["value"] == "100"
    assert total(shelf, release="2025-01-31")["answers"] == []


def test_sources_are_never_added_and_a_silent_one_that_is_named_says_why(shelf: Shelf) -> None:
    shelf.state([figure("ours", 10)])
    shelf.state([figure("theirs", 12, source="other")], name="other")
    shelf.state([figure("hidden", 99, source="hidden")], name="hidden", audience=Audience.PARTNER)
    found = total(shelf)
    assert [(answer["source"], answer["value"]) for answer in found["answers"]] == [(NAME, "10"), ("other", "12")]
    assert [answer["value"] for answer in total(shelf, source=["other"])["answers"]] == ["12"]
    silent = total(shelf, source=["other"], metric="REPORTS")
    assert silent["reason"] == "NOT_COVERED"
    assert [(answer["source"], answer["reason"]) for answer in silent["answers"]] == [("other", "NOT_COVERED")]


def test_the_same_statements_are_run_for_few_figures_and_for_many(shelf: Shelf) -> None:
    """Of a hundred days and of four quarters, with every selected field read at once."""

    def statements(stated: list[Statistic]) -> int:
        shelf.state(stated)
        total(shelf)
        before = shelf.database.statements
        assert only(total(shelf))["value"] is not None
        return shelf.database.statements - before

    few = quarters(1, 2, 3, 4)
    many = [
        figure(f"{start}", 1, (start, date.fromordinal(start.toordinal() + 1)))
        for start in map(date.fromordinal, range(YEAR[0].toordinal(), YEAR[1].toordinal()))
    ]
    assert statements(few) == statements(many)


def test_the_press_figures_of_the_crackdown(shelf: Shelf) -> None:
    shelf.hold(PublishedFigures())
    harms = f"[{HarmCategory.NCII_DEEPFAKE.value}, {HarmCategory.CSAM_DEEPFAKE.value}]"
    deepfakes = f'harmCategory: {harms}, jurisdiction: "KR"'
    apprehended = f"metric: ARRESTS, unit: PERSONS, event: {ArrestEvent.APPREHENDED.value}, {deepfakes}"

    def days(start: str, end: str) -> str:
        return f'period: {{start: "{start}", end: "{end}"}}'

    answered = shelf.ask(
        f"""{{
          year: total({apprehended}, {days("2024-01-01", "2025-01-01")}) {{ answers {{ value reason }} }}
          crackdown: total({apprehended}, {days("2024-08-28", "2025-04-01")}) {{ answers {{ value }} }}
          both: total({apprehended}, {days("2024-01-01", "2025-04-01")}) {{ answers {{ value reason }} }}
          cases: total(metric: CASES, {deepfakes}, {days("2024-01-01", "2024-09-26")}) {{
            answers {{ value disagrees speaker {{ id }} }}
          }}
        }}"""
    ).data
    all_cyber_violence = {"value": None, "reason": "GAP"}
    assert answered == {
        "year": {"answers": [{"value": "682", "reason": None}, all_cyber_violence]},
        "crackdown": {"answers": [{"value": "963"}, {"value": None}]},
        "both": {"answers": [{"value": None, "reason": "OVERLAP"}, all_cyber_violence]},
        "cases": {"answers": [{"value": "812", "disagrees": False, "speaker": {"id": "kr.knpa"}}]},
    }


COMPARED = """query($period: PeriodInput!, $metric: Metric!, $jurisdiction: Jurisdiction, $sources: [String!]) {
  compareStatistics(period: $period, metric: $metric, jurisdiction: $jurisdiction, sources: $sources) {
    complete series { index source unit cumulative figures { externalId } }
    axis { period { start end precision } values { series value } }
    differences { one other reasons commonPeriods contradictions }
  }
}"""


def compared(shelf: Shelf, **variables: Any) -> Any:
    period = {"start": YEAR[0].isoformat(), "end": YEAR[1].isoformat()}
    answered = shelf.ask(COMPARED, {"period": period, "metric": "TAKEDOWNS"} | variables)
    assert answered.refusals == []
    return answered.data["compareStatistics"]


DIFFERING: list[tuple[dict[str, Any], list[str], int]] = [
    ({}, [], 0),
    ({"value": Decimal(11)}, ["UNEXPLAINED"], 1),
    ({"value": Decimal(11), "population": "videos"}, ["POPULATION"], 1),
    ({"unit": Unit.ITEMS}, ["UNIT"], 0),
    ({"cumulative": True}, ["CUMULATIVE"], 0),
    ({"released_at": date(2025, 1, 1)}, ["RELEASE"], 0),
    ({"qualifier": Qualifier.ABOUT}, ["QUALIFIER"], 0),
    ({"platform": "x", "period": Period(YEAR[0], QUARTERS[1])}, ["WINDOW", "PLATFORM"], 0),
    ({"period": Period(*YEAR, timezone="Asia/Seoul")}, ["TIME_ZONE"], 0),
]


def test_two_series_say_in_what_they_differ(shelf: Shelf) -> None:
    ours = figure("ours", 10)
    for said, reasons, contradictions in DIFFERING:
        shelf.empty()
        shelf.state([ours, figure("part", 1, by={"age": "young"})])
        shelf.state([replace(ours, source="other", external_id="theirs", **said)], name="other")
        found = compared(shelf)
        assert [(series["source"], names(series["figures"])) for series in found["series"]] == [
            (NAME, ["ours"]),
            ("other", ["theirs"]),
        ]
        (pair,) = found["differences"]
        assert (pair["reasons"], pair["contradictions"]) == (reasons, contradictions)
        assert pair["commonPeriods"] == sum(len(each["values"]) > 1 for each in found["axis"])
        assert compared(shelf, sources=["other"])["differences"] == []
