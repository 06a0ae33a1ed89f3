"""The one matter that the sandboxes of a regulator, a police force and a platform all tell of; nothing of it is real.

Crimes are recorded, the suspect of one is charged; a request for data names that crime, an arrest does, and the
platform's statement of reasons cites the crime's address. Every sandbox tells its own part in its publisher's words.
"""

from datetime import date
from hashlib import sha256

FORCE = "metropolitan"
"""The force, as data.police.uk writes it in addresses."""

CRIMES = tuple(sha256(f"a crime of the sandboxes, number {number}".encode()).hexdigest() for number in range(1, 4))
"""The persistent ids of its crimes, as data.police.uk publishes them; the first is the one that all tell of."""

AREA = "51.53,-0.16:51.53,-0.06:51.48,-0.06:51.48,-0.16"
"""The polygon in which they happened, as data.police.uk takes it."""

MONTH = date(2024, 9, 1)
"""The month in which the crimes are recorded; all that follows happens in it too."""

REMOVAL_DAY = date(2024, 9, 12)
"""The day on which the platform removed what the first crime is about, and told the regulator."""

ARREST_DAY = date(2024, 9, 17)
"""The day on which a suspect of the first crime was arrested."""

COURT_CASE = "2024고단9999001"
"""The number of a case before a Korean court, which a judgment, a court order and a request for data name."""


def crime_address(crime: str) -> str:
    """The address at which data.police.uk answers for one crime: how others can cite it."""
    return f"https://data.police.uk/api/outcomes-for-crime/{crime}"
