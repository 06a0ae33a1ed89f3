"""Telegram's figures by country: each has its own period, and none is added up, lost or invented."""

import asyncio
import json
import os
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.platforms.telegram_transparency import ABOUT
from adapters.platforms.telegram_transparency.dataset import figures, read_file
from adapters.platforms.telegram_transparency.source import TelegramTransparency
from adapters.records import NativeTerm, Period, Statistic
from adapters.source import Batch, Demand, UnknownCode
from adapters.vocabulary.enums import Aggregation, Metric, Precision, Qualifier, RecordType, Unit

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "tests" / "examples" / "telegram_transparency"
SAMPLES = Path(os.environ.get("GATEWAY_SAMPLES", ROOT.parent / "shared" / "samples")) / "telegram-transparency"


def required(period: Period | None) -> Period:
    """A period that is not None."""
    assert period is not None
    return period


def example(name: str) -> ReadResult:
    return read_file(name, (EXAMPLES / name).read_bytes())


def by_id(result: ReadResult) -> dict[str, Statistic]:
    return {record.external_id: record for record in result.records if isinstance(record, Statistic)}


def batches(path: Path, since: str | None = None) -> list[Batch]:
    async def read() -> list[Batch]:
        source = TelegramTransparency()
        (scope,) = source.files([path])
        return [batch async for batch in source.read(scope, since)]

    return asyncio.run(read())


def is_accounted_for(result: ReadResult) -> bool:
    accounted = len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    return result.rows == accounted and len(by_id(result)) == len(result.records)


def test_an_entry_becomes_two_figures_with_native_terms() -> None:
    records = by_id(example("dataset.json"))
    requests = records["ISL/2031-01-01/2031-10-01/requests"]
    assert requests.metric is Metric.INFORMATION_REQUESTS_FULFILLED
    assert (requests.value, requests.unit, requests.qualifier) == (Decimal(9), Unit.REQUESTS, Qualifier.EXACT)
    assert requests.jurisdictions == ("IS",)
    assert requests.platform == "telegram"
    assert (required(requests.period).start, required(requests.period).end) == (date(2031, 1, 1), date(2031, 10, 1))
    assert requests.native == (
        NativeTerm("jurisdictions", "ISL"),
        NativeTerm("metric", "requests"),
        NativeTerm("period", "20310101-20310930"),
        NativeTerm("value", "9"),
    )
    users = records["ISL/2031-01-01/2031-10-01/users"]
    assert (users.metric, users.value, users.unit) == (Metric.AFFECTED_USERS, Decimal(11), Unit.ACCOUNTS)


def test_only_requests_are_additive_because_one_user_may_be_affected_in_two_quarters() -> None:
    rules = {(record.metric, record.aggregation) for record in by_id(example("dataset.json")).values()}
    assert rules == {
        (Metric.INFORMATION_REQUESTS_FULFILLED, Aggregation.SUM),
        (Metric.AFFECTED_USERS, Aggregation.NONE),
    }


def test_overlapping_periods_are_separate_figures_with_their_precision() -> None:
    records = by_id(example("dataset.json"))
    precisions = {
        required(record.period).end: required(record.period).precision
        for identifier, record in records.items()
        if identifier.startswith("ISL")
    }
    assert precisions == {
        date(2031, 4, 1): Precision.QUARTER,
        date(2031, 7, 1): Precision.QUARTER,
        date(2031, 10, 1): Precision.INTERVAL,
        date(2032, 1, 1): Precision.YEAR,
    }
    assert required(records["XKX/2031-07-01/2031-08-01/users"].period).precision is Precision.MONTH


def test_zero_and_not_reported_differ() -> None:
    records = by_id(example("dataset.json"))
    zero, null = records["ISL/2031-04-01/2031-07-01/users"], records["FJI/2031-01-01/2032-01-01/users"]
    assert (zero.value, zero.qualifier) == (Decimal(0), Qualifier.EXACT)
    assert (null.value, null.qualifier) == (None, Qualifier.NOT_REPORTED)
    assert NativeTerm("value", "null") in null.native


def test_every_cell_has_a_series_key_of_its_own() -> None:
    records = by_id(example("dataset.json")).values()
    assert all(record.series_key for record in records)
    assert len({record.series_key for record in records}) == len(records)


def test_a_row_that_cannot_be_read_is_rejected_with_position_reason_and_column() -> None:
    result = example("dataset.faults.json")
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [
        (5, "requests"),
        (6, "users"),
        (7, "to"),
        (8, "to"),
        (9, "to"),
        (10, "to"),
        (11, "to"),
        (12, "to"),
        (14, "users"),
        (15, None),
        (16, None),
        (17, None),
        (18, None),
        (19, None),
        (20, None),
        (21, None),
    ]
    assert all(rejection.reason for rejection in result.rejections)
    assert set(by_id(result)) == {
        "ISL/2031-01-01/2031-04-01/requests",
        "ISL/2031-01-01/2031-04-01/users",
        "ISL/2031-10-01/2032-01-01/requests",
    }
    assert is_accounted_for(result)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "is not a whole number"),
        (1.0, "is not a whole number"),
        ("1", "is not a whole number"),
        ([], "is not a whole number"),
        (-1, "is negative or too large"),
        (10**16, "is negative or too large"),
    ],
)
def test_only_a_whole_number_from_zero_on_is_a_count(value: object, reason: str) -> None:
    result = figures({"FRA": [{"from": "20310101", "to": "20310101", "requests": value, "users": 0}]})
    assert [rejection.reason for rejection in result.rejections] == [reason]


@pytest.mark.parametrize(
    "text", ["2031-1-1", "20310229", "99999999", " 20310101", "٢٠٣١٠١٠١", "20310101\n", 20310101, None]
)
def test_a_day_is_eight_digits_of_the_calendar(text: object) -> None:
    result = figures({"FRA": [{"from": text, "to": "20310101", "requests": 1, "users": 1}]})
    assert {rejection.column for rejection in result.rejections} == {"from"}


def test_the_last_day_of_the_calendar_ends_no_period() -> None:
    result = figures({"FRA": [{"from": "99990101", "to": "99991231", "requests": 1, "users": 1}]})
    assert [rejection.column for rejection in result.rejections] == ["to", "to"]


def test_an_unknown_key_is_counted_in_printable_form() -> None:
    entry = {"from": "20310101", "to": "20310331", "requests": 1, "users": 1, "note": "", "\ud800\0": ""}
    result = figures({"FRA": [entry, entry]})
    assert result.unknown == {("entry", "note"): 2, ("entry", "??"): 2}
    assert len(result.records) == 2
    faults = batches(EXAMPLES / "dataset.faults.json")
    assert faults[0].unknown_codes == [UnknownCode(field="entry", code="note", count=1)]


def test_of_two_values_of_one_cell_the_larger_wins_and_both_are_native_terms() -> None:
    result = example("dataset.faults.json")
    record = by_id(result)["ISL/2031-01-01/2031-04-01/requests"]
    assert record.value == Decimal(4)
    assert [term for term in record.native if term.field == "value"] == [
        NativeTerm("value", "4", 0),
        NativeTerm("value", "3", 1),
    ]
    assert result.merged == 2


def test_a_number_wins_over_null() -> None:
    entry = {"from": "20310101", "to": "20310331", "requests": None, "users": 0}
    result = figures({"FRA": [entry, entry | {"requests": 0}]})
    assert {record.qualifier for record in by_id(result).values()} == {Qualifier.EXACT}


DAYS = st.sampled_from(["20310101", "20310331", "20310630", "20311231", "20320229", "20310931", "x"])
NUMBERS = st.one_of(st.none(), st.booleans(), st.integers(-1, 9), st.just(0.5), st.just("1"))
ENTRY = st.fixed_dictionaries(
    {}, optional={"from": DAYS, "to": DAYS, "requests": NUMBERS, "users": NUMBERS, "more": NUMBERS}
)
SOUND = st.fixed_dictionaries(
    {
        "from": st.sampled_from(["20310101", "20310401"]),
        "to": st.just("20310630"),
        "requests": st.none() | st.integers(0, 4),
        "users": st.none() | st.integers(0, 4),
    }
)
COUNTRY = st.sampled_from(["FRA", "KOR", "GRL", "XKX", "ZZZ", "fra", "FR", ""]) | st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=4), children, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(COUNTRY, st.lists(ENTRY | JSON, max_size=6) | JSON, max_size=5))
def test_every_row_of_any_json_is_accounted_for(entries: dict[str, Any]) -> None:
    assert is_accounted_for(figures(entries))


@given(st.lists(SOUND, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_no_record(entries: list[dict[str, Any]], chance: random.Random) -> None:
    shuffled = chance.sample(entries, len(entries))
    expected = figures({"FRA": entries, "KOR": entries})
    other = figures({"KOR": shuffled, "FRA": shuffled})
    assert other.records == expected.records
    assert other.merged == expected.merged


@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_a_source_error(content: bytes) -> None:
    outcome: ReadResult | SourceError
    try:
        outcome = read_file("dataset.json", content)
    except SourceError as exc:
        outcome = exc
    assert isinstance(outcome, SourceError) or is_accounted_for(outcome)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"FRA": [NaN]}',
        b'{"FRA": ["\xff"]}',
        b"[" * 100_000,
        b'{"FRA": ' + b"[" * 100_000,
        b'{"FRA": [' + b"9" * 5000 + b"]}",
        b'{"FRA": [1e99999999999999999999]}',
        "{}".encode("utf-16"),
    ],
)
def test_invalid_json_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^dataset\.json: is not JSON"):
        read_file("dataset.json", content)


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"FRA": []}',
        b'{"message": "Not Found"}',
        b'{"FRA": [{"users": 1, "users": 2}]}',
        b'{"FRA": [{}], "FRA": [{}]}',
    ],
)
def test_a_file_without_countries_or_with_a_repeated_key_has_an_unexpected_shape(content: bytes) -> None:
    """An empty file that passed for a complete one would withdraw all figures."""
    with pytest.raises(UnexpectedShape):
        read_file("dataset.json", content)


def test_a_byte_order_mark_is_accepted() -> None:
    plain = (EXAMPLES / "dataset.json").read_bytes()
    assert read_file("dataset.json", b"\xef\xbb\xbf" + plain).records == example("dataset.json").records


def test_one_file_is_one_scope_and_one_batch_that_completes_it() -> None:
    (batch,) = batches(EXAMPLES / "dataset.json")
    assert batch.rows == len(batch.records) == 12
    assert (batch.since, batch.checkpoint) == (None, None)
    assert (batch.start, batch.end) == (date(2031, 1, 1), date(2032, 1, 1))
    assert batch.origin.location == "dataset.json"
    assert batch.origin.sha256 is not None


def test_a_checkpoint_of_other_bytes_starts_afresh() -> None:
    (batch,) = batches(EXAMPLES / "dataset.json", since="0" * 64 + ":7")
    assert (batch.rows, batch.since) == (12, None)


def test_a_folder_yields_its_dataset_and_no_other_json(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "countries.json").write_text("{}")
    (tmp_path / "dataset.json").write_text("{}")
    (scope,) = TelegramTransparency().files([tmp_path])
    assert (scope.name, scope.path) == ("dataset", tmp_path / "dataset.json")
    assert scope.records == frozenset({RecordType.STATISTIC})


def _none(folder: Path) -> list[Path]:
    (folder / "countries.json").write_text("{}")
    return [folder]


def _two(folder: Path) -> list[Path]:
    for name in ("a.json", "b.json"):
        (folder / name).write_text("{}")
    return [folder / "a.json", folder / "b.json"]


@pytest.mark.parametrize("make_paths", [_none, _two])
def test_no_dataset_and_two_datasets_are_unreadable(make_paths: Callable[[Path], list[Path]], tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        TelegramTransparency().files(make_paths(tmp_path))


def test_the_source_ships_nothing_and_any_demand_for_figures_needs_the_whole_file() -> None:
    source = TelegramTransparency()
    assert list(source.files([])) == []
    assert [scope.name for scope in source.scopes(Demand(record=RecordType.STATISTIC))] == ["dataset"]
    assert list(source.scopes(Demand(record=RecordType.CASE))) == []
    assert source.about is ABOUT


@pytest.fixture
def sample() -> ReadResult:
    path = SAMPLES / "dataset.dev-5-countries.json"
    if not path.exists():
        pytest.skip("needs the samples: telegram-transparency is not in GATEWAY_SAMPLES")
    return read_file(path.name, path.read_bytes())


def test_the_sample_has_893_requests_and_2072_users_for_france_in_2024(sample: ReadResult) -> None:
    year = [
        (record.metric, record.value)
        for record in by_id(sample).values()
        if record.jurisdictions == ("FR",)
        and (required(record.period).start, required(record.period).end) == (date(2024, 1, 1), date(2025, 1, 1))
    ]
    assert sorted(year) == [
        (Metric.AFFECTED_USERS, Decimal(2072)),
        (Metric.INFORMATION_REQUESTS_FULFILLED, Decimal(893)),
    ]


def test_every_row_of_the_sample_is_read(sample: ReadResult) -> None:
    assert (sample.rows, len(sample.records), sample.merged, sample.out_of_scope) == (104, 104, 0, 0)
    assert not sample.rejections
    assert not sample.unknown
    assert {record.jurisdictions[0] for record in sample.records} == {"FR", "DE", "IN", "US", "BR"}
