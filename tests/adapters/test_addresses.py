"""An address refers to a record as a whole; no part of a text counts as one."""

import pytest

from adapters.addresses import find_reference
from adapters.police.uk_police.values import CRIME_ID
from adapters.records import Reference
from adapters.story import CRIMES, crime_address


def test_an_address_gives_the_reference_of_its_record() -> None:
    assert find_reference(crime_address(CRIMES[0])) == Reference(CRIME_ID, CRIMES[0])
    assert find_reference("https://lumendatabase.org/notices/12345") == Reference("lumen-notice", "12345")


@pytest.mark.parametrize(
    "text",
    [
        "",
        CRIMES[0],
        crime_address(CRIMES[0]) + "/",
        crime_address(CRIMES[0]) + "?x=1",
        crime_address(CRIMES[0].upper()),
        "see " + crime_address(CRIMES[0]),
        crime_address(CRIMES[0]) + "\n",
        crime_address(CRIMES[0]).replace("https", "http"),
        crime_address(CRIMES[0]).replace("data.police.uk", "data.police.uk.example"),
        crime_address(CRIMES[0]).replace("data.police", "dataxpolice"),
        "https://lumendatabase.org/notices/",
        "https://lumendatabase.org/notices/٣",
    ],
)
def test_any_other_text_gives_no_reference(text: str) -> None:
    assert find_reference(text) is None
