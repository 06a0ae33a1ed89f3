"""The columns of the archive's files, and the publisher's words in them."""

from collections.abc import Iterable

STREET = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
OUTCOMES = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Outcome type",
)  # fmt: skip
STOPS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender",
    "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip

PERSONAL = frozenset({"Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity"})
MINORS = frozenset({"under 10", "10-17"})
"""Age ranges of people under 18."""

ANTI_SOCIAL = "Anti-social behaviour"
"""Incidents rather than crimes: they have no Crime ID and no outcome."""

CRIME_TYPES = frozenset(
    {
        "Anti-social behaviour", "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime",
        "Other theft", "Possession of weapons", "Public order", "Robbery", "Shoplifting", "Theft from the person",
        "Vehicle crime", "Violence and sexual offences",
        "Violent crime", "Public disorder and weapons",  # as published until 2013
    }
)  # fmt: skip
CATEGORIES = {
    "anti-social-behaviour": ANTI_SOCIAL,
    "criminal-damage-arson": "Criminal damage and arson",
    "public-disorder-weapons": "Public disorder and weapons",
    "violent-crime": "Violence and sexual offences",
} | {word.lower().replace(" ", "-"): word for word in CRIME_TYPES if " and " not in word and word != "Violent crime"}
"""The interface's name of a category → the archive's."""

STOP_OUTCOMES = frozenset(
    {
        "", "A no further action disposal", "Arrest", "Caution (simple or conditional)", "Community resolution",
        "Khat or Cannabis warning", "Penalty Notice for Disorder", "Summons / charged by post",
        # as published until 2017
        "Article found - Detailed outcome unavailable", "Local resolution", "Nothing found - no further action",
        "Offender cautioned", "Offender given drugs possession warning", "Offender given penalty notice",
        "Suspect arrested", "Suspect summonsed to court",
        "Suspected psychoactive substances seized - No further action",
    }
)  # fmt: skip
ARREST_OUTCOMES = ("Arrest", "Suspect arrested")

Row = dict[str, str]
Rows = Iterable[tuple[int, Row]]
"""Rows by column name, each with its position from 1."""


def date_column(row: Row) -> str:
    """The column that dates the row: to the month for crimes and outcomes, to the second for stops."""
    return "Month" if "Month" in row else "Date"
