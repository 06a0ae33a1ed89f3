"""Offences that sources cite, and what is punishable since when."""

from datetime import date
from typing import Annotated

import strawberry

from adapters.vocabulary import offences
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from schema.declarations import computed_field, value_field


@strawberry.type(name="PunishableAct", description="Something that a statute punishes from a day on.")
class PunishableActObject:
    act: str = value_field("What is punishable, in short; the statute says it exactly.")
    since: date = value_field("The first day on which it is punishable.")
    citation: str = value_field("Where that stands.")


@strawberry.type(
    name="CitedOffence",
    description="An offence under the code by which sources cite it. English names are translations.",
)
class CitedOffenceObject:
    scheme: str = value_field("Whose list of offences the code comes from.")
    code: str = value_field("The code, as records' offences and native terms write it.")
    jurisdiction: Jurisdiction = value_field("Where it is law.")
    statute_en: str = computed_field("The statute's name in English.", lambda root: root.statute.en)
    statute_ko: str = computed_field("The statute's name in Korean.", lambda root: root.statute.ko)
    title_en: str = computed_field("The article's heading in English.", lambda root: root.title.en)
    title_ko: str = computed_field("The article's heading in Korean.", lambda root: root.title.ko)
    harm_category: HarmCategory = value_field("The harm that it is about.")
    acts: list[PunishableActObject] = value_field(
        "What is punishable, with the day from which on; empty where that could not be verified, not where nothing is."
    )


def select_offences(
    code: Annotated[
        list[str] | None, strawberry.argument(description="Any of these codes, exactly as written.")
    ] = strawberry.UNSET,
    jurisdiction: Annotated[
        list[Jurisdiction] | None,
        strawberry.argument(description="In any of these places; a country also means its parts."),
    ] = strawberry.UNSET,
    harm_category: Annotated[
        list[HarmCategory] | None, strawberry.argument(description="About any of these harms.")
    ] = strawberry.UNSET,
) -> list[offences.StatutoryOffence]:
    """The offences that meet every condition."""
    return [
        offence
        for offence in offences.OFFENCES
        if (not isinstance(code, list) or offence.code in code)
        and (not isinstance(jurisdiction, list) or not set(jurisdiction).isdisjoint(enclosing(offence.jurisdiction)))
        and (not isinstance(harm_category, list) or offence.harm_category in harm_category)
    ]
