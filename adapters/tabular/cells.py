"""The text of a cell, read as a number, a bound, a range, or a word for a missing number."""

import re
from decimal import Decimal

from msgspec import Struct

from adapters.document import RowError
from adapters.vocabulary.enums import Qualifier

MAX_NUMBER = 10**15
"""More than this counts nothing that exists; it would be a typing error."""

SKIP = "SKIP"
"""The meaning of a word that states nothing, not even that a figure is missing."""


class NumberFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a publisher writes numbers.

    `thousands` separates groups of three digits, "1,975", and is optional in a number. `percent_sign`: "85%" means 85.
    `words` gives the meaning of words in the place of a number: a qualifier without a number (NOT_REPORTED, SUPPRESSED,
    UNKNOWN) or SKIP, by text, the empty one included. "< 10" is a bound and "4%-5%" a range in every format.
    """

    thousands: str | None = None
    percent_sign: bool = False
    words: dict[str, str] = {}


class CellValue(Struct, frozen=True, kw_only=True):
    """The value of a cell: one number, or bounds, or neither; as in `records.Statistic`."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT

    @property
    def weight(self) -> Decimal:
        """Its rank among several values of one figure, of which the largest is taken, whatever their order."""
        for number in (self.value, self.high, self.low):
            if number is not None:
                return number
        return Decimal(-1)


def parse_cell(text: str, number_format: NumberFormat, qualifier: Qualifier = Qualifier.EXACT) -> CellValue | None:
    """The value of a cell; None where its word means SKIP. `qualifier` is how the publisher means one number.

    Below 10 is 0 to 9, because figures count whole things. Raises RowError where the text is not such a number.
    """
    if text in number_format.words:
        meaning = number_format.words[text]
        return None if meaning == SKIP else CellValue(qualifier=Qualifier(meaning))
    if text.startswith("<"):
        limit = _parse_number(text[1:].strip(), number_format)
        if limit < 1 or limit != int(limit):
            raise RowError("is not a valid upper bound")
        return CellValue(low=Decimal(0), high=limit - 1, qualifier=Qualifier.LESS_THAN)
    low, dash, high = text.partition("-")
    if dash:
        return parse_range(low.strip(), high.strip(), number_format)
    return CellValue(value=_parse_number(text, number_format), qualifier=qualifier)


def parse_range(low: str, high: str, number_format: NumberFormat, qualifier: Qualifier = Qualifier.EXACT) -> CellValue:
    """The value of two cells, the bounds of a figure; one number where they are equal. Raises RowError."""
    bottom, top = _parse_number(low, number_format), _parse_number(high, number_format)
    if bottom > top:
        raise RowError("is a range whose end is below its beginning")
    if bottom == top:
        return CellValue(value=bottom, qualifier=qualifier)
    return CellValue(low=bottom, high=top, qualifier=Qualifier.RANGE)


def _parse_number(text: str, number_format: NumberFormat) -> Decimal:
    if not text:
        raise RowError("is empty")
    digits = text.removesuffix("%").rstrip() if number_format.percent_sign else text
    separator = number_format.thousands
    if separator and re.fullmatch(rf"[0-9]{{1,3}}({re.escape(separator)}[0-9]{{3}})+(\.[0-9]+)?", digits):
        digits = digits.replace(separator, "")
    if not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", digits):
        raise RowError("is not a number in this publisher's format")
    number = Decimal(digits)
    if number > MAX_NUMBER:
        raise RowError("is too large to be a count")
    return number
