"""The portals' live interface: a month of a city's datasets, page by page, and the newest month."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from adapters.client import (
    JSON,
    Clock,
    Credential,
    Rate,
    ResponseFormat,
    Secret,
    SourceClient,
    SourceResponse,
    combine_origins,
)
from adapters.errors import BadRequest, NotFound, TooLarge, Unauthorised, UnexpectedShape
from adapters.months import next_month
from adapters.paging import PublisherState, check_unmoved
from adapters.police.socrata_arrests.profiles import CityProfile
from adapters.source import Origin

RATES = (Rate(calls=2, seconds=1, burst=4),)
"""Portals name no number: with a token only abuse is throttled, without one all callers of an address share a pool."""

PAGE_ROWS = 10_000
"""Rows of one page; the interface gives at most 50,000."""

ROW_ID, CHANGE_TIME = ":id", ":updated_at"
"""System fields that every portal adds to each row (https://dev.socrata.com/docs/system-fields)."""

ROW_ID_FORMAT = r"[A-Za-z0-9_.~-]{1,60}"

VERSION = "X-SODA2-Truth-Last-Modified"
"""The header that says when the dataset changed last."""

ROWS = ResponseFormat(name=JSON.name, media_types=JSON.media_types, decode=JSON.decode, headers=(VERSION,))

MOST_ROWS = 500_000
"""Rows of a month. New York, the largest, has some 20,000."""

ERRORS: Mapping[str, type[Unauthorised | NotFound]] = {
    "authentication_required": Unauthorised,
    "permission_denied": Unauthorised,
    "dataset.missing": NotFound,
    "not_found": NotFound,
}
"""Codes in the body of an error."""

MISSING_COLUMN = "query.soql.no-such-column"
"""The code, or `errorCode` beside HTTP 400, for a query that names a column which the dataset does not have."""


class SocrataClient:
    """Asks the portals of the profiles; one token is for all of them. `timeout` is the seconds for one answer.

    `address` is one below which every host answers, under its name; without it the client asks each directly.
    """

    def __init__(
        self,
        profiles: Mapping[str, CityProfile],
        address: str | None,
        key: Secret | None,
        timeout: float,
        clock: Clock | None,
    ) -> None:
        keys = [Credential(secret=key, place="header", name="X-App-Token")] if key else []
        self._clients = {
            host: SourceClient(
                f"{address}/{host}" if address else f"https://{host}",
                rates=RATES,
                keys=keys,
                timeout=timeout,
                clock=clock,
            )
            for host in sorted({profile.host for profile in profiles.values()})
        }

    async def close(self) -> None:
        """Closes all connections."""
        for client in self._clients.values():
            await client.close()

    async def rows(self, profile: CityProfile, month: date) -> tuple[list[object], Origin]:
        """All rows of the month that begins on the day `month`, of all datasets of the city.

        Raises NotFound where there are none: around New Year a portal has emptied one dataset and not yet filled the
        other, and an empty answer must not pass for a month without arrests. Raises UnexpectedShape where rows came,
        went or changed while they were read, or moved from one dataset to the other.
        """
        where = f"{profile.date} >= '{month}T00:00:00.000' AND {profile.date} < '{next_month(month)}T00:00:00.000'"
        states = {dataset: await self._state(profile, dataset, where) for dataset in profile.datasets}
        responses = {
            dataset: await self._pages(profile, dataset, where, state.total) for dataset, state in states.items()
        }
        pages = [response for each in responses.values() for response in each]
        for dataset, before in states.items():
            # One answer is of one moment; several may be of several.
            is_one_answer = len(states) == len(pages) == 1
            after = before if is_one_answer else await self._state(profile, dataset, where)
            _check_versions(dataset, responses[dataset])
            check_unmoved(dataset, before, after, [_row_id(row) for each in responses[dataset] for row in each.payload])
        if not pages:
            raise NotFound(f"{profile.name}/{month:%Y-%m}: no dataset has arrests of this month")
        return [row for response in pages for row in response.payload], combine_origins([each.origin for each in pages])

    async def newest_month(self, profile: CityProfile) -> date:
        """The first day of the newest month of which any dataset has arrests."""
        days = []
        for dataset in profile.datasets:
            response = await self._get(profile, dataset, {"$select": f"max({profile.date}) as newest"})
            day = _only_row(dataset, response.payload).get("newest")
            if isinstance(day, str) and re.match(r"\d{4}-(0[1-9]|1[0-2])-\d\d", day, re.ASCII):
                days.append(date(int(day[:4]), int(day[5:7]), 1))
        if not days:
            raise UnexpectedShape(f"{profile.name}: no dataset states its newest day")
        return max(days)

    async def _pages(self, profile: CityProfile, dataset: str, where: str, total: int) -> list[SourceResponse]:
        """The answers that hold the rows of one dataset, by ids that never change; by offsets where rows have none."""
        pages: list[SourceResponse] = []
        count, start = 0, PageStart(where, 0)
        while count < total:
            response = await self._get(
                profile,
                dataset,
                {
                    "$select": ",".join((ROW_ID, *profile.columns)),
                    "$where": start.where,
                    "$order": ROW_ID,
                    "$limit": PAGE_ROWS,
                    "$offset": start.offset,
                },
            )
            page = response.payload
            if not isinstance(page, list):
                raise UnexpectedShape(f"{dataset}: the answer is not a list of rows")
            count += len(page)
            if not page or count > total:
                raise UnexpectedShape(f"{dataset}: the pages do not have as many rows as the portal counts")
            pages.append(response)
            start = _next_start(where, page[-1], count)
        return pages

    async def _state(self, profile: CityProfile, dataset: str, where: str) -> PublisherState:
        """How many rows a dataset has, and when the newest of them changed."""
        total = await self._count(profile, dataset, where)
        if total <= PAGE_ROWS and len(profile.datasets) == 1 or not total:
            return PublisherState(total)
        response = await self._get(profile, dataset, {"$select": f"max({CHANGE_TIME}) as newest", "$where": where})
        newest = _only_row(dataset, response.payload).get("newest")
        return PublisherState(total, newest if isinstance(newest, str) else None)

    async def _count(self, profile: CityProfile, dataset: str, where: str) -> int:
        response = await self._get(profile, dataset, {"$select": "count(*) as total", "$where": where})
        total = _only_row(dataset, response.payload).get("total")
        if not isinstance(total, str) or not re.fullmatch(r"\d{1,9}", total, re.ASCII):
            raise UnexpectedShape(f"{dataset}: the answer does not count its rows")
        if int(total) > MOST_ROWS:
            raise TooLarge(f"{dataset}: has more than {MOST_ROWS} rows of this month: import the portal's export")
        return int(total)

    async def _get(self, profile: CityProfile, dataset: str, params: Mapping[str, str | int]) -> SourceResponse:
        client = self._clients[profile.host]
        check = partial(_check_response, columns=profile.public_columns)
        return await client.get(f"resource/{dataset}.json", params, accept=ROWS, check=check)


def _check_response(response: SourceResponse, columns: Sequence[str]) -> None:
    """Raises the error of a body that came with HTTP 200: `{"error": true, "code": …, "message": …}`.

    Raises UnexpectedShape for a missing column, whatever the status; names it only if it is one of `columns`.
    """
    payload = response.payload
    if isinstance(payload, dict) and MISSING_COLUMN in (payload.get("code"), payload.get("errorCode")):
        match = re.search(r"No such column: (\w+)", str(payload.get("message")))
        column = f" `{match[1]}`" if match and match[1] in columns else ""
        raise UnexpectedShape(f"the dataset no longer has the column{column} that the profile reads")
    if response.status == 200 and isinstance(payload, dict) and payload.get("error") is True:
        code = payload.get("code")
        error = ERRORS.get(code, BadRequest) if isinstance(code, str) else BadRequest
        raise error("the portal answers with an error")


def _check_versions(dataset: str, pages: Sequence[SourceResponse]) -> None:
    """Raises UnexpectedShape where the portal says that the pages are of several versions of the dataset."""
    if len({page.headers[VERSION] for page in pages if VERSION in page.headers}) > 1:
        raise UnexpectedShape(f"{dataset}: the dataset changed while the pages were read")


class PageStart(NamedTuple):
    """Where a page begins: the condition for its rows, and how many of them come before it."""

    where: str
    offset: int


def _next_start(where: str, last_row: object, count: int) -> PageStart:
    """Where the page after `last_row` begins, the row number `count`."""
    row_id = last_row.get(ROW_ID) if isinstance(last_row, dict) else None
    if isinstance(row_id, str) and re.fullmatch(ROW_ID_FORMAT, row_id):
        return PageStart(f"{where} AND {ROW_ID} > '{row_id}'", 0)
    return PageStart(where, count)


def _row_id(row: object) -> str:
    """The portal's id of a row; the row itself where it has none."""
    row_id = row.get(ROW_ID) if isinstance(row, dict) else None
    return row_id if isinstance(row_id, str) else repr(row)


def _only_row(dataset: str, payload: object) -> Mapping[str, object]:
    """The one object of a list."""
    if isinstance(payload, list) and len(payload) == 1 and isinstance(payload[0], dict):
        return payload[0]
    raise UnexpectedShape(f"{dataset}: the answer is not a list of one row")
