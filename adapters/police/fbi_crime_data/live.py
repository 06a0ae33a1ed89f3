"""The live interface of the Crime Data Explorer, behind api.data.gov."""

from datetime import date

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse
from adapters.errors import BadRequest, RateLimitError, Unauthorised, UnexpectedShape
from adapters.police.fbi_crime_data.codes import CODES, ArrestSeries
from adapters.police.fbi_crime_data.figures import parse_release

ADDRESS = "https://api.usa.gov/crime/fbi/cde"

AN_HOUR = 1_000
BURST = 200
RATES = (Rate(calls=AN_HOUR - BURST, seconds=3_600, burst=BURST),)
"""The limit of a key of api.data.gov in any hour, for all its interfaces together."""

PAUSE = 3_600.0
"""Seconds after which api.data.gov has certainly forgotten the calls beyond its limit."""


class CrimeDataClient:
    """Asks the interface at `address`; `timeout` is the seconds for one answer."""

    def __init__(self, address: str, key: Secret | None, timeout: float, clock: Clock) -> None:
        keys = [Credential(secret=key, place="query", name="API_KEY")] if key else []
        self._has_key = key is not None
        self._clock = clock
        self._client = SourceClient(address, rates=RATES, keys=keys, timeout=timeout, clock=clock)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def answer(self, series: ArrestSeries) -> tuple[SourceResponse, date]:
        """The answer for the year of a series, and the first day of the last month in the request."""
        now = self._clock.now()
        if series.year is None or series.year > now.year:
            raise BadRequest(f"{series.name[:80]}: the year is in the future")
        last = now.month if series.year == now.year else 12
        kind = "totals" if series.by_sex else "counts"
        response = await self._get(series.path, kind, f"01-{series.year}", f"{last:02}-{series.year}")
        return response, date(series.year, last, 1)

    async def newest_year(self) -> int:
        """The last year with data."""
        month = f"{self._clock.now():%m-%Y}"
        response = await self._get(f"arrest/national/{CODES.total}", "counts", month, month)
        if not isinstance(response.payload, dict):
            raise UnexpectedShape("the answer is not an object")
        return parse_release("the newest year", response.payload).newest_month.year

    async def _get(self, path: str, kind: str, first: str, last: str) -> SourceResponse:
        if not self._has_key:
            raise Unauthorised("api.data.gov needs a key: the setting `key` of this source")
        params = {"type": kind, "from": first, "to": last}
        return await self._client.get(path, params, accept=JSON, check=_check_response)


def _check_response(response: SourceResponse) -> None:
    """Raises the errors of api.data.gov itself: `{"error": {"code": …, "message": …}}`.

    It sends them with 403 or 429, depending on its version.
    """
    payload = response.payload
    error = payload.get("error") if isinstance(payload, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if code == "OVER_RATE_LIMIT":
        raise RateLimitError("the key's limit of an hour is used up", retry_after=PAUSE)
    if isinstance(code, str) and code.startswith("API_KEY_"):
        raise Unauthorised("api.data.gov does not accept the key")
