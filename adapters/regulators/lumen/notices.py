"""From Lumen's notices to takedowns and requests for information. Does no I/O.

A notice has a type, and the type decides under which key the addresses are. Requests for data, which authorities send
as well, become records of their own kind.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from yarl import URL

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape
from adapters.formats.json import printable, read_json
from adapters.records import Host, InformationRequest, NativeTerm, Period, Reference, Takedown
from adapters.regulators.lumen import ABOUT
from adapters.vocabulary.enums import (
    InformationRequestType,
    LegalBasis,
    LegalInstrument,
    Precision,
    RecordType,
    RequestStatus,
    TakedownStatus,
    TakedownTrigger,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_agency, find_platform
from adapters.vocabulary.terms import crosswalk

NAME = "lumen"
RECORDS = frozenset({RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST})

ADDRESS_KEYS = {
    "CourtOrder": "targetted_urls",
    "DataProtection": "urls_mentioned_in_request",
    "Defamation": "defamatory_urls",
    "GovernmentRequest": "infringing_urls",
    "LawEnforcementRequest": "urls_in_request",
    "LocalLaw": "problematic_urls",
    "Other": "problematic_urls",
    "PrivateInformation": "urls_with_private_information",
}
"""Type → the key of a work that has the addresses of the notice; `targetted` is the interface's spelling."""

OUT_OF_SCOPE_TYPES = frozenset({"Counterfeit", "Counternotice", "DMCA", "Placeholder", "Trademark"})
"""Types about intellectual property, and one that is not a notice."""

DATA_INSTRUMENTS = frozenset({"Civil Subpoena", "Records Preservation", "Subpoena", "Warrant"})
"""Instruments that request data; the others (Agency, Email) request the removal of content."""

BASES = {"CourtOrder": LegalBasis.COURT_ORDER, "LocalLaw": LegalBasis.ILLEGAL_CONTENT}
"""The legal basis that a type implies; an authority's request need not name any."""

TRIGGERS = crosswalk(TakedownTrigger, "lumen")
TAKEDOWN_STATUSES = crosswalk(TakedownStatus, "lumen")
REQUEST_STATUSES = crosswalk(RequestStatus, "lumen")
INSTRUMENTS = crosswalk(LegalInstrument, "lumen")
DATA_TYPES = crosswalk(InformationRequestType, "lumen")

RESCINDED_BODY = "Notice Rescinded"
NO_URL = frozenset({"", "[REDACTED]", "No URL submitted"})

EARLIEST_YEAR, LATEST_YEAR = 1900, 2999

HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
CASE_NUMBER = re.compile(r"(?=[^ ]*\d)[\w.:/()-]{3,40}(?: \d[\w.:/()-]{0,19}){0,2}")
"""What cannot be a name: a word with a digit in it, and at most two more that begin with one."""

STATUTE = re.compile(
    r"\b(?:acts?|articles?|arts?|codes?|laws?|sections?|statutes?|regulations?)\b|§|법률?(?:\s|제|$)|제\s?\d+조",
    re.IGNORECASE,
)
"""Words of a tag that cites a statute; other tags may be any text."""

Notice = Mapping[str, Any]
UnknownCounts = Counter[tuple[str, str]]


def read_file(name: str, content: bytes) -> ReadResult:
    """The notices of a recorded answer: those of a page of a search, or one notice under its only key.

    Raises Unreadable where it is not JSON, UnexpectedShape where it is not an answer of Lumen's.
    """
    payload = read_json(name, content)
    if isinstance(payload, dict) and isinstance(payload.get("notices"), list):
        return read_notices(payload["notices"])
    if isinstance(payload, dict) and len(payload) == 1 and isinstance(only := next(iter(payload.values())), dict):
        return read_notices([only])
    raise UnexpectedShape(f"{name}: has neither notices nor one notice")


def read_notices(notices: Sequence[object]) -> ReadResult:
    """The records of notices. A notice that is on two pages is one record: the later page wins."""
    result = ReadResult()
    result.add_rows(notices, partial(_read_notice, unknown=result.unknown))
    return result


def _read_notice(notice: object, unknown: UnknownCounts) -> Takedown | InformationRequest | None:
    """The record of a notice; None where it is out of scope. Raises RowError."""
    if not isinstance(notice, dict):
        raise RowError("a notice must be an object")
    number = notice.get("id")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise RowError("is not the number of a notice", "id")
    if "type" not in notice and notice.get("body") == RESCINDED_BODY:
        return _rescinded_notice(str(number))
    notice_type = _required_text(notice, "type")
    if notice_type in OUT_OF_SCOPE_TYPES:
        return None
    if notice_type not in ADDRESS_KEYS:
        unknown["trigger", printable(notice_type)] += 1
    instrument = _instrument(notice, unknown)
    common: dict[str, Any] = {
        "source": NAME,
        "external_id": str(number),
        "references": _references(notice),
        "jurisdictions": _jurisdictions(notice, unknown),
        "platform": _first_id(notice, find_platform, "recipient_name"),
        "requested": _day(notice, "date_sent") or _day(notice, "date_received"),
    }
    if instrument in DATA_INSTRUMENTS:
        return _information_request(notice, instrument, common, unknown)
    return _takedown(notice, notice_type, instrument, common, unknown)


def _rescinded_notice(number: str) -> Takedown:
    return Takedown(
        source=NAME,
        external_id=number,
        status=TAKEDOWN_STATUSES[RESCINDED_BODY],
        native=(NativeTerm("status", RESCINDED_BODY),),
    )


def _takedown(
    notice: Notice, notice_type: str, instrument: str | None, common: Mapping[str, Any], unknown: UnknownCounts
) -> Takedown:
    action = _optional_text(notice, "action_taken")
    if action and action not in TAKEDOWN_STATUSES:
        unknown["status", printable(action)] += 1
    hosts, items = _hosts(notice, ADDRESS_KEYS.get(notice_type, "infringing_urls"), unknown)
    return Takedown(
        **common,
        requested_by=_first_id(notice, find_agency, "sender_name", "principal_name", "issuing_court_name"),
        trigger=TRIGGERS.get(notice_type, TakedownTrigger.UNKNOWN),
        legal_basis=BASES.get(notice_type, LegalBasis.UNKNOWN),
        legal_ground=_statutes(notice, unknown),
        status=TAKEDOWN_STATUSES.get(action or "", TakedownStatus.UNKNOWN),
        reported_at=_time(notice, "date_submitted"),
        item_count=items,
        hosts=hosts,
        native=(
            NativeTerm("trigger", printable(notice_type)),
            *((NativeTerm("status", printable(action)),) if action else ()),
            *((NativeTerm("request_type", instrument),) if instrument else ()),
        ),
    )


def _information_request(
    notice: Notice, instrument: str, common: Mapping[str, Any], unknown: UnknownCounts
) -> InformationRequest:
    action = _optional_text(notice, "action_taken")
    if action and action not in REQUEST_STATUSES:
        unknown["status", printable(action)] += 1
    return InformationRequest(
        **common,
        requester=_first_id(notice, find_agency, "sender_name", "principal_name"),
        instrument=INSTRUMENTS.get(instrument, LegalInstrument.UNSPECIFIED),
        data_type=DATA_TYPES.get(instrument, InformationRequestType.UNSPECIFIED),
        status=REQUEST_STATUSES.get(action or "", RequestStatus.UNKNOWN),
        native=(NativeTerm("instrument", instrument), *((NativeTerm("status", printable(action)),) if action else ())),
    )


def _instrument(notice: Notice, unknown: UnknownCounts) -> str | None:
    """The instrument of a request; None, and counted, where it is not one of the interface's."""
    instrument = _optional_text(notice, "request_type") or None
    if instrument is not None and instrument not in INSTRUMENTS and instrument not in DATA_TYPES:
        unknown["instrument", printable(instrument)] += 1
        return None
    return instrument


def _references(notice: Notice) -> tuple[Reference, ...]:
    number = (_optional_text(notice, "case_id_number") or "").strip()
    return (Reference("case-number", number),) if CASE_NUMBER.fullmatch(number) else ()


def _jurisdictions(notice: Notice, unknown: UnknownCounts) -> tuple[Jurisdiction, ...]:
    """The places among the notice's tags. Tags are free text: those that are not a place are counted without it."""
    places: set[Jurisdiction] = set()
    for tag in _tags(notice, "jurisdictions", unknown):
        try:
            places.add(parse_jurisdiction(tag))
        except UnknownJurisdiction:
            unknown["jurisdictions", "a tag that is not a place"] += 1
    return tuple(sorted(places))


def _first_id(notice: Notice, find: Callable[[str], Any], *keys: str) -> str | None:
    """The id of the first name under `keys` that is known. Other names are not stored."""
    for key in keys:
        name = _optional_text(notice, key)
        if name and (entry := find(name)) is not None:
            return str(entry.id)
    return None


def _statutes(notice: Notice, unknown: UnknownCounts) -> str | None:
    """The statutes that an order cites: the interface has them as tags, separate from its free text."""
    tags = [tag for key in ("laws_referenced", "regulations") for tag in _tags(notice, key, unknown)]
    statutes = [printable(tag, 120) for tag in tags if STATUTE.search(tag)]
    return "; ".join(sorted(set(statutes)))[:500] or None


def _hosts(notice: Notice, key: str, unknown: UnknownCounts) -> tuple[tuple[Host, ...], int | None]:
    """The hosts of the addresses under `key` of each work, and the number of addresses; None where there are none.

    A work without the key is counted.
    """
    counts: dict[str, int] = {}
    items = 0
    for work in _objects(notice.get("works")):
        if key not in work:
            unknown["works", f"no {key}"] += 1
        for entry in _objects(work.get(key)):
            host, count = _host_count(entry)
            items += count
            if host is not None:
                counts[host] = counts.get(host, 0) + count
    return tuple(sorted(Host(name, count) for name, count in counts.items())), items or None


def _objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list, which may be absent. Raises RowError for any other form."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise RowError("has entries that are not addresses", "works")
    return value


def _host_count(entry: Mapping[str, Any]) -> tuple[str | None, int]:
    """The host of an entry and its number of addresses; 0 where the publisher states that there is no URL.

    An entry is `{"url": …}`, or a host and a count: `{"fqdn": …, "count": …}`, until 2018 `{"domain": …, "count": …}`
    (berkmancenter/lumendatabase#516). Raises RowError for any other form.
    """
    for key in ("fqdn", "domain"):
        if key in entry:
            count = entry.get("count")
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 10**9:
                raise RowError("has a count of addresses that is not a number", "works")
            if not isinstance(entry[key], str | None):
                raise RowError("has a host that is not text", "works")
            return _host(entry[key]), count
    if "url" not in entry or not isinstance(entry["url"], str | None):
        raise RowError("has entries that are not addresses", "works")
    url = (entry["url"] or "").strip()
    if url in NO_URL:
        return None, 0
    try:
        return _host(URL(url).host), 1
    except ValueError:
        return None, 1


def _host(name: str | None) -> str | None:
    host = (name or "").strip().lower().rstrip(".")
    return host if len(host) <= 253 and HOST.fullmatch(host) else None


def _day(notice: Notice, key: str) -> Period | None:
    time = _time(notice, key)
    if time is None:
        return None
    return Period(
        start=time.date(), end=time.date() + timedelta(days=1), precision=Precision.DAY, timezone=ABOUT.timezone
    )


def _time(notice: Notice, key: str) -> datetime | None:
    text = _optional_text(notice, key)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise RowError("is not a time", key) from None
    if time.tzinfo is None or not EARLIEST_YEAR <= time.year <= LATEST_YEAR:
        raise RowError("is not a time", key)
    return time.astimezone(UTC)


def _tags(notice: Notice, key: str, unknown: UnknownCounts) -> list[str]:
    """The tags under `key`; any other form is counted."""
    tags = notice.get(key)
    if tags is None:
        return []
    if not isinstance(tags, list):
        unknown[key, "not a list of tags"] += 1
        return []
    texts = [tag.strip() for tag in tags if isinstance(tag, str)]
    if len(texts) < len(tags):
        unknown[key, "a tag that is not text"] += len(tags) - len(texts)
    return [text for text in texts if text]


def _required_text(notice: Notice, key: str) -> str:
    text = _optional_text(notice, key)
    if not text:
        raise RowError("is missing", key)
    return text


def _optional_text(notice: Notice, key: str) -> str | None:
    value = notice.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError("is not text", key)
    return value
