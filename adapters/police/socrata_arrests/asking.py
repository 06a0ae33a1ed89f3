"""Asking a portal: a month of a city's datasets, page by page, and what they hold newest."""

import re
from collections.abc import Mapping
from datetime import date

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse, combine_origins
from adapters.errors import BadRequest, NotFound, TooLarge, Unauthorised, UnexpectedShape
from adapters.police.socrata_arrests.profiles import Profile
from adapters.source import Origin

RATES = (Rate(calls=2, seconds=1, burst=4),)
"""Portals name no number: with a token only abuse is throttled, without one all callers of an address share a pool."""

ROWS = 10_000
"""Rows of one page; the interface gives at most 50,000."""

MOST = 500_000
"""Rows of a month. New York, the largest, has some 20,000."""

REFUSALS: Mapping[str, type[Unauthorised | NotFound]] = {
    "authentication_required": Unauthorised,
    "permission_denied": Unauthorised,
    "dataset.missing": NotFound,
    "not_found": NotFound,
}
"""Codes in the body of an error."""


class Portals:
    """The portals of the profiles, each behind a door of its own; one token is for all of them.

    `address` is one below which every host answers, under its name; without it they are asked themselves.
    """

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        address: str | None,
        key: Secret | None,
        timeout: float,
        clock: Clock | None,
    ) -> None:
        keys = [Credential(secret=key, place="header", name="X-App-Token")] if key else []
        self._doors = {
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
        """Closes them all."""
        for door in self._doors.values():
            await door.close()

    async def rows(self, profile: Profile, start: date, end: date) -> tuple[list[object], Origin]:
        """All rows of the days from `start` up to but not including `end`, of all datasets of the city.

        Raises NotFound where there are none: around New Year a portal has emptied one dataset and not yet filled the
        other, and silence must not pass for a month without arrests. Raises UnexpectedShape where rows came or went
        while they were read.
        """
        where = f"{profile.date} >= '{start}T00:00:00.000' AND {profile.date} < '{end}T00:00:00.000'"
        rows: list[object] = []
        answers: list[SourceResponse] = []
        for dataset in profile.datasets:
            await self._add(profile, dataset, where, rows, answers)
        if not rows:
            raise NotFound(f"{profile.name}/{start:%Y-%m}: no dataset has arrests of this month")
        return rows, combine_origins([answer.origin for answer in answers])

    async def newest(self, profile: Profile) -> date:
        """The first day of the newest month of which any dataset has arrests."""
        days = []
        for dataset in profile.datasets:
            answer = await self._ask(profile, dataset, {"$select": f"max({profile.date}) as newest"})
            stated = _only(dataset, answer.payload).get("newest")
            if isinstance(stated, str) and re.match(r"\d{4}-(0[1-9]|1[0-2])-\d\d", stated, re.ASCII):
                days.append(date(int(stated[:4]), int(stated[5:7]), 1))
        if not days:
            raise UnexpectedShape(f"{profile.name}: no dataset states its newest day")
        return max(days)

    async def _add(
        self, profile: Profile, dataset: str, where: str, rows: list[object], answers: list[SourceResponse]
    ) -> None:
        """Adds the rows of one dataset, and the answers in which they came."""
        counted = await self._ask(profile, dataset, {"$select": "count(*) as total", "$where": where})
        total = _total(dataset, counted.payload)
        if total > MOST:
            raise TooLarge(f"{dataset}: has more than {MOST} rows of this month")
        read = 0
        while read < total:
            answer = await self._ask(
                profile,
                dataset,
                {
                    "$select": ",".join(profile.columns),
                    "$where": where,
                    "$order": ":id",
                    "$limit": ROWS,
                    "$offset": read,
                },
            )
            page = answer.payload
            if not isinstance(page, list):
                raise UnexpectedShape(f"{dataset}: the answer is no list of rows")
            read += len(page)
            if not page or read > total:
                raise UnexpectedShape(f"{dataset}: the pages do not hold the rows that were counted")
            rows += page
            answers.append(answer)

    async def _ask(self, profile: Profile, dataset: str, params: Mapping[str, str | int]) -> SourceResponse:
        return await self._doors[profile.host].get(
            f"resource/{dataset}.json", params, accept=JSON, check=_check_response
        )


def _check_response(answer: SourceResponse) -> None:
    """Raises what an error says that came with HTTP 200: `{"error": true, "code": …, "message": …}`."""
    payload = answer.payload
    if answer.status == 200 and isinstance(payload, dict) and payload.get("error") is True:
        code = payload.get("code")
        fault = REFUSALS.get(code, BadRequest) if isinstance(code, str) else BadRequest
        raise fault("the portal answers with an error")


def _only(dataset: str, payload: object) -> Mapping[str, object]:
    """The one object of a list."""
    if isinstance(payload, list) and len(payload) == 1 and isinstance(payload[0], dict):
        return payload[0]
    raise UnexpectedShape(f"{dataset}: the answer is no list of one row")


def _total(dataset: str, payload: object) -> int:
    stated = _only(dataset, payload).get("total")
    if isinstance(stated, str) and re.fullmatch(r"\d{1,9}", stated, re.ASCII):
        return int(stated)
    raise UnexpectedShape(f"{dataset}: the answer does not count its rows")
