"""Reading: from a row of the DSA Transparency Database, a statement of reasons, to the takedown that it explains.

Columns and codes are those of the publisher's repository, digital-services-act/transparency-database, as of 2026-06:
37 columns until 2025-07-01, 38 since then (content_id_ean), 34 in the light dump. They are found by name.

Most cells repeat: a day has some hundreds of combinations of categories and some thousands of legal grounds. What a
combination means is therefore read once and remembered, within bounds.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple, TypeVar

import msgspec

from adapters.addresses import cited
from adapters.document import RowError
from adapters.errors import UnexpectedShape
from adapters.figures import series_key
from adapters.formats.structured import printable
from adapters.records import Dimension, NativeTerm, Period, Reference, Statistic, Takedown
from adapters.vocabulary.enums import (
    Aggregation,
    AutomatedDecision,
    ContentType,
    DurationBasis,
    EnforcementPoint,
    HarmCategory,
    LegalBasis,
    Metric,
    Precision,
    Qualifier,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, jurisdiction
from adapters.vocabulary.names import find_platform
from adapters.vocabulary.terms import natives

NAME = "dsa_transparency"

PLATFORM_UID = "dsa-platform-uid"
"""The scheme of references to a platform's own number of a decision is this, a colon, and the platform."""

LIGHT = (
    "uuid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction", "decision_monetary",
    "decision_monetary_other", "end_date_monetary_restriction", "decision_provision", "end_date_service_restriction",
    "decision_account", "end_date_account_restriction", "account_type", "decision_ground",
    "decision_ground_reference_url", "illegal_content_legal_ground", "incompatible_content_ground",
    "incompatible_content_illegal", "category", "category_addition", "category_specification",
    "category_specification_other", "content_type", "content_type_other", "content_language", "content_date",
    "application_date", "source_type", "source_identity", "automated_detection", "automated_decision", "platform_name",
    "platform_uid", "created_at",
)  # fmt: skip
"""The columns of both dumps, whatever their day."""

FULL_ONLY = ("illegal_content_explanation", "incompatible_content_explanation", "territorial_scope", "decision_facts")
"""The columns that the full dump has beside those."""

ADDED = ("content_id_ean",)
"""The column of both dumps since 2025-07-01."""

COLUMNS = (*LIGHT, *FULL_ONLY, *ADDED)

MAPPED = {
    "uuid": "external_id",
    "decision_visibility": "measures",
    "decision_monetary": "measures",
    "decision_provision": "measures",
    "decision_account": "measures",
    "end_date_visibility_restriction": "valid_until",
    "end_date_monetary_restriction": "valid_until",
    "end_date_service_restriction": "valid_until",
    "end_date_account_restriction": "valid_until",
    "decision_ground": "legal_basis",
    "illegal_content_legal_ground": "legal_ground",
    "incompatible_content_ground": "legal_ground",
    "category": "harm_categories",
    "category_addition": "harm_categories",
    "category_specification": "harm_categories",
    "content_type": "content_types",
    "content_date": "content_date",
    "territorial_scope": "jurisdictions",
    "application_date": "executed",
    "source_type": "trigger",
    "automated_detection": "automated_detection",
    "automated_decision": "automated_decision",
    "platform_name": "platform",
    "platform_uid": "references",
    "created_at": "reported_at",
}
"""Column → the attribute of a takedown that it becomes. Codes stand in `native` too, under the attribute's name."""

NATIVE = frozenset(
    {
        "decision_visibility_other", "decision_monetary_other", "category_specification_other", "content_type_other",
        "end_date_visibility_restriction", "end_date_monetary_restriction", "end_date_service_restriction",
        "end_date_account_restriction", "account_type", "decision_ground_reference_url",
        "illegal_content_legal_ground", "incompatible_content_ground", "incompatible_content_illegal",
        "category_addition", "content_language", "content_id_ean",
    }
)  # fmt: skip
"""Columns kept in `native` under their own name; of the two grounds, the one that `legal_ground` does not hold."""

NOT_KEPT = {
    "illegal_content_explanation": "free text about one decision: it may name persons",
    "incompatible_content_explanation": "free text about one decision: it may name persons",
    "decision_facts": "free text about one decision: it may name persons",
    "source_identity": "who gave notice: it may be a person",
}
"""Column → why nothing of it is kept."""

MEASURES = natives(TakedownMeasure, "dsa")
BASES = natives(LegalBasis, "dsa")
HARMS = natives(HarmCategory, "dsa")
CONTENT_TYPES = natives(ContentType, "dsa")
TRIGGERS = natives(TakedownTrigger, "dsa")
AUTOMATED_DECISIONS = natives(AutomatedDecision, "dsa")
AUTOMATED_DETECTIONS = {"Yes": True, "No": False}

SPECIFIC = frozenset({HarmCategory.NCII_DEEPFAKE, HarmCategory.NCII, HarmCategory.CSAM_DEEPFAKE, HarmCategory.CSAM})
"""Harms that say what "cyber violence, other or unspecified" leaves open: beside them it is not stated again."""

UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", re.ASCII)

REMEMBERED = 20_000
"""Combinations of cells of one kind; platforms that write a new text into each statement would fill the memory."""

NONE_STATED = "none"
"""The value of a figure's dimension where the publisher's cell is empty."""

DAY = timedelta(days=1)

SEVERAL = "__"
"""What joins several codes in one dimension, as in the publisher's own index."""

M = TypeVar("M")

Cells = tuple[str, ...]
Unknown = tuple[tuple[str, str], ...]
Terms = tuple[NativeTerm, ...]


class _Decision(NamedTuple):
    """What was decided, in all four ways of deciding."""

    measures: tuple[TakedownMeasure, ...]
    valid_until: date | None
    native: Terms
    unknown: Unknown


class _Ground(NamedTuple):
    basis: LegalBasis
    legal_ground: str | None
    native: Terms
    unknown: Unknown
    cited: tuple[Reference, ...]


class _Harm(NamedTuple):
    categories: tuple[HarmCategory, ...]
    native: Terms
    unknown: Unknown


class _Content(NamedTuple):
    """What the content was, how it was found, and how it was decided on."""

    types: tuple[ContentType, ...]
    trigger: TakedownTrigger
    automated_detection: bool | None
    automated_decision: AutomatedDecision
    native: Terms
    unknown: Unknown


class _Dates(NamedTuple):
    content: date | None
    executed: Period
    duration: int | None
    basis: DurationBasis | None


class _Territory(NamedTuple):
    jurisdictions: tuple[Jurisdiction, ...]
    unknown: Unknown


class _Platform(NamedTuple):
    platform: str | None
    scheme: str
    native: Terms
    unknown: Unknown


class _Cell(NamedTuple):
    """What one daily figure counts: the figure, still without its value."""

    figure: Statistic
    unknown: Unknown


class _Remembered(dict[Cells, M]):
    """What combinations of cells mean, each read when first met. When they become too many, all are forgotten."""

    def __init__(self, read: Callable[[Cells], M]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cells: Cells) -> M:
        meaning = self._read(cells)
        if len(self) >= REMEMBERED:
            self.clear()
        self[cells] = meaning
        return meaning


class Statements:
    """Reads rows, of one scope or of many, whose columns were named by `columns`.

    `keep` is None for every statement, or the harms whose statements become records of their own; all others are
    counted into daily figures, of the whole day or of one `part` of its dump. `unknown` counts each (field, code) that
    the crosswalk lacks.
    """

    def __init__(self, keep: frozenset[HarmCategory] | None = None, part: str | None = None) -> None:
        self.unknown: Counter[tuple[str, str]] = Counter()
        self._keep = keep
        self._population = population(keep, part)
        self._width = 0
        self._decisions = _Remembered(_decision)
        self._grounds = _Remembered(_ground)
        self._harms = _Remembered(_harm)
        self._contents = _Remembered(_content)
        self._dates = _Remembered(_dates)
        self._territories = _Remembered(_territory)
        self._platforms = _Remembered(_platform)
        self._days = _Remembered(_day)
        # Not bounded by REMEMBERED: these are the day's figures themselves.
        self._cells: dict[Cells, _Cell] = {}
        self._counts: Counter[Cells] = Counter()

    def columns(self, name: str, header: Sequence[str], *, full: bool) -> None:
        """Says how the rows to come are laid out. Raises UnexpectedShape where a promised column is missing."""
        promised = (*LIGHT, *FULL_ONLY) if full else LIGHT
        missing = [column for column in promised if column not in header]
        if missing:
            raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
        if len(set(header)) != len(header):
            raise UnexpectedShape(f"{name}: a column stands twice")
        for column in set(header) - set(COLUMNS):
            self.unknown["column", printable(column, 80)] += 1
        self._width = len(header)
        # An empty cell is put at the end of each row for the columns that this layout lacks.
        places = {column: len(header) for column in COLUMNS} | {column: at for at, column in enumerate(header)}

        def at(*names: str) -> Callable[[list[str]], Cells]:
            return itemgetter(*(places[column] for column in names))

        self._at_once = at("uuid", "platform_uid", "created_at", "content_id_ean")
        self._at_decision = at(*DECISION)
        self._at_ground = at(*GROUND)
        self._at_harm = at(*HARM)
        self._at_content = at(*CONTENT)
        self._at_dates = at("content_date", "application_date")
        self._at_figure = at(*FIGURE)
        # One cell alone would come without a tuple around it.
        self._at_territory = at("territorial_scope", "territorial_scope")
        self._at_platform = at("platform_name", "platform_name")

    def read(self, cells: list[str]) -> Takedown | None:
        """The takedown of one row; None where it was counted into a daily figure. Raises Refused. Lengthens `cells`."""
        if len(cells) != self._width:
            raise RowError(f"has {len(cells)} cells where the header has {self._width}")
        cells.append("")
        harm = self._harms[self._at_harm(cells)]
        if self._keep is not None and self._keep.isdisjoint(harm.categories):
            self._count(cells)
            return None
        uuid, uid, created_at, ean = self._at_once(cells)
        if UUID.fullmatch(uuid) is None:
            raise RowError("is no UUID", "uuid")
        if "\0" in uid or "\0" in ean:
            raise RowError("holds a NUL", "platform_uid" if "\0" in uid else "content_id_ean")
        decision = self._decisions[self._at_decision(cells)]
        ground = self._grounds[self._at_ground(cells)]
        content = self._contents[self._at_content(cells)]
        dates = self._dates[self._at_dates(cells)]
        territory = self._territories[self._at_territory(cells)]
        platform = self._platforms[self._at_platform(cells)]
        reported_at = _instant(created_at)
        native = platform.native + decision.native + ground.native + harm.native + content.native
        if ean:
            native += (NativeTerm("content_id_ean", ean),)
        for unknown in (
            decision.unknown, ground.unknown, harm.unknown, content.unknown, territory.unknown, platform.unknown
        ):  # fmt: skip
            if unknown:
                self.unknown.update(unknown)
        return Takedown(
            source=NAME,
            external_id=uuid,
            references=(*ground.cited, *((Reference(platform.scheme, uid),) if uid else ())),
            jurisdictions=territory.jurisdictions,
            native=native,
            stated_at=reported_at.date(),
            platform=platform.platform,
            trigger=content.trigger,
            legal_basis=ground.basis,
            legal_ground=ground.legal_ground,
            harm_categories=harm.categories,
            content_types=content.types,
            measures=decision.measures,
            enforcement_point=EnforcementPoint.PLATFORM,
            status=TakedownStatus.EXECUTED,
            executed=dates.executed,
            reported_at=reported_at,
            content_date=dates.content,
            valid_until=decision.valid_until,
            duration=dates.duration,
            duration_basis=dates.basis,
            automated_detection=content.automated_detection,
            automated_decision=content.automated_decision,
        )

    def figures(self) -> list[tuple[Statistic, int]]:
        """The daily figures of the rows that became no record, each with their number, in a fixed order.

        Different codes may be one measure of ours: their rows are one figure. Adds what the rows lacked to `unknown`.
        """
        counted: dict[str, tuple[Statistic, int]] = {}
        for cells, number in self._counts.items():
            cell = self._cells[cells]
            for unknown in cell.unknown:
                self.unknown[unknown] += number
            _, before = counted.get(cell.figure.external_id, (cell.figure, 0))
            counted[cell.figure.external_id] = (cell.figure, before + number)
        return [
            (msgspec.structs.replace(figure, value=Decimal(number)), number)
            for _, (figure, number) in sorted(counted.items())
        ]

    def _count(self, cells: list[str]) -> None:
        key = self._at_figure(cells)
        # The day alone: a time would make each row a figure.
        key = (*key[:-1], key[-1][:10])
        if key not in self._cells:
            self._cells[key] = self._cell(key)
        self._counts[key] += 1

    def _cell(self, cells: Cells) -> _Cell:
        named: dict[str, str] = dict(zip(FIGURE, cells, strict=True))
        harm = self._harms[tuple(named.get(column, "") for column in HARM)]
        decision = _decision(tuple(named.get(column, "") for column in DECISION))
        content = _content(tuple(named.get(column, "") for column in CONTENT))
        platform = self._platforms[named["platform_name"], named["platform_name"]]
        (day,) = self._days[(named["created_at"],)]
        keywords = sorted(codes(named["category_specification"], "category_specification"))
        dimensions = {
            "category": named["category"],
            "keyword": SEVERAL.join(keywords),
            "automated_detection": named["automated_detection"],
            "automated_decision": named["automated_decision"],
            "source_type": named["source_type"],
        }
        if platform.platform is None:
            dimensions["platform"] = named["platform_name"]
        figure = Statistic(
            source=NAME,
            external_id="",
            native=platform.native,
            stated_at=day,
            metric=Metric.TAKEDOWNS,
            unit=Unit.STATEMENTS,
            qualifier=Qualifier.EXACT,
            period=Period(day, day + DAY, Precision.DAY, "UTC"),
            aggregation=Aggregation.SUM,
            platform=platform.platform,
            harm_categories=harm.categories,
            measures=decision.measures,
            dimensions=tuple(Dimension(name, value or NONE_STATED) for name, value in dimensions.items()),
            population=self._population,
        )
        return _Cell(identified(figure, day), decision.unknown + harm.unknown + content.unknown + platform.unknown)


DECISION = (
    "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction",
    "decision_monetary", "decision_monetary_other", "end_date_monetary_restriction",
    "decision_provision", "end_date_service_restriction",
    "decision_account", "end_date_account_restriction",
)  # fmt: skip
GROUND = (
    "decision_ground", "decision_ground_reference_url", "illegal_content_legal_ground", "incompatible_content_ground",
    "incompatible_content_illegal",
)  # fmt: skip
HARM = ("category", "category_addition", "category_specification", "category_specification_other")
CONTENT = (
    "content_type", "content_type_other", "content_language", "account_type", "source_type", "automated_detection",
    "automated_decision",
)  # fmt: skip
FIGURE = (
    "platform_name", "category", "category_addition", "category_specification", "decision_visibility",
    "decision_monetary", "decision_provision", "decision_account", "automated_detection", "automated_decision",
    "source_type", "created_at",
)  # fmt: skip


def population(keep: frozenset[HarmCategory] | None, part: str | None = None) -> str | None:
    """Of which statements the daily figures are: all that are not kept, of the whole day or of a part of its dump."""
    if keep is None:
        return None
    words = f"statements of reasons about none of: {', '.join(sorted(keep))}"
    return f"{words}; part {part} of the day's dump" if part else words


def identified(figure: Statistic, day: date) -> Statistic:
    """The figure with the id and the series that follow from what it counts."""
    series = series_key(figure)
    digest = sha256(series.encode()).hexdigest()[:32]
    return msgspec.structs.replace(figure, external_id=f"figures/{day}/{digest}", series_key=series)


def codes(cell: str, column: str) -> list[str]:
    """The codes of a cell: JSON text of an array or, as the API also has it, one code. Raises Refused."""
    if not cell:
        return []
    if not cell.startswith("["):
        return [cell]
    try:
        found = msgspec.json.decode(cell, type=list[str])
    except msgspec.MsgspecError:
        raise RowError("is no JSON array of codes", column) from None
    # JSON writes a NUL in six plain characters.
    _sound(found, [column] * len(found))
    return found


def _decision(cells: Cells) -> _Decision:
    _sound(cells, DECISION)
    visibility, visibility_other, visibility_end, monetary, monetary_other, monetary_end, *rest = cells
    provision, provision_end, account, account_end = rest
    measures: set[TakedownMeasure] = set()
    native: list[NativeTerm] = []
    unknown: list[tuple[str, str]] = []
    ends: list[date | None] = []
    for column, decided, other, end in (
        ("visibility", visibility, visibility_other, visibility_end),
        ("monetary", monetary, monetary_other, monetary_end),
        ("provision", provision, "", provision_end),
        ("account", account, "", account_end),
    ):
        found = codes(decided, f"decision_{column}")
        for code in found:
            measures.add(MEASURES.get(code, TakedownMeasure.OTHER))
            native.append(NativeTerm("measures", code))
            if code not in MEASURES:
                unknown.append(("measures", printable(code, 80)))
        if other:
            native.append(NativeTerm(f"decision_{column}_other", other))
        end_column = f"end_date_{'service' if column == 'provision' else column}_restriction"
        moment = _moment(end, end_column)
        if found:
            ends.append(moment and moment.date())
        if end:
            native.append(NativeTerm(end_column, end))
    stated = [end for end in ends if end is not None]
    # A takedown of several measures holds for as long as one of them does.
    valid_until = max(stated) if stated and len(stated) == len(ends) else None
    return _Decision(tuple(sorted(measures)), valid_until, tuple(native), tuple(unknown))


def _ground(cells: Cells) -> _Ground:
    _sound(cells, GROUND)
    code, url, illegal, incompatible, also_illegal = cells
    basis = BASES.get(code, LegalBasis.UNKNOWN)
    of_law = basis is LegalBasis.ILLEGAL_CONTENT or (basis is LegalBasis.UNKNOWN and bool(illegal))
    legal_ground, (other_column, other) = (
        (illegal, ("incompatible_content_ground", incompatible))
        if of_law
        else (incompatible, ("illegal_content_legal_ground", illegal))
    )
    native = [
        NativeTerm(field, value)
        for field, value in (
            ("legal_basis", code),
            ("decision_ground_reference_url", url),
            (other_column, other),
            ("incompatible_content_illegal", also_illegal),
        )
        if value
    ]
    reference = cited(url)
    return _Ground(
        basis,
        legal_ground or None,
        tuple(native),
        _lacking("legal_basis", code, BASES),
        (reference,) if reference else (),
    )


def _harm(cells: Cells) -> _Harm:
    _sound(cells, HARM)
    category, addition, specification, other = cells
    additions = codes(addition, "category_addition")
    keywords = codes(specification, "category_specification")
    met = {HARMS.get(code, HarmCategory.OTHER) for code in (category, *additions, *keywords)} - {HarmCategory.OTHER}
    if met & SPECIFIC:
        met.discard(HarmCategory.CYBER_VIOLENCE_OTHER)
    native = [NativeTerm("harm_categories", code) for code in (category, *keywords) if code]
    native += [NativeTerm("category_addition", code) for code in additions]
    if other:
        native.append(NativeTerm("category_specification_other", other))
    unknown = [("harm_categories", printable(c, 80)) for c in (category, *additions, *keywords) if c not in HARMS]
    return _Harm(tuple(sorted(met)) or (HarmCategory.OTHER,), tuple(native), tuple(unknown))


def _content(cells: Cells) -> _Content:
    _sound(cells, CONTENT)
    content_type, type_other, language, account_type, source_type, detection, decision = cells
    types = codes(content_type, "content_type")
    native = [
        *(NativeTerm("content_types", code) for code in types),
        *(
            NativeTerm(field, value)
            for field, value in (
                ("content_type_other", type_other),
                ("content_language", language),
                ("account_type", account_type),
                ("trigger", source_type),
                ("automated_decision", decision),
            )
            if value
        ),
    ]
    unknown = [
        *(("content_types", printable(code, 80)) for code in types if code not in CONTENT_TYPES),
        *_lacking("trigger", source_type, TRIGGERS),
        *_lacking("automated_detection", detection, AUTOMATED_DETECTIONS),
        *_lacking("automated_decision", decision, AUTOMATED_DECISIONS),
    ]
    return _Content(
        tuple(sorted({CONTENT_TYPES.get(code, ContentType.OTHER) for code in types})),
        TRIGGERS.get(source_type, TakedownTrigger.UNKNOWN),
        AUTOMATED_DETECTIONS.get(detection),
        AUTOMATED_DECISIONS.get(decision, AutomatedDecision.UNKNOWN),
        tuple(native),
        tuple(unknown),
    )


def _dates(cells: Cells) -> _Dates:
    content = _moment(cells[0], "content_date")
    applied = _moment(cells[1], "application_date")
    if applied is None or applied.year == date.max.year:
        raise RowError("is no date", "application_date")
    day = applied.date()
    # The publisher states a day without saying where it began; it is not moved to any time zone.
    executed = Period(day, day + DAY, Precision.DAY)
    if content is None or content > applied:
        return _Dates(content and content.date(), executed, None, None)
    seconds = int((applied - content).total_seconds())
    return _Dates(content.date(), executed, seconds, DurationBasis.CONTENT_TO_DECISION)


def _territory(cells: Cells) -> _Territory:
    found: set[Jurisdiction] = set()
    unknown: list[tuple[str, str]] = []
    for code in codes(cells[0], "territorial_scope"):
        try:
            found.add(jurisdiction(code))
        except UnknownJurisdiction:
            unknown.append(("jurisdictions", printable(code, 80)))
    return _Territory(tuple(sorted(found)), tuple(unknown))


def _platform(cells: Cells) -> _Platform:
    name = cells[0]
    if not name or "\0" in name:
        raise RowError("names no platform", "platform_name")
    platform = find_platform(name)
    return _Platform(
        platform.id if platform else None,
        f"{PLATFORM_UID}:{platform.id if platform else name.casefold()}",
        (NativeTerm("platform", name),),
        () if platform else (("platform", printable(name, 80)),),
    )


def _day(cells: Cells) -> tuple[date]:
    moment = _moment(cells[0], "created_at")
    if moment is None or moment.year == date.max.year:
        raise RowError("is no date", "created_at")
    return (moment.date(),)


def _moment(cell: str, column: str) -> datetime | None:
    if not cell:
        return None
    try:
        if MOMENT.fullmatch(cell) is None:
            raise RowError("is no date", column)
        return datetime.fromisoformat(cell)
    except ValueError:
        raise RowError("is no date", column) from None


def _instant(cell: str) -> datetime:
    """When the database received a statement. It runs in UTC (config/app.php of the publisher's repository)."""
    try:
        if len(cell) != len("2025-07-01 00:00:00") or MOMENT.fullmatch(cell) is None:
            raise RowError("is no time", "created_at")
        return datetime.fromisoformat(cell + "+00:00")
    except ValueError:
        raise RowError("is no time", "created_at") from None


def _lacking(field: str, code: str, known: Container[str]) -> Unknown:
    return () if not code or code in known else ((field, printable(code, 80)),)


def _sound(cells: Sequence[str], columns: Sequence[str]) -> None:
    """No store of ours takes a NUL in a text."""
    for cell, column in zip(cells, columns, strict=True):
        if "\0" in cell:
            raise RowError("holds a NUL", column)
