"""The catalogue that these tests ask."""

from collections.abc import Iterator

import pytest

from tests.support.catalogue import Shelf, shelf_at
from tests.support.sample_catalogue import town


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    """A small town; once on each of the two databases."""
    with shelf_at(database_url) as held:
        for source in town():
            held.hold(source)
        yield held
