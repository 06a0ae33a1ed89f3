"""Months as numbers, counted from the year 0."""

from datetime import date


def month_of(day: date) -> int:
    """The number of a day's month, from the year 0 on."""
    return day.year * 12 + day.month - 1


def first_month_from(day: date) -> int:
    """The number of the first month that begins on the day or later."""
    return day.year * 12 + day.month - (day.day == 1)
