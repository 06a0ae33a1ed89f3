"""The DSA Transparency Database: the takedown of a statement of reasons, and data that is not stored."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import RowError
from adapters.errors import UnexpectedShape
from adapters.formats import php_csv
from adapters.records import NativeTerm, Period, Reference, Takedown
from adapters.regulators.dsa_transparency import cells, statements
from adapters.regulators.dsa_transparency.columns import (
    ATTRIBUTES,
    COLUMNS,
    COLUMNS_SINCE_2025,
    FULL_ONLY_COLUMNS,
    LIGHT_COLUMNS,
    NATIVE_COLUMNS,
    PRIVATE_COLUMNS,
)
from adapters.regulators.dsa_transparency.statements import StatementReader
from adapters.vocabulary.enums import (
    AutomatedDecision,
    ContentType,
    DurationBasis,
    EnforcementPoint,
    HarmCategory,
    LegalBasis,
    Precision,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
)
from tests.conftest import SAMPLES

EXAMPLES = Path(__file__).parents[3] / "examples" / "dsa_transparency"
FULL = "sor-global-2031-01-05-full-00000-00000.csv"
OLD = "sor-tiktok-2025-06-30-full-00000-00000.csv"
GENUINE = SAMPLES / "dsa-tdb" / "dump_csv" / "sor-tiktok-2025-01-full.rows01-25.csv"
genuine = pytest.mark.skipif(not GENUINE.exists(), reason="the recorded samples are not here (GATEWAY_SAMPLES)")


def table(path: Path) -> list[list[str]]:
    return list(php_csv.read_rows(path.name, [path.read_bytes()]))


def read(path: Path, *, full: bool = True) -> tuple[list[Takedown], StatementReader]:
    header, *rows = table(path)
    reader = StatementReader()
    reader.use_header(path.name, header, full=full)
    takedowns = [takedown for row in rows if (takedown := reader.read(row)) is not None]
    return takedowns, reader


def example(number: int) -> Takedown:
    takedowns, _ = read(EXAMPLES / FULL)
    return takedowns[number - 1]


def one(**changes: str) -> Takedown:
    """The takedown of the first example row with other cells."""
    header, row, *_ = table(EXAMPLES / FULL)
    reader = StatementReader()
    reader.use_header(FULL, header, full=True)
    takedown = reader.read([changes.get(column, cell) for column, cell in zip(header, row, strict=True)])
    assert takedown is not None
    return takedown


def native(takedown: Takedown, field: str) -> list[str]:
    return [term.value for term in takedown.native if term.field == field]


def test_a_statement_becomes_an_executed_takedown_with_native_terms() -> None:
    assert example(1) == Takedown(
        source="dsa_transparency",
        external_id="00000000-0000-4000-8000-000000000001",
        references=(Reference("dsa-platform-uid:tiktok", "9007199254740993001"),),
        jurisdictions=example(2).jurisdictions,
        native=(
            NativeTerm("platform", "TikTok"),
            NativeTerm("measures", "DECISION_VISIBILITY_CONTENT_REMOVED"),
            NativeTerm("legal_basis", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
            NativeTerm("harm_categories", "STATEMENT_CATEGORY_CYBER_VIOLENCE"),
            NativeTerm("harm_categories", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"),
            NativeTerm("content_types", "CONTENT_TYPE_IMAGE"),
            NativeTerm("trigger", "SOURCE_VOLUNTARY"),
            NativeTerm("automated_decision", "AUTOMATED_DECISION_FULLY"),
        ),
        stated_at=date(2031, 1, 5),
        platform="tiktok",
        trigger=TakedownTrigger.OWN_INITIATIVE,
        legal_basis=LegalBasis.TERMS_OF_SERVICE,
        legal_ground="Example rule 4.2",
        harm_categories=(HarmCategory.NON_CONSENSUAL_DEEPFAKE,),
        content_types=(ContentType.IMAGE,),
        measures=(TakedownMeasure.REMOVED,),
        enforcement_point=EnforcementPoint.PLATFORM,
        status=TakedownStatus.EXECUTED,
        executed=Period(date(2031, 1, 4), date(2031, 1, 5), Precision.DAY),
        reported_at=datetime(2031, 1, 5, 10, 11, 12, tzinfo=UTC),
        content_date=date(2031, 1, 2),
        duration=2 * 86_400,
        duration_basis=DurationBasis.CONTENT_TO_DECISION,
        automated_detection=True,
        automated_decision=AutomatedDecision.FULLY,
    )
    assert [*example(1).jurisdictions] == ["AT", "BE", "DE", "FR", "GR", "NO"]


def test_each_column_of_all_layouts_is_an_attribute_a_native_term_or_private_with_a_reason() -> None:
    accounted = ATTRIBUTES.keys() | NATIVE_COLUMNS | PRIVATE_COLUMNS.keys()
    layouts = (
        (*LIGHT_COLUMNS, *COLUMNS_SINCE_2025),
        (*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS),
        (*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS, *COLUMNS_SINCE_2025),
    )
    assert [len(set(layout)) for layout in layouts] == [34, 37, 38]
    assert accounted == set(COLUMNS) == set().union(*layouts)
    assert not PRIVATE_COLUMNS.keys() & (ATTRIBUTES.keys() | NATIVE_COLUMNS)
    assert all(PRIVATE_COLUMNS.values())
    assert set(ATTRIBUTES.values()) <= set(Takedown.__struct_fields__)


@given(st.sampled_from(COLUMNS), st.uuids())
def test_a_column_is_in_the_record_exactly_when_the_tables_say_so(column: str, mark: object) -> None:
    """A cell's text is in the record or, for a private column, nowhere in it."""
    dates = {"content_date", "application_date", "created_at"} | {c for c in COLUMNS if c.startswith("end_date")}
    lists = {"decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope"}
    text = "2030-12-24 00:00:00" if column in dates else str(mark)
    cell = f'["{text}"]' if column in lists else text
    before, after = one(), one(**{column: cell})
    is_in_record = text[:10] in msgspec.json.encode(after).decode()
    if column in PRIVATE_COLUMNS:
        assert after == before
    elif column == "automated_detection":
        assert (before.automated_detection, after.automated_detection) == (True, None)
    elif column == "territorial_scope":
        assert after.jurisdictions == ()
    else:
        assert is_in_record
        assert after != before


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded samples are not here (GATEWAY_SAMPLES)")
def test_the_layouts_are_the_publishers() -> None:
    layouts = json.loads((SAMPLES / "dsa-tdb" / "vocab" / "csv_columns.json").read_bytes())
    assert set(layouts["full_38_since_2025-07-01"]) == {*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS, *COLUMNS_SINCE_2025}
    assert set(layouts["full_37_before_2025-07-01"]) == {*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS}
    assert set(layouts["light_34"]) == {*LIGHT_COLUMNS, *COLUMNS_SINCE_2025}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded samples are not here (GATEWAY_SAMPLES)")
def test_every_code_of_the_publishers_vocabulary_and_history_is_known() -> None:
    folder = SAMPLES / "dsa-tdb"
    codes = json.loads((folder / "vocab" / "enums_2026-06.json").read_bytes())
    vocabularies = {
        "STATEMENT_CATEGORIES": cells.HARMS, "KEYWORDS": cells.HARMS, "SOURCE_TYPES": cells.TRIGGERS,
        "CONTENT_TYPES": cells.CONTENT_TYPES, "DECISION_GROUNDS": cells.BASES,
        "AUTOMATED_DECISIONS": cells.AUTOMATED_DECISIONS, "AUTOMATED_DETECTIONS": cells.AUTOMATED_DETECTIONS,
        "DECISION_VISIBILITIES": cells.MEASURES, "DECISION_MONETARIES": cells.MEASURES,
        "DECISION_PROVISIONS": cells.MEASURES, "DECISION_ACCOUNTS": cells.MEASURES,
    }  # fmt: skip
    assert {
        (group, code) for group, crosswalk in vocabularies.items() for code in set(codes[group]) - set(crosswalk)
    } == set()
    past = (folder / "aggregates" / "category_per_month.csv").read_text().splitlines()[1:]
    assert {line.split(",")[1] for line in past} <= set(cells.HARMS)


@genuine
def test_the_genuine_rows_become_takedowns_with_every_field_accounted_for() -> None:
    header, *rows = table(GENUINE)
    assert {len(row) for row in (header, *rows)} == {37}
    lines = GENUINE.with_name("sor-tiktok-2025-01-full.as_jsonl.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {column: value or "" for column, value in row.items()} for row in documents
    ]
    takedowns, reader = read(GENUINE)
    assert not reader.unknown
    assert len({takedown.id for takedown in takedowns}) == 25
    assert [takedown.external_id for takedown in takedowns] == [row["uuid"] for row in documents]
    assert [takedown.references[0].value for takedown in takedowns] == [row["platform_uid"] for row in documents]
    assert {len(takedown.references[0].value) for takedown in takedowns} == {19}
    assert [takedown.legal_ground for takedown in takedowns] == [
        row["incompatible_content_ground"] for row in documents
    ]
    assert any("\u0627\u0644" in (takedown.legal_ground or "") for takedown in takedowns)
    assert {len(takedown.jurisdictions) for takedown in takedowns} == {29, 30}
    assert Counter(takedown.measures for takedown in takedowns) == {
        (TakedownMeasure.REMOVED,): 21, (TakedownMeasure.SERVICE_RESTRICTED,): 3, (TakedownMeasure.OTHER,): 1
    }  # fmt: skip


def test_a_takedown_lists_all_measures_and_harms_and_has_no_end_if_one_measure_has_none() -> None:
    takedown = example(2)
    assert takedown.measures == (TakedownMeasure.ACCOUNT_SUSPENDED, TakedownMeasure.REMOVED)
    assert takedown.harm_categories == (HarmCategory.NCII, HarmCategory.NON_CONSENSUAL_DEEPFAKE)
    assert takedown.trigger is TakedownTrigger.TRUSTED_FLAGGER
    assert takedown.valid_until is None
    assert native(takedown, "end_date_account_restriction") == ["2031-02-04 00:00:00"]
    assert native(takedown, "category_addition") == ["STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"]


def test_a_takedown_is_valid_until_the_last_of_its_measures_ends() -> None:
    takedown = example(4)
    assert takedown.measures == (TakedownMeasure.MONETARY, TakedownMeasure.SERVICE_RESTRICTED)
    assert takedown.valid_until == date(2031, 1, 20)
    assert native(takedown, "content_id_ean") == ["4006381333931"]


def test_a_legal_ground_keeps_its_backslashes_and_the_reference_to_the_law() -> None:
    takedown = example(3)
    assert takedown.legal_basis is LegalBasis.ILLEGAL_CONTENT
    assert takedown.legal_ground == 'Example Penal Code § 184b \\"Abs. 1\\"'
    assert native(takedown, "decision_ground_reference_url") == ["https://law.example/penal-code/184b"]
    assert takedown.harm_categories == (HarmCategory.CSAM,)
    assert takedown.content_types == (ContentType.OTHER, ContentType.VIDEO)


def test_free_text_and_notifiers_are_nowhere_in_the_records() -> None:
    takedowns, _ = read(EXAMPLES / FULL)
    assert "Invented facts" in (EXAMPLES / FULL).read_text("utf-8")
    content = msgspec.json.encode(takedowns).decode()
    assert not [text for text in ("Invented facts", "explanation.", "Jane", "Invented Person") if text in content]


def test_codes_before_and_after_the_change_of_vocabulary_are_one_harm() -> None:
    before, _ = read(EXAMPLES / OLD)
    assert before[0].harm_categories == example(1).harm_categories == (HarmCategory.NON_CONSENSUAL_DEEPFAKE,)
    assert before[1].harm_categories == before[2].harm_categories == (HarmCategory.OTHER,)


def test_cyber_violence_is_unspecified_alone_and_left_out_beside_a_specific_harm() -> None:
    assert one(category_specification="").harm_categories == (HarmCategory.CYBER_VIOLENCE_OTHER,)
    assert one(category_specification='["KEYWORD_CYBER_STALKING"]').harm_categories == (
        HarmCategory.CYBER_VIOLENCE_OTHER,
    )
    assert one(category_specification='["KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"]').harm_categories == (
        HarmCategory.NCII,
    )


def test_an_unknown_platform_keeps_its_name_and_is_counted() -> None:
    takedown = example(4)
    assert takedown.platform is None
    assert native(takedown, "platform") == ["Invented Market"]
    assert takedown.references == (Reference("dsa-platform-uid:invented market", "9007199254740993004"),)
    _, reader = read(EXAMPLES / FULL)
    assert reader.unknown["platform", "Invented Market"] == 1


def test_unknown_codes_are_counted_and_never_guessed_at() -> None:
    takedown = example(8)
    assert (takedown.measures, takedown.harm_categories) == ((TakedownMeasure.OTHER,), (HarmCategory.OTHER,))
    assert (takedown.trigger, takedown.legal_basis) == (TakedownTrigger.UNKNOWN, LegalBasis.UNKNOWN)
    assert (takedown.automated_detection, takedown.automated_decision) == (None, AutomatedDecision.UNKNOWN)
    assert takedown.jurisdictions == ("DE",)
    _, reader = read(EXAMPLES / FULL)
    assert {field for field, _ in reader.unknown} == {
        "automated_decision", "automated_detection", "content_types", "harm_categories", "jurisdictions",
        "legal_basis", "measures", "platform", "trigger",
    }  # fmt: skip
    assert set(reader.unknown.values()) == {1}


def test_a_decision_before_its_content_has_no_duration_and_outliers_are_kept() -> None:
    assert (example(6).duration, example(6).duration_basis) == (None, None)
    assert example(7).duration == (date(2031, 1, 4) - date(2009, 1, 4)).days * 86_400


def test_the_light_dump_has_the_same_records_except_for_the_columns_that_it_lacks() -> None:
    light, _ = read(EXAMPLES / FULL.replace("full", "light"), full=False)
    full, _ = read(EXAMPLES / FULL)
    assert light == [msgspec.structs.replace(takedown, jurisdictions=()) for takedown in full]


def test_columns_are_found_by_name() -> None:
    header, row, *_ = table(EXAMPLES / FULL)
    reader = StatementReader()
    reader.use_header(FULL, [*header[::-1], "invented_column"], full=True)
    assert reader.read([*row[::-1], "?"]) == one()
    assert reader.unknown == {("column", "invented_column"): 1}


@pytest.mark.parametrize("missing", ["uuid", "territorial_scope"])
def test_a_promised_column_that_is_missing_is_an_unexpected_shape(missing: str) -> None:
    header = [column for column in COLUMNS if column != missing]
    with pytest.raises(UnexpectedShape, match=missing):
        StatementReader().use_header("x", header, full=True)


def test_a_column_that_is_there_twice_is_an_unexpected_shape() -> None:
    with pytest.raises(UnexpectedShape, match="twice"):
        StatementReader().use_header("x", [*COLUMNS, "uuid"], full=True)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("uuid", ""), ("uuid", "1"), ("created_at", "2031-01-05"), ("created_at", "2031-02-30 00:00:00"),
        ("created_at", "20310105T101112.000"), ("application_date", ""), ("application_date", "0000-00-00 00:00:00"),
        ("application_date", "9999-12-31 00:00:00"), ("content_date", "yesterday"), ("platform_name", ""),
        ("category_specification", "[1]"), ("content_type", '["\\u0000"]'),
        ("territorial_scope", '["\\ud800"]'), ("decision_visibility", '["open'), ("platform_uid", "1\0"),
        ("incompatible_content_ground", "\0"), ("end_date_account_restriction", "soon"),
    ],
)  # fmt: skip
def test_an_invalid_row_is_rejected_with_its_column(column: str, cell: str) -> None:
    with pytest.raises(RowError) as caught:
        one(**{column: cell})
    assert caught.value.column == column
    assert not cell or cell not in caught.value.reason


def test_a_row_of_another_width_is_rejected() -> None:
    reader = StatementReader()
    reader.use_header("x", COLUMNS, full=True)
    with pytest.raises(RowError, match="has 2 cells where the header has 38"):
        reader.read(["1", "2"])


def test_the_cache_of_cells_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "CACHE_SIZE", 3)
    header, row, *_ = table(EXAMPLES / FULL)
    reader = StatementReader()
    reader.use_header("x", header, full=True)
    at = header.index("incompatible_content_ground")
    for number in range(20):
        takedown = reader.read([*row[:at], f"rule {number}", *row[at + 1 :]])
        assert takedown is not None
        assert takedown.legal_ground == f"rule {number}"
    assert len(reader._grounds) <= 3
