"""The Lumen Database: notices in which authorities, courts and persons ask platforms to take content down.

Its interface is documented at https://github.com/berkmancenter/lumendatabase/wiki and needs a researcher's token. A
scope is what a search finds in one month of receipt: `deepfake/2024-09`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from adapters.client import Clock, Secret, SystemClock
from adapters.document import document_scopes, read_document
from adapters.months import months_in
from adapters.regulators.lumen.live import ADDRESS, CHANNEL, NoticeSearch, search_scope
from adapters.regulators.lumen.notices import NAME, RECORDS, read_file, read_notices
from adapters.settings import SourceSettings
from adapters.source import About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, SourceKind

ABOUT = About(
    name=NAME,
    title="Lumen Database of notices and requests",
    kind=SourceKind.REGULATOR,
    publisher="Berkman Klein Center for Internet & Society, Harvard University",
    url="https://lumendatabase.org/",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Lumen Database, Berkman Klein Center for Internet & Society",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=RECORDS,
    jurisdictions=None,
    # A search finds notices by their words, and a notice may be hidden for a while: absence withdraws nothing.
    withdraws=False,
    authoritative=CHANNEL,
    notes=(
        "Only what recipients choose to share: mostly large platforms, and few requests of the police.",
        "Senders and principals may be private persons: only authorities with a known name are stored.",
        "Addresses are stored as hosts and counts, never in full; titles, explanations and topics are not stored.",
        "What the recipient did is its own statement; No may mean refused or not answered.",
        "A notice without a day of receipt is in no month: the live channel does not read it.",
        "Notices about copyright and trademarks are out of scope.",
    ),
)

TERMS = ("deepfake", "non-consensual")
"""The search words for a demand for takedowns: the interface has no categories of harm."""

FIRST_DAY = date(2000, 1, 1)
"""A day before Lumen's first notice."""


class Lumen:
    """The source. `key` is the researcher's token, `timeout` the seconds for one answer."""

    about = ABOUT

    def __init__(
        self,
        address: str | None = None,
        *,
        key: Secret | None = None,
        timeout: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._search = NoticeSearch(address or ADDRESS, key, timeout, self._clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The search words, in each month of the demand."""
        if demand.record not in RECORDS or demand.start is None or demand.end is None:
            return
        for month in months_in(max(demand.start, FIRST_DAY), demand.end):
            yield from (search_scope(f"{term}/{month:%Y-%m}") for term in TERMS)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [search_scope(name, self._clock.now().date()) for name in names]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per recorded answer: a page of a search, or one notice."""
        return document_scopes(ABOUT, paths, ".json")

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._search.close()

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        notices, origin = await self._search.notices(scope)
        for batch in read_notices(notices).batches(origin, since):
            yield batch
