"""The root fields: what can be asked."""

from datetime import date
from typing import Annotated, Any

import strawberry

from adapters.vocabulary.enums import AgencyKind, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from adapters.vocabulary.names import AGENCIES, PLATFORMS, find_agency, find_platform
from adapters.vocabulary.terms import closed_lists, heading, terms
from schema import inputs
from schema.connections import Connection
from schema.context import Covering, Sources
from schema.declarations import AS_OF, listing, lookup
from schema.errors import ErrorCode, Refused
from schema.records import (
    Arrest,
    Case,
    CooperationRequest,
    InformationRequest,
    Node,
    Statistic,
)
from schema.resolvers import by_ids, catalogue
from schema.values import Agency, Coverage, Platform, Source, part, shown


@strawberry.type(description="A name in the languages that the gateway speaks.")
class Label:
    en: str = shown("In English.", lambda root: root.label_en)
    ko: str = shown("In Korean.", lambda root: root.label_ko)


@strawberry.type(description="What a publisher writes for one of our values.")
class VocabularyTerm:
    scheme: str = part("Whose vocabulary.")
    term: str = part("The publisher's code or word.")
    since: date | None = part("The first day of its use; null where it always was.")
    until: date | None = part("The first day that it was no longer used; null where it still is.")


@strawberry.type(description="One value of a closed list.")
class VocabularyValue:
    value: str = part("The value, as the schema's enum writes it.")
    label: Label = shown("What it is called.", lambda root: root)
    description: str = part("What it means.")
    native: list[VocabularyTerm] = part("What publishers write for it.")
    note: str | None = part("What a reader must know about the translation.")


@strawberry.type(description="A closed list of canonical values.")
class VocabularyList:
    name: str = shown("The list's name, as the schema's enum is called.", lambda root: root.__name__)
    label: Label = shown("What it is called.", heading)
    description: str = shown("What it says of a record.", lambda root: heading(root).description)
    values: list[VocabularyValue] = shown("Its values, in its own order.", terms)


def argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What can be asked of the gateway.")
class Query:
    cases: Connection[Case] = listing(RecordType.CASE, inputs.CaseFilter, "Cases that authorities have opened.")
    case: Case | None = lookup(
        RecordType.CASE,
        "The case of this id; null where there is none that you may see.",
    )
    arrests: Connection[Arrest] = listing(
        RecordType.ARREST,
        inputs.ArrestFilter,
        "Single arrests; counts of arrests are statistics.",
    )
    arrest: Arrest | None = lookup(
        RecordType.ARREST,
        "The arrest of this id; null where there is none that you may see.",
    )
    information_requests: Connection[InformationRequest] = listing(
        RecordType.INFORMATION_REQUEST,
        inputs.InformationRequestFilter,
        "Authorities' requests to platforms for data about users.",
    )
    cooperation_requests: Connection[CooperationRequest] = listing(
        RecordType.COOPERATION_REQUEST,
        inputs.CooperationRequestFilter,
        "Authorities' requests for each other's help across borders.",
    )
    statistics: Connection[Statistic] = listing(
        RecordType.STATISTIC,
        inputs.StatisticFilter,
        "Figures as published. Periods overlap and totals stand beside their parts: never add them blindly.",
    )

    @strawberry.field(description="The record of this id, of whatever type; null where there is none that you may see.")
    async def node(
        self,
        info: strawberry.Info,
        id: Annotated[strawberry.ID, argument("The record's `id`.")],
        as_of: AS_OF = strawberry.UNSET,
    ) -> Node | None:
        (found,) = await by_ids(raw(info), [id], as_of=as_of or None)
        return found  # type: ignore[return-value]  # a row stands for the type that `resolve_type` names

    @strawberry.field(description="The records of these ids, in their order; null for one that you may not see.")
    async def nodes(
        self,
        info: strawberry.Info,
        ids: Annotated[list[strawberry.ID], argument("The records' `id`s, at most 100.")],
        as_of: AS_OF = strawberry.UNSET,
    ) -> list[Node | None]:
        return await by_ids(raw(info), ids, as_of=as_of or None)  # type: ignore[return-value]  # as above

    @strawberry.field(description="The sources that you may see, and how old the gateway's copies are.")
    async def sources(
        self,
        info: strawberry.Info,
        name: Annotated[list[str] | None, argument("Any of these sources; all if absent.")] = strawberry.UNSET,
    ) -> list[Source]:
        return await catalogue(info).read(Sources(names=tuple(name) if name else None))  # type: ignore[return-value]  # as above

    @strawberry.field(
        description="What each source's answer about a jurisdiction and a period amounts to: "
        "reported, left out by the publisher, or never read by the gateway."
    )
    async def coverage(
        self,
        info: strawberry.Info,
        filter: Annotated[
            inputs.CoverageFilter | None,
            argument("About what; about everything if absent."),
        ] = strawberry.UNSET,
    ) -> list[Coverage]:
        return await catalogue(info).read(covering(filter or inputs.CoverageFilter()))  # type: ignore[return-value]  # as above

    @strawberry.field(description="The authorities and organisations that records name.")
    def agencies(
        self,
        name: Annotated[list[str] | None, argument("Any of these, by id, name or alias.")] = strawberry.UNSET,
        kind: Annotated[list[AgencyKind] | None, argument("Any of these kinds.")] = strawberry.UNSET,
        jurisdiction: Annotated[
            list[Jurisdiction] | None, argument("Acting in any of these places.")
        ] = strawberry.UNSET,
    ) -> list[Agency]:
        wanted = {agency.id for agency in map(find_agency, name) if agency is not None} if name else None
        return [  # type: ignore[misc]  # as above
            agency
            for agency in AGENCIES.values()
            if (wanted is None or agency.id in wanted)
            and (not kind or agency.kind in kind)
            and (not jurisdiction or agency.jurisdiction in jurisdiction)
        ]

    @strawberry.field(description="The online services that records name.")
    def platforms(
        self,
        name: Annotated[list[str] | None, argument("Any of these, by id, name or alias.")] = strawberry.UNSET,
    ) -> list[Platform]:
        wanted = {found.id for found in map(find_platform, name) if found is not None} if name else None
        return [platform for platform in PLATFORMS.values() if wanted is None or platform.id in wanted]  # type: ignore[misc]  # as above

    @strawberry.field(description="The closed lists of values: what they mean, and what publishers write for them.")
    def vocabulary(
        self,
        name: Annotated[
            list[str] | None,
            argument("Any of these lists, by the enum's name; all if absent."),
        ] = strawberry.UNSET,
    ) -> list[VocabularyList]:
        return [enum for enum in closed_lists() if not name or enum.__name__ in name]  # type: ignore[misc]  # as above


def covering(given: inputs.CoverageFilter) -> Covering:
    """The question that a coverage filter asks. Raises Refused where its period has no day."""
    period = given.period or None
    if period is not None and period.start >= period.end:
        raise Refused(
            ErrorCode.BAD_INPUT,
            "A period's end is exclusive and must come after its start.",
        )
    return Covering(
        sources=tuple(given.source) if given.source else None,
        record=given.record_type or None,
        jurisdictions=tuple(given.jurisdiction or ()),
        start=None if period is None else period.start,
        end=None if period is None else period.end,
    )


def raw(info: strawberry.Info) -> Any:
    """graphql-core's own view of a running field, whose selections tell what to read."""
    return info._raw_info
