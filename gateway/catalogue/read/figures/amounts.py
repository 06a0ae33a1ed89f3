"""The number that a published figure states, as exactly as its qualifier allows, and sums of such numbers."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from msgspec import Struct

from adapters.figures import ADDITIVE_UNITS
from adapters.records import Statistic
from adapters.vocabulary.enums import Aggregation, Qualifier

NO_MINIMUM, NO_MAXIMUM = Decimal("-Infinity"), Decimal("Infinity")
"""The bounds of an amount that has none."""


class FigureAmount(Struct, frozen=True):
    """A number: between `low` and `high` for certain, and roughly between the two of `about`."""

    value: Decimal | None
    low: Decimal
    high: Decimal
    qualifier: Qualifier
    about: tuple[Decimal, Decimal]

    def agrees_with(self, other: "FigureAmount") -> bool:
        """Whether one number can be both."""
        return max(self.low, other.low) <= min(self.high, other.high)

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """The bounds to publish, None where there is none. An approximate range has approximate bounds."""
        low, high = self.about if self.qualifier is Qualifier.ABOUT and self.value is None else (self.low, self.high)
        return (None if low == NO_MINIMUM else low), (None if high == NO_MAXIMUM else high)


def amount_of(figure: Statistic) -> FigureAmount | None:
    """The amount that a figure states; None if it states none."""
    value, low, high = figure.value, figure.low, figure.high
    match figure.qualifier:
        case Qualifier.EXACT if value is not None:
            return FigureAmount(value, value, value, Qualifier.EXACT, (value, value))
        case Qualifier.ABOUT | Qualifier.UNKNOWN if value is not None:
            return FigureAmount(value, NO_MINIMUM, NO_MAXIMUM, figure.qualifier, (value, value))
        case Qualifier.AT_LEAST if (least := value if low is None else low) is not None:
            return FigureAmount(value, least, NO_MAXIMUM, Qualifier.AT_LEAST, (least, NO_MAXIMUM))
        case Qualifier.LESS_THAN if (most := value if high is None else high) is not None:
            least = NO_MINIMUM if low is None else low
            return FigureAmount(value, least, most, Qualifier.LESS_THAN, (least, most))
        case Qualifier.RANGE if low is not None and high is not None:
            return FigureAmount(value, low, high, Qualifier.RANGE, (low, high))
    return None


def sum_amounts(amounts: Sequence[FigureAmount]) -> FigureAmount:
    """The sum of at least one amount, no more exact than its terms."""
    if len(amounts) == 1:
        return amounts[0]
    qualifiers = {each.qualifier for each in amounts}
    low = sum((each.low for each in amounts), Decimal())
    high = sum((each.high for each in amounts), Decimal())
    about = sum((each.about[0] for each in amounts), Decimal()), sum((each.about[1] for each in amounts), Decimal())
    qualifier = _sum_qualifier(qualifiers, low, high)
    single = {Qualifier.EXACT, Qualifier.ABOUT, Qualifier.UNKNOWN}
    values = [each.value for each in amounts if each.value is not None]
    value = sum(values, Decimal()) if qualifiers <= single else low if qualifier is Qualifier.AT_LEAST else None
    return FigureAmount(value, low, high, qualifier, about)


def _sum_qualifier(qualifiers: Collection[Qualifier], low: Decimal, high: Decimal) -> Qualifier:
    for rough in (Qualifier.UNKNOWN, Qualifier.ABOUT):
        if rough in qualifiers:
            return rough
    if high == NO_MAXIMUM:
        return Qualifier.AT_LEAST if low != NO_MINIMUM else Qualifier.UNKNOWN
    if low == NO_MINIMUM:
        return Qualifier.LESS_THAN
    return Qualifier.EXACT if set(qualifiers) == {Qualifier.EXACT} else Qualifier.RANGE


def is_additive(figure: Statistic) -> bool:
    """Whether the figure may be added to those of other days or other parts."""
    return figure.aggregation is Aggregation.SUM and not figure.cumulative and figure.unit in ADDITIVE_UNITS
