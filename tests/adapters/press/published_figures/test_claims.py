"""Published figures: each claim as reviewed, with its speaker and citation, and nothing that its source left open."""

import asyncio
import json
import os
import random
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.press.published_figures import ABOUT
from adapters.press.published_figures.claims_file import read_claims, read_file
from adapters.press.published_figures.source import SHIPPED, PublishedFigures
from adapters.records import (
    Arrest,
    CooperationRequest,
    InformationRequest,
    NativeTerm,
    Period,
    Record,
    Reference,
    Statistic,
)
from adapters.source import Batch, Demand
from adapters.vocabulary.enums import (
    Aggregation,
    ArrestEvent,
    CooperationChannel,
    HarmCategory,
    InformationRequestType,
    LegalInstrument,
    Metric,
    Precision,
    Qualifier,
    RecordType,
    RequestStatus,
    TakedownMeasure,
    Unit,
    Urgency,
)

ROOT = Path(__file__).parents[4]
SAMPLES = Path(os.environ.get("GATEWAY_SAMPLES", ROOT.parent / "shared" / "samples")) / "seed-news"

RESULT = read_file(SHIPPED.name, SHIPPED.read_bytes())
RECORDS = {record.external_id: record for record in RESULT.records}


DEEPFAKES_OF_ADULTS = ("NCII_DEEPFAKE",)
DEEPFAKES = ("CSAM_DEEPFAKE", "NCII_DEEPFAKE")
PROVIDERS_COUNT = ("CSAM", "NCII", "NCII_DEEPFAKE")
CYBER_VIOLENCE = ("CSAM", "CSAM_DEEPFAKE", "NCII", "NCII_DEEPFAKE")


def known_period(period: Period | None) -> Period:
    """A period that is not None."""
    assert period is not None
    return period


def figure(id: str) -> Statistic:
    record = RECORDS[id]
    assert isinstance(record, Statistic)
    return record


def batches(path: Path | None = None) -> list[Batch]:
    async def read() -> list[Batch]:
        source = PublishedFigures()
        return [
            batch
            for scope in source.files([path] if path else [])
            async for batch in source.read(scope, None)
        ]  # fmt: skip

    return asyncio.run(read())


def is_accounted_for(result: ReadResult) -> bool:
    accounted = len(result.records) + result.merged + result.out_of_scope + len(result.rejections)
    ids = {record.external_id for record in result.records}
    return result.rows == accounted and len(ids) == len(result.records)


# The shipped claims.


def test_every_shipped_claim_is_a_record_that_cites_its_publisher() -> None:
    assert RESULT.rows == len(RECORDS) == 77
    assert not RESULT.rejections
    assert all(getattr(record, "citation", None) for record in RECORDS.values())


@pytest.mark.parametrize("id", sorted(RECORDS))
def test_a_citation_lets_a_stranger_find_the_statement(id: str) -> None:
    """It has a date or the year of a publication, and a title or a report of it."""
    citation = str(getattr(RECORDS[id], "citation", ""))
    assert re.search(r"20[12]\d", citation)
    assert re.search(r"[,:(]", citation)


@pytest.mark.parametrize(
    ("id", "value", "start", "end", "metric", "harms", "cited"),
    [
        ("kcsc-deepfake-jan-jul", 6434, "2024-01-01", "2024-08-01", "TAKEDOWN_REQUESTS", DEEPFAKES_OF_ADULTS, "Edaily"),
        ("kcsc-deepfake-2023", 7187, "2023-01-01", "2024-01-01", "TAKEDOWN_REQUESTS", DEEPFAKES_OF_ADULTS, "5687703"),
        ("kcsc-deepfake-2024", 23107, "2024-01-01", "2025-01-01", "TAKEDOWN_REQUESTS", DEEPFAKES_OF_ADULTS, "5687703"),
        (
            "kcsc-deepfake-2025-jan-jul",
            15808,
            "2025-01-01",
            "2025-08-01",
            "TAKEDOWN_REQUESTS",
            DEEPFAKES_OF_ADULTS,
            "KBC",
        ),
        ("kcsc-backlog-2025-10", 14731, "2025-10-02", "2025-10-03", "BACKLOG", PROVIDERS_COUNT, "5945773"),
        ("kcsc-telegram-75-removed", 75, None, "2024-09-12", "TAKEDOWNS", DEEPFAKES_OF_ADULTS, "2024-09-11"),
        ("knpa-812", 812, "2024-01-01", "2024-09-26", "CASES", DEEPFAKES, "NISX20240926_0002900200"),
        ("knpa-812-before-crackdown", 445, "2024-01-01", "2024-08-28", "CASES", DEEPFAKES, "NISX20240926_0002900200"),
        ("knpa-812-since-crackdown", 367, "2024-08-28", "2024-09-26", "CASES", DEEPFAKES, "NISX20240926_0002900200"),
        ("knpa-318", 318, "2024-01-01", "2024-09-11", "ARRESTS", DEEPFAKES, "YTN"),
        ("knpa-474", 474, "2024-01-01", "2024-10-15", "ARRESTS", DEEPFAKES, "TheFact, 2024-10-16"),
        ("knpa-474-cases", 921, "2024-01-01", "2024-10-15", "CASES", DEEPFAKES, "TheFact, 2024-10-16"),
        ("knpa-573", 573, "2024-01-01", "2024-12-01", "ARRESTS", DEEPFAKES, "NISX20241202_0002980909"),
        ("knpa-573-cases", 1094, "2024-01-01", "2024-12-01", "CASES", DEEPFAKES, "NISX20241202_0002980909"),
        ("knpa-682-cases", 1202, "2024-01-01", "2025-01-01", "CASES", DEEPFAKES, "2025-02-13"),
        ("knpa-963-detained", 59, "2024-08-28", "2025-04-01", "ARRESTS", DEEPFAKES, "2025-04-17"),
        ("knpa-963-teenagers", 669, "2024-08-28", "2025-04-01", "ARRESTS", DEEPFAKES, "2025-04-17"),
        ("knpa-963-under-14", 72, "2024-08-28", "2025-04-01", "ARRESTS", DEEPFAKES, "2025-04-17"),
        ("knpa-cases-2021", 156, "2021-01-01", "2022-01-01", "CASES", DEEPFAKES_OF_ADULTS, "2024-09-02"),
        ("knpa-cases-2022", 160, "2022-01-01", "2023-01-01", "CASES", DEEPFAKES_OF_ADULTS, "2024-09-02"),
        ("knpa-cases-2023", 180, "2023-01-01", "2024-01-01", "CASES", DEEPFAKES_OF_ADULTS, "2024-09-02"),
        ("knpa-cyber-2025-cleared", 3411, "2024-11-01", "2025-11-01", "ARRESTS", CYBER_VIOLENCE, "2025-11-16"),
        ("knpa-cyber-2025", 3557, "2024-11-01", "2025-11-01", "ARRESTS", CYBER_VIOLENCE, "2025-11-16"),
        ("knpa-cyber-2025-detained", 221, "2024-11-01", "2025-11-01", "ARRESTS", CYBER_VIOLENCE, "2025-11-16"),
        ("knpa-cyber-2025-deepfake-cases", 1553, "2024-11-01", "2025-11-01", "CASES", DEEPFAKES, "Segye"),
        ("knpa-cyber-2025-clearance", 77.3, "2024-11-01", "2025-11-01", "CLEARANCE_RATE", CYBER_VIOLENCE, "443377"),
        (
            "knpa-telegram-answers",
            95,
            "2024-10-01",
            "2025-06-30",
            "INFORMATION_REQUEST_COMPLIANCE_RATE",
            (),
            "0011978915",
        ),
        ("knpa-telegram-files", 1000, "2024-10-01", "2025-06-30", "OTHER", (), "0011978915"),
        ("seoul-vigilantes-apprehended", 54, "2020-05-01", "2025-02-01", "ARRESTS", PROVIDERS_COUNT, "NISX20250210"),
        ("seoul-vigilantes-victims", 234, "2020-05-01", "2025-02-01", "VICTIMS", PROVIDERS_COUNT, "20250124010013174"),
        ("kcc-2021-reports", 14977, "2021-01-01", "2022-01-01", "REPORTS", PROVIDERS_COUNT, "2023-06-30"),
        ("kcc-2021-removals", 27587, "2021-01-01", "2022-01-01", "TAKEDOWNS", PROVIDERS_COUNT, "2022-06-30"),
        ("kcc-2021-providers", 87, "2021-01-01", "2022-01-01", "REPORTING_PROVIDERS", PROVIDERS_COUNT, "2022-06-30"),
        ("kcc-2022-providers", 90, "2022-01-01", "2023-01-01", "REPORTING_PROVIDERS", PROVIDERS_COUNT, "2023-06-30"),
        ("kcc-2023-removals", 81578, "2023-01-01", "2024-01-01", "TAKEDOWNS", PROVIDERS_COUNT, "num=253540"),
        ("kcc-2024-reports", 231261, "2024-01-01", "2025-01-01", "REPORTS", PROVIDERS_COUNT, "2025-07-04"),
        ("kcc-2024-removals", 181204, "2024-01-01", "2025-01-01", "TAKEDOWNS", PROVIDERS_COUNT, "2025-07-04"),
        ("kcc-2024-providers", 81, "2024-01-01", "2025-01-01", "REPORTING_PROVIDERS", PROVIDERS_COUNT, "2025-07-04"),
        ("security-hero-2023-videos", 95820, "2023-07-01", "2023-09-01", "CONTENT_ONLINE", (), "State of Deepfakes"),
        ("security-hero-2023-south-korean", 53, "2023-07-01", "2023-09-01", "SHARE_OF_CONTENT_ONLINE", (), "kbizoom"),
        ("esafety-iba-reports", 19468, "2018-08-18", "2023-07-01", "REPORTS", ("CSAM", "NCII"), "esafety.gov.au"),
        ("europol-cumberland-arrests", 25, "2024-11-01", "2025-03-01", "ARRESTS", ("CSAM_DEEPFAKE",), "2025-02-28"),
        ("ofcom-investigations-2025-06", 9, "2025-06-10", "2025-06-11", "CASES", ("CSAM", "OTHER"), "nine new"),
    ],
)
def test_a_shipped_figure_is_what_its_source_states(
    id: str, value: float, start: str | None, end: str, metric: str, harms: tuple[str, ...], cited: str
) -> None:
    record = figure(id)
    days = known_period(record.period)
    assert record.value == Decimal(str(value))
    assert (days.start and f"{days.start}", f"{days.end}") == (start, end)
    assert (record.metric, record.harm_categories) == (metric, harms)
    assert cited in (record.citation or "")


def test_no_address_is_invented() -> None:
    assert {getattr(record, "url", None) for record in RECORDS.values()} == {None}


def test_every_figure_names_a_speaker_and_its_cell() -> None:
    figures = [record for record in RECORDS.values() if isinstance(record, Statistic)]
    assert all(record.speaker and record.series_key for record in figures)
    assert len({record.series_key for record in figures}) == len(figures)


def test_the_regulator_asked_telegram_for_148_removals_and_all_were_made_the_longest_in_36_hours() -> None:
    requests, removed, longest = map(figure, ("kcsc-telegram-148", "kcsc-telegram-148-removed", "kcsc-telegram-36h"))
    assert (requests.metric, requests.value, requests.unit) == (Metric.TAKEDOWN_REQUESTS, Decimal(148), Unit.ITEMS)
    assert (removed.metric, removed.value, removed.measures) == (
        Metric.TAKEDOWNS,
        Decimal(148),
        (TakedownMeasure.REMOVED,),
    )
    assert NativeTerm("value", "all complied") in removed.native
    assert (longest.metric, longest.value, longest.unit) == (
        Metric.LONGEST_TAKEDOWN_TIME,
        Decimal(36 * 3600),
        Unit.SECONDS,
    )
    assert longest.native == (NativeTerm("value", "36 hours"),)
    assert requests.references == removed.references == longest.references != ()
    assert {record.platform for record in (requests, removed, longest)} == {"telegram"}


def test_387_were_apprehended_up_to_and_including_25_september_2024() -> None:
    record = figure("knpa-387")
    assert (record.metric, record.event, record.value) == (Metric.ARRESTS, ArrestEvent.APPREHENDED, Decimal(387))
    assert (known_period(record.period).start, known_period(record.period).end) == (date(2024, 1, 1), date(2024, 9, 26))
    assert known_period(record.period).timezone == "Asia/Seoul"
    assert NativeTerm("event", "검거") in record.native
    assert record.harm_categories == (HarmCategory.CSAM_DEEPFAKE, HarmCategory.NCII_DEEPFAKE)


def test_running_totals_say_so_and_are_never_added_up() -> None:
    totals = {id for id, record in RECORDS.items() if isinstance(record, Statistic) and record.cumulative}
    assert {"knpa-318", "knpa-387", "knpa-474", "knpa-573"} <= totals
    assert {figure(id).aggregation for id in totals} == {Aggregation.NONE}


def test_a_window_whose_start_was_not_stated_has_none() -> None:
    removed = known_period(figure("kcsc-telegram-75-removed").period)
    assert (removed.start, removed.end, removed.precision) == (None, date(2024, 9, 12), Precision.INTERVAL)
    assert removed.text == "to 2024-09-11"


def test_running_totals_of_2024_begin_with_the_year() -> None:
    for id in ("knpa-318", "knpa-387", "knpa-474", "knpa-573", "knpa-812", "knpa-474-cases", "knpa-573-cases"):
        assert known_period(figure(id).period).start == date(2024, 1, 1)
        assert figure(id).cumulative


def test_the_crackdowns_window_is_not_that_of_the_calendar_year() -> None:
    assert known_period(figure("knpa-682").period).precision is Precision.YEAR
    assert (known_period(figure("knpa-963").period).start, known_period(figure("knpa-963").period).end) == (
        date(2024, 8, 28),
        date(2025, 4, 1),
    )


def test_apprehended_and_detained_are_two_kinds_of_event_and_no_diversion_is_stated() -> None:
    events = {id: figure(f"knpa-682{id}").event for id in ("", "-detained", "-under-14")}
    assert events == {
        "": ArrestEvent.APPREHENDED,
        "-detained": ArrestEvent.DETAINED,
        "-under-14": ArrestEvent.APPREHENDED,
    }
    assert [(each.name, each.value) for each in figure("knpa-682-under-14").dimensions] == [("age_group", "10-13")]


def test_a_part_shares_a_reference_with_its_whole_and_the_whole_says_what_it_is_the_total_of() -> None:
    whole, part, below = map(figure, ("knpa-387", "knpa-387-teenagers", "knpa-387-under-14"))
    assert whole.is_total_of == "age_group"
    assert set(whole.references) & set(part.references) == {Reference("published_figures", "knpa-387")}
    assert set(part.references) & set(below.references) == {Reference("published_figures", "knpa-387-teenagers")}
    assert not set(whole.references) & set(below.references)
    assert [(dimension.name, dimension.value) for dimension in part.dimensions] == [("age_group", "10-19")]


def test_the_parts_of_the_reports_tile_their_period_and_their_number() -> None:
    whole, before, since = map(figure, ("knpa-812", "knpa-812-before-crackdown", "knpa-812-since-crackdown"))
    assert before.value is not None
    assert since.value is not None
    assert before.value + since.value == whole.value
    assert (known_period(before.period).start, known_period(before.period).end) == (
        known_period(whole.period).start,
        known_period(since.period).start,
    )
    assert known_period(since.period).end == known_period(whole.period).end


def test_the_regulator_asked_france_for_urgent_cooperation() -> None:
    record = RECORDS["kcsc-fr-coop"]
    assert isinstance(record, CooperationRequest)
    assert (record.from_agency, record.to_jurisdiction, record.addressee) == ("kr.kcsc", "FR", "French authorities")
    assert (record.channel, record.urgency) == (CooperationChannel.REGULATOR_DIRECT, Urgency.URGENT)
    assert known_period(record.requested).text == "late August 2024"


def test_seouls_request_for_legal_assistance_is_two_records_of_one_matter() -> None:
    cooperation, information = RECORDS["seoul-mlat-fr"], RECORDS["seoul-mlat-fr-information"]
    assert isinstance(cooperation, CooperationRequest)
    assert isinstance(information, InformationRequest)
    assert cooperation.channel is CooperationChannel.MLAT
    assert information.instrument is LegalInstrument.MLAT
    assert cooperation.references == information.references == (Reference("published_figures", "seoul-mlat-2024-10"),)


def test_telegrams_first_answer_says_when_but_not_which_data() -> None:
    record = RECORDS["knpa-telegram-info"]
    assert isinstance(record, InformationRequest)
    assert (record.status, record.data_type) == (RequestStatus.ANSWERED, InformationRequestType.UNSPECIFIED)
    assert known_period(record.requested).start == date(2024, 8, 29)
    assert known_period(record.responded).start == date(2024, 9, 24)
    assert NativeTerm("status", "first response received") in record.native


def test_seoul_had_asked_france_by_the_day_on_which_it_said_so() -> None:
    for id in ("seoul-mlat-fr", "seoul-mlat-fr-information"):
        record = RECORDS[id]
        assert isinstance(record, CooperationRequest | InformationRequest)
        asked = known_period(record.requested)
        assert (asked.start, asked.end, record.stated_at) == (None, date(2024, 10, 8), date(2024, 10, 7))


def test_the_case_in_paris_names_nobody() -> None:
    arrests = [record for record in RECORDS.values() if isinstance(record, Arrest)]
    assert [(record.event, known_period(record.happened).start) for record in arrests] == [
        (ArrestEvent.ARRESTED, date(2024, 8, 24)),
        (ArrestEvent.CHARGED, date(2024, 8, 28)),
    ]
    assert not any("Durov" in str(record) for record in RECORDS.values())


def test_a_figure_says_how_exactly_it_was_stated() -> None:
    about, more = figure("knpa-telegram-files"), figure("knpa-telegram-answers")
    assert (about.value, about.qualifier, about.low, about.high) == (Decimal(1000), Qualifier.ABOUT, None, None)
    assert (more.value, more.qualifier, more.low, more.high) == (Decimal(95), Qualifier.AT_LEAST, Decimal(95), None)
    share = figure("security-hero-2023-south-korean")
    assert (share.value, share.unit) == (Decimal(53), Unit.PERCENT)
    assert figure("esafety-iba-success").value == Decimal("89.9")


def test_parts_are_never_larger_than_their_wholes_in_sum_along_one_axis() -> None:
    blocked, whole = figure("kcsc-2018-blocking"), figure("kcsc-2018")
    assert blocked.measures == (TakedownMeasure.ACCESS_DISABLED,)
    assert blocked.value is not None
    assert whole.value is not None
    assert blocked.value < whole.value


def numbers(value: object) -> set[Decimal]:
    """Every number that a fact states, but for what somebody else calculated from them."""
    if isinstance(value, dict):
        return {number for key, part in value.items() if key != "derived" for number in numbers(part)}
    return {Decimal(str(value))} if isinstance(value, int | float) else set()


CORRECTED = {Decimal(36): Decimal(36 * 3600), Decimal(6300): Decimal(6434), Decimal(96000): Decimal(95820)}
"""Numbers of the collected facts that are claims in another unit, or as exact as the publisher states them."""


def test_every_number_of_the_collected_facts_is_a_claim() -> None:
    path = SAMPLES / "facts.json"
    if not path.exists():
        pytest.skip("needs the samples: seed-news is not in GATEWAY_SAMPLES")
    facts = {number for fact in json.loads(path.read_bytes())["claims"] for number in numbers(fact)}
    shipped = {record.value for record in RECORDS.values() if isinstance(record, Statistic)}
    assert {CORRECTED.get(number, number) for number in facts} <= shipped


# Any claims file.

FIGURE: dict[str, Any] = {
    "record": "Statistic",
    "id": "example",
    "speaker": "KCSC",
    "citation": "An example",
    "metric": "REPORTS",
    "unit": "REPORTS",
    "qualifier": "EXACT",
    "value": 5,
    "aggregation": "SUM",
    "period": {"start": "2031-01-01", "end": "2031-04-01"},
}
REQUEST: dict[str, Any] = {
    "record": "CooperationRequest",
    "id": "asked",
    "citation": "An example",
    "from_agency": "KNPA",
}
INQUIRY: dict[str, Any] = {"record": "InformationRequest", "id": "data", "citation": "An example", "requester": "KNPA"}


def only(row: dict[str, Any]) -> Record:
    (record,) = read_claims([row]).records
    return record


def test_names_become_ids_and_precision_follows_from_the_days() -> None:
    record = only(FIGURE | {"jurisdictions": ["South Korea", "KOR"], "platform": "텔레그램", "agency": "경찰청"})
    assert isinstance(record, Statistic)
    assert (record.speaker, record.agency, record.platform) == ("kr.kcsc", "kr.knpa", "telegram")
    assert record.jurisdictions == ("KR",)
    assert known_period(record.period).precision is Precision.QUARTER


@pytest.mark.parametrize(
    ("claim", "changes", "column"),
    [
        (FIGURE, {"record": "Case"}, "record"),
        (FIGURE, {"id": "Not an id"}, "id"),
        (FIGURE, {"id": ""}, "id"),
        (FIGURE, {"id": "example\n"}, "id"),
        (FIGURE, {"citation": ""}, "citation"),
        (FIGURE, {"citation": "a\0b"}, "citation"),
        (FIGURE, {"citation": "\ud800"}, "citation"),
        (FIGURE, {"url": "the web"}, "url"),
        (FIGURE, {"url": "file:///etc/passwd"}, "url"),
        (FIGURE, {"speaker": "nobody"}, "speaker"),
        (FIGURE, {"agency": "nobody"}, "agency"),
        (FIGURE, {"platform": "nowhere"}, "platform"),
        (FIGURE, {"jurisdictions": ["Atlantis"]}, "jurisdictions"),
        (FIGURE, {"harm_categories": ["HARM"]}, "harm_categories"),
        (FIGURE, {"metric": "reports"}, "metric"),
        (FIGURE, {"unit": None}, "unit"),
        (FIGURE, {"value": True}, "value"),
        (FIGURE, {"value": -1}, "value"),
        (FIGURE, {"value": 1.5}, "value"),
        (FIGURE, {"value": 10**16}, "value"),
        (FIGURE, {"value": Decimal("NaN")}, "value"),
        (FIGURE, {"value": Decimal("1E+999999")}, "value"),
        (FIGURE, {"value": Decimal("1E-999999")}, "value"),
        (FIGURE, {"value": None}, "value"),
        (FIGURE, {"unit": "PERCENT", "aggregation": "NONE", "value": 101}, "value"),
        (FIGURE, {"qualifier": "NOT_REPORTED"}, "value"),
        (FIGURE, {"qualifier": "RANGE"}, "value"),
        (FIGURE, {"qualifier": "RANGE", "value": None}, "low"),
        (FIGURE, {"qualifier": "RANGE", "value": None, "low": 2, "high": 1}, "low"),
        (FIGURE, {"low": 1}, "low"),
        (FIGURE, {"cumulative": True}, "aggregation"),
        (FIGURE, {"unit": "PERSONS"}, "aggregation"),
        (FIGURE, {"unit": "PERCENT"}, "aggregation"),
        (FIGURE, {"period": {}}, "period"),
        (FIGURE, {"period": {"timezone": "Asia/Seoul"}}, "period"),
        (FIGURE, {"period": {"start": "2031-01-01", "end": "2031-01-01"}}, "period"),
        (FIGURE, {"period": {"start": "2031-02-29"}}, "period"),
        (FIGURE, {"period": {"timezone": "KST", "text": "May"}}, "period"),
        (FIGURE, {"period": {"from": "2031-01-01"}}, "period"),
        (FIGURE, {"stated_at": "yesterday"}, "stated_at"),
        (FIGURE, {"native": {"colour": "red"}}, "native"),
        (FIGURE, {"part_of": "example"}, "part_of"),
        (FIGURE, {"part_of": "missing"}, "part_of"),
        (FIGURE, {"valeu": 5}, "valeu"),
        (FIGURE, {"from_agency": "KNPA"}, "from_agency"),
        (REQUEST, {"from_agency": "nobody"}, "from_agency"),
        (REQUEST, {"to_jurisdiction": "Atlantis"}, "to_jurisdiction"),
        (REQUEST, {"channel": "PIGEON"}, "channel"),
        (REQUEST, {"requested": {"start": "2031-02-01", "end": "2031-01-01"}}, "requested"),
        (INQUIRY, {"requester": "nobody"}, "requester"),
        (INQUIRY, {"accounts_count": -1}, "accounts_count"),
        (INQUIRY, {"accounts_count": 10**30}, "accounts_count"),
        (INQUIRY, {"due": "soon"}, "due"),
    ],
)
def test_a_bad_claim_is_rejected_once_by_its_key(claim: dict[str, Any], changes: dict[str, Any], column: str) -> None:
    result = read_claims([claim, claim | {"id": "bad"} | changes] if "id" not in changes else [claim, claim | changes])
    if changes.get("part_of") == "example":
        result = read_claims([claim | changes])
    (rejection,) = result.rejections
    assert rejection.position == result.rows
    assert rejection.column == column
    assert rejection.reason
    assert is_accounted_for(result)


@pytest.mark.parametrize(
    "key", ["record", "id", "citation", "speaker", "metric", "unit", "qualifier", "period", "aggregation"]
)
def test_a_missing_key_is_named(key: str) -> None:
    (rejection,) = read_claims([{name: value for name, value in FIGURE.items() if name != key}]).rejections
    assert (rejection.reason, rejection.column) == ("the key is missing", key)


def test_a_part_must_fit_its_whole() -> None:
    larger = read_claims([FIGURE, FIGURE | {"id": "part", "part_of": "example", "value": 6}])
    other = read_claims([FIGURE, FIGURE | {"id": "part", "part_of": "example", "unit": "CASES"}])
    assert [rejection.column for rejection in (*larger.rejections, *other.rejections)] == ["part_of", "part_of"]


def test_rejections_quote_nothing_of_the_file() -> None:
    rows = [FIGURE | {"metric": "SECRET"}, FIGURE | {"speaker": "SECRET"}, FIGURE | {"jurisdictions": ["SECRET"]}]
    result = read_claims(rows)
    assert len(result.rejections) == 3
    assert not any("SECRET" in rejection.reason for rejection in result.rejections)


def test_two_claims_of_one_id_are_both_rejected_and_equal_ones_merged() -> None:
    result = read_claims([FIGURE, FIGURE | {"value": 6}, REQUEST, REQUEST])
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [(1, "id"), (2, "id")]
    assert [record.external_id for record in result.records] == ["asked"]
    assert result.merged == 1
    assert is_accounted_for(result)


ROW = st.one_of(
    st.builds(
        lambda base, changes: base | changes,
        st.sampled_from([FIGURE, REQUEST, INQUIRY]),
        st.fixed_dictionaries(
            {"id": st.sampled_from(["a", "b", "c", "d"])},
            optional={
                "value": st.integers(-1, 9),
                "part_of": st.sampled_from(["a", "b"]),
                "platform": st.sampled_from(["telegram", "x" * 9]),
                "native": st.dictionaries(st.sampled_from(["value", "status", "nothing"]), st.text(max_size=3)),
                "speaker": st.just("nobody"),
            },
        ),
    ),
    st.sampled_from([FIGURE, REQUEST, INQUIRY]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.dates() | st.datetimes(),
        lambda children: (
            st.lists(children, max_size=3)
            | st.dictionaries(st.sampled_from(sorted(FIGURE)) | st.text(max_size=4), children, max_size=4)
        ),
        max_leaves=8,
    ),
)


@given(st.lists(ROW, max_size=8))
def test_every_row_of_any_file_is_accounted_for(rows: list[object]) -> None:
    assert is_accounted_for(read_claims(rows))


@given(st.lists(ROW, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_no_record(rows: list[object], chance: random.Random) -> None:
    in_order, shuffled = read_claims(rows), read_claims(chance.sample(rows, len(rows)))
    assert shuffled.records == in_order.records
    assert shuffled.merged == in_order.merged


@given(
    st.sampled_from(["claims.toml", "claims.json"]),
    st.binary() | st.lists(ROW, max_size=3).map(lambda rows: json.dumps({"claim": rows}, default=str).encode()),
)
def test_any_bytes_are_read_or_refused_as_a_source_error(name: str, content: bytes) -> None:
    outcome: ReadResult | SourceError
    try:
        outcome = read_file(name, content)
    except SourceError as exc:
        outcome = exc
    assert isinstance(outcome, SourceError) or is_accounted_for(outcome)


@pytest.mark.parametrize("content", [b"", b"claim = 1", b"claim = []", b"[claim]", b"version = 1\n[[claim]]\nid = 'a'"])
def test_a_file_without_claims_has_an_unexpected_shape(content: bytes) -> None:
    """An empty file that passed for a complete one would withdraw all that is known."""
    with pytest.raises(UnexpectedShape):
        read_file("claims.toml", content)


def test_deep_nesting_is_a_rejection_or_unreadable_and_never_a_crash() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    (rejection,) = read_claims([FIGURE | {"native": deep}]).rejections
    assert rejection.column == "native"
    with pytest.raises(Unreadable):
        read_file("claims.json", b'{"claim": ' + b"[" * 100_000)


# Files and scopes.


def test_without_paths_the_shipped_claims_are_read_whole() -> None:
    (batch,) = batches()
    assert batch.rows == len(batch.records) == 77
    assert batch.checkpoint is None
    assert batch.origin.location == "published_figures.toml"
    assert {record.type for record in batch.records} == ABOUT.records


def test_another_reviewed_file_may_be_json_with_the_same_keys(tmp_path: Path) -> None:
    (tmp_path / "more.json").write_text(json.dumps({"claim": [FIGURE, REQUEST, INQUIRY]}))
    (batch,) = batches(tmp_path)
    assert [record.external_id for record in batch.records] == ["asked", "data", "example"]
    assert [scope.name for scope in PublishedFigures().files([tmp_path])] == ["more"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for suffix in ("toml", "json"):
        (tmp_path / f"claims.{suffix}").write_text("x")
    with pytest.raises(Unreadable, match="two files"):
        PublishedFigures().files([tmp_path])


def test_there_is_no_live_channel() -> None:
    assert list(PublishedFigures().scopes(Demand(record=RecordType.STATISTIC))) == []


ARREST = {
    "record": "Arrest",
    "id": "arrested",
    "agency": "Met Police",
    "event": "CHARGED",
    "counting_unit": "PERSON",
    "happened": {"start": date(2031, 1, 5), "end": date(2031, 1, 6)},
    "citation": "Somebody",
    "cites": ["https://data.police.uk/api/outcomes-for-crime/" + "0" * 64],
}


def test_a_claimed_arrest_shares_the_reference_of_the_crime_that_it_cites() -> None:
    (record,) = read_claims([ARREST]).records
    assert isinstance(record, Arrest)
    assert (record.agency, record.event, record.citation) == ("gb.metropolitan-police", ArrestEvent.CHARGED, "Somebody")
    assert record.references == (Reference("uk-crime-id", "0" * 64),)


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"cites": ["https://example.org/1"]}, "cites"), ({"platform": "telegram"}, "platform"), ({"age": 17}, "age")],
)
def test_a_claimed_arrest_has_nothing_personal_and_cites_only_what_is_known(
    changes: dict[str, object], column: str
) -> None:
    result = read_claims([ARREST | changes])
    assert result.records == []
    assert [rejection.column for rejection in result.rejections] in ([column], [None])
