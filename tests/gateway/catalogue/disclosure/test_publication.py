"""Published counts: what partners sent is counted once a month has closed, and what was published never changes."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from adapters.months import month_number
from adapters.records import Arrest, Case, Period, Record, Report, Takedown
from adapters.vocabulary.enums import Audience, FieldClass, HarmCategory, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller, Principal, operator, public
from gateway.access.callers import partner as agency
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.disclosure.publication import closed_months, count_records, publish
from gateway.catalogue.tables import disclosed_count, disclosed_month
from gateway.catalogue.write.redaction import erase
from gateway.catalogue.write.refresh import Refresher
from gateway.store.database import connect
from tests.gateway.catalogue.write.test_refresh import Patient
from tests.support.catalogue import Shelf, shelf_at
from tests.support.disclosure_attacker import ALL, Attacker, Place
from tests.support.fake_source import FakeSource

PARTNER = "partner-canary"
KR, FR = parse_jurisdiction("KR"), parse_jurisdiction("FR")
TODAY = date(2024, 10, 31)
"""The first day on which September is published."""

TABLE = """query($of: DisclosedRecords!, $year: Int!, $month: Int!, $country: Jurisdiction) {
  disclosedCounts(recordType: $of, year: $year, month: $month, country: $country) {
    period { start end precision } country publishedOn
    cells { harm harmCategory service platform { id } count suppressed } } }"""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty catalogue; what is published is the same on both databases, and two tests of them show that."""
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as held:
        yield held


def day(month: int = 9, at: int = 5) -> Period:
    return Period(start=date(2024, month, at), end=date(2024, month, at + 1))


def reports(number: int, start: int = 0, month: int = 9, **said: Any) -> list[Record]:
    about = {"jurisdictions": (KR,), "harm_categories": (HarmCategory.NCII,), "platform": "telegram"} | said
    return [
        Report(source=PARTNER, external_id=f"{month}.{start + n}", received=day(month), **about) for n in range(number)
    ]


def publishing(shelf: Shelf, today: date = TODAY) -> int:
    return shelf.run(shelf.database.write(partial(publish, sources=shelf.holdings.partner_sources, today=today)))


def sent(shelf: Shelf, records: Sequence[Record]) -> None:
    shelf.state(records, name=PARTNER, audience=Audience.PARTNER, owner="kr.knpa")


def table(
    shelf: Shelf, of: str = "REPORT", month: int = 9, country: Jurisdiction | None = KR, caller: Caller | None = None
) -> Any:
    answer = shelf.ask(TABLE, {"of": of, "year": 2024, "month": month, "country": country}, caller=caller)
    assert answer.refusals == []
    return answer.data["disclosedCounts"]


def counts(shown: Any) -> dict[tuple[str, str], int]:
    """What is not suppressed, by the words for its place."""
    assert all((cell["count"] is None) == cell["suppressed"] for cell in shown["cells"])
    return {
        (cell["harmCategory"] or cell["harm"], (cell["platform"] or {}).get("id") or cell["service"]): cell["count"]
        for cell in shown["cells"]
        if not cell["suppressed"]
    }


def stored(shelf: Shelf) -> list[Any]:
    async def rows() -> list[Any]:
        async with shelf.database.snapshot() as snapshot:
            return [*await snapshot.fetch(select(disclosed_month)), *await snapshot.fetch(select(disclosed_count))]

    return sorted(map(tuple, shelf.run(rows())), key=repr)


def test_a_closed_month_is_published_by_closed_lists(shelf: Shelf) -> None:
    sent(shelf, [*reports(48), *reports(30, 100, platform="tiktok"), *reports(4, 200, platform=None)])
    assert publishing(shelf) == 4 * 12
    shown = table(shelf)
    assert shown["period"] == {"start": "2024-09-01", "end": "2024-10-01", "precision": "MONTH"}
    assert (shown["country"], shown["publishedOn"]) == ("KR", "2024-10-31")
    # With a total it would be told that hardly any are of another harm, or on another platform.
    assert counts(shown) == {("NCII", "telegram"): 50, ("NCII", "tiktok"): 30}
    # The cells are the same where there is nothing, and where there is something to count.
    empty = table(shelf, country=FR)
    assert counts(empty) == {}
    keys = ("harm", "harmCategory", "service", "platform")
    assert [[cell[key] for key in keys] for cell in empty["cells"]] == [
        [cell[key] for key in keys] for cell in shown["cells"]
    ]


def test_a_record_counts_in_one_cell(shelf: Shelf) -> None:
    """By its country, harm, platform and month; where it names several or none, under the rest of a list."""
    many: dict[str, dict[str, Any]] = {
        "several harms": {"harm_categories": (HarmCategory.CSAM, HarmCategory.NCII)},
        "no harm": {"harm_categories": ()},
        "unknown platform": {"platform": "nobody.knows"},
        "part of a country": {"jurisdictions": (parse_jurisdiction("KR-11"),)},
        "several parts": {"jurisdictions": (KR, parse_jurisdiction("KR-11"))},
        "several countries": {"jurisdictions": (FR, KR)},
        "no country": {"jurisdictions": ()},
        "a union": {"jurisdictions": (parse_jurisdiction("EU"),)},
    }
    records = [
        Report(source=PARTNER, external_id=f"{name}.{n}", received=day(), **{"jurisdictions": (KR,), **said})
        for name, said in many.items()
        for n in range(20)
    ]
    for period in (None, Period(start=date(2024, 9, 30), end=date(2024, 10, 2)), Period(start=date(2024, 9, 1))):
        records += [Report(source=PARTNER, external_id=f"{period}{n}", received=period) for n in range(20)]
    sent(shelf, records)
    number = partial(
        count_records, kind=RecordType.REPORT, month=month_number(2024, 9), sources=shelf.holdings.partner_sources
    )
    assert shelf.run(shelf.database.write(number)) == {
        "KR": {("", ""): 100},
        "": {("", ""): 60},
    }


def test_each_type_is_dated_by_its_own_period(shelf: Shelf) -> None:
    records: list[Record] = []
    for n in range(20):
        records.append(Case(source=PARTNER, external_id=f"{n}", jurisdictions=(KR,), opened=day(6)))
        records.append(Arrest(source=PARTNER, external_id=f"{n}", jurisdictions=(KR,), happened=day(7)))
        records.append(
            Takedown(
                source=PARTNER, external_id=f"{n}", jurisdictions=(KR,), executed=day(8), requested=day(7), platform="x"
            )
        )
    sent(shelf, records)
    publishing(shelf)
    held = {
        (of, month): any(counts(table(shelf, of, month)).values())
        for of, month in product(("CASE", "ARREST", "TAKEDOWN", "REPORT"), (6, 7, 8))
    }
    assert {key for key, count in held.items() if count} == {("CASE", 6), ("ARREST", 7), ("TAKEDOWN", 8)}


def test_a_month_is_published_thirty_days_after_its_end(shelf: Shelf) -> None:
    sent(shelf, reports(40))
    publishing(shelf, date(2024, 10, 30))
    assert table(shelf) is None
    publishing(shelf, TODAY)
    assert counts(table(shelf)) == {("NCII", "telegram"): 40}
    assert table(shelf, month=10) is None
    assert list(closed_months(date(2024, 10, 31)))[-1] == month_number(2024, 9)


def test_what_was_published_never_changes(database_url: str) -> None:
    """Not by records that come late, corrections, withdrawals, erasures, second runs or later months."""
    with shelf_at(database_url) as shelf:
        never_changing(shelf)


def never_changing(shelf: Shelf) -> None:
    sent(shelf, reports(40))
    publishing(shelf)
    before, seen = stored(shelf), table(shelf)
    later: list[list[Record]] = [
        [*reports(40), *reports(40, 100)],
        reports(40, platform="tiktok"),
        reports(15),
        [],
        [*reports(33), *reports(60, month=10)],
    ]
    for records in later:
        sent(shelf, records)
        assert publishing(shelf) == 0
        assert stored(shelf) == before
    shelf.run(erase(shelf.database, [(RecordType.REPORT, f"{PARTNER}:9.1")]))
    assert publishing(shelf, date(2024, 12, 31)) == 4 * 2
    assert set(before) < set(stored(shelf))
    assert table(shelf) == seen
    assert counts(table(shelf, month=10)) == {("NCII", "telegram"): 60}


def takedowns(number: int, **dates: Any) -> list[Record]:
    about: dict[str, Any] = {"jurisdictions": (KR,), "harm_categories": (HarmCategory.NCII,), "platform": "telegram"}
    return [Takedown(source=PARTNER, external_id=f"{n}", **about, **dates) for n in range(number)]


@pytest.mark.parametrize("known", [True, False], ids=["this version", "an earlier version"])
def test_a_record_that_moves_to_another_month_is_in_no_second_table(shelf: Shelf, known: bool) -> None:
    """Whether this version published the first table, which notes its revision, or an earlier one, which did not."""
    sent(shelf, takedowns(40, executed=day(9)))
    publishing(shelf)
    if not known:
        shelf.run(shelf.database.write(lambda each: each.execute(update(disclosed_month).values(revision=None))))
    before = table(shelf, "TAKEDOWN")
    assert counts(before) == {("NCII", "telegram"): 40}
    sent(shelf, takedowns(70, executed=day(10)))
    publishing(shelf, date(2024, 12, 1))
    assert counts(table(shelf, "TAKEDOWN", month=10)) == {("NCII", "telegram"): 30}
    assert table(shelf, "TAKEDOWN") == before


def test_a_record_that_moved_before_its_month_was_published_is_in_the_later_table(shelf: Shelf) -> None:
    sent(shelf, takedowns(40, requested=day(9)))
    sent(shelf, takedowns(40, requested=day(9), executed=day(10)))
    publishing(shelf)
    assert counts(table(shelf, "TAKEDOWN")) == {}
    publishing(shelf, date(2024, 12, 1))
    assert counts(table(shelf, "TAKEDOWN", month=10)) == {("NCII", "telegram"): 40}


def test_what_an_earlier_version_did_not_count_is_counted_once(shelf: Shelf) -> None:
    """It counted takedowns by their execution alone: those that were only requested are in none of its tables."""
    sent(shelf, takedowns(40, requested=day(9)))
    publishing(shelf)
    shelf.run(shelf.database.write(lambda each: each.execute(delete(disclosed_count))))
    shelf.run(shelf.database.write(lambda each: each.execute(update(disclosed_month).values(revision=None))))
    sent(shelf, takedowns(40, requested=day(9), executed=day(10)))
    publishing(shelf, date(2024, 12, 1))
    assert counts(table(shelf, "TAKEDOWN")) == {}
    assert counts(table(shelf, "TAKEDOWN", month=10)) == {("NCII", "telegram"): 40}


def test_only_what_real_partners_send_is_counted(shelf: Shelf) -> None:
    shelf.state([Report(source="open", external_id=f"{n}", received=day()) for n in range(50)], name="open")
    assert publishing(shelf) == 0, "without partners nothing is published"
    sent(shelf, reports(12))
    publishing(shelf)
    assert counts(table(shelf)) == {("NCII", "telegram"): 10}
    assert counts(table(shelf, country=None)) == {}
    synthetic = Catalogue(shelf.database, shelf.holdings.sources.values(), synthetic=[PARTNER])
    assert synthetic.partner_sources == frozenset()


def test_everybody_reads_the_same_and_nothing_else_of_partners(shelf: Shelf) -> None:
    sent(shelf, reports(48))
    publishing(shelf)
    descriptions = shelf.holdings.descriptions
    principal = Principal(agency="jp.npa", agreement="a", purpose="p", key="k")
    callers = [
        public(descriptions.values()),
        agency(descriptions, principal, AccessGrant(sources=frozenset())),
        agency(descriptions, principal, AccessGrant(sources=frozenset({PARTNER}), classes=frozenset(FieldClass))),
        operator(descriptions.values()),
    ]
    variables = {"of": "REPORT", "year": 2024, "month": 9, "country": "KR"}
    texts = {shelf.ask(TABLE, variables, caller=caller).text for caller in callers}
    assert len(texts) == 1
    assert b"canary" not in texts.pop()
    rest = shelf.ask("{ sources { name } coverage { source { name } } changes { changes { id } } }").text
    assert b"canary" not in rest


@pytest.mark.parametrize(
    "said", [{"month": 0}, {"month": 13}, {"year": 0}, {"year": 10_000}, {"country": "KR-11"}, {"country": "EU"}]
)
def test_only_whole_tables_can_be_asked_for(shelf: Shelf, said: dict[str, Any]) -> None:
    variables = {"of": "REPORT", "year": 2024, "month": 9, "country": "KR"} | said
    assert shelf.ask(TABLE, variables).refusals == ["BAD_INPUT"]


SENT: dict[str, tuple[type[Any], str]] = {
    "REPORT": (Report, "received"),
    "TAKEDOWN": (Takedown, "executed"),
    "CASE": (Case, "opened"),
    "ARREST": (Arrest, "happened"),
}
"""What partners send, and by which period it counts."""


@pytest.mark.parametrize("of", SENT)
def test_an_attacker_who_asks_for_everything_learns_no_small_count(shelf: Shelf, of: str) -> None:
    """Every table of every month and country, before and after late records and later releases, taken together."""
    kind, dated = SENT[of]
    has_platform = "platform" in kind.__struct_fields__
    platforms = ("telegram", "tiktok", "x") if has_platform else ("REST",)
    harms = tuple(HarmCategory)[: 9 // len(platforms)]
    places = list(product(harms, platforms))
    numbers = {8: (13, 0, 25, 4, 60, 13, 11, 9, 31), 9: (10, 13, 2, 45, 0, 0, 13, 13, 0)}
    truth: Counter[Place] = Counter()

    def some(number: int, start: int, month: int, harm: HarmCategory, platform: str) -> list[Record]:
        said = {dated: day(month), "jurisdictions": (KR,), "harm_categories": (harm,)}
        said |= {"platform": platform} if has_platform else {}
        return [kind(source=PARTNER, external_id=f"{month}.{start + n}", **said) for n in range(number)]

    records: list[Record] = []
    for month, given in numbers.items():
        for (harm, platform), number in zip(places, given[: len(places)], strict=True):
            records += some(number, len(records), month, harm, platform)
            for by_harm, by_platform in product((harm.value, ALL), (platform, ALL)):
                truth[(month, "KR"), by_harm, by_platform] += number

    def asked() -> dict[Place, int | None]:
        told: dict[Place, int | None] = {}
        for month, country in product(range(7, 12), (KR, None)):
            shown = table(shelf, of, month=month, country=country)
            for cell in shown["cells"] if shown else ():
                harm = cell["harmCategory"] or cell["harm"]
                told[(month, country), harm, (cell["platform"] or {}).get("id") or cell["service"]] = cell["count"]
        return told

    sent(shelf, records)
    publishing(shelf, date(2024, 10, 1))
    releases = [asked()]
    publishing(shelf)
    releases.append(asked())
    late = [*some(25, 5_000, 9, harms[0], platforms[0]), *some(3, 6_000, 8, harms[0], platforms[0])]
    sent(shelf, [*records, *late])
    publishing(shelf, date(2024, 12, 31))
    releases.append(asked())
    numbered = {place[0] for release in releases for place, count in release.items() if count}
    assert len(numbered) == 2
    small = {place: truth[place] for place in truth if truth[place] < 10}
    assert len(small) >= 6
    attacker = Attacker({p: c for p, c in release.items() if p[0] in numbered} for release in releases)
    for place, count in small.items():
        low, high = attacker.possible(place)
        assert low == 0 <= count
        assert high is None or high >= 9


def test_who_watches_publishes_as_months_close(database_url: str) -> None:
    async def watch() -> list[Any]:
        database = connect(database_url)
        try:
            clock = Patient()
            held = Catalogue(database, [FakeSource({}, name=PARTNER, audience=Audience.PARTNER)])
            watching = asyncio.create_task(Refresher(database, clock).watch([], held.partner_sources))
            found: list[Any] = []
            while len(found) < 4 * 12:
                await asyncio.sleep(0.01)
                async with database.snapshot() as snapshot:
                    found = list(await snapshot.fetch(select(disclosed_month)))
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            return found
        finally:
            await database.close()

    today = Patient().now().astimezone(UTC).date()
    assert {row.published_on for row in asyncio.run(watch())} == {today}


def test_a_later_day_publishes_one_month_more() -> None:
    first, later = closed_months(TODAY), closed_months(date(2024, 12, 1))
    assert set(later) - set(first) == {month_number(2024, 10)}
