"""The progress bar of an import, if standard error is a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters.source import Scope
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.importing import Progress as ReportProgress


@contextmanager
def progress_bar(scopes: int | None) -> Iterator[ReportProgress]:
    """Shows how many of `scopes` are complete, and the rows so far; without `scopes`, their number is unknown."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=scopes, rows=0)
        rows = 0

        def report(scope: Scope, counts: RowCounts, complete: bool) -> None:
            nonlocal rows
            rows += counts.read
            bar.update(task, description=scope.name, advance=1 if complete else 0, rows=rows)

        yield report
