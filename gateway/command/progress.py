"""How far an import is: a bar where somebody watches, nothing where nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters.source import Scope
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.importing import Progress as Report


@contextmanager
def progress_bar(scopes: int | None) -> Iterator[Report]:
    """Shows scopes done, of so many if that is known, and rows read on standard error, if that is a terminal."""
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
