"""From a pushed event to the record that it is about. Does no I/O."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from adapters.errors import Unreadable
from adapters.local_days import local_day
from adapters.partners.webhook.events import Event, RequestAnswer, TakedownResult
from adapters.records import InformationRequest, NativeTerm, Period, Record, Reference, Takedown
from adapters.vocabulary.enums import Precision
from adapters.vocabulary.jurisdictions import UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import Agency, Platform, find_agency, find_platform


class SenderNames:
    """The names that a sender uses, beside their ids; `unknown` are those without an id."""

    def __init__(self) -> None:
        self._terms: list[NativeTerm] = []
        self.unknown: list[NativeTerm] = []

    @property
    def terms(self) -> tuple[NativeTerm, ...]:
        """The names so far, sorted."""
        return tuple(sorted(self._terms))

    def platform(self, name: str | None) -> str | None:
        """The id of a platform; None where there is none."""
        return None if name is None else self._id("platform", name, find_platform(name))

    def agency(self, field: str, name: str | None) -> str | None:
        """The id of an agency; None where there is none."""
        return None if name is None else self._id(field, name, find_agency(name))

    def _id(self, field: str, name: str, entry: Agency | Platform | None) -> str | None:
        term = NativeTerm(field, name)
        self._terms.append(term)
        if entry is None:
            self.unknown.append(term)
            return None
        return entry.id


def event_record(source: str, timezone: str | None, event: Event, names: SenderNames) -> Record:
    """The record of an event, as one of `source`, whose days are in `timezone`. Raises Unreadable."""
    day = partial(_day, timezone=timezone)
    common: dict[str, Any] = {
        "source": source,
        "external_id": event.data.id,
        "references": tuple(
            sorted({Reference(reference.scheme, reference.value) for reference in event.data.references})
        ),
        "jurisdictions": tuple(_jurisdictions(event.data.jurisdictions)),
        "harm_categories": _sorted_set(event.data.harm_categories),
        "platform": names.platform(event.data.platform),
        "requested": day(event.data.requested),
        "stated_at": local_day(event.timestamp, timezone) if timezone else event.timestamp.date(),
    }
    match event:
        case TakedownResult(data=data):
            return Takedown(
                **common,
                requested_by=names.agency("requested_by", data.requested_by),
                native=names.terms,
                status=data.status,
                trigger=data.trigger,
                legal_basis=data.legal_basis,
                content_types=_sorted_set(data.content_types),
                measures=_sorted_set(data.measures),
                executed=day(data.executed),
                item_count=data.item_count,
            )
        case RequestAnswer(data=data):
            return InformationRequest(
                **common,
                requester=names.agency("requester", data.requester),
                native=names.terms,
                status=data.status,
                data_type=data.data_type,
                instrument=data.instrument,
                due=day(data.due),
                responded=day(data.responded),
                accounts_count=data.accounts_count,
                emergency=data.emergency,
            )


def _jurisdictions(codes: Iterable[str]) -> Iterator[Any]:
    try:
        yield from sorted({parse_jurisdiction(code) for code in codes})
    except UnknownJurisdiction:
        raise Unreadable("the value at `$.data.jurisdictions` has an unknown jurisdiction") from None


def _sorted_set(members: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(members)))


def _day(day: date | None, timezone: str | None) -> Period | None:
    if day is None:
        return None
    try:
        return Period(start=day, end=day + timedelta(days=1), precision=Precision.DAY, timezone=timezone)
    except OverflowError:
        raise Unreadable("a day is too far in the future") from None
