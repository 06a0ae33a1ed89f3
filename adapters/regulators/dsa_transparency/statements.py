"""From a row of the DSA Transparency Database, a statement of reasons, to the takedown that it explains.

Most cells repeat: a day has some hundreds of combinations of categories and some thousands of legal grounds. Each
combination is therefore parsed once and cached, within bounds.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from adapters.document import RowError
from adapters.errors import UnexpectedShape
from adapters.formats.json import printable
from adapters.records import NativeTerm, Reference, Statistic, Takedown
from adapters.regulators.dsa_transparency import cells
from adapters.regulators.dsa_transparency.columns import (
    COLUMNS,
    CONTENT_COLUMNS,
    DATE_COLUMNS,
    DECISION_COLUMNS,
    FULL_ONLY_COLUMNS,
    GROUND_COLUMNS,
    HARM_COLUMNS,
    LIGHT_COLUMNS,
    Cells,
    ColumnLayout,
)
from adapters.regulators.dsa_transparency.figures import NAME, DailyFigures, figure_population
from adapters.vocabulary.enums import EnforcementPoint, HarmCategory, TakedownStatus

UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")

CACHE_SIZE = 20_000
"""Combinations of cells of one group; platforms that write a new text into each statement would fill the memory."""

T = TypeVar("T")


class CellCache(dict[Cells, T]):
    """The terms of combinations of cells, parsed at first use. Clears itself when it is full."""

    def __init__(self, parse: Callable[[Cells], T]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, key: Cells) -> T:
        terms = self._parse(key)
        if len(self) >= CACHE_SIZE:
            self.clear()
        self[key] = terms
        return terms


class StatementReader:
    """Reads the rows of one scope, or of several. Call `use_header` before the rows of each file.

    `keep` is None for every statement, or the harms whose statements become records of their own; all others are
    counted into daily figures, of the whole day or of one `part` of its dump. `unknown` counts each (field, code) that
    the vocabulary does not have.
    """

    def __init__(self, keep: frozenset[HarmCategory] | None = None, part: str | None = None) -> None:
        self.unknown: Counter[tuple[str, str]] = Counter()
        self._keep = keep
        if keep is not None and HarmCategory.NCII_DEEPFAKE in keep:
            # No code of the database says whether a deepfake is sexual, so it may be.
            self._keep = keep | {HarmCategory.NON_CONSENSUAL_DEEPFAKE}
        self._width = 0
        self._figures = DailyFigures(figure_population(keep, part))
        self._decisions = CellCache(cells.parse_decision)
        self._grounds = CellCache(cells.parse_ground)
        self._harms = CellCache(cells.parse_harm)
        self._contents = CellCache(cells.parse_content)
        self._dates = CellCache(cells.parse_dates)
        self._territories = CellCache(cells.parse_territory)
        self._platforms = CellCache(cells.parse_platform)

    def use_header(self, name: str, header: Sequence[str], *, full: bool) -> None:
        """Sets the columns of the rows that follow. Raises UnexpectedShape where the file lacks a promised column."""
        promised = (*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS) if full else LIGHT_COLUMNS
        missing = [column for column in promised if column not in header]
        if missing:
            raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
        if len(set(header)) != len(header):
            raise UnexpectedShape(f"{name}: the header has a column twice")
        for column in set(header) - set(COLUMNS):
            self.unknown["column", printable(column, 80)] += 1
        self._width = len(header)
        self._use_layout(ColumnLayout(header))

    def _use_layout(self, layout: ColumnLayout) -> None:
        self._figures.use_layout(layout)
        self._pick_unique = layout.picker("uuid", "platform_uid", "created_at", "content_id_ean")
        self._pick_decision = layout.picker(*DECISION_COLUMNS)
        self._pick_ground = layout.picker(*GROUND_COLUMNS)
        self._pick_harm = layout.picker(*HARM_COLUMNS)
        self._pick_content = layout.picker(*CONTENT_COLUMNS)
        self._pick_dates = layout.picker(*DATE_COLUMNS)
        self._pick_territory = layout.picker("territorial_scope")
        self._pick_platform = layout.picker("platform_name")

    def read(self, row: list[str]) -> Takedown | None:
        """The takedown of a row; None where it was counted into a daily figure. Appends to `row`. Raises RowError."""
        if len(row) != self._width:
            raise RowError(f"has {len(row)} cells where the header has {self._width}")
        # For the columns that the layout lacks, see ColumnLayout.
        row.append("")
        harm = self._harms[self._pick_harm(row)]
        if self._keep is not None and self._keep.isdisjoint(harm.categories):
            self._figures.count(row)
            return None
        return self._takedown(row, harm)

    def figures(self) -> list[tuple[Statistic, int]]:
        """The daily figures of the rows that became no record, each with its number of rows, sorted by id."""
        return self._figures.totals(self.unknown)

    def _takedown(self, row: list[str], harm: cells.HarmTerms) -> Takedown:
        uuid, uid, created_at, ean = self._pick_unique(row)
        if UUID.fullmatch(uuid) is None:
            raise RowError("is not a UUID", "uuid")
        if "\0" in uid or "\0" in ean:
            raise RowError("contains a NUL", "platform_uid" if "\0" in uid else "content_id_ean")
        decision = self._decisions[self._pick_decision(row)]
        ground = self._grounds[self._pick_ground(row)]
        content = self._contents[self._pick_content(row)]
        dates = self._dates[self._pick_dates(row)]
        territory = self._territories[self._pick_territory(row)]
        platform = self._platforms[self._pick_platform(row)]
        reported_at = cells.parse_receipt(created_at)
        native = platform.native + decision.native + ground.native + harm.native + content.native
        if ean:
            native += (NativeTerm("content_id_ean", ean),)
        for terms in (decision, ground, harm, content, territory, platform):
            if terms.unknown:
                self.unknown.update(terms.unknown)
        return Takedown(
            source=NAME,
            external_id=uuid,
            references=(*ground.references, *((Reference(platform.scheme, uid),) if uid else ())),
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
