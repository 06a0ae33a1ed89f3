"""The portals' live interface: a month of a city's datasets, page by page, and the newest month."""

import re
from collections.abc import Mapping
from datetime import date

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse, combine_origins
from adapters.errors import BadRequest, NotFound, TooLarge, Unauthorised, UnexpectedShape
from adapters.months import next_month
from adapters.police.socrata_arrests.profiles import CityProfile
from adapters.source import Origin

RATES = (Rate(calls=2, seconds=1, burst=4),)
"""Portals name no number: with a token only abuse is throttled, without one all callers of an address share a pool."""

PAGE_ROWS = 10_000
"""Rows of one page; the interface gives at most 50,000."""

MOST_ROWS = 500_000
"""Rows of a month. New York, the largest, has some 20,000."""

ERRORS: Mapping[str, type[Unauthorised | NotFound]] = {
    "authentication_required": Unauthorised,
    "permission_denied": Unauthorised,
    "dataset.missing": NotFound,
    "not_found": NotFound,
}
"""Codes in the body of an error."""


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
        other, and an empty answer must not pass for a month without arrests. Raises UnexpectedShape where rows came or
        went while they were read.
        """
        where = f"{profile.date} >= '{month}T00:00:00.000' AND {profile.date} < '{next_month(month)}T00:00:00.000'"
        rows: list[object] = []
        responses: list[SourceResponse] = []
        for dataset in profile.datasets:
            await self._add_rows(profile, dataset, where, rows, responses)
        if not rows:
            raise NotFound(f"{profile.name}/{month:%Y-%m}: no dataset has arrests of this month")
        return rows, combine_origins([response.origin for response in responses])

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

    async def _add_rows(
        self, profile: CityProfile, dataset: str, where: str, rows: list[object], responses: list[SourceResponse]
    ) -> None:
        """Adds the rows of one dataset, and the responses that held them."""
        total = await self._count(profile, dataset, where)
        offset = 0
        while offset < total:
            response = await self._get(
                profile,
                dataset,
                {
                    "$select": ",".join(profile.columns),
                    "$where": where,
                    "$order": ":id",
                    "$limit": PAGE_ROWS,
                    "$offset": offset,
                },
            )
            page = response.payload
            if not isinstance(page, list):
                raise UnexpectedShape(f"{dataset}: the answer is not a list of rows")
            offset += len(page)
            if not page or offset > total:
                raise UnexpectedShape(f"{dataset}: the pages do not have as many rows as the portal counts")
            rows += page
            responses.append(response)

    async def _count(self, profile: CityProfile, dataset: str, where: str) -> int:
        response = await self._get(profile, dataset, {"$select": "count(*) as total", "$where": where})
        total = _only_row(dataset, response.payload).get("total")
        if not isinstance(total, str) or not re.fullmatch(r"\d{1,9}", total, re.ASCII):
            raise UnexpectedShape(f"{dataset}: the answer does not count its rows")
        if int(total) > MOST_ROWS:
            raise TooLarge(f"{dataset}: has more than {MOST_ROWS} rows of this month")
        return int(total)

    async def _get(self, profile: CityProfile, dataset: str, params: Mapping[str, str | int]) -> SourceResponse:
        client = self._clients[profile.host]
        return await client.get(f"resource/{dataset}.json", params, accept=JSON, check=_check_response)


def _check_response(response: SourceResponse) -> None:
    """Raises the error of a body that came with HTTP 200: `{"error": true, "code": …, "message": …}`."""
    payload = response.payload
    if response.status == 200 and isinstance(payload, dict) and payload.get("error") is True:
        code = payload.get("code")
        error = ERRORS.get(code, BadRequest) if isinstance(code, str) else BadRequest
        raise error("the portal answers with an error")


def _only_row(dataset: str, payload: object) -> Mapping[str, object]:
    """The one object of a list."""
    if isinstance(payload, list) and len(payload) == 1 and isinstance(payload[0], dict):
        return payload[0]
    raise UnexpectedShape(f"{dataset}: the answer is not a list of one row")
