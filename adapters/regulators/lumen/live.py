"""Searches Lumen: which scope a name is, and all notices of a scope, page by page, in halves where too many."""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse, combine_origins
from adapters.errors import NotFound, TooLarge, Unauthorised, UnexpectedShape, UnknownScope, Unreadable
from adapters.formats.json import printable
from adapters.months import next_month
from adapters.regulators.lumen.notices import NAME, RECORDS
from adapters.source import LIVE, Origin, Scope

ADDRESS = "https://lumendatabase.org"
RATE = Rate(calls=50, seconds=60, burst=10)
"""With a token 60 calls a minute are allowed."""

PAGE_SIZE = 100
"""Notices in an answer; the interface gives at most 1,000, of which each may name thousands of addresses."""

MAX_RESULTS = 10_000
"""Notices of a search that have pages, and the most that it counts (berkmancenter/lumendatabase#631).

The interface's documentation says 20,000.
"""

MAX_NOTICES = 50_000
"""Notices of one scope."""

SCOPE_NAME = re.compile(r"(?P<term>[^/]{1,80})(?:/(?P<month>\d{4}-(?:0[1-9]|1[0-2])))?", re.ASCII)


def search_scope(name: str, today: date | None = None) -> Scope:
    """The scope with this name. A name without a month stands for the month of `today`. Raises UnknownScope."""
    match = SCOPE_NAME.fullmatch(name)
    if match is None or (today is None and match["month"] is None):
        raise UnknownScope(f"{printable(name, 80)!r} is not TERM/YYYY-MM; without YYYY-MM it is this month")
    start = date.fromisoformat(f"{match['month'] or f'{today:%Y-%m}'}-01")
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{match['term']}/{start:%Y-%m}",
        records=RECORDS,
        start=start,
        end=next_month(start),
    )


class SearchWindow(NamedTuple):
    """Days of receipt; `end` is exclusive."""

    start: date
    end: date

    def halves(self) -> "tuple[SearchWindow, SearchWindow] | None":
        """The same days in two windows; None for one day: most notices bear the midnight of theirs."""
        middle = self.start + (self.end - self.start) // 2
        if middle == self.start:
            return None
        return SearchWindow(self.start, middle), SearchWindow(middle, self.end)


class NoticeSearch:
    """The client of Lumen's search, which needs a token."""

    def __init__(self, address: str, token: Secret | None, timeout: float, clock: Clock) -> None:
        keys = [Credential(secret=token, place="header", name="X-Authentication-Token")] if token else []
        self._has_token = token is not None
        self._client = SourceClient(address, rates=[RATE], keys=keys, timeout=timeout, clock=clock)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def notices(self, scope: Scope) -> tuple[list[object], Origin]:
        """All notices of the scope. Days with more notices than the search has pages for are read in halves.

        Raises TooLarge, and UnexpectedShape where pages do not follow one another.
        """
        if not self._has_token:
            raise Unauthorised("Lumen's interface needs a token: the setting `key` of this source")
        if scope.start is None or scope.end is None:
            raise Unreadable(f"{scope.name}: the scope has no month")
        notices: list[object] = []
        origins: list[Origin] = []
        windows = [SearchWindow(scope.start, scope.end)]
        while windows:
            window = windows.pop()
            pages = await self._pages(scope, window, origins)
            if pages is None:
                halves = window.halves()
                if halves is None:
                    raise TooLarge(
                        f"{scope.name}: {window.start} has more notices than the search lists: search for a rarer word"
                    )
                windows += reversed(halves)
                continue
            notices += pages
            if len(notices) > MAX_NOTICES:
                raise TooLarge(f"{scope.name}: there are more than {MAX_NOTICES} notices: search for a rarer word")
        return notices, combine_origins(origins)

    async def _pages(self, scope: Scope, window: SearchWindow, origins: list[Origin]) -> list[object] | None:
        """The notices of all pages of a window; None where the pages end before the notices do.

        Adds the origin of each page.
        """
        notices: list[object] = []
        page: int | None = 1
        while page is not None:
            try:
                response = await self._client.get("notices/search", _parameters(scope, window, page), accept=JSON)
            except NotFound:
                # Where the pages end. The first one exists, even without notices.
                if page == 1:
                    raise
                return None
            page_notices, next_page, total = _page(scope.name, response)
            origins.append(response.origin)
            if total >= MAX_RESULTS or (next_page is None and page * PAGE_SIZE < total):
                return None
            notices += page_notices
            if len(notices) > total + PAGE_SIZE or (next_page is not None and next_page != page + 1):
                raise UnexpectedShape(f"{scope.name}: the pages do not follow one another")
            page = next_page
        return notices


def _parameters(scope: Scope, window: SearchWindow, page: int) -> dict[str, str | int]:
    first, end = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) for day in window)
    return {
        "term": scope.name.rpartition("/")[0],
        # The range includes both ends.
        "date_received_facet": f"{first}..{end - 1}",
        "sort_by": "date_received asc",
        "per_page": PAGE_SIZE,
        "page": page,
    }


def _page(name: str, response: SourceResponse) -> tuple[list[object], int | None, int]:
    """The notices of a page, the number of the next one, and how many notices there are."""
    payload = response.payload
    notices, meta = (payload.get(key) for key in ("notices", "meta")) if isinstance(payload, dict) else (None, None)
    if not isinstance(notices, list) or not isinstance(meta, dict):
        raise UnexpectedShape(f"{name}: the answer has no notices and no meta")
    next_page, total = meta.get("next_page"), meta.get("total_entries")
    if not isinstance(total, int) or not (next_page is None or isinstance(next_page, int)):
        raise UnexpectedShape(f"{name}: the answer does not count its pages")
    return notices, next_page, total
