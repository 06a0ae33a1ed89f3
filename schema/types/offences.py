"""Offences that sources cite: what is punishable, with what, and by which powers it is investigated, by date."""

from datetime import date
from typing import Annotated

import strawberry

from adapters.vocabulary import offences
from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from schema.declarations import computed_field, value_field


@strawberry.type(name="PunishableAct", description="An act that a statute punishes from a date on.")
class PunishableActObject:
    act: str = value_field("The act in short; the statute has the exact wording.")
    act_ko: str = computed_field("The act in short in Korean, in the statute's words.", lambda root: root.ko)
    since: date = value_field("The first day on which this article punishes the act.")
    until: date | None = value_field("The first day on which it no longer does; null if it still does.")
    citation: str = value_field("Where the statute says so.")


@strawberry.type(
    name="Penalty", description="What a statute punishes an act with, imprisonment or instead of it a fine."
)
class PenaltyObject:
    act: str = value_field("The act in short; the statute has the exact wording.")
    act_ko: str = computed_field("The act in short in Korean, in the statute's words.", lambda root: root.ko)
    since: date = value_field("The first day on which the penalty applies.")
    until: date | None = value_field("The first day on which it no longer applies; null if it still does.")
    min_years: int | None = value_field("The least imprisonment, in years; null if the article states none.")
    max_years: int | None = value_field("The most imprisonment, in years; null if the article states none.")
    life: bool = value_field("Whether imprisonment may be for life.")
    max_fine_krw: int | None = value_field(
        "The most that a fine may be, in Korean won; null if a fine is no alternative to imprisonment."
    )
    citation: str = value_field("Where the statute says so.")


@strawberry.type(name="InvestigativePower", description="A special power of investigation for an offence.")
class InvestigativePowerObject:
    power: str = value_field("The power in short; the statute has the exact wording.")
    power_ko: str = computed_field("The power in short in Korean, in the statute's words.", lambda root: root.ko)
    since: date = value_field("The first day on which the power exists.")
    until: date | None = value_field("The first day on which it no longer exists; null if it still does.")
    citation: str = value_field("Where the statute says so.")


@strawberry.type(
    name="CitedOffence",
    description="An offence, by the code that sources cite. English names are translations.",
)
class CitedOffenceObject:
    scheme: str = value_field("The list of offences that the code comes from.")
    code: str = value_field("The code, as records write it in offences and native terms.")
    jurisdiction: Jurisdiction = value_field("The jurisdiction of the law.")
    statute_en: str = computed_field("The statute's name in English.", lambda root: root.statute.en)
    statute_ko: str = computed_field("The statute's name in Korean.", lambda root: root.statute.ko)
    title_en: str = computed_field("The article's heading in English.", lambda root: root.title.en)
    title_ko: str = computed_field("The article's heading in Korean.", lambda root: root.title.ko)
    harm_category: HarmCategory = value_field("The harm category.")
    acts: list[PunishableActObject] = value_field(
        "The punishable acts and their dates; empty if they could not be verified."
    )
    penalties: list[PenaltyObject] = value_field("The penalties of acts and their dates, earlier ones included.")
    powers: list[InvestigativePowerObject] = value_field("Special powers of investigation and their dates.")


def select_offences(
    code: Annotated[
        list[str] | None, strawberry.argument(description="Any of these codes, exactly as written.")
    ] = strawberry.UNSET,
    jurisdiction: Annotated[
        list[Jurisdiction] | None,
        strawberry.argument(description="In any of these jurisdictions. A country includes its parts."),
    ] = strawberry.UNSET,
    harm_category: Annotated[
        list[HarmCategory] | None, strawberry.argument(description="Any of these harm categories.")
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
