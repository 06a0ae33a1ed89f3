"""The catalogue that these tests fill and ask."""

from collections.abc import Iterator

import pytest

from tests.support.catalogue import Shelf, shelf_at


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    """An empty catalogue; once on each of the two databases."""
    with shelf_at(database_url) as held:
        yield held
