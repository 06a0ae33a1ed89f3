"""One client that spends its budget on the worst documents stops nobody else."""

import pytest

from tests.benchmarks import attack


@pytest.mark.proof
async def test_others_are_answered_while_one_client_attacks() -> None:
    """How fast they are answered, and how memory grows, is measured by the benchmark, not here."""
    result = await attack.compare(5_000, 15, lambda line: None)
    assert set(result.others) == {"200"}
    assert set(result.readiness) == {"200"}
    assert result.attacker.keys() & {"429", "503"}, "the attacker is held back"
