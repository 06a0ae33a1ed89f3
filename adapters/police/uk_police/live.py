"""The live interface: the names of its scopes, and the calls that answer them."""

import re
from datetime import date
from typing import NamedTuple

from adapters.client import JSON, Clock, Rate, SourceClient, SourceResponse
from adapters.errors import TooLarge, UnexpectedShape, UnknownScope
from adapters.police.uk_police.kinds import KINDS
from adapters.police.uk_police.values import NAME, month_period
from adapters.source import LIVE, Scope
from adapters.vocabulary.names import find_agency

ADDRESS = "https://data.police.uk/api"
RATES = (Rate(calls=15, seconds=1, burst=15),)
"""The publisher takes 15 calls a second, and at most 30 at once."""

LONGEST_AREA = 4_000
"""Characters of an area: the publisher refuses addresses of more than 4,094."""

POINT = r"-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?"
SCOPE_NAME = re.compile(
    rf"(?P<place>[a-z-]+|{POINT}(?::{POINT}){{2,}}|{POINT})(?:/(?P<month>\d{{4}}-(?:0[1-9]|1[0-2])))?"
    r"/(?P<kind>street|outcomes|stop-and-search)",
    re.ASCII,
)

STOPS_KIND = "stop-and-search"

NAME_FORMATS = (
    "is neither FORCE/YYYY-MM/stop-and-search nor LATITUDE,LONGITUDE[:…]/YYYY-MM/street or …/outcomes (one point, or "
    "at least three); without YYYY-MM it is the newest month"
)


class PoliceScopeName(NamedTuple):
    """What a scope's name asks for: a force's stops, or the crimes or outcomes around a point (a mile) or in a polygon.

    `month` is written YYYY-MM; None is the newest one.
    """

    place: str
    month: str | None
    kind: str


def parse_scope_name(name: str) -> PoliceScopeName:
    """The parts of a scope's name. Raises UnknownScope."""
    match = SCOPE_NAME.fullmatch(name)
    is_force = match is not None and match["place"][0].isalpha()
    if match is None or (match["kind"] == STOPS_KIND) != is_force:
        raise UnknownScope(f"{name[:80]!r} {NAME_FORMATS}")
    if is_force and find_agency(match["place"]) is None:
        raise UnknownScope(f"the police force {match['place'][:40]} is unknown")
    if len(match["place"]) > LONGEST_AREA:
        raise UnknownScope(f"an area has at most {LONGEST_AREA} characters")
    return PoliceScopeName(match["place"], match["month"], match["kind"])


def live_scope(name: str, newest_month: str | None = None) -> Scope:
    """The live scope of this name, of the newest month where it names none. Raises UnknownScope."""
    place, month, kind = parse_scope_name(name)
    period = month_period(month or newest_month or "")
    force = find_agency(place) if kind == STOPS_KIND else None
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{place}/{period.start:%Y-%m}/{kind}",
        records=frozenset({KINDS[kind].record}),
        jurisdictions=(force.jurisdiction,) if force else None,
        start=period.start,
        end=period.end,
    )


def stops_scope(force: str, month: date) -> Scope:
    """The live scope of a force's stops in a month."""
    return live_scope(f"{force}/{month:%Y-%m}/{STOPS_KIND}")


class PoliceClient:
    """Asks data.police.uk, or whatever answers at `address`; `timeout` is the seconds for one answer."""

    def __init__(self, address: str, timeout: float, clock: Clock | None) -> None:
        self._client = SourceClient(address, rates=RATES, timeout=timeout, clock=clock)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def newest_month(self) -> str:
        """The newest month that is published, written YYYY-MM."""
        response = await self._client.get("crime-last-updated", accept=JSON)
        return _month_in(response.payload)

    async def answer(self, scope_name: str) -> SourceResponse:
        """The answer for a scope, all in one."""
        place, month, kind = parse_scope_name(scope_name)
        query = {"date": f"{month}"}
        match kind:
            case "stop-and-search":
                return await self._client.get("stops-force", {"force": place} | query, accept=JSON)
            case "street":
                path = "crimes-street/all-crime"
            case _:
                path = "outcomes-at-location"
        if ":" in place:
            return await self._client.get(path, {"poly": place} | query, accept=JSON, check=_check_size)
        latitude, _, longitude = place.partition(",")
        return await self._client.get(path, {"lat": latitude, "lng": longitude} | query, accept=JSON)


def _check_size(response: SourceResponse) -> None:
    """Raises TooLarge for an area with more than 10,000 crimes, which the publisher answers with 503.

    As https://data.police.uk/docs/method/crime-street/ has it. A mile around a point never has so many.
    """
    if response.status == 503:
        raise TooLarge("the publisher answers 503, as it does for areas with more than 10,000 crimes: divide the area")


def _month_in(payload: object) -> str:
    """The month in `{"date": "2024-10-01"}`."""
    day = payload.get("date") if isinstance(payload, dict) else None
    if not isinstance(day, str) or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-\d\d", day, re.ASCII):
        raise UnexpectedShape("crime-last-updated: the answer has no date")
    return day[:7]
