"""`gateway agreements`: what an agency may see, for which purpose and until when."""

from functools import partial
from typing import Annotated

import typer

from adapters.vocabulary.enums import FieldClass, RecordType
from adapters.vocabulary.jurisdictions import UnknownJurisdiction, parse_jurisdiction
from gateway.access.agreements import AgreementTerms, add_agreement, end_agreement, list_agreements
from gateway.command.administration import Until, in_utc, now, print_all, revoke
from gateway.command.console import refuse, run
from gateway.command.listing import AsJson
from gateway.deployment import open_catalogue
from gateway.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

Identity = Annotated[str, typer.Argument(metavar="ID", help="Such as knpa-2026.")]


@app.command("add")
def add(
    identity: Identity,
    agency: Annotated[str, typer.Option(help="The agency's id.")],
    purpose: Annotated[str, typer.Option(help="What the data may be used for.")],
    source: Annotated[list[str], typer.Option(help="A source that the agreement opens; repeatable.")],
    record_type: Annotated[list[RecordType] | None, typer.Option(help="Only records of this type; repeatable.")] = None,
    place: Annotated[
        list[str] | None, typer.Option("--jurisdiction", help="Only records of this place: KR, EU, GB-ENG; repeatable.")
    ] = None,
    field_class: Annotated[
        list[FieldClass] | None, typer.Option("--class", help="A class of sensitive fields that it opens; repeatable.")
    ] = None,
    budget: Annotated[int | None, typer.Option(min=1, help="What its keys may spend together in a minute.")] = None,
    until: Until = None,
) -> None:
    """Add an agreement."""
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
        expires_at=in_utc(until),
    )
    run(_add(identity, terms))


@app.command("end")
def end(identity: Identity) -> None:
    """End an agreement; its keys no longer work."""
    run(revoke(lambda connection: end_agreement(connection, identity, now())))


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the agreements."""
    run(print_all(list_agreements, as_json=as_json))


async def _add(identity: str, terms: AgreementTerms) -> None:
    async with open_catalogue(load_settings()) as catalogue:
        if unknown := sorted(set(terms.sources) - catalogue.sources.keys()):
            refuse(f"unknown source {unknown[0][:40]!r}; choose from {', '.join(sorted(catalogue.sources))}")
        await catalogue.database.write(partial(add_agreement, identity=identity, terms=terms, now=now()))
