"""The closed lists as GraphQL enums, with the descriptions of `adapters/vocabulary/terms.toml`."""

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from adapters.vocabulary import enums
from adapters.vocabulary.enums import Vocabulary
from adapters.vocabulary.terms import describe, term
from schema.queries.conditions import PeriodMatch
from schema.queries.coverage import CoverageState
from schema.queries.sources import Freshness, SilenceReason


def publish(vocabulary: type[Vocabulary], description: str, values: dict[str, str]) -> None:
    """Makes a list a GraphQL enum, with a description of every value."""
    strawberry.enum(vocabulary, description=description)
    definition: StrawberryEnumDefinition = vars(vocabulary)["__strawberry_definition__"]
    for value in definition.values:
        value.description = values[value.name]


for _vocabulary in vars(enums).values():
    if isinstance(_vocabulary, type) and issubclass(_vocabulary, Vocabulary) and _vocabulary is not Vocabulary:
        publish(_vocabulary, describe(_vocabulary), {member.name: term(member).description for member in _vocabulary})

publish(
    PeriodMatch,
    "How a record's own period must relate to the period of the filter.",
    {
        "EXACT": "Both periods start and end on the same day.",
        "WITHIN": "The record's period lies within the other, or equals it.",
        "OVERLAPS": "The periods share at least one day. An end that the publisher left open has no limit.",
    },
)
publish(
    Freshness,
    "The age of the gateway's copy of a source, relative to the publisher's cadence.",
    {
        "FRESH": "Read within the publisher's cadence.",
        "STALE": "Read longer ago than the publisher's cadence. Newer data may exist.",
        "NEVER_READ": "Never read. A missing record says nothing.",
    },
)
publish(
    SilenceReason,
    "Why a source that could have contributed to an answer did not. None of them is a figure of zero.",
    {
        "NO_RECORDS": "The gateway has read some of what was requested from the source, and found no record there. "
        "`coverage` says how much it has read.",
        "FAILED": "The last read of the source failed. `source.reason` says why.",
        "NOT_COVERED": "The gateway has not read completely any part of the source that overlaps what was requested.",
    },
)
publish(
    CoverageState,
    "What a source covers of what was requested. None of the four is a figure of zero.",
    {
        "REPORTED": "The source states at least one record for what was requested, or for a part of it. A stated zero "
        "is REPORTED. An erased record does not count.",
        "NOT_REPORTED": "The source publishes nothing for what was requested: it was read completely for every record "
        "type, jurisdiction, agency, platform and day of it. A jurisdiction is complete if the source covers it as a "
        "whole, or each of the agencies that it divides into. Never the state without a period.",
        "PARTLY_COVERED": "The gateway has no record, and the source was read completely for a part of what was "
        "requested, or publishes only some records of the type. `gaps` lists what is missing.",
        "NOT_COVERED": "The gateway has no record, and the source was read completely for no part of what was "
        "requested. A missing record says nothing.",
    },
)
