"""Daily dumps: their scopes, an account of each row, and readings that continue after an interruption."""

import hashlib
import io
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest

from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats import php_csv
from adapters.records import Record, Statistic, Takedown
from adapters.regulators.dsa_transparency import ABOUT, dumps
from adapters.regulators.dsa_transparency.figures import with_id
from adapters.regulators.dsa_transparency.source import DSATransparency
from adapters.source import Batch
from adapters.vocabulary.enums import Aggregation, HarmCategory, Metric, RecordType, TakedownMeasure, Unit
from tests.conftest import SAMPLES
from tests.support.php_csv_writer import fputcsv

EXAMPLES = Path(__file__).parents[3] / "examples" / "dsa_transparency"
FULL = EXAMPLES / "sor-global-2031-01-05-full-00000-00000.csv"
LIGHT = EXAMPLES / "sor-global-2031-01-05-light-00000-00000.csv"
GENUINE = SAMPLES / "dsa-tdb" / "dump_csv" / "sor-tiktok-2025-01-full.rows01-25.csv"
DEEPFAKES = frozenset({HarmCategory.NCII_DEEPFAKE})


def table(parts: int, rows: int) -> list[str]:
    """CSV texts of example rows under new ids, every fourth of them about a deepfake."""
    header, *examples = php_csv.read_rows(LIGHT.name, [LIGHT.read_bytes()])
    return [
        fputcsv(header)
        + "".join(
            fputcsv([f"00000000-0000-4000-8000-{part:06d}{row:06d}", *examples[row % 4][1:]]) for row in range(rows)
        )
        for part in range(parts)
    ]


def dump(folder: Path, texts: Sequence[str], name: str = "sor-global-2031-01-05-light.zip", inside: int = 2) -> Path:
    """A dump with `inside` CSV files in each archive in the archive."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as outer:
        for start in range(0, len(texts), inside):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
                for number, text in enumerate(texts[start : start + inside]):
                    archive.writestr(f"{path.stem}-{start:05d}-{number:05d}.csv", text)
            outer.writestr(f"{path.stem}-{start:05d}.csv.zip", inner.getvalue())
    return path


def read(path: Path, keep: dumps.Keep = None, since: str | None = None, size: int = 10_000) -> list[Batch]:
    batches = list(dumps.batches(path, keep, since, size))
    for batch in batches:
        assert batch.rows == len(batch.records) + batch.merged + batch.out_of_scope + len(batch.rejections)
        assert len({record.id for record in batch.records}) == len(batch.records)
    assert [batch.since for batch in batches] == [since, *(batch.checkpoint for batch in batches[:-1])]
    assert batches[-1].checkpoint is None
    return batches


def records(batches: Sequence[Batch]) -> list[Record]:
    return [record for batch in batches for record in batch.records]


def test_a_file_is_one_scope_a_platform_and_a_day(tmp_path: Path) -> None:
    for name in (
        "sor-global-2031-01-05-full.zip",
        "sor-booking-com-2031-01-06-light.zip",
        "sor-2023-09-25-full.csv.zip",
    ):
        (tmp_path / name).write_bytes(b"x")
    scopes = DSATransparency().files([tmp_path])
    assert {(scope.name, scope.start, scope.end) for scope in scopes} == {
        ("global/2031-01-05", date(2031, 1, 5), date(2031, 1, 6)),
        ("booking-com/2031-01-06", date(2031, 1, 6), date(2031, 1, 7)),
        ("global/2023-09-25", date(2023, 9, 25), date(2023, 9, 26)),
    }
    assert {scope.records for scope in scopes} == {frozenset({RecordType.TAKEDOWN})}
    assert {scope.records for scope in DSATransparency(DEEPFAKES).files([tmp_path])} == {ABOUT.records}


def test_of_a_full_and_a_light_dump_the_full_one_is_read(tmp_path: Path) -> None:
    for name in ("sor-x-2031-01-05-light.zip", "sor-x-2031-01-05-full.zip"):
        (tmp_path / name).write_bytes(b"x")
    assert [scope.path for scope in DSATransparency().files([tmp_path])] == [tmp_path / "sor-x-2031-01-05-full.zip"]


@pytest.mark.parametrize(
    "names",
    [
        ["sor-x-2031-01-05-full.zip", "sor-x-2031-01-05-full-00000.csv.zip"],
        ["sor-x-2031-01-05-full.zip", "sor-x-2031-01-05-full.csv"],
        ["sor-x-2031-01-05.zip"],
        ["sor-x-2031-13-05-full.zip"],
    ],
)
def test_a_day_that_is_there_twice_or_an_unknown_name_is_unreadable(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(Unreadable):
        DSATransparency().files([tmp_path])


@pytest.mark.skipif(not GENUINE.exists(), reason="the recorded samples are not here (GATEWAY_SAMPLES)")
async def test_the_genuine_rows_become_25_takedowns(tmp_path: Path) -> None:
    (tmp_path / "sor-tiktok-2025-01-07-full-00000-00000.csv").write_bytes(GENUINE.read_bytes())
    source = DSATransparency()
    (scope,) = source.files([tmp_path])
    (batch,) = [batch async for batch in source.read(scope, None)]
    assert (batch.rows, len(batch.records), batch.merged, batch.rejections, batch.unknown_codes) == (25, 25, 0, [], [])
    assert batch.origin.sha256 == hashlib.sha256(GENUINE.read_bytes()).hexdigest()
    assert batch.origin.bytes == GENUINE.stat().st_size


def test_every_row_of_a_dump_becomes_a_record_whatever_the_nesting(tmp_path: Path) -> None:
    texts = table(3, 10)
    batches = read(dump(tmp_path, texts))
    assert len({record.id for record in records(batches)}) == 30
    (part := tmp_path / "sor-global-2031-01-05-light-00000-00000.csv").write_text(texts[0], "utf-8")
    assert records(read(part)) == records(batches)[:10]
    with zipfile.ZipFile(inner := tmp_path / "sor-global-2031-01-05-light-00000.csv.zip", "w") as archive:
        archive.writestr("a.csv", texts[0])
        archive.writestr("b.csv", texts[1])
    assert records(read(inner)) == records(batches)[:20]


@pytest.mark.parametrize("keep", [None, DEEPFAKES, frozenset[HarmCategory]()])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_an_interrupted_reading_continues_with_the_same_batches(tmp_path: Path, keep: dumps.Keep, size: int) -> None:
    texts = table(4, 9)
    texts[1] += "00000000-broken\n"
    texts[3] += texts[3].split("\n")[1] + "\n"
    path = dump(tmp_path, texts)
    whole = read(path, keep, None, size)
    positions = {rejection.position for batch in whole for rejection in batch.rejections}
    assert positions == {19}
    assert sum(batch.rows for batch in whole) == 38
    for cut in range(1, len(whole)):
        rest = read(path, keep, whole[cut - 1].checkpoint, size)
        times = {batch.origin.retrieved_at for batch in rest}
        assert len(times) == 1
        assert [_but_time(batch) for batch in rest] == [_but_time(batch) for batch in whole[cut:]]


def _but_time(batch: Batch) -> object:
    unknown = [code for code in batch.unknown_codes if code.field != "column"]
    return msgspec.structs.replace(batch, origin=None, unknown_codes=unknown)


def test_a_checkpoint_of_other_bytes_or_another_keep_starts_afresh(tmp_path: Path) -> None:
    path = dump(tmp_path, table(1, 9))
    checkpoint = read(path, None, None, 4)[0].checkpoint
    for keep, since in ((DEEPFAKES, checkpoint), (None, f"0{checkpoint}"), (None, "nonsense")):
        batches = list(dumps.batches(path, keep, since, 4))
        assert batches[0].since is None
        assert sum(batch.rows for batch in batches) == 9


def test_other_statements_are_counted_by_day_and_nothing_is_lost(tmp_path: Path) -> None:
    path = dump(tmp_path, table(2, 10))
    all_records = records(read(path, DEEPFAKES))
    takedowns = [record for record in all_records if isinstance(record, Takedown)]
    figures = [record for record in all_records if isinstance(record, Statistic)]
    everything = [record for record in records(read(path)) if isinstance(record, Takedown)]
    assert takedowns == [
        record for record in everything if HarmCategory.NON_CONSENSUAL_DEEPFAKE in record.harm_categories
    ]
    assert sum(figure.value or 0 for figure in figures) == len(everything) - len(takedowns) == 8
    assert len({figure.series_key for figure in figures}) == len(figures) == 2
    by_harm = {figure.harm_categories: figure for figure in figures}
    figure = by_harm[(HarmCategory.CSAM,)]
    assert (figure.metric, figure.unit, figure.aggregation) == (Metric.TAKEDOWNS, Unit.STATEMENTS, Aggregation.SUM)
    assert figure.value == 4
    assert (figure.platform, figure.measures) == ("tiktok", (TakedownMeasure.REMOVED,))
    assert figure.period is not None
    assert (figure.period.start, figure.period.end) == (date(2031, 1, 5), date(2031, 1, 6))
    assert {(dimension.name, dimension.value) for dimension in figure.dimensions} == {
        ("category", "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"),
        ("keyword", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"),
        ("automated_detection", "Yes"),
        ("automated_decision", "AUTOMATED_DECISION_FULLY"),
        ("source_type", "SOURCE_ARTICLE_16"),
    }
    assert figure.population == "statements of reasons about none of: NCII_DEEPFAKE"
    other = by_harm[(HarmCategory.OTHER,)]
    assert other.platform is None
    assert ("platform", "Invented Market") in {(d.name, d.value) for d in other.dimensions}


def test_figures_do_not_depend_on_the_order_of_rows_and_carry_the_unknown_codes(tmp_path: Path) -> None:
    texts = table(1, 12)
    header, *rows = texts[0].splitlines(keepends=True)
    first = read(dump(tmp_path, texts), frozenset())
    again = read(dump(tmp_path, [header + "".join(reversed(rows))]), frozenset())
    assert records(first) == records(again)
    assert {(code.code, code.count) for code in first[-1].unknown_codes} == {("Invented Market", 3)}


def test_codes_of_one_measure_are_one_figure(tmp_path: Path) -> None:
    (text,) = table(1, 4)
    other = text.replace("DECISION_PROVISION_PARTIAL_SUSPENSION", "DECISION_PROVISION_TOTAL_SUSPENSION")
    figures = records(read(dump(tmp_path, [text, other]), DEEPFAKES | {HarmCategory.CSAM}))
    assert Counter(figure.value for figure in figures if isinstance(figure, Statistic)) == {2: 1}


def test_parts_of_a_day_are_figures_of_their_own(tmp_path: Path) -> None:
    (text,) = table(1, 4)
    series = []
    for part in ("00000-00000", "00000-00001"):
        (path := tmp_path / f"sor-global-2031-01-05-light-{part}.csv").write_text(text, "utf-8")
        series += [record.id for record in records(read(path, frozenset())) if isinstance(record, Statistic)]
    assert len(set(series)) == len(series) == 8


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    path = dump(tmp_path, table(10, 1_000))
    tracemalloc.start()
    try:
        sizes = []
        for batch in dumps.batches(path, None, None, 200):
            del batch
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert len(sizes) == 51
    assert max(sizes[25:]) <= 1.2 * max(sizes[:10])


def test_the_checksum_beside_a_dump_is_verified(tmp_path: Path) -> None:
    path = dump(tmp_path, table(1, 3))
    beside = tmp_path / f"{path.name}.sha1"
    digest = hashlib.sha1(path.read_bytes()).hexdigest()  # noqa: S324  # the publisher's choice
    beside.write_text(f"{digest}  {path.name}")
    assert len(records(read(path))) == 3
    beside.write_text(f"{digest[::-1]}  {path.name}")
    with pytest.raises(Unreadable, match="the SHA-1 differs"):
        read(path)
    beside.write_text("not found")
    with pytest.raises(Unreadable, match="is not a SHA-1"):
        read(path)


def test_an_error_names_the_broken_part_and_earlier_batches_stay(tmp_path: Path) -> None:
    texts = table(2, 5)
    path = dump(tmp_path, [texts[0], texts[1][:-20] + '"x'], inside=1)
    batches = dumps.batches(path, None, None, 5)
    assert len(next(batches).records) == 5
    with pytest.raises(Unreadable, match=r"sor-global-2031-01-05-light-00001-00000.csv: row 6 has a misplaced quote"):
        next(batches)


@pytest.mark.parametrize("text", ["\n", "uuid,category\n"])
def test_a_part_without_the_promised_columns_is_an_unexpected_shape(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnexpectedShape, match="platform_uid"):
        read(dump(tmp_path, [text]))


@pytest.mark.parametrize("keep", [None, DEEPFAKES])
def test_parts_without_content_are_skipped_and_reported_once(tmp_path: Path, keep: dumps.Keep) -> None:
    texts = table(2, 5)
    path = dump(tmp_path, [texts[0], "", texts[1]])
    batches = list(dumps.batches(path, keep, None, 3))
    assert [reason.rpartition(": ")[2] for batch in batches for reason in batch.skipped] == ["is empty"]
    assert sum(batch.rows for batch in batches) == 10


@pytest.mark.parametrize("keep", [None, DEEPFAKES])
def test_foreign_members_change_no_row_wherever_they_stand_and_wherever_a_reading_continues(
    tmp_path: Path, keep: dumps.Keep
) -> None:
    texts = table(2, 5)
    clean = records(read(dump(tmp_path, texts), keep))
    foreign = {"0.csv": b"colour,taste\nred,sweet\n", "1.csv": b'\xff\0"', "2.txt": b"read me"}
    with zipfile.ZipFile(path := dump(tmp_path, texts), "a") as outer:
        members = {name: outer.read(name) for name in outer.namelist()}
    with zipfile.ZipFile(path, "w") as outer:
        for name, content in (*foreign.items(), *members.items(), *((f"z{each}", foreign[each]) for each in foreign)):
            outer.writestr(name, content)
    batches = read(path, keep, size=3)
    assert records(batches) == clean
    assert len([reason for batch in batches for reason in batch.skipped]) == 2 * len(foreign)
    for number, batch in enumerate(batches[:-1], 1):
        rest = read(path, keep, since=batch.checkpoint, size=3)
        assert records(batches[:number]) + records(rest) == clean


def test_an_archive_of_foreign_files_alone_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(path := tmp_path / "sor-global-2031-01-05-light.zip", "w") as archive:
        archive.writestr("lookup.csv", "colour,taste\n")
    with pytest.raises(Unreadable, match=r"light\.zip/lookup\.csv: does not have the columns of a dump"):
        read(path)


def test_a_full_dump_must_have_the_columns_of_full_dumps(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedShape, match="territorial_scope"):
        read(dump(tmp_path, table(1, 1), "sor-global-2031-01-05-full.zip"))


@pytest.mark.parametrize(
    ("harms", "first"),
    [
        ((HarmCategory.NON_CONSENSUAL_DEEPFAKE,), (HarmCategory.NCII_DEEPFAKE,)),
        ((HarmCategory.NCII, HarmCategory.NON_CONSENSUAL_DEEPFAKE), (HarmCategory.NCII, HarmCategory.NCII_DEEPFAKE)),
        ((HarmCategory.CHILD_GROOMING,), (HarmCategory.OTHER,)),
        ((HarmCategory.CYBER_VIOLENCE_OTHER, HarmCategory.HUMAN_TRAFFICKING), (HarmCategory.CYBER_VIOLENCE_OTHER,)),
    ],
)
def test_a_figure_keeps_its_id_under_a_corrected_harm(
    tmp_path: Path, harms: tuple[HarmCategory, ...], first: tuple[HarmCategory, ...]
) -> None:
    """The source withdraws nothing: under a new id it would count beside the figure that it corrects."""
    day, all_records = date(2031, 1, 5), records(read(dump(tmp_path, table(1, 4)), DEEPFAKES))
    figure = next(record for record in all_records if isinstance(record, Statistic))
    corrected, before = (with_id(msgspec.structs.replace(figure, harm_categories=each), day) for each in (harms, first))
    assert corrected.external_id == before.external_id
    assert corrected.series_key != before.series_key
