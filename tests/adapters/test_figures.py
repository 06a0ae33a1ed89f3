"""The cell of a figure, and the precision of its period."""

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
def test_speaker_date_and_value_are_not_part_of_the_cell(changes: dict[str, Any]) -> None:
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
def test_metric_place_and_period_are_part_of_the_cell(changes: dict[str, Any]) -> None:
    assert series_key(replace(FIGURE, **changes)) != series_key(FIGURE)


def test_texts_distinguish_periods_without_days() -> None:
    early, late = (replace(FIGURE, period=Period(text=text)) for text in ("early November", "late November"))
    assert series_key(early) != series_key(late)


def test_no_text_can_imitate_another_cell() -> None:
    imitation = replace(FIGURE, agency="a&platform=telegram")
    assert series_key(imitation) != series_key(replace(FIGURE, agency="a", platform="telegram"))


@pytest.mark.parametrize(
    ("start", "end", "precision"),
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
def test_a_period_has_the_precision_of_the_calendar(start: date, end: date, precision: Precision) -> None:
    assert period_precision(start, end) is precision
