"""Answering the schema's questions from the catalogue, as one caller may see it, at one revision."""

import asyncio
import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import structs
from sqlalchemy import Row as StoredRow
from sqlalchemy import RowMapping, func, select

from adapters.records import NativeTerm, Statistic
from adapters.source import About
from adapters.vocabulary.enums import Qualifier, RecordType, TotalRefusal
from gateway.access.callers import Caller, viewer
from gateway.access.delivery import Delivery
from gateway.catalogue.disclosure.publication import published
from gateway.catalogue.read.changes import ORDER, Point, point
from gateway.catalogue.read.coverage import Slice, covered, slice_of, states
from gateway.catalogue.read.figures.comparison import axis, differences, lines
from gateway.catalogue.read.figures.totals import NEEDED, conditions, totals
from gateway.catalogue.read.rows import Members, keys, values
from gateway.catalogue.read.sql import (
    ENDED_AT,
    LATEST,
    PROVENANCE,
    RECORDED_AT,
    REDACTED,
    Place,
    QueryBuilder,
    RevisionView,
    attributes_of,
    class_flag,
)
from gateway.catalogue.read.summaries import cells, sets
from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES, Attribute, RecordTable, interned_set, revision
from gateway.store.database import Database, Snapshot
from gateway.store.json_arrays import listed
from schema.errors import ErrorCode, RequestError
from schema.inputs import recordable
from schema.queries.base import CatalogueQuery
from schema.queries.changes import ChangeKind, ChangePage, ChangesQuery, RecordChange
from schema.queries.conditions import AnyOf, Condition, Contains, During, PeriodMatch
from schema.queries.coverage import CoverageQuery, CoverageState, SourceCoverage
from schema.queries.disclosure import DisclosureQuery
from schema.queries.figures import ComparisonQuery, ComparisonResult, FigureSeries, SourceSum, TotalQuery, TotalResult
from schema.queries.records import (
    FieldPath,
    HistoryQuery,
    LookupQuery,
    NestedQuery,
    Order,
    OrderBy,
    PageQuery,
    ProvenanceRow,
    RecordPage,
    RecordRow,
    VersionPage,
    Window,
)
from schema.queries.sources import SourcesQuery, SourceStatus
from schema.queries.summaries import SummaryQuery, SummaryResult
from schema.queries.viewer import ViewerQuery

A = TypeVar("A")

SEEN = 5_000
"""Figures that are looked at for one total or comparison."""

ANSWERS, SERIES, FIGURES = 20, 20, 20
"""Answers of one total, series of one comparison, and the figures that are shown of each."""

COUNTED = 100_000
"""Up to here `totalCount` is exact; beyond, it is a lower bound."""


class CatalogueReader:
    """One caller's view of the catalogue for the length of a request; fulfils `schema.queries.QueryReader`."""

    def __init__(
        self, database: Database, snapshot: Snapshot, caller: Caller, abouts: Mapping[str, About], sets: "InternedSets"
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._caller = caller
        self._abouts = {name: about for name, about in abouts.items() if name in caller.names}
        self._sets = sets
        self._states: Sequence[SourceStatus] | None = None
        self._latest: int | None = None
        self.counted = COUNTED
        self._turn = asyncio.Lock()
        self.delivery = Delivery(caller)
        """What the answers so far hold that must be logged."""
        self.touched: dict[str, SourceStatus] = {}
        """The sources that the answers so far come from, by name."""

    async def read(self, question: CatalogueQuery[A]) -> A:
        """Answers a question; questions of one request are answered one after the other."""
        async with self._turn:
            return await self._answer(question)

    async def _answer(self, question: CatalogueQuery[A]) -> A:
        match question:
            case PageQuery():
                return cast("A", await self._records(question))
            case LookupQuery():
                return cast("A", await self._by_id(question))
            case ChangesQuery():
                return cast("A", await self._changes(question))
            case SummaryQuery():
                return cast("A", await self._summary(question))
            case TotalQuery():
                return cast("A", await self._totals(question))
            case ComparisonQuery():
                return cast("A", await self._compare(question))
            case SourcesQuery():
                return cast("A", await self._sources(question))
            case ViewerQuery():
                return cast("A", viewer(self._caller))
            case CoverageQuery():
                return cast("A", await self._covering(question))
            case DisclosureQuery():
                return cast("A", await published(self._snapshot, question))
            case _:
                raise AssertionError(question)

    # Revisions.

    async def _cut(self, as_of: datetime | None, position: "Position | None" = None) -> RevisionView:
        """The revision to read at: the one that a cursor carries, the last one committed by `as_of`, or the latest."""
        number, latest = await self._revisions(as_of)
        if position is not None:
            if position.revision > latest or (as_of is not None and position.revision != number):
                raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another state of the catalogue.")
            number = position.revision
        return RevisionView(number, number == latest)

    async def _revisions(self, as_of: datetime | None) -> tuple[int, int]:
        """The last revision committed by `as_of`, or the one that this request began with, and the newest in sight.

        A commit that is under way may already carry a time before `as_of`. So a moment after the last commit that we
        see is only answered when all writers of now have ended: what was true at a moment never changes afterwards.
        """
        newest = await self._newest()
        in_sight: int = 0 if newest is None else newest.number
        if self._latest is None:
            self._latest = in_sight
        if as_of is None:
            # The view may have moved on for an asOf that stands beside this question in one request.
            return self._latest, in_sight
        if as_of > await self._now():
            raise RequestError(ErrorCode.BAD_INPUT, "asOf lies in the future.")
        if newest is None or as_of > newest.committed_at:
            await self._database.quiesce()
            await self._snapshot.renew()
            newest = await self._newest()
        by_then = select(func.max(revision.c.number)).where(revision.c.committed_at <= as_of)
        (found,) = await self._snapshot.fetch(by_then)
        return found[0] or 0, 0 if newest is None else newest.number

    async def _newest(self) -> StoredRow[Any] | None:
        newest = select(revision.c.number, revision.c.committed_at).order_by(revision.c.number.desc()).limit(1)
        return next(iter(await self._snapshot.fetch(newest)), None)

    async def _now(self) -> datetime:
        """Now, by the clock that times commits: another machine's may run ahead of it."""
        if self._database.dialect == "postgresql":
            (now,) = await self._snapshot.fetch(select(func.clock_timestamp()))
            return cast("datetime", now[0])
        return datetime.now(UTC)

    # Records.

    def _statements(self, cut: RevisionView) -> QueryBuilder:
        return QueryBuilder(self._caller, cut, self.delivery)

    async def _records(self, question: PageQuery) -> RecordPage:
        kind = RECORD_TABLES[question.record_type]
        field = kind.type.value
        position = _position(question, field)
        cut = await self._cut(question.as_of, position)
        statements = self._statements(cut)
        rows = await self._run(statements, kind, question, None if position is None else position.place)
        nodes = await self._nodes(kind, attributes_of(kind, question), rows[: question.window.size])
        page = _page(field, question, cut, rows, nodes, await self._touch(question))
        if question.with_total:
            (counted,) = await self._snapshot.fetch(statements.count(kind, question.conditions, self.counted + 1))
            page.total_count, page.total_count_qualifier = self._total(counted[0])
        await self._attach(statements, question.as_of, kind, question.related, page.nodes)
        return page

    async def _run(
        self, statements: QueryBuilder, kind: RecordTable, question: PageQuery, after: Place | None
    ) -> Sequence[StoredRow[Any]]:
        """The rows of a page and one more: first those with an order value, then those without; backward, reversed."""
        order, window = question.order, question.window
        towards = Order(order.by, order.descending != window.backward)
        runs = [True] if order.by is OrderBy.RECORDED_AT else [True, False]
        if window.backward:
            runs.reverse()
        if after is not None:
            runs = runs[runs.index(after[0] is not None) :]
        attributes = attributes_of(kind, question)
        rows: list[StoredRow[Any]] = []
        for dated in runs:
            wanted = window.size + 1 - len(rows)
            if wanted:
                rows += await self._snapshot.fetch(
                    statements.page(
                        kind, attributes, question.conditions, towards, after=after, dated=dated, limit=wanted
                    )
                )
            after = None
        return rows

    async def _attach(
        self,
        statements: QueryBuilder,
        as_of: datetime | None,
        parent: RecordTable,
        related: Mapping[FieldPath, NestedQuery],
        nodes: Sequence[RecordRow],
    ) -> None:
        """Gives each node its related pages: as many statements per relation however many nodes."""
        ids = sorted({node.id for node in nodes})
        for key, question in related.items():
            if isinstance(question, HistoryQuery):
                for identity, past in (await self._histories(statements, parent, ids, question)).items():
                    for node in (each for each in nodes if each.id == identity):
                        node.related[key] = past
                continue
            kind = RECORD_TABLES[question.record_type]
            field = f"{parent.type.value}/{kind.type.value}"
            position = _position(question, field)
            here = statements if position is None else self._statements(await self._cut(as_of, position))
            found = await self._related(here, parent, ids, kind, question, position) if ids else {}
            sources = await self._touch(question)
            pages = {
                identity: _page(field, question, here.cut, *found.get(identity, ((), ())), sources) for identity in ids
            }
            for node in nodes:
                node.related[key] = pages[node.id]
            if question.with_total and ids:
                counts = await self._snapshot.fetch(here.related_counts(parent, ids, kind, question.conditions))
                counted = {row.k_parent: row.counted for row in counts}
                for node in nodes:
                    page = pages[node.id]
                    page.total_count, page.total_count_qualifier = self._total(counted.get(node.id, 0))
            below = [child for page in pages.values() for child in page.nodes]
            await self._attach(here, as_of, kind, question.related, below)

    async def _related(
        self,
        statements: QueryBuilder,
        parent: RecordTable,
        parents: Sequence[str],
        kind: RecordTable,
        question: PageQuery,
        position: "Position | None",
    ) -> Mapping[str, tuple[Sequence[StoredRow[Any]], Sequence[RecordRow]]]:
        """By parent, the rows of its page and one more, and the nodes of its page."""
        attributes = attributes_of(kind, question)
        rows = await self._snapshot.fetch(
            statements.related(
                parent,
                parents,
                kind,
                attributes,
                question.conditions,
                question.order,
                backward=question.window.backward,
                after=None if position is None else position.place,
                limit=question.window.size + 1,
            )
        )
        return await self._grouped(kind, attributes, rows, "k_parent", question.window.size)

    async def _grouped(
        self, kind: RecordTable, attributes: frozenset[str], rows: Sequence[StoredRow[Any]], column: str, size: int
    ) -> Mapping[str, tuple[Sequence[StoredRow[Any]], Sequence[RecordRow]]]:
        """The rows by the value of a column, each group with the nodes of its first `size` rows."""
        groups: dict[str, list[StoredRow[Any]]] = {}
        for row in rows:
            groups.setdefault(row._mapping[column], []).append(row)
        nodes = iter(await self._nodes(kind, attributes, [row for group in groups.values() for row in group[:size]]))
        return {value: (group, list(islice(nodes, min(size, len(group))))) for value, group in groups.items()}

    async def _histories(
        self, statements: QueryBuilder, kind: RecordTable, ids: Sequence[str], question: HistoryQuery
    ) -> Mapping[str, VersionPage]:
        """By record, its versions as known at the revision of the statements."""
        attributes = question.attributes - {ENDED_AT} | {RECORDED_AT}
        rows = await self._snapshot.fetch(statements.history(kind, attributes, ids, question.limit + 1)) if ids else []
        histories = {identity: VersionPage(versions=[], complete=True) for identity in ids}
        for identity, (group, versions) in (await self._grouped(kind, attributes, rows, "id", question.limit)).items():
            for row, version in zip(group, versions, strict=False):  # There may be one row more.
                version.ended_at = row.v_ended_at
            histories[identity] = VersionPage(versions=list(versions), complete=len(group) <= question.limit)
        return histories

    # Changes.

    async def _changes(self, question: ChangesQuery) -> ChangePage:
        after = point(question.cursor)
        cut = await self._cut(None)
        if after is not None and after.revision > cut.number:
            raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another state of the catalogue.")
        statements = self._statements(cut)
        kinds = [kind for kind in ORDER if question.record_types is None or kind in question.record_types]
        tables = [RECORD_TABLES[kind] for kind in kinds]
        rows = (
            await self._snapshot.fetch(statements.changes(tables, question.sources, after, question.size + 1))
            if tables
            else []
        )
        changes = [self._change(row) for row in rows[: question.size]]
        more = len(rows) > question.size
        for kind, (attributes, related) in question.nodes.items():
            await self._show(statements, RECORD_TABLES[kind], attributes, related, changes)
        names = {name for name, about in self._abouts.items() if about.records & set(kinds)}
        return ChangePage(
            changes=changes,
            cursor=_going_on(question.cursor, changes, None if more else cut.number),
            more=more,
            sources=await self._touch_named(names if question.sources is None else names & set(question.sources)),
        )

    def _change(self, row: StoredRow[Any]) -> RecordChange:
        kind = ORDER[row.type]
        self.delivery.add_record(kind, row.id, row.source, (row.became,))
        return RecordChange(
            kind=ChangeKind(row.became),
            revision=row.number,
            recorded_at=row.recorded_at,
            record_type=kind,
            id=f"{kind.value}:{row.id}",
            source=row.source,
            as_of=row.as_of,
            cursor=Point(row.number, kind, row.id).text(),
        )

    async def _show(
        self,
        statements: QueryBuilder,
        kind: RecordTable,
        attributes: frozenset[str],
        related: Mapping[FieldPath, NestedQuery],
        changes: Sequence[RecordChange],
    ) -> None:
        """Gives each change its record as it was stated then: as many statements however many changes."""
        begun = {
            (each.id.partition(":")[2], each.revision): each
            for each in changes
            if each.record_type is kind.type and each.kind in (ChangeKind.ADDED, ChangeKind.CHANGED)
        }
        if not begun:
            return
        rows = await self._snapshot.fetch(statements.versions(kind, attributes, list(begun)))
        nodes = await self._nodes(kind, attributes, rows)
        for row, node in zip(rows, nodes, strict=True):
            begun[node.id, row.k_from].node = node
        await self._attach(statements, None, kind, related, nodes)

    def _total(self, counted: int) -> tuple[int, Qualifier]:
        return (self.counted, Qualifier.AT_LEAST) if counted > self.counted else (counted, Qualifier.EXACT)

    async def _by_id(self, question: LookupQuery) -> Mapping[str, RecordRow]:
        kind = RECORD_TABLES[question.record_type]
        statements = self._statements(await self._cut(question.as_of))
        rows = await self._snapshot.fetch(statements.by_id(kind, question.attributes, question.ids))
        nodes = await self._nodes(kind, question.attributes, rows)
        await self._touch(question)
        await self._attach(statements, question.as_of, kind, question.related, nodes)
        return {node.id: node for node in nodes}

    async def _nodes(
        self, kind: RecordTable, attributes: frozenset[str], rows: Sequence[StoredRow[Any]]
    ) -> list[RecordRow]:
        wanted = [kind.attributes[name] for name in sorted(attributes) if name in kind.attributes]
        members = await self._sets.members(self._snapshot, keys(wanted, (row._mapping for row in rows)))
        return [self._node(kind, attributes, wanted, row._mapping, members) for row in rows]

    def _node(
        self,
        kind: RecordTable,
        attributes: frozenset[str],
        wanted: Sequence[Attribute],
        stored: RowMapping,
        members: Members,
    ) -> RecordRow:
        source = stored["source"]
        node = RecordRow(
            type=kind.type,
            id=stored["id"],
            source=source,
            external_id=stored["id"].removeprefix(f"{source}:"),
            values=dict(values(wanted, stored, members)),
        )
        if "native" in attributes:
            # Whoever may not see a field learns nothing of what the publisher wrote for it.
            native = cast("tuple[NativeTerm, ...]", node.values["native"])
            node.values["native"] = tuple(term for term in native if not kind.sensitive(term.field))
        self._deliver(kind, node, attributes, wanted, stored)
        if RECORDED_AT in attributes:
            node.recorded_at = stored["v_recorded_at"]
        if REDACTED in attributes:
            node.redacted = stored[REDACTED]
        if PROVENANCE in attributes:
            parts = {name.removeprefix("r_"): value for name, value in stored.items() if name.startswith("r_")}
            del parts["key"]
            about, claim = self._abouts[source], parts.pop("citation", None)
            publisher = about.publisher_of(node.external_id, parts.pop("platform", None))
            node.provenance = ProvenanceRow(about=about, publisher=publisher, claim=claim, **parts)
        return node

    def _deliver(
        self,
        kind: RecordTable,
        node: RecordRow,
        attributes: frozenset[str],
        wanted: Sequence[Attribute],
        stored: RowMapping,
    ) -> None:
        """Adds a node to what is logged, without sensitive attributes that are not the caller's to see of it."""
        classed = {each.name: each.field_class for each in wanted if each.field_class is not None}
        sensitive = {name for name, field_class in classed.items() if stored[class_flag(field_class)]}
        self.delivery.add_record(kind.type, node.id, node.source, attributes - classed.keys() | sensitive, sensitive)

    # Summaries.

    async def _summary(self, question: SummaryQuery) -> SummaryResult:
        """From the rollup alone: they hold the present, so this reads the latest state in sight."""
        rollup = ROLLUP_TABLES[question.record_type]
        statement = self._statements(LATEST).summary(
            rollup, question.conditions, question.group_by, question.attributes
        )
        rows = [row._asdict() for row in await self._snapshot.fetch(statement)]
        named = {row[f"k_{name}"] for name in sets(rollup.kind, question) for row in rows} - {None}
        members = await self._sets.members(self._snapshot, named)
        touched = await self._touch(question)
        granted = {name for grant in self._caller.beyond(question.record_type) for name in grant.sources}
        # A count names no record, and yet tells of non-public records.
        counted = granted.intersection(state.about.name for state in touched)
        self.delivery.add_count(question.record_type, counted, {*question.group_by, *question.attributes})
        found = list(cells(rollup.kind, question, rows, members))
        return SummaryResult(
            cells=found[: question.limit],
            complete=len(found) <= question.limit,
            sources=touched,
        )

    # Published figures, added where that is sound, and compared.

    async def _totals(self, question: TotalQuery) -> TotalResult:
        seen, touched = await self._seen(question)
        partitions = {name: about.partitions for name, about in self._abouts.items()}
        found = totals(seen, question.spec, partitions)
        answers = found[:ANSWERS]
        shown = await self._figures(question, [figure for each in answers for figure in each.shown(FIGURES)])
        silent = await self._silent(question, {answer.subject.source for answer in found})
        named = [
            SourceSum(source=name, reason=reason) for name, reason in silent.items() if question.sources is not None
        ]
        numbers = any(answer.amount is not None for answer in answers)
        reasons = [answer.reason for answer in answers if answer.reason] or sorted(silent.values())
        return TotalResult(
            answers=[*(answer.told(shown, FIGURES) for answer in answers), *named],
            reason=None if numbers else _first(reasons),
            complete=len(found) <= ANSWERS,
            sources=touched,
        )

    async def _silent(self, question: TotalQuery, answering: Collection[str]) -> Mapping[str, TotalRefusal]:
        """Why sources that were named, or all where nobody answers, state nothing."""
        if question.sources is None and answering:
            return {}
        place = question.spec.jurisdiction
        demand = CoverageQuery(
            sources=question.sources,
            record_type=RecordType.STATISTIC,
            jurisdictions=None if place is None else (place,),
            start=question.spec.start,
            end=question.spec.end,
        )
        covers = await self._covering(demand)
        return {
            each.source.about.name: TotalRefusal.NOT_REPORTED
            if each.state is CoverageState.NOT_REPORTED
            else TotalRefusal.NOT_COVERED
            for each in covers
            if each.source.about.name not in answering
        }

    async def _compare(self, question: ComparisonQuery) -> ComparisonResult:
        seen, touched = await self._seen(question)
        found = lines(seen, question.spec)
        series = found[:SERIES]
        shown = await self._figures(question, [figure for line in series for figure in line.figures[:FIGURES]])
        return ComparisonResult(
            series=[
                FigureSeries(
                    index=index,
                    figures=[shown[figure.id] for figure in line.figures[:FIGURES] if figure.id in shown],
                    **structs.asdict(line.measured),
                )
                for index, line in enumerate(series)
            ],
            axis=list(axis(series)),
            differences=list(differences(series)),
            complete=len(found) <= SERIES,
            sources=touched,
        )

    async def _seen(self, question: TotalQuery | ComparisonQuery) -> tuple[list[Statistic], Sequence[SourceStatus]]:
        """The figures that an answer may rest on. Raises Refused where they are too many to be looked at."""
        page = await self._records(
            PageQuery(
                record_type=RecordType.STATISTIC,
                attributes=NEEDED,
                conditions=conditions(question.spec, question.sources),
                order=Order(descending=False),
                window=Window(SEEN),
                as_of=question.as_of,
            )
        )
        if page.has_next:
            raise RequestError(
                ErrorCode.BAD_INPUT,
                f"More than {SEEN:,} figures would have to be looked at: "
                "name a source, a platform, a place or fewer days.",
            )
        stated = [
            Statistic(
                source=row.source,
                external_id=row.external_id,
                **cast("Mapping[str, Any]", {name: row.values[name] for name in NEEDED}),
            )
            for row in page.nodes
        ]
        return stated, page.sources

    async def _figures(
        self, question: TotalQuery | ComparisonQuery, figures: Sequence[Statistic]
    ) -> Mapping[str, RecordRow]:
        """What is shown of figures, by id; nothing where nothing of them is selected."""
        ids = tuple(dict.fromkeys(figure.id for figure in figures))
        if not ids or not (question.attributes or question.related):
            return {}
        return await self._by_id(
            LookupQuery(
                record_type=RecordType.STATISTIC,
                ids=ids,
                attributes=question.attributes,
                related=question.related,
                as_of=question.as_of,
            )
        )

    # Sources.

    async def _touch(self, question: PageQuery | LookupQuery | SummaryQuery) -> Sequence[SourceStatus]:
        """The sources that can have answered, with their age; they are kept for the answer as a whole."""
        names = {name for name, about in self._abouts.items() if question.record_type in about.records}
        if isinstance(question, LookupQuery):
            names &= {identity.partition(":")[0] for identity in question.ids}
        for condition in () if isinstance(question, LookupQuery) else question.conditions:
            if isinstance(condition, AnyOf) and condition.attributes == ("source",):
                names &= set(condition.values)
        return await self._touch_named(names)

    async def _touch_named(self, names: Collection[str]) -> Sequence[SourceStatus]:
        """These sources, with their age."""
        states = [state for state in await self._all_states() if state.about.name in names]
        self.touched.update((state.about.name, state) for state in states)
        return states

    async def _all_states(self) -> Sequence[SourceStatus]:
        if self._states is None:
            rows = await self._snapshot.fetch(self._statements(LATEST).states())
            self._states = states(self._abouts, rows, datetime.now(UTC))
        return self._states

    async def _sources(self, question: SourcesQuery) -> Sequence[SourceStatus]:
        known = await self._all_states()
        return [state for state in known if question.names is None or state.about.name in question.names]

    async def _covering(self, question: CoverageQuery) -> Sequence[SourceCoverage]:
        if question.jurisdictions == ():
            return []
        statements = self._statements(LATEST)
        demand: list[Condition] = []
        if question.jurisdictions is not None:
            demand.append(Contains("jurisdictions", question.jurisdictions))
        if question.start is not None and question.end is not None:
            demand.append(During(question.start, question.end, PeriodMatch.OVERLAPS))
        rows = await self._snapshot.fetch(statements.scopes(question))
        members = await self._sets.members(self._snapshot, {row.jurisdictions for row in rows} - {None})
        slices: dict[str, list[Slice]] = {}
        for row in rows:
            slices.setdefault(row.source, []).append(slice_of(row, members))
        wanted = await self._sources(SourcesQuery(names=question.sources))
        kinds = {kind for state in wanted for kind in state.about.records if question.record_type in (None, kind)}
        reporting: set[str] = set()
        for kind in sorted(kinds):
            reported = await self._snapshot.fetch(statements.reporting(RECORD_TABLES[kind], demand))
            reporting.update(row.source for row in reported)
        return [
            covered(state, slices.get(state.about.name, []), question, reported=state.about.name in reporting)
            for state in wanted
        ]


def _first(reasons: Sequence[TotalRefusal]) -> TotalRefusal:
    """The reason for all: the one that leaves most open, so that nothing is said of what is not known."""
    return max(reasons, key=list(TotalRefusal).index, default=TotalRefusal.NOT_COVERED)


class InternedSets:
    """The members of interned sets, by key. They never change, so what was looked up once is kept."""

    def __init__(self) -> None:
        self._members: dict[int, tuple[str, ...]] = {}

    async def members(self, snapshot: Snapshot, keys: set[int]) -> Mapping[int, tuple[str, ...]]:
        missing = keys - self._members.keys()
        if missing:
            named = select(interned_set).where(listed(interned_set.c.key, sorted(missing)))
            for row in await snapshot.fetch(named):
                self._members[row.key] = tuple(msgspec.json.decode(row.members))
        return self._members


class Position(msgspec.Struct, frozen=True):
    """A place in one order of one field's records in one state of the catalogue; as text it is what callers see."""

    revision: int
    field: str
    order: Order
    place: Place

    def text(self) -> str:
        said = (self.revision, self.field, self.order.by, self.order.descending, *self.place)
        return base64.urlsafe_b64encode(msgspec.json.encode(said)).rstrip(b"=").decode()


_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_said = msgspec.json.Decoder(tuple[_Number, str, OrderBy, bool, date | _Number | None, _Number, str])


def _position(question: PageQuery, field: str) -> Position | None:
    """The position that the question's cursor names.

    Raises Refused where it was not given out for this field (`Case`, or `Case/Arrest` for a case's arrests) and order.
    """
    cursor = question.window.cursor
    if cursor is None:
        return None
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        number, of, by, descending, value, recorded, identity = _said.decode(said)
    except (binascii.Error, ValueError):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is none that the gateway gave out.") from None
    if of != field:
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor was given out for another field.")
    if Order(by, descending) != question.order:
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor was given out for another order.")
    if isinstance(value, int) != (by is OrderBy.RECORDED_AT) or not recordable(identity):
        raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is none that the gateway gave out.")
    return Position(number, field, question.order, (value, recorded, identity))


def _going_on(cursor: str | None, changes: Sequence[RecordChange], ended: int | None) -> str:
    """Where to go on after these changes; `ended` is the revision that they reach to where there are no more."""
    if ended is not None:
        return Point(ended).text()
    return changes[-1].cursor if changes else cursor or Point(0).text()


def _page(
    field: str,
    question: PageQuery,
    cut: RevisionView,
    rows: Sequence[StoredRow[Any]],
    nodes: Sequence[RecordRow],
    sources: Sequence[SourceStatus],
) -> RecordPage:
    """A page from its rows and the one beyond, and its nodes.

    Behind a cursor that a forward page comes after stands at least the record that the cursor names, and likewise
    backward.
    """
    window = question.window
    more, onward = len(rows) > window.size, window.cursor is not None
    shown = list(zip(rows[: window.size], nodes, strict=True))
    if window.backward:
        shown.reverse()
    return RecordPage(
        nodes=[node for _, node in shown],
        cursors=[
            Position(cut.number, field, question.order, (row.k_order, row.k_recorded, row.id)).text()
            for row, _ in shown
        ],
        has_next=onward if window.backward else more,
        has_previous=more if window.backward else onward,
        sources=sources,
    )
