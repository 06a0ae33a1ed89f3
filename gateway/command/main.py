"""The command `gateway`: import, ask, serve, and look after a catalogue.

Every bad argument, file or setting ends in one clear line and exit code 2; an answer with errors ends in exit code 1.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from msgspec import structs
from rich.console import Console
from rich.table import Table
from strawberry.utils.str_converters import to_camel_case

from adapters.source import Source
from adapters.vocabulary.enums import RecordType
from gateway.access.callers import operator, public
from gateway.app import limits
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.disclosure.publication import publish
from gateway.catalogue.integrity import faults
from gateway.catalogue.migration import newest
from gateway.catalogue.migration import upgrade as migrate
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.redaction import NoSuchRecord, erase
from gateway.catalogue.write.refresh import Refresher
from gateway.command.administration import agencies_app, agreements_app, audit_app, keys_app
from gateway.command.console import refuse
from gateway.command.console import run as run_command
from gateway.command.demonstration import demonstrate
from gateway.command.logs import configure
from gateway.command.output import Format, render
from gateway.command.progress import progress_bar
from gateway.command.server import listening, new_event_loop
from gateway.command.server import serve as answer_requests
from gateway.operations.documents import DocumentCaches
from gateway.operations.execution import OperationLimits, Request, cost_of, run
from gateway.settings import SourceSection, settings
from gateway.wiring import opened, partner_schemas
from schema.contract import sdl
from schema.errors import RequestError
from schema.queries.sources import SourcesQuery

app = typer.Typer(
    help="One GraphQL endpoint over regulators, police forces and platforms.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
schema_app = typer.Typer(help="The published schema.", no_args_is_help=True)
catalogue_app = typer.Typer(help="Looking after the catalogue.", no_args_is_help=True)
app.add_typer(schema_app, name="schema")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(agencies_app, name="agencies")
app.add_typer(agreements_app, name="agreements")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")


AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="The source's name; `gateway sources` lists them.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Files, or folders that are searched.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read a source's files into the catalogue. What was cut short is continued; what is known is left as it is."""
    run_command(_import(source, paths or [], as_json))


async def _import(name: str, paths: list[Path], as_json: bool) -> None:

    started = time.monotonic()
    async with opened(settings()) as holdings:
        source = _named(holdings, name)
        scopes = list(source.files(paths))
        if not scopes:
            refuse(f"{name}: name the files or folders to import")
        with progress_bar(len(scopes)) as progress:
            counts = await import_scopes(holdings.database, source, scopes, progress)
        unknown = await holdings.unknown_codes(name)
    _summarise(name, counts, time.monotonic() - started, unknown, as_json)


@app.command()
def sync(
    source: Annotated[
        str | None, typer.Argument(help="The source's name; without one, every source that is followed.")
    ] = None,
    scope: Annotated[list[str] | None, typer.Option(help="What to read, instead of what the settings follow.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and read again what has grown old.")] = False,
    as_json: AsJson = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Ask sources live and read what they answer into the catalogue. What another process reads is left to it."""
    if watch:
        # The parent has warned about the environment that both have.
        run_command(_watch(source, scope or [], with_parent=with_parent), reads_environment=not with_parent)
    else:
        run_command(_sync(source, scope or [], as_json))


async def _sync(name: str | None, scopes: list[str], as_json: bool) -> None:
    failed = False
    async with opened(settings()) as holdings:
        for source, names in _followed(holdings, name, scopes):
            started = time.monotonic()
            with progress_bar(None) as progress:
                outcome = await Refresher(holdings.database).once(source, names, progress=progress)
            told = source.about.name
            for missed, reason in outcome.failed.items():
                typer.echo(f"gateway: {told}: {missed or 'what it offers'} could not be read ({reason})", err=True)
                failed = True
            unknown = await holdings.unknown_codes(told)
            _summarise(told, outcome.counts, time.monotonic() - started, unknown, as_json)
    if failed:
        raise SystemExit(1)


async def _watch(name: str | None, scopes: list[str], *, with_parent: bool) -> None:
    configure()
    async with opened(settings()) as holdings:
        followed = _followed(holdings, name, scopes)
        watching = asyncio.create_task(Refresher(holdings.database).watch(followed, holdings.partner_sources))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, watching.cancel)
        orphaned = asyncio.create_task(_orphaned(os.getppid())) if with_parent else None
        if orphaned:
            orphaned.add_done_callback(lambda _: watching.cancel())
        with suppress(asyncio.CancelledError):
            await watching


@app.command()
def disclose() -> None:
    """Publish counts of what partners sent in months that have closed. What was published stays as it is."""
    run_command(_disclose())


async def _disclose() -> None:
    async with opened(settings()) as holdings:
        work = partial(publish, sources=holdings.partner_sources, today=datetime.now(UTC).date())
        tables = await holdings.database.write(work)
    typer.echo(f"{tables} monthly tables published")


async def _orphaned(parent: int) -> None:
    """Returns when the process that started this one has ended."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(1)


def _followed(holdings: Catalogue, name: str | None, scopes: list[str]) -> list[tuple[Source, Sequence[str]]]:
    """The sources to read, and what of each."""
    if name is None:
        if scopes:
            refuse("--scope needs a source")
        given = settings().sources
        followed = [(source, given[each].follow) for each, source in holdings.sources.items() if each in given]
        return [(source, names) for source, names in followed if names] or refuse("the settings follow no source")
    source = _named(holdings, name)
    return [(source, scopes or settings().sources.get(name, SourceSection()).follow)]


def _named(holdings: Catalogue, name: str) -> Source:
    source = holdings.sources.get(name)
    if source is None:
        refuse(f"unknown source {name[:40]!r}; choose from {', '.join(sorted(holdings.sources))}")
    return source


def _summarise(name: str, counts: RowCounts, seconds: float, unknown: list[dict[str, Any]], as_json: bool) -> None:
    summary = {to_camel_case(key): value for key, value in structs.asdict(counts).items()}
    summary["seconds"] = round(seconds, 3)
    if as_json:
        typer.echo(json.dumps({"source": name, **summary, "unknownCodes": unknown}, ensure_ascii=False))
        return
    typer.echo(f"{name}: " + ", ".join(f"{key} {value:,}" for key, value in summary.items()))
    for code in unknown:
        typer.echo(f"unknown {code['field']}: {code['code']!r}, {code['count']:,} times", err=True)


@app.command()
def query(
    text: Annotated[str, typer.Argument(metavar="QUERY", help="A GraphQL document; `-` reads it from standard input.")],
    variables: Annotated[str, typer.Option(help="Variables, as a JSON object.")] = "{}",
    form: Annotated[
        Format, typer.Option("--format", help="`ndjson` and `csv` write the nodes of one root field.")
    ] = Format.JSON,
    priced: Annotated[bool, typer.Option("--price", help="Only tell what it would cost.")] = False,
) -> None:
    """Ask the catalogue, as the public may."""
    run_command(_query(sys.stdin.read() if text == "-" else text, variables, form, priced=priced))


async def _query(text: str, variables: str, form: Format, *, priced: bool) -> None:
    try:
        given = orjson.loads(variables)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        refuse("--variables must be a JSON object")
    async with opened(settings()) as holdings:
        editions = DocumentCaches(limits(settings()))
        caller = public(holdings.abouts.values())
        request = Request(query=text, variables=given)
        if priced:
            try:
                typer.echo(f"{cost_of(editions, caller, request)} of {settings().max_cost}")
            except RequestError as exc:
                refuse(exc.message)
            return
        bounds = OperationLimits(seconds=settings().deadline_seconds, cost=settings().max_cost)
        answer = await run(holdings, caller, editions, request, bounds=bounds)
    # What went wrong is told whole; a line per record has no place for it.
    typer.echo(render(answer.body(), Format.JSON if answer.errors else form), nl=False)
    if answer.errors:
        raise SystemExit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8000,
) -> None:
    """Serve the catalogue over HTTP."""
    run_command(_serve(host, port), new_event_loop)


async def _serve(host: str, port: int) -> None:
    configure()
    async with opened(settings()) as holdings:
        with listening(host, port) as listener:
            shown = listener.getsockname()[1]
            typer.echo(f"http://{host}:{shown}/graphql", err=True)
            await answer_requests(settings(), holdings, listener)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8000,
) -> None:
    """Serve a catalogue of synthetic data, read from a sandbox of each source; nothing is asked of the network."""
    configure()
    run_command(demonstrate(host, port), new_event_loop, reads_environment=False)


@app.command()
def sources(as_json: AsJson = False) -> None:
    """What this deployment reads, and how old it is."""
    run_command(_sources(as_json))


async def _sources(as_json: bool) -> None:
    async with opened(settings()) as holdings, holdings.reader(operator(holdings.abouts.values())) as reader:
        states = await reader.read(SourcesQuery())
    rows = [
        {
            "name": state.about.name,
            "kind": state.about.kind,
            "publisher": state.about.publisher,
            "state": state.state,
            "lastReadAt": state.last_read_at and state.last_read_at.isoformat(),
            "scopes": state.scopes,
            "reason": state.reason,
        }
        for state in states
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(*rows[0], box=None)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)


@schema_app.command("print")
def schema_print() -> None:
    """The schema as SDL."""
    typer.echo(sdl(), nl=False)


@schema_app.command("partner")
def schema_partner() -> None:
    """What agencies may send, as JSON Schemas with examples, by the setting that says how."""
    typer.echo(json.dumps(partner_schemas(), ensure_ascii=False, indent=2))


@catalogue_app.command()
def upgrade() -> None:
    """Bring the catalogue's tables to what this version needs."""
    run_command(_upgrade())


async def _upgrade() -> None:
    async with opened(settings(), prepare=False) as holdings:
        await holdings.database.write(migrate)
    typer.echo(f"the catalogue stands at {newest()}")


@catalogue_app.command()
def check() -> None:
    """Read the whole catalogue and say what is not as it must be. Exit code 1 if anything is."""
    run_command(_check())


async def _check() -> None:
    async with opened(settings()) as holdings:
        found = await holdings.database.write(lambda connection: list(faults(connection)))
    for fault in found:
        typer.echo(fault)
    if found:
        raise SystemExit(1)
    typer.echo("the catalogue is sound")


@catalogue_app.command()
def redact(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Global ids, as answers give them: Case:source:id.")],
) -> None:
    """Erase the content of every version of records, for ever."""
    run_command(_redact(ids))


async def _redact(ids: list[str]) -> None:
    parted = [identity.partition(":") for identity in ids]
    if any(kind not in set(RecordType) or not identity for kind, _, identity in parted):
        refuse("an id looks like Case:source:id")
    async with opened(settings()) as holdings:
        try:
            gone = await erase(holdings.database, [(RecordType(kind), identity) for kind, _, identity in parted])
        except NoSuchRecord:
            refuse("the catalogue holds no record of this id")
    typer.echo(f"{len(ids)} erased")
    if not gone:
        typer.echo("gateway: while others read, the database's files keep what was erased; run this again", err=True)
        raise SystemExit(1)


def main() -> None:
    """What the installed command runs."""
    app()
