"""The closed lists of values: what each value means, and what publishers write for it."""

from datetime import date

import strawberry

from adapters.vocabulary.terms import heading, terms
from schema.access import Work
from schema.declarations import computed_field, value_field


@strawberry.type(name="Label", description="A label in the languages of the gateway.")
class LabelObject:
    en: str = computed_field("In English.", lambda root: root.label_en)
    ko: str = computed_field("In Korean.", lambda root: root.label_ko)


@strawberry.type(name="VocabularyTerm", description="What a publisher writes for a canonical value.")
class VocabularyTermObject:
    scheme: str = value_field("The publisher's vocabulary.")
    term: str = value_field("The publisher's code or word.")
    since: date | None = value_field("The first day of use; null if open.")
    until: date | None = value_field("The first day on which it was no longer used; null if still in use.")


@strawberry.type(name="VocabularyValue", description="One value of a closed list.")
class VocabularyValueObject:
    value: str = value_field("The value of the enum.")
    label: LabelObject = computed_field("The label.", lambda root: root)
    description: str = value_field("The meaning.")
    native: list[VocabularyTermObject] = value_field("What publishers write for it.", work=Work(size=10))
    note: str | None = value_field("A note on the translation.")


@strawberry.type(name="VocabularyList", description="A closed list of canonical values.")
class VocabularyListObject:
    name: str = computed_field("The name of the list: that of the enum in the schema.", lambda root: root.__name__)
    label: LabelObject = computed_field("The label.", heading)
    description: str = computed_field("What the list describes.", lambda root: heading(root).description)
    values: list[VocabularyValueObject] = computed_field("The values, in order.", terms, work=Work(size=15))
