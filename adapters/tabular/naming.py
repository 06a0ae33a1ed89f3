"""The name of a file whose own name has lost what it should say: written by the profile's pattern from options."""

import re
from collections.abc import Mapping
from datetime import timedelta
from string import Formatter

from adapters.document import RowError
from adapters.errors import Unreadable
from adapters.formats.json import printable
from adapters.records import Period
from adapters.tabular.periods import MONTHS, parse_period

OPTIONS = ("period", "platform", "release")
"""What the name of a file may say, and an option may say in its place."""

PERIOD_FIELDS = ("year", "half", "quarter", "first", "last")

FIELDS = frozenset({*PERIOD_FIELDS, "platform", "release"})
"""The names in braces that a template may have."""


def template_fields(template: str) -> list[str]:
    """The names in braces in a template of file names. Raises ValueError where it is not one."""
    return [field for _, field, _, _ in Formatter().parse(template) if field is not None]


def template_options(template: str) -> list[str]:
    """The options from which a template can be filled."""
    fields = {"period" if field in PERIOD_FIELDS else field for field in template_fields(template)}
    return [option for option in OPTIONS if option in fields]


def fill_template(template: str, options: Mapping[str, str]) -> str:
    """The file's name. Raises Unreadable where an option is missing, is not part of the name, or does not fit it."""
    needed = template_options(template)
    for option in OPTIONS:
        if option in options and option not in needed:
            raise Unreadable(f"--{option} does not apply: the name {template} does not contain it")
        if option in needed and option not in options:
            raise Unreadable(f"--{option} is missing: the name {template} contains it")
    values = {option: options[option].lower().replace("_", "-") for option in needed if option != "period"}
    if "period" in needed:
        values |= period_fields(_parse_option(options["period"]))
    for field in template_fields(template):
        if field not in values:
            raise Unreadable(
                f"--period {printable(options['period'])}: is not a {field}, which the name {template} contains"
            )
    return template.format(**values)


def period_fields(period: Period) -> dict[str, str]:
    """What a template can say of a period: its year, its months, and the number of the half-year or quarter it is."""
    if period.start is None or period.end is None:
        return {}
    first, last = period.start.month, (period.end - timedelta(days=1)).month
    fields = {"year": str(period.start.year), "first": MONTHS[first - 1], "last": MONTHS[last - 1]}
    length = last - first + 1
    if length == 6 and first in {1, 7}:
        fields["half"] = str(first // 6 + 1)
    if length == 3 and first % 3 == 1:
        fields["quarter"] = str(first // 3 + 1)
    return fields


def _parse_option(text: str) -> Period:
    try:
        return parse_period(re.sub(r"\s+", " ", text.strip()))
    except RowError as exc:
        raise Unreadable(
            f"--period {printable(text)}: {exc.reason}, such as 2023-H2, 2023-Q4, 2023-12 or 2023"
        ) from None
