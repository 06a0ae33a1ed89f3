"""The benchmark of a busy service asks what it says it asks; how fast it is answered it shows, and no test asserts."""

import pytest

from tests.benchmarks import service


@pytest.mark.proof
async def test_an_idle_and_a_busy_service_take_their_turns() -> None:
    lines: list[str] = []
    shown = await service.compare(300_000, 1, 20, lines.append)
    assert (len(shown.idle), len(shown.importing), len(lines)) == (1, 1, 2)
    assert min(*shown.idle, *shown.importing, shown.ratio) > 0
