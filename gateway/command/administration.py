"""The commands that look after agencies, agreements and keys."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table as ConsoleTable
from sqlalchemy import Connection, select

from adapters.vocabulary.enums import FieldClass, RecordType
from adapters.vocabulary.jurisdictions import UnknownJurisdiction, parse_jurisdiction
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit_log import faults, heads_in, new_seals
from gateway.access.keys import Key
from gateway.access.revocation import RevocationFeed
from gateway.access.tables import agency, agreement, api_key, entry
from gateway.command.console import refuse, run
from gateway.settings import Settings, settings
from gateway.store.redis import pool
from gateway.wiring import given_seals, opened, opened_log

T = TypeVar("T")

audit_app = typer.Typer(help="Who read non-public records and sensitive fields.", no_args_is_help=True)

UNTOLD = {"digest", "pepper"}
"""Columns that are for checking keys alone."""

agencies_app = typer.Typer(help="Who has agreements with this deployment.", no_args_is_help=True)
agreements_app = typer.Typer(help="What an agency may see, why, and until when.", no_args_is_help=True)
keys_app = typer.Typer(help="The keys that agencies ask with.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Lines of JSON.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Its end, in UTC.")]
Overlap = Annotated[float, typer.Option(min=0, help="Hours that the old key serves on, from the new one's first use.")]


@agencies_app.command("add")
def add_agency(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Such as kr.knpa.")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
) -> None:
    """Make an agency known."""
    run(_write(lambda connection: agreements.add_agency(connection, identity, name, _now())))


@agencies_app.command("list")
def list_agencies(as_json: AsJson = False) -> None:
    """Who is known."""
    run(_list(agency, as_json))


@agreements_app.command("add")
def add_agreement(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Such as knpa-2026.")],
    agency: Annotated[str, typer.Option(help="With which agency.")],
    purpose: Annotated[str, typer.Option(help="What it may be used for.")],
    source: Annotated[list[str], typer.Option(help="A source that it opens; may be given again.")],
    record_type: Annotated[list[RecordType] | None, typer.Option(help="Only records of this type.")] = None,
    place: Annotated[
        list[str] | None, typer.Option("--jurisdiction", help="Only what holds here: KR, FR, EU, GB-ENG.")
    ] = None,
    field_class: Annotated[
        list[FieldClass] | None, typer.Option("--class", help="A class of sensitive fields that it opens.")
    ] = None,
    budget: Annotated[int | None, typer.Option(min=1, help="What its keys may spend together in a minute.")] = None,
    until: Until = None,
) -> None:
    """Agree on what an agency may see."""
    try:
        places = tuple(sorted(parse_jurisdiction(text) for text in place or ()))
    except UnknownJurisdiction:
        refuse("--jurisdiction takes codes such as KR, EU or GB-ENG")
    terms = AgreementTerms(
        agency=agency,
        purpose=purpose,
        sources=tuple(sorted(set(source))),
        record_types=tuple(sorted(set(record_type or ()))),
        jurisdictions=places,
        classes=tuple(sorted(set(field_class or ()))),
        budget=budget,
        expires_at=_utc(until),
    )
    run(_agree(identity, terms))


async def _agree(identity: str, terms: AgreementTerms) -> None:
    async with opened(settings()) as holdings:
        if unknown := sorted(set(terms.sources) - holdings.sources.keys()):
            refuse(f"unknown source {unknown[0][:40]!r}; choose from {', '.join(sorted(holdings.sources))}")
        await holdings.database.write(partial(agreements.add_agreement, identity=identity, terms=terms, now=_now()))


@agreements_app.command("end")
def end_agreement(identity: Annotated[str, typer.Argument(metavar="ID", help="Which.")]) -> None:
    """End an agreement: its keys serve nobody any more."""
    run(_end(lambda connection: agreements.end_agreement(connection, identity, _now())))


@agreements_app.command("list")
def list_agreements(as_json: AsJson = False) -> None:
    """What was agreed on."""
    run(_list(agreement, as_json))


@keys_app.command("create")
def create_key(
    under: Annotated[str, typer.Argument(metavar="AGREEMENT", help="Under which agreement.")],
    test: Annotated[bool, typer.Option("--test", help="A key that sees synthetic data only.")] = False,
    network: Annotated[list[str] | None, typer.Option(help="Where it may be used from: 192.0.2.0/24.")] = None,
    until: Until = None,
) -> None:
    """Make a key. It is shown this once."""
    run(
        _show(
            lambda connection, peppers: agreements.add_key(
                connection,
                under,
                peppers,
                _now(),
                live=not test,
                networks=network or (),
                expires_at=_utc(until),
            )
        )
    )


@keys_app.command("rotate")
def rotate_key(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The eight characters that name the key.")],
    overlap: Overlap = 24.0,
) -> None:
    """Replace a key by a new one, which is shown this once."""
    run(
        _show(
            lambda connection, peppers: agreements.rotate_key(
                connection, identity, peppers, _now(), timedelta(hours=overlap)
            )
        )
    )


@keys_app.command("revoke")
def revoke_key(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The eight characters that name the key.")],
) -> None:
    """End a key at once."""
    run(_end(lambda connection: agreements.revoke_key(connection, identity, _now())))


@keys_app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """The keys, without their secrets."""
    run(_list(api_key, as_json))


async def _write(work: Callable[[Connection], T]) -> None:
    async with opened(settings()) as holdings:
        await holdings.database.write(work)


async def _end(work: Callable[[Connection], None]) -> None:
    """Ends something, and tells the processes that answer."""
    await _write(work)
    await _tell(settings())


async def _show(work: Callable[[Connection, dict[int, bytes]], Key]) -> None:
    """Makes a key, shows it, and tells the processes that answer: they would not know it for some seconds."""
    given = settings()
    async with opened(given) as holdings:
        key = await holdings.database.write(lambda connection: work(connection, given.pepper_bytes))
    typer.echo(key.text)
    typer.echo(f"This is the key {key.id}. It is not shown again.", err=True)
    await _tell(given)


async def _tell(given: Settings) -> None:
    if given.redis_url is None:
        return
    shared = pool(given.redis_url.get_secret_value())
    if not await RevocationFeed(shared).tell():
        typer.echo("Redis does not answer: for some seconds more processes may go by what was before", err=True)
    await shared.aclose()


async def _list(kind: Any, as_json: bool) -> None:
    shown = [column for column in kind.c if column.name not in UNTOLD]
    async with opened(settings()) as holdings, holdings.database.snapshot() as snapshot:
        rows = await snapshot.fetch(select(*shown).order_by(kind.c.id))
    said = [{name: _plain(value) for name, value in row._asdict().items()} for row in rows]
    if as_json:
        for row in said:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    table = ConsoleTable(*(column.name for column in shown), box=None)
    for row in said:
        table.add_row(*map(_cell, row.values()))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, tuple) else value


def _now() -> datetime:
    return datetime.now(UTC)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


@audit_app.command("keys")
def audit_keys() -> None:
    """Make the two keys that the log needs, as settings."""
    chain, signing = new_seals()
    typer.echo(f"GATEWAY_AUDIT_KEY={chain}")
    typer.echo(f"GATEWAY_AUDIT_SIGNING_KEY={signing}")


@audit_app.command("verify")
def audit_verify() -> None:
    """Read the whole log and say what is not as it was written. Exit code 1 if anything is."""
    run(_verify())


async def _verify() -> None:
    given = settings()
    keys = given_seals(given)
    try:
        heads = heads_in(given.audit_heads)
    except ValueError:
        refuse("the file of heads holds a line that is none")
    async with opened_log(given) as log:
        found = await log.database.write(lambda connection: list(faults(connection, heads, keys.chain, keys.verifying)))
    for fault in found:
        typer.echo(fault)
    if found:
        raise SystemExit(1)
    typer.echo(f"the log is as it was written; {len(heads):,} heads were signed")


@audit_app.command("show")
def audit_show(
    agency: Annotated[str | None, typer.Option(help="Only what this agency read.")] = None,
    last: Annotated[int, typer.Option(min=1, help="How many entries, the newest.")] = 20,
) -> None:
    """The newest entries of the log."""
    newest = select(entry).order_by(entry.c.number.desc()).limit(last)
    run(_entries(newest if agency is None else newest.where(entry.c.agency == agency), as_json=False))


@audit_app.command("export")
def audit_export() -> None:
    """The whole log as lines of JSON."""
    run(_entries(select(entry).order_by(entry.c.number), as_json=True))


async def _entries(wanted: Any, *, as_json: bool) -> None:
    async with opened_log(settings()) as log, log.database.snapshot() as snapshot:
        rows = [row._asdict() for row in await snapshot.fetch(wanted)]
    if as_json:
        for row in rows:
            typer.echo(msgspec.json.encode(row).decode())
        return
    table = ConsoleTable("number", "at", "agency", "agreement", "purpose", "key", "records", box=None)
    for row in rows:
        told = [row[name] for name in ("number", "at", "agency", "agreement", "purpose", "key")]
        table.add_row(*map(str, told), str(len(row["readings"])))
    Console().print(table)
