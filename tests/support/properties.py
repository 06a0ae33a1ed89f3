"""How many examples of a property `make test` tries, and how many `make proof`."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., Any])


def examples(usual: int, proof: int) -> Callable[[Test], Test]:
    """Decorates a property whose examples are costly, because each fills a catalogue: both runs try it.

    Its fixtures live as long as the test, not as the example. The first example is the smallest; `usual` is at least 3.
    """

    def decorate(test: Test) -> Test:
        sized = settings(
            max_examples=proof if settings.get_current_profile_name() == "proof" else usual,
            suppress_health_check=[
                HealthCheck.function_scoped_fixture,
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
            ],
        )
        marked: Test = pytest.mark.property(sized(test))
        return marked

    return decorate
