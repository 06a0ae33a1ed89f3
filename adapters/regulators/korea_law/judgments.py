"""From the service's lists of judgments and decisions to cases. Does no I/O."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats.json import printable, read_json
from adapters.records import Case, NativeTerm, Offence, Period, Reference
from adapters.regulators.korea_law import TIME_ZONE
from adapters.vocabulary.enums import CaseStatus, HarmCategory, Precision, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from adapters.vocabulary.names import find_agency
from adapters.vocabulary.terms import crosswalk

NAME = "korea_law"
RECORDS = frozenset({RecordType.CASE})
KOREA = parse_jurisdiction("KR")
COMMISSION = "kr.kcc"

PRECEDENTS, COMMISSIONS = "prec", "kcc"
"""The service's names for its lists of judgments and of decisions."""

STATUTES = {
    "허위영상물": "성폭력처벌법 제14조의2",
    "카메라등이용촬영": "성폭력처벌법 제14조",
    "촬영물등이용": "성폭력처벌법 제14조의3",
    "편집물등이용": "성폭력처벌법 제14조의3",
    "편집물등을이용": "성폭력처벌법 제14조의3",
    "통신매체이용음란": "성폭력처벌법 제13조",
    "성착취물이용": "청소년성보호법 제11조의2",
    "성착취물을이용": "청소년성보호법 제11조의2",
    "성착취물": "청소년성보호법 제11조",
}
"""Word in a case's name → the article by which it is tried. The first that the name has decides."""

HARMS = crosswalk(HarmCategory, "law_cases")
"""Word in a case's name → the harm."""

CRIMINAL = "형사"

DAY = re.compile(r"(?P<year>\d{4})[.-]?\s?(?P<month>\d{1,2})[.-]?\s?(?P<day>\d{1,2})\.?", re.ASCII)
NUMBER = re.compile(r"\d{1,12}", re.ASCII)
CASE_NUMBER = re.compile(r"[0-9A-Za-z가-힣()·-]{3,40}")
MARKUP = re.compile(r"<[^<>]{0,40}>")


def read_file(name: str, content: bytes) -> ReadResult:
    """The cases of a recorded answer: of a page of a list, or one judgment.

    Raises Unreadable where it is neither JSON nor XML, UnexpectedShape where it is not an answer of this service.
    """
    payload = _read_xml(name, content) if name.lower().endswith(".xml") else read_json(name, content)
    root = next(iter(payload.values())) if isinstance(payload, dict) and len(payload) == 1 else None
    if isinstance(root, dict):
        if "판례정보일련번호" in root:
            return read_cases(PRECEDENTS, [root])
        for target in (PRECEDENTS, COMMISSIONS):
            if target in root or root.get("target") == target:
                return _read_list(name, target, payload)
        if "totalCnt" in root:
            return _read_list(name, PRECEDENTS, payload)
    raise UnexpectedShape(f"{name}: is neither a list of cases nor a judgment of this service")


def _read_list(name: str, target: str, payload: object) -> ReadResult:
    """The cases of a recorded page. Raises UnexpectedShape where it counts cases and has none under the list's name."""
    cases, total = read_page(name, target, payload)
    if total and not cases:
        raise UnexpectedShape(f"{name}: the answer has no cases under {target}")
    return read_cases(target, cases)


def read_page(name: str, target: str, payload: object) -> tuple[list[object], int]:
    """The cases of a page, and the total of all pages. The total may be text, and one case is not in a list."""
    root = next(iter(payload.values())) if isinstance(payload, dict) and len(payload) == 1 else None
    total = root.get("totalCnt") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(total, (str, int)) or NUMBER.fullmatch(str(total)) is None:
        raise UnexpectedShape(f"{name}: the answer does not count its cases")
    cases = root.get(target)
    if cases is None or (cases in ("", []) and not int(total)):
        cases = []
    return (cases if isinstance(cases, list) else [cases]), int(total)


def _read_xml(name: str, content: bytes) -> dict[str, dict[str, object]]:
    """The document in the shape of its JSON form: elements that occur several times are lists."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise Unreadable(f"{name}: is not XML") from exc
    values: dict[str, object] = {}
    for child in root:
        value: object = {field.tag: field.text or "" for field in child} if len(child) else (child.text or "").strip()
        if child.tag in values:
            earlier = values[child.tag]
            values[child.tag] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            values[child.tag] = value
    return {root.tag: values}


def read_cases(target: str, entries: Sequence[object]) -> ReadResult:
    """The cases of a list. A case that is there twice is one record."""
    result = ReadResult()
    result.add_rows(entries, partial(_read_case, target))
    return result


def _read_case(target: str, entry: object) -> Case | None:
    if not isinstance(entry, dict):
        raise RowError("a case must be an object")
    return _judgment(entry) if target == PRECEDENTS else _decision(entry)


def _judgment(entry: Mapping[str, object]) -> Case | None:
    """A judgment, from a list or from its own page; None for one that is not criminal.

    Where the kind of case is missing, a judgment is criminal if its name has the word of an offence.
    """
    identifier = _identifier(entry, "판례일련번호", "판례정보일련번호")
    title, kind = _text(entry, "사건명"), _text(entry, "사건종류명")
    words = [word for word in HARMS if word in title.replace(" ", "")]
    if kind != CRIMINAL and (kind or not words):
        return None
    court, numbers = _text(entry, "법원명"), _case_numbers(entry, "사건번호")
    agency = find_agency(court) if court else None
    statute = next((code for word, code in STATUTES.items() if word in title.replace(" ", "")), None)
    return Case(
        source=NAME,
        external_id=f"{PRECEDENTS}/{identifier}",
        references=tuple(Reference("case-number", number) for number in sorted(set(numbers))),
        jurisdictions=(KOREA,),
        title=title or None,
        case_number=numbers[0] if numbers else None,
        agency=agency.id if agency else None,
        court=court or None,
        status=CaseStatus.IN_COURT,
        offence=Offence(scheme="law", code=statute) if statute else None,
        harm_categories=tuple(sorted({HARMS[word] for word in words})) or (HarmCategory.OTHER,),
        closed=_day(entry, "선고일자"),
        native=tuple(
            NativeTerm(field, text)
            for field, key in (("status", "판결유형"), ("status", "선고"), ("publisher", "데이터출처명"))
            if (text := _text(entry, key))
        ),
    )


def _decision(entry: Mapping[str, object]) -> Case:
    """A decision of the commission. Its title is not stored: it may name the person or company that it is about."""
    numbers = _case_numbers(entry, "안건번호")
    return Case(
        source=NAME,
        external_id=f"{COMMISSIONS}/{_identifier(entry, '결정문일련번호')}",
        references=tuple(Reference("kcc-agenda", number) for number in sorted(set(numbers))),
        jurisdictions=(KOREA,),
        case_number=numbers[0] if numbers else None,
        agency=COMMISSION,
        closed=_day(entry, "의결일자"),
    )


def _identifier(entry: Mapping[str, object], *keys: str) -> str:
    for key in keys:
        if key in entry:
            text = _text(entry, key)
            if NUMBER.fullmatch(text) is None:
                raise RowError("is not a number", key)
            return text
    raise RowError("is missing", keys[0])


def _case_numbers(entry: Mapping[str, object], key: str) -> list[str]:
    """The numbers of joined cases: `2023도1234, 2023전도12(병합)`."""
    numbers = [part.strip() for part in _text(entry, key).split(",") if part.strip()]
    if any(CASE_NUMBER.fullmatch(number.replace(" ", "")) is None for number in numbers):
        raise RowError("is not a case number", key)
    return numbers


def _day(entry: Mapping[str, object], key: str) -> Period | None:
    """The day of `2026.03.12`, `20260312` or `2026-03-12`; None where there is none."""
    text = _text(entry, key)
    if not text or text.strip("0") == "":
        return None
    match = DAY.fullmatch(text)
    if match is None:
        raise RowError("is not a day", key)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return Period(start=day, end=day + timedelta(days=1), precision=Precision.DAY, timezone=TIME_ZONE)
    except (ValueError, OverflowError):
        raise RowError("is not a day", key) from None


def _text(entry: Mapping[str, object], key: str) -> str:
    """The text without its markup; "" where there is none."""
    value = entry.get(key)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    if not isinstance(value, str):
        raise RowError("is not text", key)
    return printable(" ".join(MARKUP.sub(" ", value).split()), 200)
