"""What a cell of a report states: a count, a time or a share, however the provider writes numbers.

Reports write `1,358`, `59 690`, `11.279.462` and `9.0`, medians as `19.3`, `8:17 HRS` and `6 hours`. A separator
before three digits may group thousands or begin a fraction: the other cells of the table decide, and a count has no
fraction. Where neither decides, the cell is rejected.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from adapters.document import RowError
from adapters.vocabulary.enums import Unit

MAX_VALUE = 10**15
"""A larger number counts nothing that exists; it is an error."""

NO_STATEMENT = frozenset({"", "n/a", "na", "nan", "null", "-", "–", "—", "not applicable"})
"""The texts that state nothing, in lower case."""

PLAIN = re.compile(r"[0-9]+", re.ASCII)
SEPARATED = re.compile(r"(?P<whole>[0-9]+)(?P<separator>[.,])(?P<fraction>[0-9]+)", re.ASCII)
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<separator>[.,' ’])[0-9]{3}(?:(?P=separator)[0-9]{3})*", re.ASCII)
GROUPED_FRACTION = re.compile(rf"(?P<whole>{GROUPED.pattern})(?P<point>[.,])(?P<fraction>[0-9]+)", re.ASCII)

UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures"), 3600),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten"), 60),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden", "seconde", "secondes"), 1),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "jour", "jours"), 86_400),
}
"""Seconds by the words for a unit."""

CLOCK = re.compile(r"(?P<hours>[0-9]+):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]))?(?: ?(?P<unit>[a-z]+))?")
AMOUNT = re.compile(r"(?P<number>[0-9][0-9.,]*) ?(?P<unit>[a-zé]+)\.?")


class Quantity(Enum):
    """What a cell states."""

    COUNT = "a count"
    TIME = "a time"
    SHARE = "a share"


class Amount(Struct, frozen=True):
    """The number in a cell. `unit` is SECONDS or PERCENT where the cell states it, and otherwise None."""

    value: Decimal
    unit: Unit | None = None


class NumberFormat:
    """How a table writes numbers: what `.` and `,` mean in it."""

    def __init__(self, cells: Iterable[tuple[str, Quantity]]) -> None:
        self._points: set[str] = set()
        """The separators that begin a fraction somewhere in the table."""
        self._groups: set[str] = set()
        """The separators that group thousands somewhere in the table."""
        for text, quantity in cells:
            self._learn(text, is_count=quantity is Quantity.COUNT)

    def read(self, text: str, quantity: Quantity) -> Amount:
        """The amount in a cell. Raises RowError."""
        unit = None
        if quantity is Quantity.SHARE and text.endswith("%"):
            text, unit = text.removesuffix("%").rstrip(), Unit.PERCENT
        seconds = self._seconds(text.lower()) if quantity is Quantity.TIME else None
        amount = Amount(seconds, Unit.SECONDS) if seconds is not None else Amount(self._number(text, quantity), unit)
        if amount.value > MAX_VALUE:
            raise RowError("is not a number that counts something")
        return amount

    def _learn(self, text: str, *, is_count: bool) -> None:
        if (match := GROUPED_FRACTION.fullmatch(text)) and match["separator"] != match["point"]:
            self._groups.add(match["separator"])
            self._points.add(match["point"])
        elif match := GROUPED.fullmatch(text):
            # One separator is no proof, except that a count has no fraction.
            if text.count(match["separator"]) > 1 or (is_count and not text.endswith("000")):
                self._groups.add(match["separator"])
        elif match := SEPARATED.fullmatch(text):
            self._points.add(match["separator"])

    def _number(self, text: str, quantity: Quantity) -> Decimal:
        if PLAIN.fullmatch(text):
            return Decimal(text)
        if (match := GROUPED_FRACTION.fullmatch(text)) and match["separator"] != match["point"]:
            return Decimal(f"{_digits(match['whole'])}.{match['fraction']}")
        if match := GROUPED.fullmatch(text):
            if self._is_grouped(text, match["separator"], quantity):
                return Decimal(_digits(text))
            return Decimal(text.replace(",", "."))
        if SEPARATED.fullmatch(text):
            return Decimal(text.replace(",", "."))
        raise RowError("is not a number that counts something")

    def _is_grouped(self, text: str, separator: str, quantity: Quantity) -> bool:
        """Whether the separator groups thousands. Raises RowError where it may also begin a fraction."""
        if separator not in ".," or text.count(separator) > 1:
            return True
        if quantity is Quantity.COUNT and not text.endswith("000"):
            return True
        groups, points = separator in self._groups, separator in self._points
        if groups != points:
            return groups
        if not groups and separator == "," and ("." in self._points or quantity is Quantity.COUNT):
            return True
        if not groups and separator == "." and quantity is not Quantity.COUNT:
            return "," in self._points
        raise RowError(f"may be {_digits(text)} or {text.replace(',', '.')}")

    def _seconds(self, text: str) -> Decimal | None:
        """The seconds of a time with its unit, such as `8:17 hrs`, `08:17:00` or `2 days 3 hours`; None without one."""
        if match := CLOCK.fullmatch(text):
            if match["unit"] is None and match["seconds"] is None:
                raise RowError("is a time without its unit")
            if match["unit"] is not None and UNITS.get(match["unit"]) != UNITS["h"]:
                raise RowError("is not a number that counts something")
            hours, minutes, seconds = int(match["hours"]), int(match["minutes"]), int(match["seconds"] or 0)
            return Decimal(hours * 3600 + minutes * 60 + seconds)
        amounts = list(AMOUNT.finditer(text))
        rest = AMOUNT.sub("", text).replace("and", "").strip(" ,")
        if not amounts or rest or any(match["unit"] not in UNITS for match in amounts):
            return None
        return sum(
            (self._number(match["number"], Quantity.TIME) * UNITS[match["unit"]] for match in amounts), Decimal()
        )


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)
