"""Partners' feeds through the whole gateway: who sees them, what is taken back, and a reading that is cut short."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.applications import Starlette

import adapters.document
from adapters.partners.taxii.objects import CASE
from adapters.partners.taxii.sandbox import COLLECTION, OTHER_CASES, identifier, sandbox, stix, story
from adapters.source import Source
from adapters.story import COURT_CASE
from adapters.vocabulary.enums import RecordType
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.audit.chain import generate_audit_keys
from gateway.app import create_app
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import RECORD_TABLES, withdrawal
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.refresh import Refresher
from gateway.deployment import open_catalogue
from gateway.settings import InvalidSettings, Settings, SourceSection, TaxiiSection
from gateway.wiring import sources
from tests.support.catalogue_dump import standing
from tests.support.clocks import START
from tests.support.sandboxes import served
from tests.support.sentinel import KEY, unseen

PEPPER = "a pepper of these tests, and of no others"
OURS, THEIRS = "kcsc_feed", "police_feed"
KCSC, KNPA, FOREIGN, STRANGER = "kr.kcsc", "kr.knpa", "jp.npa", "uk.ofcom"
QUESTION = """query($case: ID!, $court: ReferenceInput!) {
  cases(first: 100) { totalCount nodes { id caseNumber harmCategories } sources { name } }
  court: cases(filter: {reference: $court}) {
    totalCount nodes { id reports { totalCount nodes { id } } informationRequests { totalCount nodes { id } } }
  }
  informationRequests { totalCount } sources { name } coverage { source { name } scopes { name } }
  caseSummary(groupBy: [JURISDICTION]) { cells { count } } node(id: $case) { id }
}"""
CASE_ID = f"Case:{OURS}:{identifier('incident', 'the case')}"
ASKED = {"case": CASE_ID, "court": {"scheme": "case-number", "value": COURT_CASE}}


def case_object(name: str, **said: Any) -> dict[str, Any]:
    extension = {"extension_type": "property-extension", "harm_categories": ["NCII"], "case_number": f"{name}-1"}
    return stix("incident", name, name="Nobody's", extensions={CASE: extension}) | said


def feed(address: str, agency: str = KCSC, **given: Any) -> SourceSection:
    stated: dict[str, Any] = {"key": KEY, "follow": ("objects",)} | given
    return SourceSection(address=address, taxii=TaxiiSection(agency=agency, collection=COLLECTION), **stated)


async def read(holdings: Catalogue, name: str) -> RowCounts:
    outcome = await Refresher(holdings.database).once(holdings.sources[name], ["objects"])
    assert outcome.failed == {}
    return outcome.counts


async def key_of(holdings: Catalogue, agency: str, shared: tuple[str, ...]) -> str:
    """A new key of an agency, under an agreement about these sources."""
    terms = AgreementTerms(agency=agency, purpose="tests", sources=shared)
    for work in (
        partial(agreements.add_agency, identity=agency, name=agency, now=START),
        partial(agreements.add_agreement, identity=agency, terms=terms, now=START),
    ):
        await holdings.database.write(work)
    key = partial(agreements.add_key, agreement_id=agency, peppers={1: PEPPER.encode()}, now=START)
    return (await holdings.database.write(key)).text


@asynccontextmanager
async def service(settings: Settings, holdings: Catalogue) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings, holdings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client


def settings(**given: Any) -> Settings:
    chain, signing = generate_audit_keys()
    return Settings(
        peppers={1: SecretStr(PEPPER)}, audit_key=SecretStr(chain), audit_signing_key=SecretStr(signing), **given
    )


async def ask(client: httpx.AsyncClient, key: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    answer = await client.post("/graphql", json={"query": QUESTION, "variables": ASKED}, headers=headers)
    unseen(answer.content, "an answer")
    said = answer.json()
    assert "errors" not in said
    return said["data"]


def test_a_feed_is_seen_by_the_agency_that_sent_it_by_whom_it_is_shared_with_and_by_nobody_else() -> None:
    async def run() -> dict[str, Any]:
        police = sandbox(KEY, user="gateway", collections={COLLECTION: [case_object("theirs")]})
        async with served(sandbox(KEY)) as ours, served(police) as theirs:
            basic = feed(theirs, KNPA).model_copy(
                update={"taxii": TaxiiSection(agency=KNPA, collection=COLLECTION, user="gateway", title="Theirs")}
            )
            given = settings(sources={OURS: feed(ours), THEIRS: basic})
            async with open_catalogue(given) as holdings:
                keys = {
                    agency: await key_of(holdings, agency, shared)
                    for agency, shared in (
                        (KCSC, ("uk_police",)),
                        (KNPA, ("uk_police",)),
                        (FOREIGN, (OURS,)),
                        (STRANGER, ("uk_police",)),
                    )
                }
                async with service(given, holdings) as client:
                    before = await ask(client)
                    for name in (OURS, THEIRS):
                        await read(holdings, name)
                    told = {agency: await ask(client, key) for agency, key in keys.items()}
                    return told | {"before": before, "public": await ask(client)}

    told = asyncio.run(run())
    assert told["public"] == told["before"]
    assert told["public"] == told[STRANGER]
    assert OURS not in str(told["public"])
    counts = {
        agency: tuple(told[agency][kind]["totalCount"] for kind in ("cases", "court", "informationRequests"))
        for agency in (KCSC, KNPA, FOREIGN, "public")
    }
    assert counts == {
        KCSC: (OTHER_CASES + 1, 1, 1),
        KNPA: (1, 0, 0),
        FOREIGN: (OTHER_CASES + 1, 1, 1),
        "public": (0, 0, 0),
    }
    assert told[KCSC]["node"] == {"id": CASE_ID}
    assert told[KNPA]["node"] is None
    for agency in (KCSC, FOREIGN):
        (case,) = told[agency]["court"]["nodes"]
        assert case["id"] == CASE_ID
        assert (case["reports"]["totalCount"], case["informationRequests"]["totalCount"]) == (1, 1)
    for agency, own, foreign in ((KCSC, OURS, THEIRS), (KNPA, THEIRS, OURS), (FOREIGN, OURS, THEIRS)):
        assert own in str(told[agency])
        assert foreign not in str(told[agency])


class Partner:
    """A feed whose objects a test changes, and the catalogue that it is read into."""

    def __init__(self, holdings: Catalogue, app: Starlette) -> None:
        self.holdings = holdings
        self.app = app

    async def told(self, *objects: Any) -> RowCounts:
        """What becomes of the rows where the collection holds these objects."""
        self.app.state.collections[COLLECTION] = list(objects)
        return await read(self.holdings, OURS)

    async def current(self) -> dict[str, str | None]:
        """The numbers of the cases that stand, by the object's identifier."""
        table = RECORD_TABLES[RecordType.CASE].table.c
        current = select(table.id, table.case_number).where(table.to_revision.is_(None))
        return {identity.removeprefix(f"{OURS}:"): number for identity, number in await self._rows(current)}

    async def tombstones(self) -> int:
        return int((await self._rows(select(func.count()).select_from(withdrawal)))[0][0])

    async def _rows(self, statement: Any) -> Any:
        return await self.holdings.database.write(lambda connection: connection.execute(statement).all())


@asynccontextmanager
async def partner() -> AsyncGenerator[Partner]:
    app = sandbox(KEY)
    async with served(app) as address, open_catalogue(settings(sources={OURS: feed(address)})) as holdings:
        yield Partner(holdings, app)
        assert await holdings.database.write(lambda connection: list(faults(connection))) == []


@pytest.mark.parametrize(
    "later",
    [
        {"revoked": True},
        {"object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]},
        None,
    ],
    ids=["revoked", "marked not to be handed on", "deleted"],
)
def test_what_an_agency_takes_back_is_withdrawn(later: dict[str, Any] | None) -> None:
    one, other = case_object("one"), case_object("other")
    taken_back = [] if later is None else [one | later | {"modified": "2024-09-02T00:00:00Z"}]

    async def run() -> None:
        async with partner() as feed:
            assert (await feed.told(one, other)).added == 2
            counts = await feed.told(*taken_back, other)
            assert (counts.withdrawn, counts.unchanged) == (1, 1)
            assert await feed.current() == {other["id"]: "other-1"}
            assert await feed.tombstones() == 1
            assert (await feed.told(one, other)).added == 1

    asyncio.run(run())


def test_an_empty_collection_withdraws_nothing_but_revoked_objects_go_however_many() -> None:
    one, other = case_object("one"), case_object("other")
    revoked = {"revoked": True, "modified": "2024-09-02T00:00:00Z"}

    async def run() -> None:
        async with partner() as feed:
            await feed.told(one, other)
            assert (await feed.told()).withdrawn == 0
            assert await feed.current() == {one["id"]: "one-1", other["id"]: "other-1"}
            assert (await feed.told(one | revoked, other | revoked)).withdrawn == 2
            assert (await feed.current(), await feed.tombstones()) == ({}, 2)

    asyncio.run(run())


def test_what_is_revoked_says_nothing_more_even_while_other_objects_cannot_be_read() -> None:
    one, other = case_object("one"), case_object("other")
    revoked = one | {"revoked": True}

    async def run() -> None:
        async with partner() as feed:
            await feed.told(one, other)
            counts = await feed.told(revoked, {"type": "incident"})
            assert (counts.withdrawn, counts.rejected) == (0, 1)
            assert await feed.current() == {one["id"]: None, other["id"]: "other-1"}
            assert (await feed.told(revoked, other)).withdrawn == 1
            assert await feed.current() == {other["id"]: "other-1"}

    asyncio.run(run())


def test_a_second_reading_of_the_same_collection_changes_nothing() -> None:
    async def run() -> None:
        async with partner() as feed:
            (objects,) = story().values()
            added = (await feed.told(*objects)).added
            again = await feed.told(*reversed(objects))
            assert (again.unchanged, again.added, again.superseded, again.withdrawn) == (added, 0, 0, 0)

    asyncio.run(run())


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_reading_that_was_cut_short_is_continued_after_what_was_committed(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(adapters.document, "BATCH", 8)
    monkeypatch.setattr(adapters.document.ReadResult.batches, "__defaults__", (8,))

    async def cut(source: Source, holdings: Catalogue) -> None:
        done = 0

        def progress(*_: object) -> None:
            nonlocal done
            done += 1
            if done == after:
                raise Killed

        with pytest.raises(Killed):
            await import_scopes(holdings.database, source, await source.current([]), progress)

    async def run(address: str, name: str) -> Any:
        given = settings(sources={OURS: feed(address)}, database_url=f"sqlite:///{name}.db")
        async with open_catalogue(given) as holdings:
            source = holdings.sources[OURS]
            if name == "killed":
                await cut(source, holdings)
            counts = await import_scopes(holdings.database, source, await source.current([]))
            assert counts.added == OTHER_CASES + 3 - (8 * after if name == "killed" else 0)
            return await holdings.database.write(standing)

    async def both() -> None:
        # Few pages, so that the rate of a real clock holds nobody up.
        async with served(sandbox(KEY, page_size=12)) as address:
            assert await run(address, "killed") == await run(address, "whole")

    asyncio.run(both())


def test_a_server_that_fails_between_pages_leaves_what_stood() -> None:
    one = case_object("one")

    async def run() -> None:
        async with partner() as feed:
            await feed.told(one)
            feed.app.state.collections = {}
            outcome = await Refresher(feed.holdings.database).once(feed.holdings.sources[OURS], ["objects"])
            assert outcome.failed["objects"].code == "NOT_FOUND"
            assert await feed.current() == {one["id"]: "one-1"}

    asyncio.run(run())


# What a deployment says of a feed.


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("feed", {"address": None}, "address"),
        ("feed", {"address": "http://partner.example/root"}, "https"),
        ("Feed", {}, "small letters"),
        ("uk_police", {}, "another source"),
        ("feed", {"agency": "Not an id"}, "agency"),
        ("feed", {"collection": "../other"}, "collection"),
        ("feed", {"user": "a:b"}, "colon"),
    ],
)
def test_a_feed_that_is_set_wrongly_is_refused_and_its_key_is_not_told(
    name: str, given: dict[str, Any], said: str
) -> None:
    address = given.pop("address", "https://partner.example/root")
    collection = TaxiiSection(**{"agency": KCSC, "collection": COLLECTION} | given)
    with pytest.raises(InvalidSettings, match=said) as caught:
        sources(Settings(sources={name: SourceSection(address=address, key=SecretStr(KEY), taxii=collection)}))
    unseen(str(caught.value), "a refusal")


def test_any_number_of_feeds_stand_beside_the_other_sources() -> None:
    named = [f"feed_{number}" for number in range(5)]
    wired = {
        each.about.name: each.about
        for each in sources(Settings(sources={name: feed("https://a.example", KNPA) for name in named}))
    }
    assert {wired[name].owner for name in named} == {KNPA}
    assert set(wired) - set(named) == {each.about.name for each in sources(Settings())}
