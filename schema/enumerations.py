"""The closed lists as GraphQL enums, described in the words of `adapters/vocabulary/terms.toml`."""

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from adapters.vocabulary import enums
from adapters.vocabulary.enums import Vocabulary
from adapters.vocabulary.terms import describe, term
from schema.queries.conditions import PeriodMatch
from schema.queries.coverage import CoverageState
from schema.queries.sources import Freshness


def publish(vocabulary: type[Vocabulary], description: str, values: dict[str, str]) -> None:
    """Makes a list a GraphQL enum whose every value is described."""
    strawberry.enum(vocabulary, description=description)
    definition: StrawberryEnumDefinition = vars(vocabulary)["__strawberry_definition__"]
    for value in definition.values:
        value.description = values[value.name]


for _vocabulary in vars(enums).values():
    if isinstance(_vocabulary, type) and issubclass(_vocabulary, Vocabulary) and _vocabulary is not Vocabulary:
        publish(_vocabulary, describe(_vocabulary), {member.name: term(member).description for member in _vocabulary})

publish(
    PeriodMatch,
    "How a record's own period must lie to the period asked for.",
    {
        "EXACT": "Both begin and both end on the same day.",
        "WITHIN": "The record's period lies inside the one asked for; it may fill it.",
        "OVERLAPS": "The two have at least one day in common. An end that the publisher left open reaches for ever.",
    },
)
publish(
    Freshness,
    "How old the gateway's copy of a source is, measured by how often its publisher publishes.",
    {
        "FRESH": "Read within the publisher's own cadence.",
        "STALE": "Read longer ago than the publisher's cadence; newer statements may exist.",
        "NEVER_READ": "Never read into this catalogue: nothing that follows from its silence is known.",
    },
)
publish(
    CoverageState,
    "What a source's answer about a jurisdiction and a period amounts to. None of the three is a figure of zero.",
    {
        "REPORTED": "The source states at least one record for what was asked, if only for a part of it; a stated zero "
        "is REPORTED. An erased record no longer tells what it was about.",
        "NOT_REPORTED": "The source was read to the end over all of what was asked - every type of record, place and "
        "day - and states nothing for any of it.",
        "NOT_COVERED": "The gateway found nothing, and has not read this source to the end over all of what was asked: "
        "its silence means nothing.",
    },
)
