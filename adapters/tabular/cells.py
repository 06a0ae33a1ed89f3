"""What the text in a cell says: a number, a bound, a range, or that there is none."""

import re
from decimal import Decimal

from msgspec import Struct

from adapters.document import RowError
from adapters.vocabulary.enums import Qualifier

LARGEST = 10**15
"""More than this counts nothing that exists; it would only be a slip."""

LEFT_OUT = "LEFT_OUT"
"""What a profile says of a word that states nothing at all, not even that a figure is missing."""


class Cells(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a publisher writes numbers.

    `thousands` separates groups of three digits, "1,975", and may be left out. `percent_sign`: "85%" may stand for 85.
    `words` says what is meant where no number stands: a qualifier without a number (NOT_REPORTED, SUPPRESSED, UNKNOWN)
    or LEFT_OUT, by text, the empty one among them. "< 10" is a bound and "4%-5%" a range everywhere.
    """

    thousands: str | None = None
    percent_sign: bool = False
    words: dict[str, str] = {}


class Amount(Struct, frozen=True, kw_only=True):
    """What was stated: one number, or bounds, or neither; as in `records.Statistic`."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT

    @property
    def weight(self) -> Decimal:
        """By which one of several statements about one cell speaks for it: the largest, whatever their order."""
        for number in (self.value, self.high, self.low):
            if number is not None:
                return number
        return Decimal(-1)


def amount(text: str, cells: Cells, qualifier: Qualifier = Qualifier.EXACT) -> Amount | None:
    """What a cell states; None where its word is LEFT_OUT. `qualifier` is how the publisher means one number.

    Below 10 is 0 to 9: what is counted is whole. Raises Refused where it is no number that counts something.
    """
    if text in cells.words:
        return None if cells.words[text] == LEFT_OUT else Amount(qualifier=Qualifier(cells.words[text]))
    if text.startswith("<"):
        bound = _number(text[1:].strip(), cells)
        if bound < 1 or bound != int(bound):
            raise RowError("is a bound below which nothing can be counted")
        return Amount(low=Decimal(0), high=bound - 1, qualifier=Qualifier.LESS_THAN)
    low, dash, high = text.partition("-")
    if dash:
        return between(low.strip(), high.strip(), cells)
    return Amount(value=_number(text, cells), qualifier=qualifier)


def between(low: str, high: str, cells: Cells, qualifier: Qualifier = Qualifier.EXACT) -> Amount:
    """What two cells state, the lowest and the highest that a figure may be; one number where they are equal."""
    bottom, top = _number(low, cells), _number(high, cells)
    if bottom > top:
        raise RowError("is a range that ends below its beginning")
    if bottom == top:
        return Amount(value=bottom, qualifier=qualifier)
    return Amount(low=bottom, high=top, qualifier=Qualifier.RANGE)


def _number(text: str, cells: Cells) -> Decimal:
    if not text:
        raise RowError("is empty")
    digits = text.removesuffix("%").rstrip() if cells.percent_sign else text
    if cells.thousands and re.fullmatch(rf"[0-9]{{1,3}}({re.escape(cells.thousands)}[0-9]{{3}})+(\.[0-9]+)?", digits):
        digits = digits.replace(cells.thousands, "")
    if not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", digits):
        raise RowError("is no number as this publisher writes them")
    number = Decimal(digits)
    if number > LARGEST:
        raise RowError("is beyond any count")
    return number
