"""`python -m tests.benchmarks import`: the speed of importing a large dump, as ratios to a loop that only copies cells.

The bare loop reads the same bytes in the same dialect with the same reader (Python's own CSV reader splits some of the
publisher's rows wrongly) and puts 37 texts into a table without index, in transactions of 10,000 rows and under the
pragmas of the catalogue. Every run is a process of its own; runs of all kinds take turns, so that a machine that others
use slows all of them alike, and what is shown is the median of the ratios within a turn.
"""

import asyncio
import io
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from msgspec import Struct

from adapters.formats import php_csv
from adapters.formats.nested_zip import NestedZip
from adapters.months import month_of, year_and_month
from adapters.vocabulary.enums import HarmCategory
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.importing import import_scopes
from gateway.deployment import open_catalogue
from gateway.settings import Settings, SourceSection

DAY = date(2024, 9, 12)
NAME = f"sor-global-{DAY}-full"
PART = 100_000
"""Rows of one CSV file inside a dump."""

TRANSACTION = 10_000
KEPT = (HarmCategory.NCII, HarmCategory.NCII_DEEPFAKE)
KEPT_OF = 20
"""One in so many of the generated statements is of a harm that is kept."""

HEADER = (
    "uuid,decision_visibility,decision_visibility_other,end_date_visibility_restriction,decision_monetary,"
    "decision_monetary_other,end_date_monetary_restriction,decision_provision,end_date_service_restriction,"
    "decision_account,end_date_account_restriction,account_type,decision_ground,decision_ground_reference_url,"
    "illegal_content_legal_ground,illegal_content_explanation,incompatible_content_ground,"
    "incompatible_content_explanation,incompatible_content_illegal,category,category_addition,"
    "category_specification,category_specification_other,content_type,content_type_other,content_language,"
    "content_date,territorial_scope,application_date,decision_facts,source_type,source_identity,automated_detection,"
    "automated_decision,platform_name,platform_uid,created_at"
)
COLUMNS = HEADER.count(",") + 1
PRAGMAS = ("journal_mode = WAL", "cache_size = -65536", "synchronous = FULL")


class Run(Struct, frozen=True):
    """One import: its seconds, and the most bytes of memory that its process held."""

    seconds: float
    memory: int


class Shown(Struct, frozen=True):
    """What the runs say. Ratios of throughputs to the bare loop's; `memory` is the most that `keep = all` held."""

    rows: int
    runs: int
    bare_rows_per_second: float
    keep_all: float
    keep_some: float
    memory: int


def compare(rows: int, runs: int, told: Callable[[str], None] = lambda line: None) -> Shown:
    """Runs each kind of import so many times, in turns, over a dump of so many rows."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as temporary:
        dump = Path(temporary) / f"{NAME}.zip"
        told(f"writing a dump of {rows:,} rows")
        generate(dump, rows)
        turns = []
        for number in range(1, runs + 1):
            turn = {kind.__name__: _apart(kind, dump) for kind in (bare, keep_all, keep_some)}
            turns.append(turn)
            told(f"turn {number}: " + ", ".join(f"{name} {run.seconds:.2f} s" for name, run in turn.items()))
    of = {name: [turn["bare"].seconds / turn[name].seconds for turn in turns] for name in ("keep_all", "keep_some")}
    return Shown(
        rows=rows,
        runs=runs,
        bare_rows_per_second=rows / statistics.median(turn["bare"].seconds for turn in turns),
        keep_all=statistics.median(of["keep_all"]),
        keep_some=statistics.median(of["keep_some"]),
        memory=max(turn["keep_all"].memory for turn in turns),
    )


def bare(dump: Path) -> Run:
    """The loop that only copies."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"CREATE TABLE cells ({', '.join(f'c{number} TEXT' for number in range(COLUMNS))})")
        insert = f"INSERT INTO cells VALUES ({', '.join('?' * COLUMNS)})"  # noqa: S608 - numbers of columns
        started = time.perf_counter()
        for batch in _batches(dump):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(insert, batch)
            connection.execute("COMMIT")
        seconds = time.perf_counter() - started
        connection.close()
    return Run(seconds, _memory())


def _batches(dump: Path) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for member, pieces in NestedZip(dump, ".csv").members(()):
        rows = php_csv.read_rows(member.name, pieces)
        next(rows)
        for row in rows:
            batch.append(row)
            if len(batch) == TRANSACTION:
                yield batch
                batch = []
    if batch:
        yield batch


def keep_all(dump: Path) -> Run:
    """The import that makes a record of every statement."""
    return _imported(dump, None)


def keep_some(dump: Path) -> Run:
    """The import that makes a record of the statements about some harms, and counts the others."""
    return _imported(dump, KEPT)


def _imported(dump: Path, keep: tuple[HarmCategory, ...] | None) -> Run:
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
        settings = Settings(
            database_url=f"sqlite:///{Path(folder) / 'catalogue.db'}",
            sources={"dsa_transparency": SourceSection(keep=keep)},
        )

        async def run() -> tuple[float, RowCounts]:
            async with open_catalogue(settings) as holdings:
                source = holdings.sources["dsa_transparency"]
                started = time.perf_counter()
                counts = await import_scopes(holdings.database, source, source.files([dump]))
                return time.perf_counter() - started, counts

        seconds, counts = asyncio.run(run())
    if counts.rejected:
        raise RuntimeError("the generated dump holds rows that cannot be read")
    return Run(seconds, _memory())


def _apart(kind: Callable[[Path], Run], dump: Path) -> Run:
    """A run in a new process, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(kind, dump).result()


def _memory() -> int:
    """The most bytes that this process held, and the largest of those that it had started."""
    most = sum(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most if sys.platform == "darwin" else most * 1024


def generate(path: Path, rows: int, months: int = 1) -> None:
    """Writes a dump of a day with so many statements, none of which anybody made, on measures of so many months."""
    line = partial(_line, months=months)
    with (
        zipfile.ZipFile(path, "w") as outer,
        outer.open(f"{NAME}-00000.csv.zip", "w", force_zip64=True) as inner,
        zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for number, first in enumerate(range(0, rows, PART)):
            text = io.StringIO()
            text.write(HEADER + "\n")
            text.writelines(map(line, range(first, min(rows, first + PART))))
            archive.writestr(f"{NAME}-00000-{number:05}.csv", text.getvalue())


def _line(number: int, months: int) -> str:
    """One statement, as PHP writes it. Real ones differ from each other about as much."""
    harm = number % KEPT_OF == 0
    category = (
        "NON_CONSENSUAL_BEHAVIOUR" if harm else ("SCAMS_AND_FRAUD", "VIOLENCE", "SCOPE_OF_PLATFORM_SERVICE")[number % 3]
    )
    keyword = '"[""KEYWORD_NON_CONSENSUAL_IMAGE_SHARING""]"' if harm else ""
    second = number % 86_400
    year, month = year_and_month(month_of(DAY) - number // 11 % months)
    posted, taken = (f"{year}-{month:02}-{number % 11 + day:02} 00:00:00" for day in (1, 2))
    return (
        f"{number * 2654435761 % 2**32:08x}-0000-4000-8000-{number:012x},"
        f'"[""DECISION_VISIBILITY_CONTENT_REMOVED""]",,,,,,,,,,,DECISION_GROUND_INCOMPATIBLE_CONTENT,,,,'
        f'"Rule {number % 40} of a service that does not exist","An explanation that nobody gave, number {number}.",'
        f",STATEMENT_CATEGORY_{category},,{keyword},,"
        f'"[""CONTENT_TYPE_{("VIDEO", "IMAGE", "TEXT")[number % 3]}""]",,EN,"{posted}",'
        f'"[""AT"",""BE"",""DE"",""FR"",""IE""]","{taken}","Facts that nobody has seen.",'
        f"SOURCE_VOLUNTARY,,{('Yes', 'No')[number % 2]},AUTOMATED_DECISION_FULLY,"
        f"{('Telegram', 'TikTok', 'Pinterest')[number % 3]},{9_007_199_254_740_993_000 + number},"
        f'"2024-09-12 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"\n'
    )
