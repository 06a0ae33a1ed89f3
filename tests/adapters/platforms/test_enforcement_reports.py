"""Enforcement reports: each release restates earlier quarters; the latest wins unless a query names another."""

import re
import shutil
from pathlib import Path

from adapters.records import Statistic
from adapters.tabular.loader import load_profile
from adapters.tabular.reading import read_file
from adapters.tabular.source import TabularSource
from tests.adapters.platforms.test_profiles import of_any_length
from tests.support.catalogue import Shelf, shelf_at

META = """query($release: Date, $all: Boolean! = false) {
  statistics(
    release: $release, allReleases: $all
    filter: {
      source: "meta_enforcement_reports", platform: "facebook", metric: TAKEDOWNS,
      harmCategory: CHILD_SEXUAL_EXPLOITATION
      period: { start: "2021-04-01", end: "2021-07-01" }, periodMatch: EXACT
    }
  ) { nodes { value qualifier releasedAt } }
}"""

YEAR = """query($metric: Metric!, $unit: Unit!, $policy: String!, $population: String) {
  total(
    metric: $metric, unit: $unit, platform: "facebook", source: "meta_enforcement_reports", population: $population
    dimensions: [{ name: "policy", value: $policy }], harmCategory: CHILD_SEXUAL_EXPLOITATION
    period: { start: "2022-01-01", end: "2023-01-01" }
  ) { reason answers { value qualifier reason figureCount } }
}"""


def import_reports(shelf: Shelf, samples: Path, *names: str) -> None:
    source = TabularSource(load_profile(f"platforms/{names[0].partition('-')[0]}_enforcement_reports"))
    shelf.hold(source, *(samples / "meta-tiktok-enforcement" / f"{name}.csv" for name in names))


def test_a_quarter_has_its_value_as_of_a_release_and_else_the_latest(samples: Path, tmp_path: Path) -> None:
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        import_reports(shelf, samples, "meta-2021-q2", "meta-2021-q3", "meta-2023-q1")

        def releases(**variables: object) -> list[tuple[str, str]]:
            answer = shelf.ask(META, variables)
            assert answer.refusals == []
            return sorted((node["releasedAt"], node["value"]) for node in answer.data["statistics"]["nodes"])

        assert releases(release="2021-09-30") == [("2021-08-18", "25700000")]
        assert releases(release="2022-12-31") == [("2021-11-09", "25600000")]
        assert releases() == [("2023-05-17", "25600000")]
        assert releases(release="2021-08-17") == []
        assert releases(all=True) == [
            ("2021-08-18", "25700000"),
            ("2021-11-09", "25600000"),
            ("2023-05-17", "25600000"),
        ]


def test_a_release_that_the_profile_does_not_list_restates_the_older_ones(samples: Path, tmp_path: Path) -> None:
    """As the file of the next quarter does, whose day nobody knows yet."""
    unlisted = tmp_path / "meta-2031-q1.csv"
    shutil.copyfile(samples / "meta-tiktok-enforcement" / "meta-2022-q4.csv", unlisted)
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.hold(TabularSource(load_profile("platforms/meta_enforcement_reports")), unlisted)
        import_reports(shelf, samples, "meta-2022-q4", "meta-2021-q2")
        nodes = shelf.ask(META, {}).data["statistics"]["nodes"]
    assert [(node["releasedAt"], node["value"]) for node in nodes] == [(None, "25600000")]


def test_quarters_make_a_year_and_rates_do_not(samples: Path, tmp_path: Path) -> None:
    policy = "Child Endangerment: Sexual Exploitation"
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        import_reports(shelf, samples, "meta-2022-q4", "meta-2023-q1")
        actions = shelf.ask(YEAR, {"metric": "TAKEDOWNS", "unit": "ITEMS", "policy": policy})
        rate = shelf.ask(
            YEAR,
            {
                "metric": "OTHER",
                "unit": "PERCENT",
                "policy": policy,
                "population": "content acted on that the platform found before anybody reported it",
            },
        )
    assert actions.refusals == rate.refusals == []
    (year,) = actions.data["total"]["answers"]
    lines = (samples / "meta-tiktok-enforcement" / "meta-2023-q1.csv").read_text().splitlines()
    quarters = [
        int(line.split('"')[1].replace(",", ""))
        for line in lines
        if line.startswith(f"Facebook,{policy},Content Actioned,2022")
    ]
    assert len(quarters) == 4
    assert (year["value"], year["qualifier"], year["figureCount"]) == (str(sum(quarters)), "ABOUT", 4)
    assert rate.data["total"]["reason"] == "NOT_ADDITIVE"
    assert [entry["value"] for entry in rate.data["total"]["answers"]] == [None]


def test_figures_of_a_market_are_not_added_to_the_total(samples: Path, tmp_path: Path) -> None:
    document = """{ total(metric: TAKEDOWNS, unit: ITEMS, platform: "tiktok", source: "tiktok_enforcement_reports",
      population: "videos", measure: REMOVED, period: { start: "2022-01-01", end: "2023-01-01" }
    ) { answers { value } } }"""
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        import_reports(shelf, samples, "tiktok-2023-q2", "tiktok-2022-q4")
        answer = shelf.ask(document)
    assert answer.refusals == []
    lines = (samples / "meta-tiktok-enforcement" / "tiktok-2023-q2.csv").read_text("utf-8-sig").splitlines()
    quarters = [
        int(float(line.rpartition(",")[2]))
        for line in lines
        if re.fullmatch(r"Total videos removed,quarterly,\w+-\w+ 2022,all,all,all,all,all,all,.*", line)
    ]
    assert len(quarters) == 4
    assert [entry["value"] for entry in answer.data["total"]["answers"]] == [str(sum(quarters))]


def test_a_file_is_identified_by_the_quarter_in_its_name(samples: Path, tmp_path: Path) -> None:
    copy = tmp_path / "meta-2031-q9.csv"
    shutil.copyfile(samples / "meta-tiktok-enforcement" / "meta-2021-q2.csv", copy)
    folder = samples / "meta-tiktok-enforcement"
    source = TabularSource(load_profile("platforms/meta_enforcement_reports"))
    assert [scope.name for scope in source.files([tmp_path, folder])] == [
        *(f"meta-{year}-q{quarter}" for year, quarter in [(2021, 2), (2021, 3), (2021, 4)]),
        *(f"meta-2022-q{quarter}" for quarter in range(1, 5)),
        "meta-2023-q1",
    ]


def test_a_policy_area_under_another_name_is_the_same_series() -> None:
    """Meta's release of 2025 calls hate speech "Hateful Conduct", in the quarters before it too."""
    profile = of_any_length(load_profile("platforms/meta_enforcement_reports"))
    header = "app,policy_area,metric,period,value\n"
    keys = {
        record.series_key
        for name, area in (("meta-2023-q1.csv", "Hate Speech"), ("CSER-2025_Q4.csv", "Hateful Conduct"))
        for record in read_file(profile, name, f"{header}Facebook,{area},Content Actioned,2023Q1,7\n".encode()).records
        if isinstance(record, Statistic)
    }
    assert len(keys) == 1
