"""The catalogue that these tests ask."""

from collections.abc import Iterator

import pytest

from tests.support.catalogue import Shelf, shelf_at
from tests.support.sample_catalogue import sample_sources


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    """A small catalogue; once on each of the two databases."""
    with shelf_at(database_url) as held:
        for source in sample_sources():
            held.hold(source)
        yield held
