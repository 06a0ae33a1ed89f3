"""Google's and Meta's reports on government requests: bounds, secret figures and restated ones."""

import csv
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.figures import newest_figures
from adapters.records import Statistic
from adapters.tabular.loader import load_profile
from adapters.tabular.reading import read_file
from adapters.tabular.source import TabularSource
from tests.adapters.platforms.test_profiles import EXAMPLES, of_any_length
from tests.support.catalogue import Shelf, shelf_at


def test_below_ten_and_unknown_differ_from_zero(tmp_path: Path) -> None:
    """Google's "< 10" is 0 to 9, and its "?" has no value: through GraphQL."""
    source = TabularSource(of_any_length(load_profile("platforms/google_government_requests")))
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(source, EXAMPLES / "google_government_requests" / "google-government-removal-requests.csv")
        answer = shelf.ask(
            """{ statistics(filter: { jurisdiction: ["AM", "CN"], platform: "google" }) {
                nodes { unit value low high qualifier jurisdictions native { field value } } } }"""
        )
    cells = {
        (node["jurisdictions"][0], node["unit"]): (node["value"], node["low"], node["high"], node["qualifier"])
        for node in answer.data["statistics"]["nodes"]
    }
    assert cells["AM", "REQUESTS"] == cells["AM", "ITEMS"] == (None, "0", "9", "LESS_THAN")
    assert cells["AM", "PERCENT"] == ("0", None, None, "EXACT")
    assert cells["CN", "REQUESTS"] == cells["CN", "PERCENT"] == (None, None, None, "UNKNOWN")
    assert {"field": "value", "value": "?"} in answer.data["statistics"]["nodes"][-1]["native"]


def test_two_releases_of_a_figure_are_two_records_of_one_series() -> None:
    profile = of_any_length(load_profile("platforms/meta_government_requests"))
    folder = EXAMPLES / "meta_government_requests"
    series = [
        {figure.series_key: figure for figure in result.records if isinstance(figure, Statistic)}
        for name in ("facebook-gov-requests-2031S1.csv", "PRPL-Facebook-Government-Report-2031_H1.csv")
        for result in [read_file(profile, name, (folder / name).read_bytes())]
    ]
    both = series[0].keys() & series[1].keys()
    assert len(both) == 3
    assert all(series[0][key].external_id != series[1][key].external_id for key in both)
    figures = [figure for each in series for key, figure in each.items() if key in both]
    assert newest_figures(figures) == [figure for key, figure in series[1].items() if key in both]


HALF_YEARS = ("2019-06-30", "2019-12-31", "2020-06-30", "2020-12-31")
UNITS = {"REQUESTS": "Number of Requests", "ITEMS": "Items Requested To Be Removed"}

few_or_all = pytest.mark.parametrize("countries", [("KR", "CN", "AM"), pytest.param(None, marks=pytest.mark.proof)])
"""Marks a test that asks for a few countries in `make test`, and for all in `make proof`."""

Total = tuple[str | None, str | None, str | None]
"""The value of a total, its upper bound, and the reason why there is none."""


def total_field(alias: str, unit: str, place: str, last_day: date) -> str:
    end = last_day + timedelta(days=1)
    start = end.replace(year=end.year - (end.month == 1), month=7 if end.month == 1 else 1)
    return (
        f'{alias}: total(metric: TAKEDOWN_REQUESTS, unit: {unit}, platform: "google", jurisdiction: "{place}", '
        f'source: "google_government_requests", period: {{start: "{start}", end: "{end}"}}) '
        "{ reason answers { value high disagrees } }"
    )


def ask_totals(shelf: Shelf, last_day: date, places: Sequence[str]) -> Mapping[tuple[str, str], Total]:
    """The total of each place and unit for the half-year that ends on a day."""
    fields = (total_field(f"{place}_{unit}", unit, place, last_day) for place in places for unit in UNITS)
    answer = shelf.ask("{" + " ".join(fields) + "}")
    assert answer.refusals == []
    totals: dict[tuple[str, str], Total] = {}
    for alias, total in answer.data.items():
        (amount,) = total["answers"] or [{"value": None, "high": None, "disagrees": False}]
        assert not amount["disagrees"]
        place, _, unit = alias.partition("_")
        totals[place, unit] = amount["value"], amount["high"], total["reason"]
    return totals


@few_or_all
def test_each_country_and_half_year_of_google_is_the_sum_of_its_lines(
    samples: Path, tmp_path: Path, countries: Collection[str] | None
) -> None:
    """Python's csv over the raw file is the independent reader."""
    path = samples / "google-gov-removals" / "google-government-removal-requests.until-2020.csv"
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            for unit, column in UNITS.items():
                sums[line["Period Ending"], line["CLDR Territory Code"], unit] += int(line[column])
    assert sums["2020-12-31", "KR", "REQUESTS"] == 1836
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(TabularSource(load_profile("platforms/google_government_requests")), path)
        for day in HALF_YEARS:
            places = sorted(
                {place for last_day, place, _ in sums if last_day == day and place in (countries or {place} - {""})}
            )
            totals = ask_totals(shelf, date.fromisoformat(day), places)
            assert totals == {
                (place, unit): (str(sums[day, place, unit]), str(sums[day, place, unit]), None)
                for place in places
                for unit in UNITS
            }


@few_or_all
def test_each_country_and_half_year_of_googles_first_tables_is_as_printed(
    samples: Path, tmp_path: Path, countries: Collection[str] | None
) -> None:
    """A text "< 10" is at most 9, and "?" is unknown; sums of the lines by requester agree with the printed ones."""
    path = samples / "google-gov-removals" / "legacy_2013" / "google-government-removal-requests.csv"
    printed: dict[str, dict[str, str]] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            month, day, year = line["Fin de la période"].split("/")
            printed[f"{year}-{month}-{day}"][line["Code du territoire CLDR"]] = line[
                "Toutes les demandes : nombre de demandes"
            ]
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(TabularSource(load_profile("platforms/google_government_requests")), path)
        for day, numbers in printed.items():
            places = sorted(place for place in numbers if place in (countries or numbers))
            for (place, unit), total in ask_totals(shelf, date.fromisoformat(day), places).items():
                if unit == "REQUESTS":
                    assert total == expected_total(numbers[place]), (day, place)


def expected_total(text: str) -> Total:
    match text:
        case "?":
            return None, None, "GAP"
        case "< 10":
            return None, "9", None
    return text, text, None


def test_requests_to_korean_platforms_are_the_sum_of_the_four_procedures(samples: Path, tmp_path: Path) -> None:
    path = samples / "korea-platform-transparency" / "naver-kakao-daum.2012-2023.json"
    sums: dict[str, int] = defaultdict(int)
    table = json.loads(path.read_text(encoding="utf-8"))
    for line in (dict(zip(table["columns"], row, strict=True)) for row in table["rows"]):
        if (line["metric"], line["platform"], line["unit"]) == ("requests", "Naver", "count"):
            sums[line["period"]] += int(line["value"])
    days = {"2022-H2": ("2022-07-01", "2023-01-01"), "2023-H2": ("2023-07-01", "2024-01-01")}
    document = """query($period: PeriodInput!) {
      total(metric: INFORMATION_REQUESTS, jurisdiction: "KR", platform: "naver", period: $period) {
        answers { value qualifier figureCount } } }"""
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(TabularSource(load_profile("platforms/korea_platform_requests")), path)
        for name, (start, end) in days.items():
            (answer,) = shelf.ask(document, {"period": {"start": start, "end": end}}).data["total"]["answers"]
            assert answer == {"value": str(sums[name]), "qualifier": "EXACT", "figureCount": 4}
