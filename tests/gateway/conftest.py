"""Fixtures of the gateway's tests: running services, without a wire between."""

from collections.abc import Iterator

import pytest

from tests.support.sentinel import unseen_in
from tests.support.service import Service


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A service over a small catalogue; once on each of the two databases."""
    running = Service(database_url)
    yield running
    running.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that reads bodies of at most 1,024 bytes and answers pages of two origins; on SQLite.

    The tests of a module share it and change nothing in it.
    """
    folder = tmp_path_factory.mktemp("small")
    running = Service(
        f"sqlite:///{folder / 'small.db'}", max_body_bytes=1024, cors_origins="https://a.example,https://b.example"
    )
    yield running
    running.close()
    unseen_in(folder)
