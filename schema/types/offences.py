"""The root field `offences`: what sources cite, and what is punishable since when."""

from datetime import date
from typing import Annotated, Any

import strawberry

from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from adapters.vocabulary.offences import OFFENCES
from schema.access import field
from schema.types.values import part, shown


@strawberry.type(description="Something that a statute punishes from a day on.")
class PunishableAct:
    act: str = part("What is punishable, in short; the statute says it exactly.")
    since: date = part("The first day on which it is punishable.")
    citation: str = part("Where that stands.")


@strawberry.type(description="An offence under the code by which sources cite it. English names are translations.")
class CitedOffence:
    scheme: str = part("Whose list of offences the code comes from.")
    code: str = part("The code, as records' offences and native terms write it.")
    jurisdiction: Jurisdiction = part("Where it is law.")
    statute_en: str = shown("The statute's name in English.", lambda root: root.statute.en)
    statute_ko: str = shown("The statute's name in Korean.", lambda root: root.statute.ko)
    title_en: str = shown("The article's heading in English.", lambda root: root.title.en)
    title_ko: str = shown("The article's heading in Korean.", lambda root: root.title.ko)
    harm_category: HarmCategory = part("The harm that it is about.")
    acts: list[PunishableAct] = part(
        "What is punishable, with the day from which on; empty where that could not be verified, not where nothing is."
    )


def _said(description: str) -> Any:
    return strawberry.argument(description=description)


def _offences(
    code: Annotated[list[str] | None, _said("Any of these codes, exactly as written.")] = strawberry.UNSET,
    jurisdiction: Annotated[
        list[Jurisdiction] | None, _said("In any of these places; a country also means its parts.")
    ] = strawberry.UNSET,
    harm_category: Annotated[list[HarmCategory] | None, _said("About any of these harms.")] = strawberry.UNSET,
) -> list[CitedOffence] | None:
    found: Any = [
        each
        for each in OFFENCES
        if (not isinstance(code, list) or each.code in code)
        and (not isinstance(jurisdiction, list) or not set(jurisdiction).isdisjoint(enclosing(each.jurisdiction)))
        and (not isinstance(harm_category, list) or each.harm_category in harm_category)
    ]
    return found  # type: ignore[no-any-return]  # the fields of the type show what stands in the vocabulary


def offences() -> Any:
    return field(
        resolver=_offences,
        description="Offences that sources cite: names of the statute, and what is punishable since when.",
    )
