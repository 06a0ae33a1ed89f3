"""The portal's live interfaces: a dataset page by page, from the host that has it."""

from adapters.client import (
    JSON,
    Clock,
    Credential,
    Rate,
    Secret,
    SourceClient,
    SourceResponse,
    SystemClock,
    combine_origins,
)
from adapters.errors import BadRequest, TooLarge, Unauthorised, UnexpectedShape
from adapters.police.korea_open_data import responses
from adapters.police.korea_open_data.profiles import DatasetProfile
from adapters.police.korea_open_data.responses import PortalPage
from adapters.source import Origin

ODCLOUD = "api.odcloud.kr"
CLASSIC = "apis.data.go.kr"

BURST = 5
A_DAY = 10_000
"""Calls that a key may make of one dataset in a day, unless the portal allows it more."""

RATES = (
    Rate(calls=5, seconds=1, burst=BURST),
    Rate(calls=A_DAY * 4 // 5, seconds=86_400, burst=A_DAY // 5),
)

PAGE_ROWS, LEAST_PAGE_ROWS = 500, 100
"""Rows of one page, and below how many an agency's service, which may refuse large pages, is not asked for fewer."""

MOST_ROWS = 50_000
"""Rows of a dataset. Those that have profiles have dozens."""


class KoreaPortalClient:
    """Asks the two hosts of the portal. One key is for both: in a header here, in the query there.

    `address` is one below which both hosts answer, under their names; without it the client asks each directly.
    `timeout` is the seconds for one answer.
    """

    def __init__(self, address: str | None, key: Secret | None, timeout: float, clock: Clock | None) -> None:
        clock = clock or SystemClock()
        in_header = Credential(secret=key, place="header", name="Authorization", scheme="Infuser") if key else None
        in_query = Credential(secret=key, place="query", name="serviceKey") if key else None
        self._has_key = key is not None
        self._odcloud, self._classic = (
            SourceClient(
                f"{address}/{host}" if address else f"https://{host}",
                rates=RATES,
                keys=[credential] if credential else [],
                timeout=timeout,
                clock=clock,
            )
            for host, credential in ((ODCLOUD, in_header), (CLASSIC, in_query))
        )
        self._odcloud_check = responses.odcloud_check(clock.now)
        self._classic_check = responses.classic_check(clock.now)

    async def close(self) -> None:
        """Closes the connections to both."""
        await self._odcloud.close()
        await self._classic.close()

    async def rows(self, profile: DatasetProfile) -> tuple[list[object], Origin]:
        """All rows of a dataset. Pages that the portal refuses are halved: agencies differ in the most rows of one."""
        if not self._has_key:
            raise Unauthorised("the portal needs a key: the setting `key` of this source")
        size = PAGE_ROWS
        while True:
            try:
                return await self._pages(profile, size)
            except BadRequest:
                if size < LEAST_PAGE_ROWS:
                    raise
                size //= 2

    async def _pages(self, profile: DatasetProfile, size: int) -> tuple[list[object], Origin]:
        rows: list[object] = []
        origins: list[Origin] = []
        total: int | None = None
        while total is None or len(rows) < total:
            number = len(origins) + 1
            response, page = await self._page(profile, number, size)
            origins.append(response.origin)
            rows += page.rows
            _check_page(profile, page, number, len(rows), total)
            total = page.total
        return rows, combine_origins(origins)

    async def _page(self, profile: DatasetProfile, number: int, size: int) -> tuple[SourceResponse, PortalPage]:
        if profile.service:
            response = await self._classic.get(
                profile.service,
                {**profile.parameters, "pageNo": number, "numOfRows": size},
                accept=responses.JSON_OR_XML,
                check=self._classic_check,
            )
            return response, responses.classic_page(profile.name, response.payload)
        response = await self._odcloud.get(
            f"api/{profile.id}/v1/uddi:{profile.uddi}",
            {**profile.parameters, "page": number, "perPage": size},
            accept=JSON,
            check=self._odcloud_check,
        )
        return response, responses.odcloud_page(profile.name, response.payload)


def _check_page(profile: DatasetProfile, page: PortalPage, number: int, count: int, total: int | None) -> None:
    """Raises where a page is not the one of this number, or the dataset too large, or another than before.

    `count` are the rows so far, with those of the page; `total` is the number of all rows by the page before.
    """
    if page.total > MOST_ROWS:
        raise TooLarge(f"{profile.name}: the dataset has more than {MOST_ROWS} rows: import its file")
    if total is not None and total != page.total:
        raise UnexpectedShape(f"{profile.name}: the dataset changed while it was read")
    if page.number not in {None, number} or count > page.total or (not page.rows and count < page.total):
        raise UnexpectedShape(f"{profile.name}: the pages do not have as many rows as the portal states")
