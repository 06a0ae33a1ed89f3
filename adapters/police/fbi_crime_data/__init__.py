"""The FBI's Crime Data Explorer: arrests that police agencies of the United States reported, month by month.

Documented at https://cde.ucr.cjis.gov/LATEST/webapp/#/pages/docApi. A scope is one year of one offence, in the nation,
a state or one agency: `national/23/2024`, `state/IL/240/2024`, `agency/ILCPD0000/23/2024`. In the nation or a state it
may also be of that year as a whole, by sex: `state/IL/240/2024/sex`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from adapters.client import JSON, Clock, Credential, Rate, Secret, SourceClient, SourceResponse, SystemClock
from adapters.errors import BadRequest, RateLimitError, Unauthorised, UnexpectedShape, Unreadable
from adapters.police.fbi_crime_data.codes import CODES, FIRST_YEAR, UNITED_STATES, Series, series
from adapters.police.fbi_crime_data.figures import HARMS, NAME, figures, figures_by_sex, read_release
from adapters.settings import SourceSettings
from adapters.source import About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

ADDRESS = "https://api.usa.gov/crime/fbi/cde"

LIVE = "live"

ABOUT = About(
    name=NAME,
    title="Arrests in the Crime Data Explorer (Uniform Crime Reporting Program)",
    kind=SourceKind.POLICE,
    publisher="Federal Bureau of Investigation",
    url="https://cde.ucr.cjis.gov/",
    licence="Public domain (a work of the United States Government)",
    licence_url="https://www.usa.gov/government-copyright",
    attribution="Federal Bureau of Investigation, Crime Data Explorer",
    cadence=timedelta(days=31),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=(UNITED_STATES,),
    # Each release states the months anew, and the figures of the one before stay what they were.
    withdraws=False,
    authoritative=LIVE,
    notes=(
        "One arrest is counted for each separate instance in which a person is arrested, cited or summoned: these are "
        "arrests, not persons.",
        "Of several offences at one arrest the most serious one counts, and agencies need not take part: states and "
        "the nation are the sum of those that did.",
        "The publisher writes 0 for a month in which nobody reported, and for agencies that it does not know. Such a 0 "
        "is no figure here: it stands as NOT_REPORTED where people live and no agency took part in that month, and "
        "as UNKNOWN where the publisher states no population, as for an agency that does not exist or serves none of "
        "its own. A 0 of a month in which agencies took part is 0.",
        "Months after the publisher's last month with data are NOT_REPORTED.",
        "Rape (23) follows the definition of 2013; Sex Offenses (240) are all others, and neither says what happened "
        "online.",
        "Sexes are told apart for the nation and the states, and their figures need not add up to the whole: the "
        "publisher tallies them apart. The same answer holds numbers by race; they are not kept.",
    ),
)

AN_HOUR = 1_000
BURST = 200
RATES = (Rate(calls=AN_HOUR - BURST, seconds=3_600, burst=BURST),)
"""What a key of api.data.gov may ask in any hour, of all its interfaces together."""

PAUSE = 3_600.0
"""Seconds after which calls beyond the allowance of an hour are certain to be forgotten."""

MOST_YEARS = 10
"""Of which figures a question may want."""


class FBICrimeData:
    """The source. It asks; what the answers mean is read in `figures`."""

    about = ABOUT

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        key: Secret | None = None,
        timeout: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        keys = [Credential(secret=key, place="query", name="API_KEY")] if key else []
        self._has_key = key is not None
        self._clock = clock or SystemClock()
        self._client = SourceClient(address, rates=RATES, keys=keys, timeout=timeout, clock=self._clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address or ADDRESS, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The sexual offences of each year of the demand: in the nation, and in the states or agencies it names."""
        if demand.record is not RecordType.STATISTIC or demand.start is None or demand.end is None:
            return
        years = range(max(demand.start.year, FIRST_YEAR), demand.start.year + MOST_YEARS)
        for where in _places(demand):
            for offence in CODES.offences:
                if offence in HARMS:
                    for year in years:
                        if date(year, 1, 1) < demand.end:
                            yield _scope(series(f"{where}/{offence}/{year}"))

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        asked = [series(name) for name in names]
        if any(one.year is None for one in asked):
            newest = await self._newest()
            asked = [replace(one, year=one.year or newest) for one in asked]
        return [_scope(one) for one in asked]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """None: what the publisher offers for download is of another shape."""
        if paths:
            raise Unreadable("this source is asked live alone")
        return ()

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._ask(scope, since)

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        asked = series(scope.name)
        now = self._clock.now()
        if asked.year is None or asked.year > now.year:
            raise BadRequest(f"{scope.name[:80]}: the year is yet to come")
        last = now.month if asked.year == now.year else 12
        kind = "totals" if asked.by_sex else "counts"
        answer = await self._get(asked.path, kind, f"01-{asked.year}", f"{last:02}-{asked.year}")
        reading = (
            figures_by_sex(asked, answer.payload, date(asked.year, last, 1))
            if asked.by_sex
            else figures(asked, answer.payload)
        )
        for batch in reading.batches(answer.origin, since):
            yield batch

    async def _newest(self) -> int:
        """The last year with data."""
        month = f"{self._clock.now():%m-%Y}"
        answer = await self._get(f"arrest/national/{CODES.total}", "counts", month, month)
        if not isinstance(answer.payload, dict):
            raise UnexpectedShape("the answer is no object")
        return read_release("the newest year", answer.payload).newest.year

    async def _get(self, path: str, kind: str, first: str, last: str) -> SourceResponse:
        if not self._has_key:
            raise Unauthorised("api.data.gov needs a key: the setting `key` of this source")
        params = {"type": kind, "from": first, "to": last}
        return await self._client.get(path, params, accept=JSON, check=_check_response)


def _check_response(answer: SourceResponse) -> None:
    """Raises what api.data.gov says before the interface is asked: `{"error": {"code": …, "message": …}}`.

    It says so with 403 or 429, whichever of its versions is in front.
    """
    payload = answer.payload
    error = payload.get("error") if isinstance(payload, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if code == "OVER_RATE_LIMIT":
        raise RateLimitError("the key's allowance of an hour is used up", retry_after=PAUSE)
    if isinstance(code, str) and code.startswith("API_KEY_"):
        raise Unauthorised("api.data.gov does not accept our key")


def _places(demand: Demand) -> Iterable[str]:
    """Whose arrests are asked for, as the interface's paths have it."""
    numbered = {agency: ori for ori, agency in CODES.agencies.items()}
    if demand.agencies:
        return [f"agency/{numbered[agency]}" for agency in demand.agencies if agency in numbered]
    if not demand.jurisdictions:
        return ["national"]
    states = [code for code in demand.jurisdictions if code.startswith("US-")]
    nation = ["national"] if UNITED_STATES in demand.jurisdictions else []
    return [*nation, *(f"state/{code.removeprefix('US-')}" for code in states)]


def _scope(asked: Series) -> Scope:
    if asked.year is None:
        raise Unreadable(f"{asked.where}/{asked.offence} names no year")
    return Scope(
        source=NAME,
        channel=LIVE,
        name=asked.name,
        records=frozenset({RecordType.STATISTIC}),
        jurisdictions=(asked.jurisdiction,),
        start=date(asked.year, 1, 1),
        end=date(asked.year + 1, 1, 1),
    )
