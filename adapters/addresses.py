"""Addresses by which publishers name one of their records: whoever cites such an address cites the record.

Only whole addresses of a known form count. What a publisher writes around one, in free text, is never searched.
"""

import re

from adapters.records import Reference

ADDRESSES = (
    # https://data.police.uk/docs/method/outcomes-for-crime/
    ("uk-crime-id", re.compile(r"https://data\.police\.uk/api/outcomes-for-crime/([0-9a-f]{64})")),
    # https://github.com/berkmancenter/lumendatabase/wiki/Lumen-API-Documentation
    ("lumen-notice", re.compile(r"https://(?:www\.)?lumendatabase\.org/notices/([1-9][0-9]{0,17})")),
)
"""The scheme of the references that a publisher's records bear, and the address of one of them."""


def find_reference(address: str) -> Reference | None:
    """The record that an address names; None for any other address or text."""
    for scheme, form in ADDRESSES:
        if match := form.fullmatch(address):
            return Reference(scheme, match[1])
    return None
