"""The closed lists of values: what each value means, and what publishers write for it."""

from datetime import date

import strawberry

from adapters.vocabulary.terms import heading, terms
from schema.declarations import computed_field, value_field


@strawberry.type(name="Label", description="A name in the languages that the gateway speaks.")
class LabelObject:
    en: str = computed_field("In English.", lambda root: root.label_en)
    ko: str = computed_field("In Korean.", lambda root: root.label_ko)


@strawberry.type(name="VocabularyTerm", description="What a publisher writes for one of our values.")
class VocabularyTermObject:
    scheme: str = value_field("Whose vocabulary.")
    term: str = value_field("The publisher's code or word.")
    since: date | None = value_field("The first day of its use; null where it always was.")
    until: date | None = value_field("The first day that it was no longer used; null where it still is.")


@strawberry.type(name="VocabularyValue", description="One value of a closed list.")
class VocabularyValueObject:
    value: str = value_field("The value, as the schema's enum writes it.")
    label: LabelObject = computed_field("What it is called.", lambda root: root)
    description: str = value_field("What it means.")
    native: list[VocabularyTermObject] = value_field("What publishers write for it.")
    note: str | None = value_field("What a reader must know about the translation.")


@strawberry.type(name="VocabularyList", description="A closed list of canonical values.")
class VocabularyListObject:
    name: str = computed_field("The list's name, as the schema's enum is called.", lambda root: root.__name__)
    label: LabelObject = computed_field("What it is called.", heading)
    description: str = computed_field("What it says of a record.", lambda root: heading(root).description)
    values: list[VocabularyValueObject] = computed_field("Its values, in its own order.", terms)
