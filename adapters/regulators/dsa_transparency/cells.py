"""Parses groups of cells of a statement: what was decided, on which ground, about which harm and content, and when.

Every function takes the cells of one group of columns, in the order of that group, and raises RowError.
"""

import re
from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from adapters.addresses import find_reference
from adapters.document import RowError
from adapters.formats.json import printable
from adapters.records import NativeTerm, Period, Reference
from adapters.regulators.dsa_transparency.columns import (
    CONTENT_COLUMNS,
    DECISION_COLUMNS,
    GROUND_COLUMNS,
    HARM_COLUMNS,
    Cells,
)
from adapters.vocabulary.enums import (
    AutomatedDecision,
    ContentType,
    DurationBasis,
    HarmCategory,
    LegalBasis,
    Precision,
    TakedownMeasure,
    TakedownTrigger,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, parse_jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import crosswalk

PLATFORM_UID = "dsa-platform-uid"
"""A reference to a platform's own number of a decision has this scheme, followed by a colon and the platform."""

MEASURES = crosswalk(TakedownMeasure, "dsa")
BASES = crosswalk(LegalBasis, "dsa")
HARMS = crosswalk(HarmCategory, "dsa")
CONTENT_TYPES = crosswalk(ContentType, "dsa")
TRIGGERS = crosswalk(TakedownTrigger, "dsa")
AUTOMATED_DECISIONS = crosswalk(AutomatedDecision, "dsa")
AUTOMATED_DETECTIONS = {"Yes": True, "No": False}

SPECIFIC_HARMS = frozenset(
    {
        HarmCategory.NON_CONSENSUAL_DEEPFAKE,
        HarmCategory.NCII,
        HarmCategory.CSAM_DEEPFAKE,
        HarmCategory.CSAM,
    }
)
"""Harms that make "cyber violence, other or unspecified" more precise: beside them that one is left out."""

TIME = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", re.ASCII)
TIME_LENGTH = len("2025-07-01 00:00:00")

DAY = timedelta(days=1)

NativeTerms = tuple[NativeTerm, ...]
UnknownCodes = tuple[tuple[str, str], ...]
"""Pairs of a field and a code that the vocabulary does not have."""


class DecisionTerms(NamedTuple):
    """What was decided about visibility, money, the service and the account."""

    measures: tuple[TakedownMeasure, ...]
    valid_until: date | None
    native: NativeTerms
    unknown: UnknownCodes


class GroundTerms(NamedTuple):
    """The legal basis and ground of a decision, and the records that it cites."""

    basis: LegalBasis
    legal_ground: str | None
    native: NativeTerms
    unknown: UnknownCodes
    references: tuple[Reference, ...]


class HarmTerms(NamedTuple):
    """The harm categories of a statement."""

    categories: tuple[HarmCategory, ...]
    native: NativeTerms
    unknown: UnknownCodes


class ContentTerms(NamedTuple):
    """What the content was, how it was detected, and how it was decided on."""

    types: tuple[ContentType, ...]
    trigger: TakedownTrigger
    automated_detection: bool | None
    automated_decision: AutomatedDecision
    native: NativeTerms
    unknown: UnknownCodes


class DecisionDates(NamedTuple):
    """The day of the content, the day of the decision, and the seconds between the two."""

    content: date | None
    executed: Period
    duration: int | None
    basis: DurationBasis | None


class TerritorialScope(NamedTuple):
    """Where a decision applies."""

    jurisdictions: tuple[Jurisdiction, ...]
    unknown: UnknownCodes


class PlatformTerms(NamedTuple):
    """The platform, and the scheme of references to its own numbers."""

    platform: str | None
    scheme: str
    native: NativeTerms
    unknown: UnknownCodes


def parse_codes(cell: str, column: str) -> list[str]:
    """The codes of a cell: a JSON array, or a single code, which only the API has."""
    if not cell:
        return []
    if not cell.startswith("["):
        return [cell]
    try:
        codes = msgspec.json.decode(cell, type=list[str])
    except msgspec.MsgspecError:
        raise RowError("is not a JSON array of codes", column) from None
    # JSON writes a NUL in six plain characters.
    _reject_nul(codes, [column] * len(codes))
    return codes


def parse_decision(cells: Cells) -> DecisionTerms:
    """The terms of DECISION_COLUMNS."""
    _reject_nul(cells, DECISION_COLUMNS)
    visibility, visibility_other, visibility_end, monetary, monetary_other, monetary_end, *rest = cells
    provision, provision_end, account, account_end = rest
    measures: set[TakedownMeasure] = set()
    native: list[NativeTerm] = []
    unknown: list[tuple[str, str]] = []
    ends: list[date | None] = []
    for name, cell, other, end, end_column in (
        ("visibility", visibility, visibility_other, visibility_end, "end_date_visibility_restriction"),
        ("monetary", monetary, monetary_other, monetary_end, "end_date_monetary_restriction"),
        ("provision", provision, "", provision_end, "end_date_service_restriction"),
        ("account", account, "", account_end, "end_date_account_restriction"),
    ):
        codes = parse_codes(cell, f"decision_{name}")
        measures.update(MEASURES.get(code, TakedownMeasure.OTHER) for code in codes)
        native += [NativeTerm("measures", code) for code in codes]
        unknown += [("measures", printable(code, 80)) for code in codes if code not in MEASURES]
        if other:
            native.append(NativeTerm(f"decision_{name}_other", other))
        end_time = _parse_time(end, end_column)
        if codes:
            ends.append(end_time and end_time.date())
        if end:
            native.append(NativeTerm(end_column, end))
    return DecisionTerms(tuple(sorted(measures)), _last_end(ends), tuple(native), tuple(unknown))


def _last_end(ends: Sequence[date | None]) -> date | None:
    """Until when a takedown of several measures is in force: as long as one of them is; None where one has no end."""
    days = [end for end in ends if end is not None]
    return max(days) if days and len(days) == len(ends) else None


def parse_ground(cells: Cells) -> GroundTerms:
    """The terms of GROUND_COLUMNS."""
    _reject_nul(cells, GROUND_COLUMNS)
    code, url, illegal, incompatible, also_illegal = cells
    basis = BASES.get(code, LegalBasis.UNKNOWN)
    is_illegal = basis is LegalBasis.ILLEGAL_CONTENT or (basis is LegalBasis.UNKNOWN and bool(illegal))
    if is_illegal:
        legal_ground, other_column, other = illegal, "incompatible_content_ground", incompatible
    else:
        legal_ground, other_column, other = incompatible, "illegal_content_legal_ground", illegal
    native = _native_terms(
        ("legal_basis", code),
        ("decision_ground_reference_url", url),
        (other_column, other),
        ("incompatible_content_illegal", also_illegal),
    )
    reference = find_reference(url)
    return GroundTerms(
        basis,
        legal_ground or None,
        native,
        _unknown_code("legal_basis", code, BASES),
        (reference,) if reference else (),
    )


def parse_harm(cells: Cells) -> HarmTerms:
    """The terms of HARM_COLUMNS."""
    _reject_nul(cells, HARM_COLUMNS)
    category, addition, specification, other = cells
    additions = parse_codes(addition, "category_addition")
    keywords = parse_codes(specification, "category_specification")
    codes = (category, *additions, *keywords)
    harms = {HARMS.get(code, HarmCategory.OTHER) for code in codes} - {HarmCategory.OTHER}
    if harms & SPECIFIC_HARMS:
        harms.discard(HarmCategory.CYBER_VIOLENCE_OTHER)
    native = [NativeTerm("harm_categories", code) for code in (category, *keywords) if code]
    native += [NativeTerm("category_addition", code) for code in additions]
    if other:
        native.append(NativeTerm("category_specification_other", other))
    unknown = [("harm_categories", printable(code, 80)) for code in codes if code not in HARMS]
    return HarmTerms(tuple(sorted(harms)) or (HarmCategory.OTHER,), tuple(native), tuple(unknown))


def parse_content(cells: Cells) -> ContentTerms:
    """The terms of CONTENT_COLUMNS."""
    _reject_nul(cells, CONTENT_COLUMNS)
    content_type, type_other, language, account_type, source_type, detection, decision = cells
    types = parse_codes(content_type, "content_type")
    native = (
        *(NativeTerm("content_types", code) for code in types),
        *_native_terms(
            ("content_type_other", type_other),
            ("content_language", language),
            ("account_type", account_type),
            ("trigger", source_type),
            ("automated_decision", decision),
        ),
    )
    unknown = [
        *(("content_types", printable(code, 80)) for code in types if code not in CONTENT_TYPES),
        *_unknown_code("trigger", source_type, TRIGGERS),
        *_unknown_code("automated_detection", detection, AUTOMATED_DETECTIONS),
        *_unknown_code("automated_decision", decision, AUTOMATED_DECISIONS),
    ]
    return ContentTerms(
        tuple(sorted({CONTENT_TYPES.get(code, ContentType.OTHER) for code in types})),
        TRIGGERS.get(source_type, TakedownTrigger.UNKNOWN),
        AUTOMATED_DETECTIONS.get(detection),
        AUTOMATED_DECISIONS.get(decision, AutomatedDecision.UNKNOWN),
        native,
        tuple(unknown),
    )


def parse_dates(cells: Cells) -> DecisionDates:
    """The dates of DATE_COLUMNS."""
    content = _parse_time(cells[0], "content_date")
    application = _parse_time(cells[1], "application_date")
    if application is None or application.year == date.max.year:
        raise RowError("is not a date", "application_date")
    day = application.date()
    # The publisher names a day without its time zone; it is not converted to any.
    executed = Period(day, day + DAY, Precision.DAY)
    if content is None or content > application:
        return DecisionDates(content and content.date(), executed, None, None)
    seconds = int((application - content).total_seconds())
    return DecisionDates(content.date(), executed, seconds, DurationBasis.CONTENT_TO_DECISION)


def parse_territory(cells: Cells) -> TerritorialScope:
    """The jurisdictions of the column `territorial_scope`."""
    places: set[Jurisdiction] = set()
    unknown: list[tuple[str, str]] = []
    for code in parse_codes(cells[0], "territorial_scope"):
        try:
            places.add(parse_jurisdiction(code))
        except UnknownJurisdiction:
            unknown.append(("jurisdictions", printable(code, 80)))
    return TerritorialScope(tuple(sorted(places)), tuple(unknown))


def parse_platform(cells: Cells) -> PlatformTerms:
    """The platform of the column `platform_name`."""
    name = cells[0]
    if not name or "\0" in name:
        raise RowError("is not the name of a platform", "platform_name")
    platform = find_platform(name)
    return PlatformTerms(
        platform.id if platform else None,
        f"{PLATFORM_UID}:{platform.id if platform else name.casefold()}",
        (NativeTerm("platform", name),),
        () if platform else (("platform", printable(name, 80)),),
    )


def parse_day(cell: str) -> date:
    """The day on which the database received a statement."""
    time = _parse_time(cell, "created_at")
    if time is None or time.year == date.max.year:
        raise RowError("is not a date", "created_at")
    return time.date()


def parse_receipt(cell: str) -> datetime:
    """When the database received a statement. It runs in UTC (config/app.php of the publisher's repository)."""
    if len(cell) != TIME_LENGTH or TIME.fullmatch(cell) is None:
        raise RowError("is not a time", "created_at")
    try:
        return datetime.fromisoformat(cell + "+00:00")
    except ValueError:
        raise RowError("is not a time", "created_at") from None


def _parse_time(cell: str, column: str) -> datetime | None:
    if not cell:
        return None
    if TIME.fullmatch(cell) is None:
        raise RowError("is not a date", column)
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        raise RowError("is not a date", column) from None


def _native_terms(*terms: tuple[str, str]) -> NativeTerms:
    """The terms that have a value."""
    return tuple(NativeTerm(field, value) for field, value in terms if value)


def _unknown_code(field: str, code: str, vocabulary: Container[str]) -> UnknownCodes:
    return () if not code or code in vocabulary else ((field, printable(code, 80)),)


def _reject_nul(cells: Sequence[str], columns: Sequence[str]) -> None:
    """Raises RowError for a NUL: the stores accept none in a text."""
    for cell, column in zip(cells, columns, strict=True):
        if "\0" in cell:
            raise RowError("contains a NUL", column)
