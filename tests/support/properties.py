"""What `make test` tries a little of and `make proof` more: the examples of properties, and PostgreSQL."""

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


postgresql_in_proof = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.proof)], indirect=True
)
"""Marks a test of code without SQL of its own: `make test` runs it on SQLite, `make proof` on PostgreSQL."""
