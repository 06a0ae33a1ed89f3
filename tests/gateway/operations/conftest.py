"""The catalogue that these tests ask."""

from collections.abc import Iterator

import pytest

from tests.gateway.town import town
from tests.shelf import Shelf, shelf_at


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    """A small town; once on each of the two databases."""
    with shelf_at(database_url) as held:
        for source in town():
            held.hold(source)
        yield held
