"""The benchmark of start-up runs every command in turns; how fast they are it prints, and no test asserts."""

import pytest

from tests.benchmarks import startup


@pytest.mark.proof
def test_every_command_takes_its_turn() -> None:
    lines: list[str] = []
    result = startup.compare(1, lines.append)
    assert len(lines) == result.rounds == 1
    assert result.seconds.keys() == result.ratios.keys() == startup.COMMANDS.keys()
    assert min(result.seconds.values()) > 0
    assert result.ratios["libraries"] == 1
