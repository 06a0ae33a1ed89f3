"""Asking the portal: a dataset page by page, from whichever of the two hosts has it."""

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
from adapters.errors import TooLarge, Unauthorised, UnexpectedShape
from adapters.police.korea_open_data import portal
from adapters.police.korea_open_data.profiles import Profile
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

ROWS = 500
"""Rows of one page."""

MOST = 50_000
"""Rows of a dataset. Those that profiles are written for have dozens."""


class Portal:
    """The two hosts of the portal, each behind a door of its own. One key is for both: a header here, a query there."""

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
        self._odcloud_judge = portal.odcloud_judge(clock.now)
        self._classic_judge = portal.classic_judge(clock.now)

    async def close(self) -> None:
        """Closes both."""
        await self._odcloud.close()
        await self._classic.close()

    async def rows(self, profile: Profile) -> tuple[list[object], Origin]:
        """All rows of a dataset."""
        if not self._has_key:
            raise Unauthorised("the portal needs a key: the setting `key` of this source")
        rows: list[object] = []
        answers: list[SourceResponse] = []
        total: int | None = None
        while total is None or len(rows) < total:
            number = len(answers) + 1
            answer, page = await self._page(profile, number)
            if page.total > MOST:
                raise TooLarge(f"{profile.name}: the dataset has more than {MOST} rows")
            if total is not None and total != page.total:
                raise UnexpectedShape(f"{profile.name}: the dataset changed while it was read")
            answers.append(answer)
            rows += page.rows
            total = page.total
            if page.number not in {None, number} or len(rows) > total or (not page.rows and len(rows) < total):
                raise UnexpectedShape(f"{profile.name}: the pages do not hold the rows that are announced")
        return rows, combine_origins([answer.origin for answer in answers])

    async def _page(self, profile: Profile, number: int) -> tuple[SourceResponse, portal.Page]:
        if profile.service:
            answer = await self._classic.get(
                profile.service,
                {**profile.parameters, "pageNo": number, "numOfRows": ROWS},
                accept=portal.EITHER,
                check=self._classic_judge,
            )
            return answer, portal.classic_page(profile.name, answer.payload)
        answer = await self._odcloud.get(
            f"api/{profile.id}/v1/uddi:{profile.uddi}",
            {**profile.parameters, "page": number, "perPage": ROWS},
            accept=JSON,
            check=self._odcloud_judge,
        )
        return answer, portal.odcloud_page(profile.name, answer.payload)
