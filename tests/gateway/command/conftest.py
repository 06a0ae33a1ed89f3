"""The catalogue that commands of these tests open."""

from pathlib import Path

import pytest

from tests.support.databases import with_tables


@pytest.fixture(autouse=True)
def _empty_tables(tmp_path: Path) -> None:
    """The default catalogue has its tables, without a walk through the migrations in each test."""
    with_tables(f"sqlite:///{tmp_path / 'catalogue.db'}")
