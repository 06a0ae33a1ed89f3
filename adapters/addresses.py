"""Web addresses that identify a publisher's record: whoever cites such an address refers to the record.

Only a complete address of a known form counts. Free text is never searched for addresses.
"""

import re

from adapters.records import Reference

ADDRESSES = (
    # https://data.police.uk/docs/method/outcomes-for-crime/
    ("uk-crime-id", re.compile(r"https://data\.police\.uk/api/outcomes-for-crime/([0-9a-f]{64})")),
    # https://github.com/berkmancenter/lumendatabase/wiki/Lumen-API-Documentation
    ("lumen-notice", re.compile(r"https://(?:www\.)?lumendatabase\.org/notices/([1-9][0-9]{0,17})")),
)
"""The scheme of the references of a publisher's records, and the pattern of their addresses."""


def find_reference(address: str) -> Reference | None:
    """The reference to the record at an address; None for any other text."""
    for scheme, pattern in ADDRESSES:
        if match := pattern.fullmatch(address):
            return Reference(scheme, match[1])
    return None
