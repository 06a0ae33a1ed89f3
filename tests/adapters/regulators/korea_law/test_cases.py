"""Judgments and decisions of the service: three formats of days, one case without a list, and no data of persons."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape, Unreadable
from adapters.records import Case, Reference
from adapters.regulators.korea_law.judgments import COMMISSIONS, PRECEDENTS, read_cases, read_file
from adapters.regulators.korea_law.source import KoreaLaw
from adapters.vocabulary.enums import CaseStatus, HarmCategory

EXAMPLES = Path(__file__).parents[3] / "examples" / "korea_law"


def example(name: str) -> ReadResult:
    return read_file(name, (EXAMPLES / name).read_bytes())


def cases_by_id(result: ReadResult) -> dict[str, Case]:
    return {record.external_id: record for record in result.records if isinstance(record, Case)}


def day(case: Case) -> date | None:
    return case.closed.start if case.closed else None


def test_every_case_of_a_list_is_accounted_for() -> None:
    result = example("list.json")
    assert (result.rows, len(result.records), result.out_of_scope) == (5, 2, 1)
    assert [(rejection.position, rejection.column) for rejection in result.rejections] == [
        (4, "판례일련번호"),
        (5, "선고일자"),
    ]


def test_a_judgment_names_its_offence_its_court_and_its_numbers() -> None:
    judgment = cases_by_id(example("list.json"))["prec/7000001"]
    assert judgment.title == "성폭력범죄의처벌등에관한특례법위반(허위영상물편집·반포등)"
    assert judgment.harm_categories == (HarmCategory.NCII_DEEPFAKE,)
    assert judgment.offence is not None
    assert (judgment.offence.scheme, judgment.offence.code) == ("law", "성폭력처벌법 제14조의2")
    assert (judgment.court, judgment.agency, judgment.status) == ("대법원", "kr.supreme-court", CaseStatus.IN_COURT)
    assert judgment.references == (
        Reference("case-number", "2031고단7000001"),
        Reference("case-number", "2031전고7000002(병합)"),
    )
    assert (judgment.case_number, day(judgment)) == ("2031고단7000001", date(2031, 3, 12))


def test_days_have_three_formats() -> None:
    assert day(cases_by_id(example("list.json"))["prec/7000003"]) == date(2031, 4, 1)
    assert day(cases_by_id(example("one.xml"))["prec/7000006"]) == date(2031, 5, 6)
    assert day(cases_by_id(example("decisions.json"))["kcc/8000001"]) == date(2031, 2, 3)


def test_a_case_may_be_about_several_harms() -> None:
    several = cases_by_id(example("list.json"))["prec/7000003"]
    assert set(several.harm_categories) == {HarmCategory.CSAM, HarmCategory.NCII}
    assert (several.court, several.agency) == ("아무 고법", None)
    other = cases_by_id(read_cases(PRECEDENTS, [{"판례일련번호": "1", "사건명": "상해", "사건종류명": "형사"}]))[
        "prec/1"
    ]
    assert (other.harm_categories, other.offence) == ((HarmCategory.OTHER,), None)


def test_a_judgment_without_a_kind_is_read_where_its_name_has_an_offence() -> None:
    def read(title: str | None) -> ReadResult:
        return read_cases(PRECEDENTS, [{"판례일련번호": "1", "사건명": title}])

    assert read("손해배상(기)").out_of_scope == read(None).out_of_scope == 1
    assert len(read("성폭력범죄의처벌등에관한특례법위반(허위영상물편집)").records) == 1


def test_a_judgments_own_page_is_the_same_case_without_its_text() -> None:
    (judgment,) = cases_by_id(example("judgment.json")).values()
    other = cases_by_id(example("list.json"))["prec/7000001"]
    assert (judgment.id, judgment.closed, judgment.harm_categories) == (
        other.id,
        other.closed,
        other.harm_categories,
    )
    assert "아무개" not in repr(judgment)


def test_a_decision_is_the_commissions_and_has_no_title() -> None:
    (decision,) = cases_by_id(example("decisions.json")).values()
    assert (decision.agency, decision.case_number, decision.title) == ("kr.kcc", "2031-01-001", None)
    assert "아무개" not in repr(decision)


def test_no_link_is_stored() -> None:
    assert "nobody" not in repr([example(path.name).records for path in sorted(EXAMPLES.iterdir())])


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"판례일련번호": None}, "판례일련번호"),
        ({"판례일련번호": "-1"}, "판례일련번호"),
        ({"사건번호": "<script>"}, None),
        ({"사건번호": "no number at all, really?"}, "사건번호"),
        ({"사건명": ["상해"]}, "사건명"),
        ({"선고일자": "2031.13.01"}, "선고일자"),
        ({"선고일자": "99999999"}, "선고일자"),
    ],
    ids=["no id", "a negative id", "markup", "no case number", "a list", "no month", "no day"],
)
def test_an_invalid_entry_is_rejected(fields: dict[str, Any], column: str | None) -> None:
    result = read_cases(PRECEDENTS, [{"판례일련번호": "1", "사건종류명": "형사"} | fields])
    assert [rejection.column for rejection in result.rejections] == ([column] if column else [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["판례일련번호", "결정문일련번호", "사건명", "사건번호", "선고일자", "의결일자", "법원명", "사건종류명"]


@given(
    st.sampled_from([PRECEDENTS, COMMISSIONS]),
    st.lists(st.dictionaries(st.sampled_from(KEYS), JSON) | JSON, max_size=4),
)
def test_any_entry_is_read_or_rejected(target: str, entries: list[Any]) -> None:
    result = read_cases(target, entries)
    assert result.rows == len(entries)
    assert result.rows == len(result.records) + result.merged + result.out_of_scope + len(result.rejections)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", b"<html>"),
        ("x.xml", b"<PrecSearch>"),
        ("x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><PrecSearch><totalCnt>&b;</totalCnt></PrecSearch>'),
    ],
    ids=["no JSON", "no XML", "an entity"],
)
def test_a_file_that_cannot_be_decoded_is_unreadable(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable, match=rf"^{name}: "):
        read_file(name, content)


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"a": {}, "b": {}}', b'{"PrecSearch": {"totalCnt": "many"}}'])
def test_a_file_that_is_not_an_answer_is_an_unexpected_shape(content: bytes) -> None:
    with pytest.raises(UnexpectedShape, match=r"^x\.json: "):
        read_file("x.json", content)


def test_an_empty_list_has_no_rows() -> None:
    assert read_file("x.json", b'{"PrecSearch": {"totalCnt": "0", "page": "1"}}').rows == 0
    assert read_file("x.json", b'{"PrecSearch": {"totalCnt": "0", "prec": ""}}').rows == 0
    assert [scope.name for scope in KoreaLaw().files([EXAMPLES])] == [
        "decisions.json",
        "judgment.json",
        "list.json",
        "one.xml",
    ]
