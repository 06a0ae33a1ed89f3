"""Every test of the client has a controlled clock, and none may log the key."""

import logging
from collections.abc import Iterator

import pytest

from tests.support.clocks import ControlledClock
from tests.support.source_client import assert_no_key


@pytest.fixture(autouse=True)
def _no_key_in_any_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: at the finest level, no library and none of our own lines writes the key."""
    caplog.set_level(logging.DEBUG)
    yield
    assert_no_key(caplog.text)


@pytest.fixture
def clock() -> ControlledClock:
    return ControlledClock()
