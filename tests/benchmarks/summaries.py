"""`python -m tests.benchmarks summary`: a summary takes time by the cells of a rollup, not by the records behind it.

Three catalogues are filled by the ordinary import from generated dumps: few records, a hundred times as many of the
same cells (or as many as asked for), and few records in many more cells. They take turns at answering the same
question, and what is shown is the median of the ratios within a turn: a machine that others use slows all of them
alike.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from msgspec import Struct
from sqlalchemy import func, select

from gateway.access.callers import public
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.tables import ROLLUP_TABLES
from gateway.catalogue.write.importing import import_scopes
from gateway.deployment import document_limits, open_catalogue
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.request import Request
from gateway.settings import Settings, SourceSection
from tests.benchmarks import imports

FEWEST = 10_000
MONTHS = 60
"""Months over which the measures of the third catalogue spread; in the others there is one."""

SOURCE = "dsa_transparency"
DOCUMENT = """{ takedownSummary(groupBy: [QUARTER, PLATFORM], filter: {jurisdiction: "DE"}) { cells {
  count period { start } platform { id } durations { basis median p90 longest }
  automatedDetection { percent } compliance { requested complied { percent } }
} } }"""


class Asked(Struct, frozen=True):
    """One catalogue: its records, the rows of its rollup, and what the question took, in ms and to the first one's."""

    records: int
    cells: int
    milliseconds: float
    ratio: float


def compare(rows: int, runs: int, told: Callable[[str], None] = lambda line: None) -> list[Asked]:
    """Fills the catalogues and asks each so many times, in turns."""
    return asyncio.run(_compare(rows, runs, told))


async def _compare(rows: int, runs: int, told: Callable[[str], None]) -> list[Asked]:
    few = min(rows, FEWEST)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
        held: list[tuple[int, Catalogue]] = []
        for records, months in ((few, 1), (rows, 1), (few, MONTHS)):
            told(f"importing {records:,} takedowns of {months} months")
            settings = Settings(
                database_url=f"sqlite:///{folder / f'{records}-{months}.db'}",
                sources={SOURCE: SourceSection(keep=None)},
            )
            holdings = await stack.enter_async_context(open_catalogue(settings))
            dump = folder / f"{imports.NAME}.zip"
            imports.generate(dump, records, months)
            source = holdings.sources[SOURCE]
            await import_scopes(holdings.database, source, source.files([dump]))
            held.append((records, holdings))
        editions = DocumentCaches(document_limits(Settings()))
        turns = [[await _timed(holdings, editions) for _, holdings in held] for _ in range(runs + 1)][1:]
        cells = [await count_cells(holdings) for _, holdings in held]
    return [
        Asked(
            records=records,
            cells=cells[place],
            milliseconds=1000 * statistics.median(turn[place] for turn in turns),
            ratio=statistics.median(turn[place] / turn[0] for turn in turns),
        )
        for place, (records, _) in enumerate(held)
    ]


async def count_cells(catalogue: Catalogue) -> int:
    """The number of rollup cells: the time of a summary grows with it."""
    async with catalogue.database.snapshot() as snapshot:
        counts = [select(func.count()).select_from(rollup.table) for rollup in ROLLUP_TABLES.values()]
        return sum([(await snapshot.fetch(count))[0][0] for count in counts])


async def _timed(holdings: Catalogue, editions: DocumentCaches) -> float:
    """Seconds from the document to its answer."""
    started = time.perf_counter()
    answer = await execute_request(holdings, public(holdings.descriptions.values()), editions, Request(query=DOCUMENT))
    seconds = time.perf_counter() - started
    if answer.errors or not answer.data:
        raise RuntimeError("the summary was refused")
    return seconds
