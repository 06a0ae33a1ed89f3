"""Korea's National Law Information service: judgments, and decisions of the broadcasting and communications commission.

Documented at https://open.law.go.kr/. A scope is what a search in the names of cases finds: `prec/허위영상물/2024` are
judgments of one year, `kcc/딥페이크` decisions of the commission. Only some judgments are published, and what the lists
say is all that is read: texts of judgments tell of persons, and so do titles of decisions.

The interface repeats the caller's key in the links of its answers; no link is read.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from adapters.client import JSON, Answer, Clock, Credential, Rate, Secret, SystemClock, Upstream, together
from adapters.document import ReadResult, RowError, read_document
from adapters.errors import RequestRefused, TooLarge, Unauthorised, UnexpectedShape, Unreadable
from adapters.formats import files
from adapters.formats.structured import printable, read_json
from adapters.records import Case, NativeTerm, Offence, Period, Reference
from adapters.source import ARCHIVE, About, Batch, Demand, Origin, Scope
from adapters.vocabulary.enums import Audience, CaseStatus, HarmCategory, Precision, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import jurisdiction
from adapters.vocabulary.names import find_agency
from adapters.vocabulary.terms import natives

NAME = "korea_law"
ADDRESS = "https://www.law.go.kr/DRF"
LIVE = "live"
KOREA = jurisdiction("KR")
COMMISSION = "kr.kcc"

ABOUT = About(
    name=NAME,
    title="Judgments and commission decisions (National Law Information, Republic of Korea)",
    kind=SourceKind.REGULATOR,
    publisher="Ministry of Government Legislation (법제처)",
    url="https://open.law.go.kr/",
    licence="Judgments and decisions are no protected works (Copyright Act of Korea, Article 7)",
    licence_url=None,
    attribution="Ministry of Government Legislation, National Law Information Center (국가법령정보센터)",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.CASE}),
    jurisdictions=(KOREA,),
    # A search finds cases by their names, and published judgments stay published.
    withdraws=False,
    authoritative=LIVE,
    notes=(
        "Only published judgments: few, and mostly of the highest courts. Their number says nothing of how many cases "
        "there were.",
        "A judgment's name is that of the offence, not of a person. Whether anybody was found guilty is not stated.",
        "Names of courts are abbreviated as the service abbreviates them.",
        "Judgments in other than criminal cases are out of scope, and those that may be such.",
        "The commission's name changed; its code in this service did not.",
    ),
)

RATE = Rate(calls=2, seconds=1, burst=4)
"""The service names no limit."""

PAGE = 100
"""The most cases that an answer lists."""

MOST = 5_000
"""Cases of one scope. All judgments about deepfakes are some dozens."""

PRECEDENTS, COMMISSIONS = "prec", "kcc"

QUERIES = ("허위영상물", "카메라등이용촬영")
"""What a question about cases is searched by: the words of Articles 14-2 and 14 in the names of cases."""

STATUTES = {"허위영상물": "성폭력처벌법 제14조의2", "카메라등이용촬영": "성폭력처벌법 제14조"}
"""By which article a case with this word in its name is tried."""

HARMS = natives(HarmCategory, "law_cases")
"""By words in the names of cases."""

CRIMINAL = "형사"

SCOPE = re.compile(r"(?:(?P<prec>prec)/(?P<name>[^/]{1,60})(?:/(?P<year>\d{4}))?|kcc/(?P<agenda>[^/]{1,60}))", re.ASCII)
DAY = re.compile(r"(?P<year>\d{4})[.-]?\s?(?P<month>\d{1,2})[.-]?\s?(?P<day>\d{1,2})\.?", re.ASCII)
NUMBER = re.compile(r"\d{1,12}", re.ASCII)
CASE_NUMBER = re.compile(r"[0-9A-Za-z가-힣()·-]{3,40}")
MARKUP = re.compile(r"<[^<>]{0,40}>")


class Asked(NamedTuple):
    """What a scope's name asks for; decisions are searched in all years."""

    target: str
    query: str
    year: int | None

    @property
    def name(self) -> str:
        """The scope's name."""
        return "/".join((self.target, self.query, *((f"{self.year}",) if self.year else ())))


class KoreaLaw:
    """The source. Asks for pages of a list; what they mean is read by the functions below it."""

    about = ABOUT

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        key: Secret | None = None,
        patience: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        keys = [Credential(secret=key, place="query", name="OC")] if key else []
        self._has_key = key is not None
        self._clock = clock or SystemClock()
        self._upstream = Upstream(address, rates=[RATE], keys=keys, patience=patience, clock=self._clock)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """Judgments about sexual images in each year of the demand."""
        if demand.record is not RecordType.CASE or demand.start is None or demand.end is None:
            return
        if demand.jurisdictions and KOREA not in demand.jurisdictions:
            return
        last = (demand.end - timedelta(days=1)).year
        for year in range(max(demand.start.year, 1990), min(last, self._clock.now().year) + 1):
            yield from (_scope(Asked(PRECEDENTS, query, year)) for query in QUERIES)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [_scope(_asked(name, self._clock.now().year)) for name in names]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per recorded answer, JSON or XML: a page of a list, or one judgment."""
        if not paths:
            return ()
        return tuple(
            Scope(source=NAME, channel=ARCHIVE, name=files.named(path), records=ABOUT.records, path=path)
            for path in files.find(paths, (".json", ".xml"))
        )

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._ask(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._upstream.close()

    async def _ask(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if not self._has_key:
            raise Unauthorised("the service wants the user name that it calls OC: the setting `key` of this source")
        asked = _asked(scope.name)
        found: list[object] = []
        origins: list[Origin] = []
        total = None
        while total is None or len(found) < total:
            answer = await self._upstream.get(
                "lawSearch.do", _question(asked, len(origins) + 1), accept=JSON, judge=_judge
            )
            listed, total = _page(scope.name, asked.target, answer.payload)
            if total > MOST:
                raise TooLarge(f"{scope.name}: finds more than {MOST} cases: search for something narrower")
            found += listed
            origins.append(answer.origin)
            if len(found) > total or (not listed and len(found) < total):
                raise UnexpectedShape(f"{scope.name}: the pages do not hold the cases that were counted")
        for batch in cases(asked.target, found).batches(together(origins), since):
            yield batch


def _asked(name: str, this_year: int | None = None) -> Asked:
    """What the name asks for; judgments without a year are those of this one. Raises Unreadable."""
    match = SCOPE.fullmatch(name)
    if match is not None and match["agenda"]:
        return Asked(COMMISSIONS, match["agenda"], None)
    year = int(match["year"]) if match is not None and match["year"] else this_year
    if match is None or year is None:
        raise Unreadable(
            f"{printable(name, 80)!r} is neither prec/WORD/YYYY nor kcc/WORD; without YYYY it is this year"
        )
    return Asked(PRECEDENTS, match["name"], year)


def _scope(asked: Asked) -> Scope:
    return Scope(
        source=NAME,
        channel=LIVE,
        name=asked.name,
        records=ABOUT.records,
        jurisdictions=(KOREA,),
        start=date(asked.year, 1, 1) if asked.year else None,
        end=date(asked.year + 1, 1, 1) if asked.year else None,
    )


def _question(asked: Asked, page: int) -> dict[str, str | int]:
    question: dict[str, str | int] = {
        "target": asked.target,
        "type": "JSON",
        "search": 1,
        "query": asked.query,
        "display": PAGE,
        "page": page,
    }
    return question | ({"prncYd": f"{asked.year}0101~{asked.year}1231"} if asked.year else {})


def _judge(answer: Answer) -> None:
    """Raises what a refusal says, which comes with HTTP 200: `{"result": …, "msg": …}`."""
    payload = answer.payload
    if isinstance(payload, dict) and isinstance(payload.get("result"), str) and "msg" in payload:
        if "검증" in payload["result"]:
            raise Unauthorised("the service does not know our user name or our address")
        raise RequestRefused("the service does not accept the question")


def _page(name: str, target: str, payload: object) -> tuple[list[object], int]:
    """The cases of a page, and how many there are in all: a number in words, and one case is no list."""
    found = next(iter(payload.values())) if isinstance(payload, dict) and len(payload) == 1 else None
    total = found.get("totalCnt") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(total, (str, int)) or NUMBER.fullmatch(str(total)) is None:
        raise UnexpectedShape(f"{name}: the answer does not count its cases")
    listed = found.get(target) or []
    return (listed if isinstance(listed, list) else [listed]), int(total)


# Reading: from the publisher's objects to records, without asking anybody.


def read_file(name: str, content: bytes) -> ReadResult:
    """The cases of a recorded answer, or the judgment of one.

    Raises Unreadable where it can be decoded neither as JSON nor as XML, UnexpectedShape where it is no such answer.
    """
    payload = _from_xml(name, content) if name.lower().endswith(".xml") else read_json(name, content)
    only = next(iter(payload.values())) if isinstance(payload, dict) and len(payload) == 1 else None
    if isinstance(only, dict):
        if "판례정보일련번호" in only:
            return cases(PRECEDENTS, [only])
        for target in (PRECEDENTS, COMMISSIONS):
            if target in only or only.get("target") == target:
                return cases(target, _page(name, target, payload)[0])
        if "totalCnt" in only:
            return cases(PRECEDENTS, _page(name, PRECEDENTS, payload)[0])
    raise UnexpectedShape(f"{name}: is no list of cases and no judgment of this service")


def _from_xml(name: str, content: bytes) -> dict[str, dict[str, object]]:
    """The document in the shape of its JSON form: elements that stand several times are lists."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise Unreadable(f"{name}: is no XML") from exc
    found: dict[str, object] = {}
    for child in root:
        value: object = {each.tag: each.text or "" for each in child} if len(child) else (child.text or "").strip()
        if child.tag in found:
            before = found[child.tag]
            found[child.tag] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[child.tag] = value
    return {root.tag: found}


def cases(target: str, listed: Sequence[object]) -> ReadResult:
    """The cases of a list. One that stands there twice is one record."""
    reading = ReadResult()
    found: dict[str, Case] = {}
    for entry in listed:
        reading.rows += 1
        try:
            record = _read(target, entry)
        except RowError as exc:
            reading.reject(reading.rows, exc)
            continue
        if record is None:
            reading.out_of_scope += 1
        else:
            reading.merged += record.external_id in found
            found[record.external_id] = record
    reading.records.extend(found.values())
    return reading


def _read(target: str, entry: object) -> Case | None:
    if not isinstance(entry, dict):
        raise RowError("a case must be an object")
    return _judgment(entry) if target == PRECEDENTS else _decision(entry)


def _judgment(entry: Mapping[str, object]) -> Case | None:
    """A judgment, as a list or its own page names it; None for one that is not criminal.

    Where the kind of case is left out, one is criminal if its name names an offence that is known here.
    """
    title, kind = _text(entry, "사건명"), _text(entry, "사건종류명")
    words = [word for word in HARMS if word in title.replace(" ", "")]
    if kind != CRIMINAL and (kind or not words):
        return None
    court, numbers = _text(entry, "법원명"), _numbers(entry, "사건번호")
    known = find_agency(court) if court else None
    statute = next((code for word, code in STATUTES.items() if word in words), None)
    return Case(
        source=NAME,
        external_id=f"{PRECEDENTS}/{_identity(entry, '판례일련번호', '판례정보일련번호')}",
        references=tuple(Reference("case-number", number) for number in sorted(set(numbers))),
        jurisdictions=(KOREA,),
        title=title or None,
        case_number=numbers[0] if numbers else None,
        agency=known.id if known else None,
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
    """A decision of the commission; its title may name who it is about, and is not kept."""
    numbers = _numbers(entry, "안건번호")
    return Case(
        source=NAME,
        external_id=f"{COMMISSIONS}/{_identity(entry, '결정문일련번호')}",
        references=tuple(Reference("kcc-agenda", number) for number in sorted(set(numbers))),
        jurisdictions=(KOREA,),
        case_number=numbers[0] if numbers else None,
        agency=COMMISSION,
        closed=_day(entry, "의결일자"),
    )


def _identity(entry: Mapping[str, object], *keys: str) -> str:
    for key in keys:
        if key in entry:
            text = _text(entry, key)
            if NUMBER.fullmatch(text) is None:
                raise RowError("is no number", key)
            return text
    raise RowError("is missing", keys[0])


def _numbers(entry: Mapping[str, object], key: str) -> list[str]:
    """The numbers of joined cases: `2023도1234, 2023전도12(병합)`."""
    found = [part.strip() for part in _text(entry, key).split(",") if part.strip()]
    if any(CASE_NUMBER.fullmatch(number.replace(" ", "")) is None for number in found):
        raise RowError("is no case number", key)
    return found


def _day(entry: Mapping[str, object], key: str) -> Period | None:
    """The day of `2026.03.12`, `20260312` or `2026-03-12`; None where none is stated."""
    text = _text(entry, key)
    if not text or text.strip("0") == "":
        return None
    match = DAY.fullmatch(text)
    try:
        if match is None:
            raise RowError("is no day", key)
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return Period(start=day, end=day + timedelta(days=1), precision=Precision.DAY, timezone="Asia/Seoul")
    except (ValueError, OverflowError):
        raise RowError("is no day", key) from None


def _text(entry: Mapping[str, object], key: str) -> str:
    """The text without its markup; "" where there is none."""
    value = entry.get(key)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**15 else ""
    if not isinstance(value, str):
        raise RowError("is no text", key)
    return printable(" ".join(MARKUP.sub(" ", value).split()), 200)
