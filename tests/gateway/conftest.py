"""Fixtures of the gateway's tests: running services, without a wire between."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.service import Service


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A service over a small town; once on each of the two databases."""
    running = Service(database_url)
    yield running
    running.close()


@pytest.fixture
def small(tmp_path: Any) -> Iterator[Service]:
    """A service that reads bodies of at most 1,024 bytes and answers pages of two origins; on SQLite."""
    running = Service(
        f"sqlite:///{tmp_path / 'small.db'}", max_body_bytes=1024, cors_origins="https://a.example,https://b.example"
    )
    yield running
    running.close()
