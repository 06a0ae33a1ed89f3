"""Silence is an answer only where it is true: against publishers of which everything is known."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from hypothesis import given, note
from hypothesis import strategies as st
from msgspec import structs

from adapters.extents import Extent
from adapters.months import month_of
from adapters.records import (
    Arrest,
    Case,
    InformationRequest,
    Period,
    Record,
    Statistic,
    StatusEvent,
    Takedown,
)
from adapters.source import ARCHIVE, LIVE, About, Batch, FileSource, Scope, Skip, ignore
from adapters.vocabulary.enums import Metric, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.catalogue.read.completeness import Completeness, measure_completeness
from gateway.catalogue.write.batches import note_failure
from gateway.settings import Settings
from gateway.wiring import sources
from schema.queries.coverage import CoverageQuery
from tests.support.catalogue import Shelf, state_batch
from tests.support.fake_source import batch
from tests.support.properties import examples

ABOUTS = {source.about.name: source.about for source in sources(Settings())}

FORCES = {
    "metropolitan": ("gb.metropolitan-police", "GB-ENG"),
    "greater-manchester": ("gb.greater-manchester-police", "GB-ENG"),
    "dyfed-powys": ("gb.dyfed-powys-police", "GB-WLS"),
    "gwent": ("gb.gwent-police", "GB-WLS"),
    "north-wales": ("gb.north-wales-police", "GB-WLS"),
    "south-wales": ("gb.south-wales-police", "GB-WLS"),
    "northern-ireland": ("gb.northern-ireland-police", "GB-NIR"),
    "btp": ("gb.british-transport-police", "GB"),
}
KINDS = {"street": RecordType.CASE, "outcomes": RecordType.STATUS_EVENT, "stop-and-search": RecordType.ARREST}
CITIES = {"new_york": ("us.nypd", "US-NY"), "chicago": ("us.chicago-police", "US-IL")}
MONTHS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
PLATFORMS = ("tiktok", "telegram")
WORDS = ("deepfake", "word")


class Fact(NamedTuple):
    """Something that happened: its agency and platform, and `way`, which decides how its publisher lists it.

    Of way 0 everything is published, of others only in some lists or nowhere. It is published `delay` days later.
    """

    source: str
    record_type: RecordType
    place: str
    agency: str | None
    platform: str | None
    day: date
    way: int
    delay: int

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"

    @property
    def publication_month(self) -> str:
        return f"{self.published_on:%Y-%m}"

    @property
    def published_on(self) -> date:
        return self.day + timedelta(days=self.delay)


Who = tuple[str | None, str]
"""An agency and a place."""

FACTS: dict[str, tuple[Sequence[RecordType], Sequence[Who], Sequence[str | None]]] = {
    "uk_police": (list(KINDS.values()), list(FORCES.values()), (None,)),
    "socrata_arrests": ([RecordType.ARREST], list(CITIES.values()), (None,)),
    "korea_law": ([RecordType.CASE], [(None, "KR")], (None,)),
    "lumen": ([RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST], [("kr.kcsc", "KR"), (None, "FR")], PLATFORMS),
    "dsa_transparency": ([RecordType.TAKEDOWN, RecordType.STATISTIC], [(None, "EU")], PLATFORMS),
    "fbi_crime_data": ([RecordType.STATISTIC], [(None, "US"), ("us.nypd", "US-NY")], (None,)),
    "korea_open_data": ([RecordType.STATISTIC], [("kr.knpa", "KR")], (None,)),
    "telegram_transparency": ([RecordType.STATISTIC], [(None, "FR"), (None, "KR")], ("telegram",)),
    "google_government_requests": ([RecordType.STATISTIC], [(None, "KR")], ("google",)),
    "published_figures": ([RecordType.STATISTIC, RecordType.ARREST], [("kr.knpa", "KR")], (None,)),
}
"""By source, the types, agencies with their places, and platforms of what happens in its field."""


def make_facts(random: Random, source: str) -> Iterator[Fact]:
    types, whos, platforms = FACTS[source]
    for _ in range(random.choice((0, 0, 1, 4, 16))):
        agency, place = random.choice(whos)
        day = MONTHS[0] + timedelta(days=random.randrange(91))
        yield Fact(
            source,
            random.choice(types),
            place,
            agency,
            random.choice(platforms),
            day,
            way=random.randrange(3),
            delay=random.randrange(31),
        )


Has = Callable[[Fact], bool]


def of(**values: Any) -> Has:
    """A list of the facts with these values."""
    return lambda it: all(getattr(it, name) == value for name, value in values.items())


def of_force(agency: str, record_type: RecordType, month: str) -> Has:
    """A file of a force's month. Arrests are published where they end a stop and search: those of way 0."""
    every = of(agency=agency, record_type=record_type, month=month)
    return lambda it: every(it) and (record_type is not RecordType.ARREST or it.way == 0)


def of_city(city: str, month: str) -> Has:
    """A month of a city. Chicago leaves out minors: arrests of way 1."""
    every = of(agency=CITIES[city][0], month=month)
    return lambda it: every(it) and (city == "new_york" or it.way != 1)


def _monthly_scopes(source: str, month: str) -> Iterator[tuple[str, str, Has]]:
    if source == "uk_police":
        for force, (agency, _) in FORCES.items():
            for kind, record_type in KINDS.items():
                has = of_force(agency, record_type, month)
                yield ARCHIVE, f"{force}/{month}/{kind}", has
                if record_type is RecordType.ARREST:
                    yield LIVE, f"{force}/{month}/{kind}", has
        for kind in ("street", "outcomes"):
            yield LIVE, f"51.5,-0.1/{month}/{kind}", of(record_type=KINDS[kind], month=month, way=0)
    elif source == "socrata_arrests":
        for city in CITIES:
            yield LIVE, f"{city}/{month}", of_city(city, month)
        yield ARCHIVE, f"new_york/{month}", of(month=month, way=0)
    elif source == "lumen":
        for way, word in enumerate(WORDS):
            yield LIVE, f"{word}/{month}", of(way=way, publication_month=month)


def _other_scopes(source: str) -> Iterator[tuple[str, str, Has]]:
    if source == "korea_law":
        for way, word in enumerate(WORDS):
            yield LIVE, f"prec/{word}/2024", of(way=way)
    elif source == "dsa_transparency":
        takedowns, figures = RecordType.TAKEDOWN, RecordType.STATISTIC
        for day in (date(2024, 1, 31), date(2024, 2, 1)):
            yield ARCHIVE, f"global/{day}", of(published_on=day)
            yield "research", f"search/tiktok/{day}", of(published_on=day, platform="tiktok", record_type=takedowns)
            yield "research", f"aggregates/{day}", of(published_on=day, record_type=figures, way=0)
    elif source == "fbi_crime_data":
        yield LIVE, "national/23/2024", of(place="US", way=0)
    elif source not in {"uk_police", "socrata_arrests", "lumen"}:
        yield ARCHIVE, "dataset", of(way=0)


def _scopes(source: str) -> Iterator[tuple[str, str, Has]]:
    """Scopes of a source: the channel, the name, and which facts the publisher lists there."""
    for month in MONTHS:
        yield from _monthly_scopes(source, f"{month:%Y-%m}")
    yield from _other_scopes(source)


SCOPES = {source: list(_scopes(source)) for source in FACTS}


class Reading(NamedTuple):
    """A scope that was read at a moment, to its end and without a failure or not."""

    channel: str
    name: str
    has: Has
    moment: datetime
    is_complete: bool
    has_failed: bool


class Publisher(NamedTuple):
    """A source, all that happened in its field, and what was read of it."""

    about: About
    facts: tuple[Fact, ...]
    readings: Sequence[Reading]

    def rows(self, reading: Reading) -> list[Fact]:
        """What the publisher lists in a scope by the moment of its reading."""
        return [it for it in self.facts if reading.has(it) and self._appears_on(it, reading) <= reading.moment.date()]

    def _appears_on(self, it: Fact, reading: Reading) -> date:
        """A file of the archive has all of its month once it exists; interfaces have what is published by then."""
        is_file = (self.about.name, reading.channel) == ("uk_police", ARCHIVE)
        return it.day + timedelta(days=1) if is_file else it.published_on

    def extents(self) -> Iterator[Extent]:
        for each in self.readings:
            extent = self.about.extent and self.about.extent(each.channel, each.name)
            if extent and each.is_complete and not each.has_failed and (shorter := extent.at(each.moment)):
                yield shorter


LATE = datetime(2024, 9, 1, tzinfo=UTC)


def make_moment(random: Random) -> datetime:
    """When a scope is read: mostly long after its days, else in the middle of them or soon after."""
    return (
        LATE if random.random() < 0.7 else datetime(2024, 2, 1, tzinfo=UTC) + timedelta(hours=random.randrange(1_700))
    )


def make_publisher(random: Random) -> Publisher:
    """A publisher. Most of them are read scope by scope, perhaps except one or two; of the others some scopes are."""
    source = random.choice([*FACTS, *(["uk_police"] * 8), *(["socrata_arrests"] * 3)])
    scopes = SCOPES[source]
    if random.random() < 0.6:
        words = random.choice((["2024-01"], ["2024-02", "2024-03"], ["2024-0"]))
        kind = random.choice(("", *KINDS)) if source == "uk_police" else ""
        scopes = [each for each in scopes if any(word in each[1] for word in words) and kind in each[1]] or scopes
        absent = random.sample(scopes, random.choice((0, 0, 1, min(2, len(scopes)))))
        moment = make_moment(random)
        readings = [Reading(*each, moment, True, False) for each in scopes if each not in absent]
    else:
        readings = [
            Reading(*each, make_moment(random), random.random() < 0.8, random.random() < 0.2)
            for each in random.sample(scopes, min(len(scopes), random.randrange(6)))
        ]
    return Publisher(ABOUTS[source], tuple(make_facts(random, source)), readings)


PLACES = ("GB", "GB-ENG", "GB-WLS", "GB-WLS", "GB-NIR", "GB-NIR", "GB-LND", "GB-CRF", "KR", "FR", "EU", "US", "US-NY")


def make_query(random: Random, publisher: Publisher, *, whole_months: bool = False) -> CoverageQuery:
    """A query, more often than not about what the publisher is about."""
    _, whos, _ = FACTS[publisher.about.name]
    types = [*(2 * sorted(publisher.about.records)), None, RecordType.TAKEDOWN]
    places, agencies = None, None
    kind = random.choice((0, 1, 1, 2, 3))
    if kind & 1:
        own = [place for _, place in whos]
        places = tuple(Jurisdiction(random.choice([*own, *PLACES])) for _ in range(random.choice((1, 1, 2))))
    if kind & 2:
        own = [agency for agency, _ in whos if agency]
        agencies = tuple(random.choice([*own, "kr.kcsc", "us.nypd"]) for _ in range(random.choice((1, 1, 2))))
    start, end = random.choice(
        [(MONTHS[0], MONTHS[1]), (MONTHS[1], MONTHS[2]), (MONTHS[0], date(2024, 4, 1)), (MONTHS[1], date(2024, 6, 1))]
    )
    if not whole_months and random.random() < 0.5:
        start, end = start + timedelta(days=random.randrange(25)), end - timedelta(days=random.randrange(5))
    has_period = random.random() < 0.9
    return CoverageQuery(
        record_type=random.choice(types),
        jurisdictions=places,
        agencies=agencies,
        platforms=random.choice((*(6 * [None]), ("tiktok",), ("telegram", "x"))),
        start=start if has_period else None,
        end=end if has_period else None,
    )


# A seed makes an example in a tenth of the time that drawing its parts takes. Bytes rarely repeat, numbers do.
randoms = st.binary(min_size=16, max_size=16).map(Random)


def is_of(it: Fact, query: CoverageQuery) -> bool:
    """Whether what happened is what a query means, however a publisher words it."""
    return (
        query.record_type in (None, it.record_type)
        and (query.jurisdictions is None or not {*enclosing(it.place)}.isdisjoint(query.jurisdictions))
        and (query.agencies is None or it.agency in query.agencies)
        and (query.platforms is None or it.platform in query.platforms)
        and (query.start is None or query.end is None or query.start <= it.day < query.end)
    )


@examples(usual=300, proof=20_000)
@given(randoms)
def test_what_is_whole_was_read_and_what_is_no_gap_was_read(random: Random) -> None:
    publisher = make_publisher(random)
    extents = list(publisher.extents())
    rows = {it for each in publisher.readings for it in publisher.rows(each)}
    unread = [it for it in publisher.facts if it not in rows]
    for _ in range(5):
        query = make_query(random, publisher)
        note(f"{publisher} {query}")
        check_completeness(measure_completeness(publisher.about, query, extents), query, unread)


def check_completeness(result: Completeness, query: CoverageQuery, unread: Sequence[Fact]) -> None:
    """Nothing of the query is unread where the result says so, as a whole or month by month."""
    unread = [it for it in unread if is_of(it, query)]
    if result.is_whole:
        assert query.start is not None
        assert not unread
        assert not result.gaps.month_count
    months = {month_of(month.start) for month in result.gaps.months if month.start}
    is_selective = query.record_type in (None, RecordType.ARREST)
    if query.start is not None and query.jurisdictions is not None and not is_selective:
        assert {month_of(it.day) for it in unread} <= months
    if not result.has_part:
        assert query.start is None or result.gaps.month_count


# The same publishers in a catalogue: states, counts and totals are no wiser than what was read.

TYPES: dict[RecordType, Any] = {
    RecordType.CASE: Case,
    RecordType.STATUS_EVENT: StatusEvent,
    RecordType.ARREST: Arrest,
    RecordType.TAKEDOWN: Takedown,
    RecordType.STATISTIC: Statistic,
    RecordType.INFORMATION_REQUEST: InformationRequest,
}
AGENCY = {RecordType.TAKEDOWN: "requested_by", RecordType.INFORMATION_REQUEST: "requester"}
DAYS = {
    RecordType.CASE: "opened",
    RecordType.TAKEDOWN: "executed",
    RecordType.STATISTIC: "period",
    RecordType.INFORMATION_REQUEST: "requested",
}


def record_of(number: int, it: Fact, *, vaguely: bool) -> Record:
    """The record of a fact. The live interface of the British police names neither force nor country."""
    values: dict[str, Any] = {
        "source": it.source,
        "external_id": f"{number}",
        "jurisdictions": (Jurisdiction("GB") if vaguely else Jurisdiction(it.place),),
        AGENCY.get(it.record_type, "agency"): None if vaguely else it.agency,
        DAYS.get(it.record_type, "happened"): Period(it.day, it.day + timedelta(days=1)),
    }
    if it.platform is not None:
        values["platform"] = it.platform
    if it.record_type is RecordType.STATISTIC:
        values["metric"] = Metric.TAKEDOWNS
    return TYPES[it.record_type](**values)  # type: ignore[no-any-return]  # a table of types


class PublisherSource(FileSource):
    """The scopes of a publisher as they were read."""

    def __init__(self, publisher: Publisher) -> None:
        self.about = publisher.about
        self._publisher = publisher

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterator[Scope]:
        return iter(())

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        for reading in self._publisher.readings:
            if scope == self.scope(reading):
                yield self.batch(reading)

    def scope(self, reading: Reading) -> Scope:
        return Scope(source=self.about.name, channel=reading.channel, name=reading.name, records=self.about.records)

    def batch(self, reading: Reading) -> Batch:
        records = [
            record_of(number, it, vaguely=reading.name.startswith("51.5"))
            for number, it in enumerate(self._publisher.facts)
            if it in self._publisher.rows(reading)
        ]
        content = batch(records, checkpoint=None if reading.is_complete else "more")
        return structs.replace(content, origin=structs.replace(content.origin, retrieved_at=reading.moment))


COVERAGE = """query($f: CoverageFilter) { coverage(filter: $f) { state gaps { monthCount } } }"""
SUMMARY = """query($source: [String!], $place: [Jurisdiction!], $agency: [String!], $period: PeriodInput) {
  caseSummary(filter: {source: $source, jurisdiction: $place, agency: $agency}, period: $period) { cells { count } }
  arrestSummary(filter: {source: $source, jurisdiction: $place, agency: $agency}, period: $period) { cells { count } }
  takedownSummary(filter: {source: $source, jurisdiction: $place, agency: $agency}, period: $period) { cells { count } }
}"""
TOTAL = """query($source: [String!], $period: PeriodInput!, $place: Jurisdiction) {
  total(metric: TAKEDOWNS, source: $source, period: $period, jurisdiction: $place) { reason answers { value reason } }
}"""
SUMMARIES = {
    "caseSummary": RecordType.CASE,
    "arrestSummary": RecordType.ARREST,
    "takedownSummary": RecordType.TAKEDOWN,
}


def fill(shelf: Shelf, publisher: Publisher) -> None:
    """Reads the publisher's scopes into an empty catalogue."""
    shelf.empty()
    source = PublisherSource(publisher)
    shelf.holdings.sources[publisher.about.name] = source

    def write(connection: Any) -> None:
        for reading in publisher.readings:
            scope = source.scope(reading)
            state_batch(connection, source.about, scope, source.batch(reading))
            if reading.has_failed:
                note_failure(connection, scope, "NO_ANSWER")

    shelf.run(shelf.database.write(write))


@examples(usual=25, proof=400)
@given(randoms)
def test_no_answer_states_a_silence_or_a_zero_that_is_not_true(shelf: Shelf, random: Random) -> None:
    publisher = make_publisher(random)
    query = make_query(random, publisher, whole_months=True)
    note(f"{publisher} {query}")
    fill(shelf, publisher)
    places, agencies = query.jurisdictions, query.agencies
    period = None if query.start is None else {"start": f"{query.start}", "end": f"{query.end}"}
    asked = {
        "recordType": query.record_type and query.record_type.name,
        "jurisdiction": places,
        "agency": agencies,
        "platform": query.platforms,
        "period": period,
    }
    answer = shelf.ask(COVERAGE, {"f": {name: value for name, value in asked.items() if value is not None}})
    (coverage,) = answer.data["coverage"]
    facts = [it for it in publisher.facts if is_of(it, query)]
    if coverage["state"] == "NOT_REPORTED":
        assert not facts
        assert period is not None
        assert coverage["gaps"]["monthCount"] == 0

    source = [publisher.about.name]
    answer = shelf.ask(SUMMARY, {"source": source, "place": places, "agency": agencies, "period": period})
    for name, record_type in SUMMARIES.items():
        if {"count": 0} in answer.data[name]["cells"]:
            summary = CoverageQuery(
                record_type=record_type, jurisdictions=places, agencies=agencies, start=query.start, end=query.end
            )
            assert not [it for it in publisher.facts if is_of(it, summary)]

    if period is not None:
        place = places[0] if places else None
        total = shelf.ask(TOTAL, {"source": source, "period": period, "place": place}).data["total"]
        assert "NOT_REPORTED" not in {total["reason"], *(each["reason"] for each in total["answers"])}
        assert all(each["value"] is None for each in total["answers"])
