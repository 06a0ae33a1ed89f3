"""`gateway import`, `sync` and `sources`: reading sources into the catalogue, what was read, and what is on hold."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.errors import SourceError, UnknownScope
from adapters.source import FileNaming, Scope, Skip, Source
from gateway.access.callers import operator
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write import holds
from gateway.catalogue.write.acceptance import accept
from gateway.catalogue.write.batches import ConcurrentReadError
from gateway.catalogue.write.editions import OlderEdition
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.refresh import ReadFailure, Refresher
from gateway.command.console import refuse, run
from gateway.command.listing import print_table
from gateway.command.logs import configure_logs
from gateway.command.progress import progress_bar
from gateway.command.reading_report import ReadingReport, hold_row, print_holds
from gateway.deployment import open_catalogue
from gateway.settings import SourceSection, load_settings
from schema.queries.sources import SourcesQuery, SourceStatus

app = typer.Typer(add_completion=False)

ImportFailure = SourceError | OlderEdition | ConcurrentReadError
IMPORT_FAILURES = (SourceError, OlderEdition, ConcurrentReadError)
"""What ends an import before its last file; what was committed stays."""

COLUMNS = ("name", "state", "lastReadAt", "scopes", "reason")
"""What the table of sources has on a line of 80 characters; the JSON has more."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


def import_files(
    source: Annotated[str, typer.Argument(help="The source's name; `gateway sources` lists them.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Files, or folders, which are searched.")] = None,
    as_json: AsJson = False,
    older: Annotated[
        bool, typer.Option("--older", help="Import also a file that a later edition has replaced.")
    ] = False,
    period: Annotated[
        str | None, typer.Option(help="The period that the file's name does not say, such as 2023-H2.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="The platform that the file's name does not say.")] = None,
    release: Annotated[
        str | None, typer.Option(help="The release that the file's name does not say, such as 2023-Q4.")
    ] = None,
) -> None:
    """Import a source's files into the catalogue.

    An import that was interrupted continues. Records that did not change are left as they are. A file that is an older
    edition than the one imported last is refused. Files of a folder that are empty or not the source's are skipped; the
    exit code is then 1.
    """
    options = {"period": period, "platform": platform, "release": release}
    run(_import(source, paths or [], _present(options), as_json=as_json, older=older))


def sync(
    source: Annotated[
        str | None, typer.Argument(help="The source's name; all that the settings follow if omitted.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="A scope to read instead of those that the settings follow; repeatable.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running, and read scopes again once stale.")] = False,
    at_once: Annotated[bool, typer.Option("--now", help="Read also scopes that rest after a failure.")] = False,
    as_json: AsJson = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Read sources over the network into the catalogue.

    Scopes that another process is reading are skipped. A scope that rests after a failure is named, with the end of its
    rest and the reason, and exit code 1.
    """
    if watch and at_once:
        refuse("--now is for one reading, and --watch waits until a rest ends")
    if watch:
        # The parent has warned about the environment that both have.
        run(_watch(source, scope or [], with_parent=with_parent), reads_environment=not with_parent)
    else:
        run(_sync(source, scope or [], at_once=at_once, as_json=as_json))


@app.callback(invoke_without_command=True)
def list_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources, when each was last read, and the readings that are on hold."""
    if context.invoked_subcommand is None:
        run(_list(as_json=as_json))


@app.command("accept")
def accept_reading(
    source: Annotated[str, typer.Argument(help="The source's name.")],
    scope: Annotated[str, typer.Argument(help="The scope on hold.")],
    digest: Annotated[str, typer.Argument(help="The digest of the reading, or its first eight digits or more.")],
) -> None:
    """Withdraw the records that a reading on hold lacks.

    Nothing is read again. Records that a later reading brought back stay.
    """
    run(_accept(source, scope, digest))


def _present(options: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in options.items() if text is not None}


def _find_files(source: Source, paths: Sequence[Path], options: Mapping[str, str], skip: Skip) -> list[Scope]:
    """The scopes of the files to import. Ends the process with exit code 2 where the source has no such options."""
    if not options:
        return list(source.files(paths, skip))
    if not isinstance(source, FileNaming):
        refuse(f"{source.about.name}: --{next(iter(options))} does not apply")
    return list(source.name_files(paths, options))


async def _import(name: str, paths: Sequence[Path], options: Mapping[str, str], *, as_json: bool, older: bool) -> None:
    started_at, settings = time.monotonic(), load_settings()
    failure: ImportFailure | None = None
    async with open_catalogue(settings) as catalogue:
        source = find_source(catalogue, name)
        skipped: list[str] = []
        scopes: list[Scope] = []
        counts = RowCounts()
        try:
            scopes += _find_files(source, paths, options, skipped.append)
            if not scopes:
                refuse(f"{name}: name the files or folders to import")
            with progress_bar(len(scopes)) as progress:

                def add(scope: Scope, more: RowCounts, complete: bool) -> None:
                    nonlocal counts
                    counts += more
                    progress(scope, more, complete)

                await import_scopes(
                    catalogue.database,
                    source,
                    scopes,
                    add,
                    withdrawal_limit=settings.withdrawal_limit,
                    older=older,
                    optional={scope.path for scope in scopes if scope.path is not None and paths} - set(paths),
                    skip=skipped.append,
                )
        except IMPORT_FAILURES as exc:
            failure = exc
        names = {scope.name for scope in scopes}
        pending = [each for each in await holds.pending_holds(catalogue.database, name) if each.scope in names]
        report = ReadingReport(
            source=name,
            counts=counts,
            seconds=time.monotonic() - started_at,
            unknown_codes=await catalogue.unknown_codes(name),
            failed={} if failure is None else {"": ReadFailure(failure.code, str(failure))},
            skipped=skipped,
            holds=pending,
        )
    report.print_skipped()
    if failure is None or as_json:
        report.print_counts(as_json=as_json)
    if failure is not None:
        raise failure
    report.print_holds()
    if pending or skipped:
        raise SystemExit(1)


async def _sync(name: str | None, scopes: Sequence[str], *, at_once: bool, as_json: bool) -> None:
    is_complete, settings = True, load_settings()
    async with open_catalogue(settings) as catalogue:
        refresher = Refresher(catalogue.database, withdrawal_limit=settings.withdrawal_limit)
        for source, names in _subscriptions(catalogue, name, scopes):
            started_at = time.monotonic()
            try:
                with progress_bar(None) as progress:
                    result = await refresher.once(source, names, during_pause=at_once, progress=progress)
            except UnknownScope as exc:
                refuse(f"{source.about.name}: {exc}")
            report = ReadingReport(
                source=source.about.name,
                counts=result.counts,
                seconds=time.monotonic() - started_at,
                unknown_codes=await catalogue.unknown_codes(source.about.name),
                failed=result.failed,
                pauses=result.pauses,
                skipped=result.skipped,
                holds=result.holds,
            )
            report.print_failures()
            report.print_skipped()
            report.print_counts(as_json=as_json)
            report.print_holds()
            is_complete = is_complete and report.is_complete
    if not is_complete:
        raise SystemExit(1)


async def _watch(name: str | None, scopes: Sequence[str], *, with_parent: bool) -> None:
    configure_logs()
    settings = load_settings()
    async with open_catalogue(settings) as catalogue:
        subscriptions = _subscriptions(catalogue, name, scopes)
        refresher = Refresher(catalogue.database, withdrawal_limit=settings.withdrawal_limit)
        watching = asyncio.create_task(refresher.watch(subscriptions, catalogue.partner_sources))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, watching.cancel)
        parent = asyncio.create_task(_wait_for_end(os.getppid())) if with_parent else None
        if parent:
            parent.add_done_callback(lambda _: watching.cancel())
        with suppress(asyncio.CancelledError):
            await watching


async def _wait_for_end(parent: int) -> None:
    """Returns when the process that started this one has ended."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(1)


def _subscriptions(catalogue: Catalogue, name: str | None, scopes: Sequence[str]) -> list[tuple[Source, Sequence[str]]]:
    """The sources to read, and which scopes of each: `scopes`, or else those that the settings follow."""
    sections = load_settings().sources
    if name is not None:
        return [(find_source(catalogue, name), scopes or sections.get(name, SourceSection()).follow)]
    if scopes:
        refuse("--scope needs a source")
    subscriptions: list[tuple[Source, Sequence[str]]] = [
        (source, sections[name].follow)
        for name, source in catalogue.sources.items()
        if name in sections and sections[name].follow
    ]
    return subscriptions or refuse("the settings follow no source")


def find_source(catalogue: Catalogue, name: str) -> Source:
    """The source of this name. Ends the process with exit code 2 if there is none."""
    source = catalogue.sources.get(name)
    if source is None:
        refuse(f"unknown source {name[:40]!r}; choose from {', '.join(sorted(catalogue.sources))}")
    return source


async def _list(*, as_json: bool) -> None:
    async with (
        open_catalogue(load_settings()) as catalogue,
        catalogue.reader(operator(catalogue.descriptions.values())) as reader,
    ):
        rows = [_source_row(status) for status in await reader.read(SourcesQuery())]
        pending = await holds.pending_holds(catalogue.database)
    if as_json:
        for row in rows:
            row["holds"] = [hold_row(each) for each in pending if each.source == row["name"]]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            row["lastReadAt"] = row["lastReadAt"] and row["lastReadAt"][:16].replace("T", " ")
        print_table(COLUMNS, rows)
        for row in rows:
            if failure := row["lastFailure"]:
                at = failure["at"][:16].replace("T", " ")
                typer.echo(f"{row['name']}: failed at {at} UTC ({failure['code']}): {failure['message']}")
        print_holds(pending, err=False)


async def _accept(name: str, scope: str, digest: str) -> None:
    async with open_catalogue(load_settings()) as catalogue:
        about = find_source(catalogue, name).about
        withdrawn = await catalogue.database.write(
            partial(accept, about=about, scope=scope, digest=digest.lower()), seconds=None
        )
    typer.echo(f"{name}: {scope}: withdrawn {withdrawn:,}")


def _source_row(status: SourceStatus) -> dict[str, Any]:
    failure = status.last_failure
    return {
        "name": status.about.name,
        "kind": status.about.kind,
        "publisher": status.about.publisher,
        "state": status.state,
        "lastReadAt": status.last_read_at and status.last_read_at.isoformat(),
        "scopes": status.scopes,
        "reason": status.reason,
        "lastFailure": failure and {"code": failure.code, "message": failure.message, "at": failure.at.isoformat()},
    }
