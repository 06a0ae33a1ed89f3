"""Google's and Meta's reports on government requests: bounds, secret figures and restated ones."""

from pathlib import Path

from adapters.figures import newest_figures
from adapters.records import Statistic
from adapters.tabular.loader import load_profile
from adapters.tabular.reading import read_file
from adapters.tabular.source import TabularSource
from tests.adapters.platforms.test_profiles import EXAMPLES, of_any_length
from tests.support.catalogue import shelf_at


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
