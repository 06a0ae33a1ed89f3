"""The cell that a figure fills, and the name of its period."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.figures import period_precision, series_key
from adapters.records import Dimension, NativeTerm, Period, Statistic
from adapters.vocabulary.enums import ArrestEvent, HarmCategory, Metric, Precision, Qualifier, TakedownMeasure, Unit
from adapters.vocabulary.jurisdictions import Jurisdiction

FIGURE = Statistic(
    source="one",
    external_id="1",
    metric=Metric.ARRESTS,
    unit=Unit.PERSONS,
    event=ArrestEvent.APPREHENDED,
    value=Decimal(5),
    jurisdictions=(Jurisdiction("FR"), Jurisdiction("KR")),
    period=Period(start=date(2031, 1, 1), end=date(2032, 1, 1), text="2031"),
)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "two", "external_id": "2", "speaker": "kr.knpa", "citation": "a paper"},
        {"value": None, "qualifier": Qualifier.SUPPRESSED},
        {"native": (NativeTerm("event", "검거"),), "stated_at": date(2032, 2, 1), "released_at": date(2032, 3, 1)},
        {"jurisdictions": (Jurisdiction("KR"), Jurisdiction("FR"))},
        {"period": Period(start=date(2031, 1, 1), end=date(2032, 1, 1), precision=Precision.YEAR)},
    ],
)
def test_who_says_it_when_and_with_what_answer_is_no_part_of_the_cell(changes: dict[str, Any]) -> None:
    assert series_key(replace(FIGURE, **changes)) == series_key(FIGURE)


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": Metric.CASES},
        {"unit": Unit.CASES},
        {"event": ArrestEvent.DETAINED},
        {"agency": "kr.knpa"},
        {"platform": "telegram"},
        {"counterpart": "France"},
        {"jurisdictions": (Jurisdiction("KR"),)},
        {"harm_categories": (HarmCategory.NCII,)},
        {"measures": (TakedownMeasure.REMOVED,)},
        {"dimensions": (Dimension("age_group", "10-19"),)},
        {"population": "adults"},
        {"period": Period(start=date(2031, 1, 1), end=date(2031, 7, 1))},
    ],
)
def test_what_is_counted_where_and_over_which_days_is_the_cell(changes: dict[str, Any]) -> None:
    assert series_key(replace(FIGURE, **changes)) != series_key(FIGURE)


def test_words_tell_periods_apart_where_days_do_not() -> None:
    early, late = (replace(FIGURE, period=Period(text=text)) for text in ("early November", "late November"))
    assert series_key(early) != series_key(late)


def test_no_words_can_pass_for_another_cell() -> None:
    forged = replace(FIGURE, agency="a&platform=telegram")
    assert series_key(forged) != series_key(replace(FIGURE, agency="a", platform="telegram"))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2031, 2, 28), date(2031, 3, 1), Precision.DAY),
        (date(2031, 2, 1), date(2031, 3, 1), Precision.MONTH),
        (date(2031, 12, 1), date(2032, 1, 1), Precision.MONTH),
        (date(2031, 10, 1), date(2032, 1, 1), Precision.QUARTER),
        (date(2031, 2, 1), date(2031, 5, 1), Precision.INTERVAL),
        (date(2031, 7, 1), date(2032, 1, 1), Precision.HALF_YEAR),
        (date(2031, 4, 1), date(2031, 10, 1), Precision.INTERVAL),
        (date(2031, 1, 1), date(2032, 1, 1), Precision.YEAR),
        (date(2031, 4, 1), date(2032, 4, 1), Precision.INTERVAL),
        (date(2031, 1, 1), date(2031, 10, 1), Precision.INTERVAL),
        (date(2031, 1, 1), date(2033, 1, 1), Precision.INTERVAL),
        (date(2031, 1, 2), date(2031, 2, 2), Precision.INTERVAL),
    ],
)
def test_a_period_is_named_by_the_calendar(start: date, end: date, expected: Precision) -> None:
    assert period_precision(start, end) is expected
