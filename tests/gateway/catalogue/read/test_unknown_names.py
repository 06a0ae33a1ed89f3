"""Names that nothing has are errors with the nearest name, and equivalent spellings of a text are equal."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest

from adapters.records import Arrest, Case, Dimension, Offence, Period, Reference, Statistic
from adapters.vocabulary.enums import Audience, Metric, Precision, Unit
from gateway.access.callers import AccessGrant, Caller, public
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.request import Request
from tests.support.catalogue import Shelf

Form = Literal["NFC", "NFD"]

HANGUL = "디지털 성범죄"
"""An offence whose composed and decomposed forms differ in every letter."""

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1), Precision.YEAR)
EVENTS = [
    Case(
        source="fake",
        external_id="1",
        offence=Offence(scheme="local", code="robbery", label="Robbery"),
        references=(Reference("case-number", "2024-1"),),
    ),
    Case(source="fake", external_id="2", offence=Offence(label=HANGUL)),
    Arrest(source="fake", external_id="4", offence=Offence(code="robbery")),
]
FIGURES = [
    Statistic(
        source="fake",
        external_id="3",
        metric=Metric.ARRESTS,
        unit=Unit.PERSONS,
        period=YEAR,
        population="suspects under 20",
        counterpart="Agence A",
        dimensions=(Dimension("age_group", "10-19"),),
    )
]

MINORS = "suspects under 20"

UNKNOWN = [
    ('cases(filter: {source: ["fakee"]}) { totalCount }', "source 'fakee'", "fake"),
    ('arrests(filter: {source: ["fake", "fakee"]}) { totalCount }', "source 'fakee'", "fake"),
    ('cases { nodes { arrests(filter: {source: ["fakee"]}) { totalCount } } }', "source 'fakee'", "fake"),
    ('caseSummary(filter: {source: ["fakee"]}) { cells { count } }', "source 'fakee'", "fake"),
    ('changes(filter: {source: ["fakee"]}) { cursor }', "source 'fakee'", "fake"),
    ('coverage(filter: {source: ["fakee"]}) { state }', "source 'fakee'", "fake"),
    ('sources(name: ["fakee"]) { name }', "source 'fakee'", "fake"),
    ('total(%s, source: ["fakee"]) { reason }', "source 'fakee'", "fake"),
    ('compareStatistics(%s, sources: ["fakee"]) { complete }', "source 'fakee'", "fake"),
    ('agencies(name: ["kr.kccs"]) { id }', "agency 'kr.kccs'", "kr.kcsc"),
    ('platforms(name: ["telegrm"]) { id }', "platform 'telegrm'", "telegram"),
    ('vocabulary(name: ["CaseStatu"]) { name }', "list 'CaseStatu'", "CaseStatus"),
    ('takedowns(filter: {platform: ["telegrm"]}) { totalCount }', "platform 'telegrm'", "telegram"),
    ('cases(filter: {offence: ["robery"]}) { totalCount }', "offence 'robery'", "robbery"),
    ('cases(filter: {offence: ["robbery", "Robery"]}) { totalCount }', "offence 'Robery'", "Robbery"),
    ('cases { nodes { arrests(filter: {offence: ["robery"]}) { totalCount } } }', "offence 'robery'", "robbery"),
    (
        'cases(filter: {reference: {scheme: "case-numbr", value: "1"}}) { totalCount }',
        "scheme 'case-numbr'",
        "case-number",
    ),
    (
        'statistics(filter: {population: ["suspects under 02"]}) { totalCount }',
        "population 'suspects under 02'",
        MINORS,
    ),
    (
        'statistics(filter: {dimension: [{name: "age_grup", value: "10-19"}]}) { totalCount }',
        "axis 'age_grup'",
        "age_group",
    ),
    ('statistics(filter: {dimension: [{name: "age_group", value: "10-18"}]}) { totalCount }', "'10-18'", "10-19"),
    ('total(%s, population: "suspects under 02") { reason }', "population 'suspects under 02'", MINORS),
    ('total(%s, counterpart: "Agence B") { reason }', "counterpart 'Agence B'", "Agence A"),
    ('compareStatistics(%s, dimensions: [{name: "age_group", value: "10-18"}]) { complete }', "'10-18'", "10-19"),
]
"""A field that names something that does not exist, what the message quotes, and what it suggests."""

FIGURE_ARGUMENTS = 'metric: ARRESTS, period: {start: "2024-01-01", end: "2025-01-01"}'


def ask(shelf: Shelf, document: str) -> Answer:
    caller = public(shelf.holdings.descriptions.values())
    return shelf.run(execute_request(shelf.holdings, caller, DocumentCaches(), Request(query=document)))


def test_a_name_of_nothing_is_an_error_that_suggests_the_nearest(shelf: Shelf) -> None:
    shelf.state([*EVENTS, *FIGURES])
    for field, name, suggestion in UNKNOWN:
        errors = ask(shelf, f"{{ {field.replace('%s', FIGURE_ARGUMENTS)} }}").errors
        assert [error["extensions"]["code"] for error in errors] == ["BAD_INPUT"], field
        assert name in errors[0]["message"]
        assert f"Did you mean {suggestion!r}?" in errors[0]["message"]


def test_a_value_is_no_error_where_no_record_shows_which_there_are(shelf: Shelf) -> None:
    shelf.state([])
    answer = ask(shelf, '{ cases(filter: {offence: ["robbery"]}) { totalCount } }')
    assert not answer.errors
    assert answer.data == {"cases": {"totalCount": 0}}


def test_a_value_that_records_have_is_no_error_where_other_conditions_exclude_them(shelf: Shelf) -> None:
    shelf.state(EVENTS)
    answer = ask(shelf, '{ cases(filter: {offence: ["robbery"], status: [CHARGED]}) { totalCount } }')
    assert answer.data == {"cases": {"totalCount": 0}}


def test_a_suggestion_repeats_nothing_of_a_partners_records(shelf: Shelf) -> None:
    """Reads of such records are logged, and a message is no such read."""
    shelf.state(EVENTS)
    secret = Case(source="partner", external_id="1", offence=Offence(label="Robbery of a bank"))
    shelf.state([secret], name="partner", audience=Audience.PARTNER)
    caller = Caller(Audience.PARTNER, frozenset({"fake"}), (AccessGrant(sources=frozenset({"partner"})),))
    for text, error in (("Robbery of a bank", None), ("Robbery of a bonk", "No record has the offence")):
        request = Request(query=f'{{ cases(filter: {{offence: ["{text}"], status: [CHARGED]}}) {{ totalCount }} }}')
        answer = shelf.run(execute_request(shelf.holdings, caller, DocumentCaches(), request))
        assert [each["message"].partition(" '")[0] for each in answer.errors] == ([] if error is None else [error])
        assert "bank" not in answer.text().decode()


@pytest.mark.parametrize("name", ["hidden", "hiden"])
def test_a_source_that_a_caller_may_not_see_is_a_name_of_nothing(shelf: Shelf, name: str) -> None:
    shelf.state(EVENTS)
    shelf.know(name="hidden", audience=Audience.PARTNER)
    (error,) = ask(shelf, f'{{ cases(filter: {{source: ["{name}"]}}) {{ totalCount }} }}').errors
    assert error["message"] == f"There is no source {name!r}. The field sources lists them."


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_a_filter_finds_a_text_in_its_other_canonical_form(
    shelf: Shelf, stored: Literal["NFC", "NFD"], form: Literal["NFC", "NFD"]
) -> None:
    def text(value: str) -> str:
        return unicodedata.normalize(stored, value)

    shelf.state(
        [
            Case(
                source="fake",
                external_id="1",
                offence=Offence(label=text(HANGUL)),
                references=(Reference(text("사건번호"), text("2024고단1")),),
            ),
            Statistic(
                source="fake",
                external_id="2",
                metric=Metric.ARRESTS,
                unit=Unit.PERSONS,
                value=Decimal(7),
                period=YEAR,
                population=text("촉법소년"),
                counterpart=text("서울"),
                dimensions=(Dimension(text("연령"), text("십대")),),
            ),
        ],
    )
    query = """{
      offence: cases(filter: {offence: ["디지털 성범죄"]}) { totalCount }
      reference: cases(filter: {reference: {scheme: "사건번호", value: "2024고단1"}}) { totalCount }
      figures: statistics(filter: {population: ["촉법소년"], dimension: [{name: "연령", value: "십대"}]}) { totalCount }
      total(%s, population: "촉법소년", counterpart: "서울", dimensions: [{name: "연령", value: "십대"}]) {
        answers { value }
      }
    }"""
    answer = ask(shelf, unicodedata.normalize(form, query % FIGURE_ARGUMENTS))
    assert not answer.errors
    assert answer.data == {
        "offence": {"totalCount": 1},
        "reference": {"totalCount": 1},
        "figures": {"totalCount": 1},
        "total": {"answers": [{"value": "7"}]},
    }
