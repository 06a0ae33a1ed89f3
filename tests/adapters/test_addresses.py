"""Addresses name records, or nothing: no part of a text is taken for one."""

import pytest

from adapters.addresses import find_reference
from adapters.police.uk_police.values import CRIME_ID
from adapters.records import Reference
from adapters.story import CRIMES, crime_address


def test_an_address_names_the_record_by_the_reference_that_the_record_bears() -> None:
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
def test_anything_else_names_nothing(text: str) -> None:
    assert find_reference(text) is None
