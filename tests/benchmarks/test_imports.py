"""The benchmark imports what it says it imports; how fast that is it shows, and no test asserts."""

from pathlib import Path

import pytest

from adapters.records import Statistic, Takedown
from adapters.regulators.dsa_transparency import dumps
from tests.benchmarks import imports, summaries


def test_the_generated_dump_is_read_whole_and_holds_what_is_kept_of_it(tmp_path: Path) -> None:
    path = tmp_path / f"{imports.NAME}.zip"
    imports.generate(path, 1_000)
    whole = list(dumps.batches(path, None, None))
    assert sum(len(batch.records) for batch in whole) == sum(batch.rows for batch in whole) == 1_000
    assert not [code for batch in whole for code in batch.unknown_codes]
    kept = [record for batch in dumps.batches(path, frozenset(imports.KEPT), None) for record in batch.records]
    assert len([record for record in kept if isinstance(record, Takedown)]) == 1_000 // imports.KEPT_OF
    assert sum(r.value or 0 for r in kept if isinstance(r, Statistic)) == 1_000 - 1_000 // imports.KEPT_OF


@pytest.mark.proof
def test_every_kind_of_import_takes_its_turn() -> None:
    lines: list[str] = []
    shown = imports.compare(1_000, 1, lines.append)
    assert (shown.rows, shown.runs, len(lines)) == (1_000, 1, 2)
    assert min(shown.bare_rows_per_second, shown.keep_all, shown.keep_some, shown.memory) > 0


@pytest.mark.proof
def test_a_summary_is_asked_of_catalogues_of_more_records_and_of_more_cells() -> None:
    first, more, wider = summaries.compare(1_000, 1)
    assert (first.records, more.records, wider.records) == (1_000, 1_000, 1_000)
    assert first.cells == more.cells < wider.cells
    assert first.ratio == 1
