"""The fictional case that the sandboxes of a regulator, a police force and a platform share.

Crimes are recorded and the suspect of one is charged. A request for data and an arrest refer to that crime, and the
platform's statement of reasons cites its address. Each sandbox contains its publisher's part, in its words.
"""

from datetime import date
from hashlib import sha256

FORCE = "metropolitan"
"""The force, as data.police.uk writes it in addresses."""

CRIMES = tuple(sha256(f"a crime of the sandboxes, number {number}".encode()).hexdigest() for number in range(1, 4))
"""The persistent ids of its crimes, as data.police.uk publishes them; the first is the one that all share."""

AREA = "51.53,-0.16:51.53,-0.06:51.48,-0.06:51.48,-0.16"
"""The polygon in which they happened, as data.police.uk takes it."""

MONTH = date(2024, 9, 1)
"""The month in which the crimes are recorded and everything else happens."""

REMOVAL_DAY = date(2024, 9, 12)
"""The day on which the platform removes the content of the first crime and reports it to the regulator."""

ARREST_DAY = date(2024, 9, 17)
"""The day on which a suspect of the first crime is arrested."""

COURT_CASE = "2024고단9999001"
"""The number of a case before a Korean court, to which a judgment, a court order and a request for data refer."""


def crime_address(crime: str) -> str:
    """The address of one crime at data.police.uk, by which others cite it."""
    return f"https://data.police.uk/api/outcomes-for-crime/{crime}"
