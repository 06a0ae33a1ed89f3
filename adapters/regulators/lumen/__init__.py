"""The Lumen Database: notices by which authorities, courts and persons asked platforms to take content down.

Its interface is documented at https://github.com/berkmancenter/lumendatabase/wiki and wants a researcher's token. A
scope is what a search finds in one month of receipt: `deepfake/2024-09`. Notices have a type, and the type decides
under which key the addresses stand. Requests for data, which authorities send as well, are requests of their own kind.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from yarl import URL

from adapters.client import JSON, Answer, Clock, Credential, Rate, Secret, SystemClock, Upstream, together
from adapters.document import ReadResult, RowError, read_document
from adapters.errors import TooLarge, Unauthorised, UnexpectedShape, Unreadable
from adapters.formats import files
from adapters.formats.structured import printable, read_json
from adapters.months import months_in, next_month
from adapters.records import Host, InformationRequest, NativeTerm, Period, Reference, Takedown
from adapters.source import ARCHIVE, About, Batch, Demand, Origin, Scope
from adapters.vocabulary.enums import (
    Audience,
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    Precision,
    RecordType,
    RequestStatus,
    SourceKind,
    TakedownStatus,
    TakedownTrigger,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, jurisdiction
from adapters.vocabulary.names import find_agency, find_platform
from adapters.vocabulary.terms import natives

NAME = "lumen"
ADDRESS = "https://lumendatabase.org"
LIVE = "live"

ABOUT = About(
    name=NAME,
    title="Lumen Database of notices and requests",
    kind=SourceKind.REGULATOR,
    publisher="Berkman Klein Center for Internet & Society, Harvard University",
    url="https://lumendatabase.org/",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Lumen Database, Berkman Klein Center for Internet & Society",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST}),
    jurisdictions=None,
    # A search finds notices by their words, and a notice may be hidden for a while: absence withdraws nothing.
    withdraws=False,
    authoritative=LIVE,
    notes=(
        "Only what recipients choose to share: mostly large platforms, and few requests of the police.",
        "Senders and principals may be private persons: only authorities that are known by name are kept.",
        "Addresses are kept as hosts and counts, never in full, and neither titles, explanations nor topics are kept.",
        "What was done is the recipient's own word; No may mean refused or not answered.",
        "A notice without a day of receipt is found in no month: live, it is not read.",
        "Notices about copyright and trademarks are out of scope.",
    ),
)

RATE = Rate(calls=50, seconds=60, burst=10)
"""With a token 60 calls a minute are allowed."""

PAGE = 100
"""Notices in an answer; the interface gives at most 1,000, of which each may name thousands of addresses."""

MOST = 20_000
"""How deep a search can be paged through."""

TERMS = ("deepfake", "non-consensual")
"""What a question about takedowns is searched by: the interface knows no category of harm."""

FIRST = date(2000, 1, 1)
"""Before Lumen's notices begin."""

ADDRESSES = {
    "CourtOrder": "targetted_urls",
    "DataProtection": "urls_mentioned_in_request",
    "Defamation": "defamatory_urls",
    "GovernmentRequest": "infringing_urls",
    "LawEnforcementRequest": "urls_in_request",
    "LocalLaw": "problematic_urls",
    "Other": "problematic_urls",
    "PrivateInformation": "urls_with_private_information",
}
"""Under which key of a work the addresses stand that a notice of this type is about; `targetted` is the interface's."""

UNREAD = frozenset({"Counterfeit", "Counternotice", "DMCA", "Placeholder", "Trademark"})
"""Types about intellectual property, and one that is no notice."""

DATA = frozenset({"Civil Subpoena", "Records Preservation", "Subpoena", "Warrant"})
"""By these instruments an authority asks for data; by the others (Agency, Email) for content to be taken down."""

BASES = {"CourtOrder": LegalBasis.COURT_ORDER, "LocalLaw": LegalBasis.ILLEGAL_CONTENT}
"""What a type says of the legal basis; an authority's request need not name any."""

TRIGGERS = natives(TakedownTrigger, "lumen")
STATUSES = natives(TakedownStatus, "lumen")
ANSWERS = natives(RequestStatus, "lumen")
INSTRUMENTS = natives(LegalInstrument, "lumen")
DATA_TYPES = natives(InformationRequestType, "lumen")

RESCINDED = "Notice Rescinded"
WITHHELD = frozenset({"", "[REDACTED]", "No URL submitted"})

SEARCH = re.compile(r"(?P<term>[^/]{1,80})(?:/(?P<month>\d{4}-(?:0[1-9]|1[0-2])))?", re.ASCII)
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
CASE_NUMBER = re.compile(r"(?=[^ ]*\d)[\w.:/()-]{3,40}(?: \d[\w.:/()-]{0,19}){0,2}")
"""What is certainly a number: of a word with a digit in it, and at most two more that begin with one; names are not."""

STATUTE = re.compile(
    r"\b(?:acts?|articles?|arts?|codes?|laws?|sections?|statutes?|regulations?)\b|§|법률?(?:\s|제|$)|제\s?\d+조",
    re.IGNORECASE,
)
"""What a tag that cites a statute says; others may say anything."""


class Lumen:
    """The source. Asks for pages of a search; what a notice means is read by the functions below it."""

    about = ABOUT

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        key: Secret | None = None,
        patience: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        keys = [Credential(secret=key, place="header", name="X-Authentication-Token")] if key else []
        self._has_key = key is not None
        self._clock = clock or SystemClock()
        self._upstream = Upstream(address, rates=[RATE], keys=keys, patience=patience, clock=self._clock)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """What is searched for, in each month of the demand."""
        if demand.record not in ABOUT.records or demand.start is None or demand.end is None:
            return
        for month in months_in(max(demand.start, FIRST), demand.end):
            yield from (_scope(f"{term}/{month:%Y-%m}") for term in TERMS)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [_scope(name, self._clock.now().date()) for name in names]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per recorded answer: a page of a search, or one notice."""
        if not paths:
            return ()
        return tuple(
            Scope(source=NAME, channel=ARCHIVE, name=files.named(path), records=ABOUT.records, path=path)
            for path in files.find(paths, ".json")
        )

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._ask(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._upstream.close()

    async def _ask(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if not self._has_key:
            raise Unauthorised("Lumen answers programs with a token only: the setting `key` of this source")
        found, origin = await self._found(scope)
        for batch in notices(found).batches(origin, since):
            yield batch

    async def _found(self, scope: Scope) -> tuple[list[object], Origin]:
        """All notices of the scope, page by page. Raises TooLarge, and UnexpectedShape where pages do not follow."""
        found: list[object] = []
        origins: list[Origin] = []
        page: int | None = 1
        while page is not None:
            answer = await self._upstream.get("notices/search", _question(scope, page), accept=JSON)
            listed, following, total = _page(scope.name, answer)
            if total > MOST:
                raise TooLarge(f"{scope.name}: finds more than {MOST} notices: search for something narrower")
            found += listed
            origins.append(answer.origin)
            if len(found) > total + PAGE or (following is not None and following != page + 1):
                raise UnexpectedShape(f"{scope.name}: the pages do not follow one another")
            page = following
        return found, together(origins)


def _scope(name: str, today: date | None = None) -> Scope:
    """The scope of a name; without a month, that of today. Raises Unreadable."""
    match = SEARCH.fullmatch(name)
    if match is None or (today is None and match["month"] is None):
        raise Unreadable(f"{printable(name, 80)!r} is no TERM/YYYY-MM; without YYYY-MM it is this month")
    start = date.fromisoformat(f"{match['month'] or f'{today:%Y-%m}'}-01")
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{match['term']}/{start:%Y-%m}",
        records=ABOUT.records,
        start=start,
        end=next_month(start),
    )


def _question(scope: Scope, page: int) -> dict[str, str | int]:
    if scope.start is None or scope.end is None:
        raise Unreadable(f"{scope.name}: names no month")
    first, last = (
        int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) for day in (scope.start, scope.end)
    )
    return {
        "term": scope.name.rpartition("/")[0],
        # Both ends belong to the range.
        "date_received_facet": f"{first}..{last - 1}",
        "sort_by": "date_received asc",
        "per_page": PAGE,
        "page": page,
    }


def _page(name: str, answer: Answer) -> tuple[list[object], int | None, int]:
    """The notices of a page, the number of the next one, and how many notices there are."""
    payload = answer.payload
    listed, meta = (payload.get(key) for key in ("notices", "meta")) if isinstance(payload, dict) else (None, None)
    if not isinstance(listed, list) or not isinstance(meta, dict):
        raise UnexpectedShape(f"{name}: the answer has no notices and no meta")
    following, total = meta.get("next_page"), meta.get("total_entries")
    if not isinstance(total, int) or not (following is None or isinstance(following, int)):
        raise UnexpectedShape(f"{name}: the answer does not count its pages")
    return listed, following, total


# Reading: from the publisher's objects to records, without asking anybody.


def read_file(name: str, content: bytes) -> ReadResult:
    """The notices of a recorded answer: of a page of a search, or the one under its only key.

    Raises Unreadable where it is no JSON, UnexpectedShape where it is no answer of Lumen's.
    """
    payload = read_json(name, content)
    if isinstance(payload, dict) and isinstance(payload.get("notices"), list):
        return notices(payload["notices"])
    if isinstance(payload, dict) and len(payload) == 1 and isinstance(only := next(iter(payload.values())), dict):
        return notices([only])
    raise UnexpectedShape(f"{name}: holds neither notices nor one notice")


def notices(listed: Sequence[object]) -> ReadResult:
    """What notices ask for. One that stands in two pages is one record, and the later page speaks for it."""
    reading = ReadResult()
    found: dict[str, Takedown | InformationRequest] = {}
    for notice in listed:
        reading.rows += 1
        try:
            record = _read(notice, reading)
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


def _read(notice: object, reading: ReadResult) -> Takedown | InformationRequest | None:
    """The record of a notice; None where it is out of scope."""
    if not isinstance(notice, dict):
        raise RowError("a notice must be an object")
    number = notice.get("id")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise RowError("is no number of a notice", "id")
    if "type" not in notice and notice.get("body") == RESCINDED:
        return Takedown(
            source=NAME,
            external_id=str(number),
            status=STATUSES[RESCINDED],
            native=(NativeTerm("status", RESCINDED),),
        )
    kind = _text(notice, "type")
    if kind in UNREAD:
        return None
    if kind not in ADDRESSES:
        reading.unknown["trigger", printable(kind)] += 1
    instrument = _optional(notice, "request_type") or None
    if instrument is not None and instrument not in INSTRUMENTS and instrument not in DATA_TYPES:
        reading.unknown["instrument", printable(instrument)] += 1
        instrument = None
    common: dict[str, Any] = {
        "source": NAME,
        "external_id": str(number),
        "references": _references(notice),
        "jurisdictions": _jurisdictions(notice, reading),
        "platform": _known(notice, find_platform, "recipient_name"),
        "requested": _day(notice, "date_sent") or _day(notice, "date_received"),
    }
    if instrument in DATA:
        return _data_request(notice, instrument, common, reading)
    return _takedown(notice, kind, instrument, common, reading)


def _takedown(
    notice: Mapping[str, Any], kind: str, instrument: str | None, common: Mapping[str, Any], reading: ReadResult
) -> Takedown:
    done = _optional(notice, "action_taken")
    if done and done not in STATUSES:
        reading.unknown["status", printable(done)] += 1
    hosts, items = _hosts(notice, ADDRESSES.get(kind, "infringing_urls"))
    return Takedown(
        **common,
        requested_by=_known(notice, find_agency, "sender_name", "principal_name", "issuing_court_name"),
        trigger=TRIGGERS.get(kind, TakedownTrigger.UNKNOWN),
        legal_basis=BASES.get(kind, LegalBasis.UNKNOWN),
        legal_ground=_laws(notice),
        status=STATUSES.get(done or "", TakedownStatus.UNKNOWN),
        reported_at=_moment(notice, "date_submitted"),
        item_count=items,
        hosts=hosts,
        native=(
            NativeTerm("trigger", printable(kind)),
            *((NativeTerm("status", printable(done)),) if done else ()),
            *((NativeTerm("request_type", instrument),) if instrument else ()),
        ),
    )


def _data_request(
    notice: Mapping[str, Any], instrument: str, common: Mapping[str, Any], reading: ReadResult
) -> InformationRequest:
    done = _optional(notice, "action_taken")
    if done and done not in ANSWERS:
        reading.unknown["status", printable(done)] += 1
    return InformationRequest(
        **common,
        requester=_known(notice, find_agency, "sender_name", "principal_name"),
        instrument=INSTRUMENTS.get(instrument, LegalInstrument.UNSPECIFIED),
        data_type=DATA_TYPES.get(instrument, InformationRequestType.UNSPECIFIED),
        status=ANSWERS.get(done or "", RequestStatus.UNKNOWN),
        native=(NativeTerm("instrument", instrument), *((NativeTerm("status", printable(done)),) if done else ())),
    )


def _references(notice: Mapping[str, Any]) -> tuple[Reference, ...]:
    number = (_optional(notice, "case_id_number") or "").strip()
    return (Reference("case-number", number),) if CASE_NUMBER.fullmatch(number) else ()


def _jurisdictions(notice: Mapping[str, Any], reading: ReadResult) -> tuple[Jurisdiction, ...]:
    """The places that the notice is tagged with. Tags are free words; those that are no place are counted, unnamed."""
    found: set[Jurisdiction] = set()
    for tag in _listed(notice, "jurisdictions"):
        try:
            found.add(jurisdiction(tag))
        except UnknownJurisdiction:
            reading.unknown["jurisdictions", "a tag that names no place"] += 1
    return tuple(sorted(found))


def _known(notice: Mapping[str, Any], find: Callable[[str], Any], *keys: str) -> str | None:
    """The id of whoever a key names, if it is known; of all others no name is kept."""
    for key in keys:
        name = _optional(notice, key)
        if name and (known := find(name)) is not None:
            return str(known.id)
    return None


def _laws(notice: Mapping[str, Any]) -> str | None:
    """The statutes that an order names; the interface keeps them as tags apart from its free text."""
    tags = [law for key in ("laws_referenced", "regulations") for law in _listed(notice, key)]
    laws = [printable(law, 120) for law in tags if STATUTE.search(law)]
    return "; ".join(sorted(set(laws)))[:500] or None


def _hosts(notice: Mapping[str, Any], key: str) -> tuple[tuple[Host, ...], int | None]:
    """The hosts of the addresses that a notice is about, and how many addresses it names; None where it names none."""
    counts: dict[str, int] = {}
    items = 0
    works = notice.get("works")
    for work in works if isinstance(works, list) else ():
        entries = work.get(key) if isinstance(work, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            host, count = _entry(entry)
            items += count
            if host is not None:
                counts[host] = counts.get(host, 0) + count
    return tuple(sorted(Host(name, count) for name, count in counts.items())), items or None


def _entry(entry: object) -> tuple[str | None, int]:
    """The host of `{"url": …}` or `{"fqdn": …, "count": …}` and how many addresses that is; 0 where none was given."""
    if not isinstance(entry, dict):
        raise RowError("lists something else than addresses", "works")
    if "fqdn" in entry:
        count = entry.get("count")
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 10**9:
            raise RowError("counts addresses by something that is no number", "works")
        return _host(entry["fqdn"]), count
    url = entry.get("url")
    if not isinstance(url, str) or url.strip() in WITHHELD:
        return None, 0
    try:
        return _host(URL(url.strip()).host), 1
    except ValueError:
        return None, 1


def _host(name: object) -> str | None:
    host = name.strip().lower().rstrip(".") if isinstance(name, str) else ""
    return host if len(host) <= 253 and HOST.fullmatch(host) else None


def _day(notice: Mapping[str, Any], key: str) -> Period | None:
    moment = _moment(notice, key)
    if moment is None:
        return None
    return Period(start=moment.date(), end=moment.date() + timedelta(days=1), precision=Precision.DAY)


def _moment(notice: Mapping[str, Any], key: str) -> datetime | None:
    text = _optional(notice, key)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError("is no moment", key) from None
    if moment.tzinfo is None or not FIRST.year - 100 <= moment.year <= 2999:
        raise RowError("is no moment", key)
    return moment.astimezone(UTC)


def _listed(notice: Mapping[str, Any], key: str) -> list[str]:
    value = notice.get(key)
    return [each.strip() for each in value if isinstance(each, str) and each.strip()] if isinstance(value, list) else []


def _text(notice: Mapping[str, Any], key: str) -> str:
    text = _optional(notice, key)
    if not text:
        raise RowError("is missing", key)
    return text


def _optional(notice: Mapping[str, Any], key: str) -> str | None:
    value = notice.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError("is no text", key)
    return value
