"""Keys in use: whom they stand for, until when, from where, and what ends them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from adapters.records import Arrest, Case
from adapters.vocabulary.enums import Audience, FieldClass, RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms, InvalidAdministration
from gateway.access.callers import Caller
from gateway.access.keyring import REFRESH_INTERVAL, USE_INTERVAL, Keyring
from gateway.access.keys import APIKey, new_key
from gateway.access.tables import api_key
from schema.errors import ErrorCode, RequestError
from tests.support.catalogue import Shelf, shelf_at

OPEN, SHARED, SECRET, OWN = "open", "shared", "secret", "own"
PEPPERS = {1: b"first pepper of these tests, long enough", 2: b"second pepper of these tests, long enough"}
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


class House:
    """A catalogue with sources of all kinds, an agency, and a clock that only the test moves."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.now = BEGAN
        france, japan = parse_jurisdiction("FR"), parse_jurisdiction("JP")
        for name, audience, owner in (
            (OPEN, Audience.PUBLIC, None),
            (SHARED, Audience.PARTNER, "jp.npa"),
            (SECRET, Audience.PARTNER, "jp.npa"),
            (OWN, Audience.PARTNER, "kr.knpa"),
        ):
            records = [
                Case(source=name, external_id="fr", jurisdictions=(france,)),
                Case(source=name, external_id="jp", jurisdictions=(japan,)),
                Arrest(source=name, external_id="1", jurisdictions=(france,), age_band=f"age-{name}"),
            ]
            shelf.state(records, name=name, audience=audience, owner=owner)
        self.ring = Keyring(shelf.holdings, PEPPERS, lambda: self.now)
        self.write(agreements.add_agency, identity="kr.knpa", name="Korean National Police Agency", now=self.now)

    def write(self, work: Any, **arguments: Any) -> Any:
        return self.shelf.run(self.shelf.database.write(partial(work, **arguments)))

    def agree(self, identity: str = "a", **terms: Any) -> None:
        said = AgreementTerms(**({"agency": "kr.knpa", "purpose": "tests", "sources": (SHARED,)} | terms))
        self.write(agreements.add_agreement, identity=identity, terms=said, now=self.now)

    def key(self, under: str = "a", **terms: Any) -> APIKey:
        made: APIKey = self.write(agreements.add_key, agreement_id=under, peppers=PEPPERS, now=self.now, **terms)
        self.ring.invalidate()
        return made

    def caller(self, text: str, address: str | None = "192.0.2.7") -> Caller:
        return self.shelf.run(self.ring.authenticate(text, address))

    def refused(self, text: str, address: str | None = "192.0.2.7") -> str:
        with pytest.raises(RequestError) as refusal:
            self.caller(text, address)
        assert refusal.value.code is ErrorCode.UNAUTHENTICATED
        return refusal.value.message

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def seen(self, caller: Caller) -> set[str]:
        cases = self.shelf.ask("{ cases { nodes { id } } arrests { nodes { id } } }", caller=caller).data
        return {node["id"] for page in cases.values() for node in page["nodes"]}


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with shelf_at(database_url) as shelf:
        yield House(shelf)


def ids(source: str) -> set[str]:
    return {f"Case:{source}:fr", f"Case:{source}:jp", f"Arrest:{source}:1"}


def test_a_key_opens_what_was_agreed_what_the_agency_sent_and_what_is_open(house: House) -> None:
    house.agree()
    caller = house.caller(house.key().text)
    assert caller.audience is Audience.PARTNER
    assert caller.principal is not None
    assert (caller.principal.agency, caller.principal.agreement, caller.principal.purpose) == ("kr.knpa", "a", "tests")
    assert house.seen(caller) == ids(OPEN) | ids(SHARED) | ids(OWN)


def test_an_agreement_may_open_only_some_types_and_places(house: House) -> None:
    house.agree(record_types=(RecordType.CASE,), jurisdictions=(parse_jurisdiction("FR"),))
    assert house.seen(house.caller(house.key().text)) == ids(OPEN) | {"Case:shared:fr"} | ids(OWN)


def test_sensitive_fields_are_open_on_the_records_of_the_agreement_only(house: House) -> None:
    house.agree(classes=(FieldClass.PERSONAL,))
    caller = house.caller(house.key().text)
    document = "query($f: ArrestFilter) { arrests(filter: $f) { totalCount nodes { source ageBand } } }"
    nodes = house.shelf.ask(document, caller=caller).data["arrests"]["nodes"]
    assert {node["source"]: node["ageBand"] for node in nodes} == {OPEN: None, SHARED: "age-shared", OWN: "age-own"}
    for asked, found in (("age-open", 0), ("age-secret", 0), ("age-shared", 1)):
        answer = house.shelf.ask(document, {"f": {"ageBand": [asked]}}, caller=caller)
        assert answer.data["arrests"]["totalCount"] == found


def test_a_test_key_sees_no_source_that_is_not_synthetic(house: House) -> None:
    house.agree()
    assert house.seen(house.caller(house.key(live=False).text)) == set()


def test_an_unknown_id_a_wrong_secret_and_no_key_at_all_are_refused_alike(house: House) -> None:
    house.agree()
    key, other = house.key(), new_key(live=True)
    forged = read = f"eg_live_{key.id}_{other.text[17:60]}"
    messages = {house.refused(text) for text in (other.text, forged, read + "000000", "", "x", key.text + " ")}
    assert len(messages) == 1


def test_a_key_serves_until_it_or_its_agreement_ends(house: House) -> None:
    house.agree(expires_at=BEGAN + timedelta(days=10))
    key = house.key(expires_at=BEGAN + timedelta(days=5))
    house.later(days=5, seconds=-1)
    assert house.caller(key.text).principal is not None
    house.later(seconds=1)
    house.refused(key.text)
    second = house.key()
    house.write(agreements.end_agreement, identity="a", now=house.now)
    house.ring.invalidate()
    house.refused(second.text)
    with pytest.raises(InvalidAdministration, match="agreement a is not active"):
        house.key()


def test_a_key_without_an_end_of_its_own_ends_when_its_agreement_expires(house: House) -> None:
    house.agree(expires_at=BEGAN + timedelta(days=10))
    key = house.key()
    house.later(days=10, seconds=-1)
    assert house.caller(key.text).principal is not None
    house.later(seconds=1)
    house.refused(key.text)


def test_a_revoked_key_serves_nobody_once_the_ring_has_aged(house: House) -> None:
    house.agree()
    key = house.key()
    house.caller(key.text)
    house.write(agreements.revoke_key, identity=key.id, now=house.now)
    house.later(seconds=REFRESH_INTERVAL.total_seconds() + 0.001)
    house.refused(key.text)


def test_a_key_may_be_bound_to_networks(house: House) -> None:
    house.agree()
    key = house.key(networks=["192.0.2.0/24", "2001:db8::/32"])
    for here in ("192.0.2.1", "::ffff:192.0.2.1", "2001:db8::5"):
        assert house.caller(key.text, here).principal is not None
    for elsewhere in ("198.51.100.1", "::ffff:198.51.100.1", None, "testclient"):
        house.refused(key.text, elsewhere)
    with pytest.raises(InvalidAdministration, match="not a network"):
        house.key(networks=["192.0.2.1/24"])


def test_a_replaced_key_ends_some_time_after_the_first_use_of_the_new_one(house: House) -> None:
    house.agree()
    old = house.key()
    new: APIKey = house.write(
        agreements.rotate_key, identity=old.id, peppers=PEPPERS, now=house.now, overlap=timedelta(hours=1)
    )
    house.later(days=30)
    assert house.caller(old.text).principal is not None
    assert house.caller(new.text).principal is not None
    house.later(minutes=59)
    assert house.caller(old.text).principal is not None
    house.later(minutes=1)
    house.refused(old.text)
    assert house.caller(new.text).principal is not None


def test_the_last_use_is_noted_once_a_minute(house: House) -> None:
    def used() -> datetime | None:
        (at,) = house.write(lambda connection: connection.scalars(select(api_key.c.last_used_at)).all())
        return at  # type: ignore[no-any-return]  # a column of a moment

    house.agree()
    key = house.key()
    assert used() is None
    house.caller(key.text)
    assert used() == BEGAN
    house.later(seconds=30)
    house.caller(key.text)
    assert used() == BEGAN
    house.later(seconds=USE_INTERVAL.total_seconds())
    house.caller(key.text)
    assert used() == house.now


def test_a_key_that_was_sent_in_the_open_serves_nobody_any_more(house: House) -> None:
    house.agree()
    key, bound, other = house.key(), house.key(networks=["192.0.2.0/24"]), new_key(live=True)
    for exposed in (key, bound, other):
        house.shelf.run(house.ring.revoke_leaked(exposed))
    house.refused(key.text)
    house.refused(bound.text)
    reasons = house.write(lambda connection: connection.scalars(select(api_key.c.reason)).all())
    assert reasons == ["LEAKED", "LEAKED"]


def test_of_a_key_that_was_sent_in_the_open_the_other_processes_are_told(house: House) -> None:
    told = []

    async def tell() -> None:
        told.append(house.now)

    house.agree()
    key, other = house.key(), new_key(live=True)
    ring = Keyring(house.shelf.holdings, PEPPERS, lambda: house.now, tell)
    house.shelf.run(ring.revoke_leaked(other))
    assert told == []
    house.shelf.run(ring.revoke_leaked(key))
    assert told == [house.now]


def test_of_a_key_whose_successor_is_used_for_the_first_time_the_other_processes_are_told(house: House) -> None:
    told = []

    async def tell() -> None:
        told.append(house.now)

    house.agree()
    old = house.key()
    ring = Keyring(house.shelf.holdings, PEPPERS, lambda: house.now, tell)
    house.shelf.run(ring.authenticate(old.text, None))
    new = house.write(
        agreements.rotate_key, identity=old.id, peppers=PEPPERS, now=house.now, overlap=timedelta(seconds=0)
    )
    ring.invalidate()
    assert told == []
    house.shelf.run(ring.authenticate(new.text, None))
    assert told == [house.now]
    with pytest.raises(RequestError):
        house.shelf.run(ring.authenticate(old.text, None))
    house.later(hours=1)
    house.shelf.run(ring.authenticate(new.text, None))
    assert len(told) == 1


def test_a_ring_that_was_read_while_a_key_ended_is_read_again(house: House) -> None:
    house.agree()
    key = house.key()
    ended = False

    def now() -> datetime:
        # The ring looks at the clock when it begins to read.
        nonlocal ended
        if not ended:
            ended = True
            asyncio.get_running_loop().call_soon(ring.invalidate)
        return house.now

    ring = Keyring(house.shelf.holdings, PEPPERS, now)

    async def asked() -> list[bool]:
        served = [(await ring.authenticate(key.text, None)).principal is not None]
        await house.shelf.database.write(
            partial(agreements.revoke_key, identity=key.id, now=house.now, reason=agreements.RevocationReason.REVOKED)
        )
        try:
            await ring.authenticate(key.text, None)
        except RequestError:
            served.append(False)
        return served

    assert house.shelf.run(asked()) == [True, False]


def test_keys_of_an_older_pepper_serve_on_and_new_ones_take_the_newest(house: House) -> None:
    house.agree()
    first: APIKey = house.write(agreements.add_key, agreement_id="a", peppers={1: PEPPERS[1]}, now=house.now)
    second = house.key()
    held = dict(house.write(lambda c: [tuple(row) for row in c.execute(select(api_key.c.id, api_key.c.pepper))]))
    assert held == {first.id: 1, second.id: 2}
    assert house.caller(first.text).principal is not None
    house.ring = Keyring(house.shelf.holdings, {2: PEPPERS[2]}, lambda: house.now)
    house.refused(first.text)
    assert house.caller(second.text).principal is not None


def test_no_key_stands_in_the_database(house: House) -> None:
    house.agree()
    key = house.key()
    secret = key.text[17:60]
    kept = house.write(lambda connection: [tuple(row) for row in connection.execute(select(api_key))])
    assert key.id in str(kept)
    assert secret not in str(kept)
    assert key.digest(PEPPERS[2]) in kept[0]
