"""A collection whose objects come, go and change between any two requests: none that still stands is withdrawn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.client import Secret
from adapters.partners.taxii import Feed, Taxii, live
from adapters.partners.taxii.sandbox import CASE, COLLECTION, sandbox, stix
from adapters.vocabulary.enums import RecordType
from tests.support.catalogue import Shelf, shelf_at
from tests.support.clocks import ControlledClock
from tests.support.moving_publisher import Move, MovingPublisher, Plan, current_ids, failure_of_reading
from tests.support.properties import examples
from tests.support.sandboxes import served
from tests.support.sentinel import KEY

SOME = examples(usual=6, proof=150)

FEED = Feed(name="feed", agency="kr.kcsc", collection=COLLECTION)


def incident(number: int, version: int = 0) -> dict[str, Any]:
    extension = {"extension_type": "property-extension", "harm_categories": ["NCII"], "case_number": f"N-{number}"}
    modified = f"2024-09-02T00:00:00.{version:06}Z"
    return stix("incident", f"{number}", name="Nobody's", extensions={CASE: extension}, modified=modified)


class MovingCollection(MovingPublisher):
    """A collection of the sandbox."""

    def __init__(self, count: int) -> None:
        app = sandbox(KEY, limit=10_000)
        super().__init__(app)
        self._objects = app.state.collections[COLLECTION] = [incident(number) for number in range(count)]
        self._changes = 0

    def keys(self) -> set[str]:
        return {each["id"] for each in self._objects}

    def make(self, move: Move) -> None:
        kind, number = move
        self._changes += 1
        place = number % len(self._objects)
        if kind == "append":
            self._objects.append(incident(100 + self._changes))
        elif kind == "change":
            self._objects.append(self._objects.pop(place) | {"modified": incident(0, self._changes)["modified"]})
        elif len(self._objects) > 1:
            del self._objects[place]


async def sync(shelf: Shelf, collection: MovingCollection) -> str | None:
    """Reads the collection; returns the code of the failure, if it fails."""
    async with served(collection) as address:
        source = Taxii(FEED, address, key=Secret(KEY), clock=ControlledClock(), timeout=1e6)
        return await failure_of_reading(shelf, source, [], withdrawal_limit=1)


def current(shelf: Shelf) -> set[str]:
    return {identity.removeprefix("feed:") for identity in current_ids(shelf, RecordType.CASE)}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty catalogue, while pages are small."""
    monkeypatch.setattr(live, "PAGE_SIZE", 3)
    with shelf_at(f"sqlite:///{tmp_path}/catalogue.db") as shelf:
        yield shelf


moves: st.SearchStrategy[Move] = st.tuples(st.sampled_from(["append", "change", "delete"]), st.integers(0, 20))
plans = st.dictionaries(st.integers(1, 12), st.lists(moves, min_size=1, max_size=3), max_size=4)


FAILURES = {"UNEXPECTED_SHAPE", "REFUSED"}
"""How a reading of a collection that moves may end: a server also refuses the `next` of a page that is gone."""

SHRINKS = {1: [("append", 0)], 2: [("delete", 0)], 3: [("delete", 0), ("delete", 0)], 4: [("append", 0)]}
"""Moves by which the page that the server announced is gone when it is asked for."""


@SOME
@given(count=st.integers(1, 10), plan=plans)
@example(count=7, plan=SHRINKS)
def test_no_object_that_still_stands_is_withdrawn_and_the_next_reading_withdraws_what_went(
    shelf: Shelf, count: int, plan: dict[int, list[Move]]
) -> None:
    shelf.empty()
    collection = MovingCollection(count)
    assert sync_in(shelf, collection, {}) is None
    assert current(shelf) == collection.keys()
    assert sync_in(shelf, collection, plan) in {None, *FAILURES}
    assert collection.standing <= current(shelf)
    assert sync_in(shelf, collection, {}) is None
    assert current(shelf) == collection.keys()


def sync_in(shelf: Shelf, collection: MovingCollection, plan: Plan) -> str | None:
    collection.begin(plan)
    return shelf.run(sync(shelf, collection))


def test_a_reading_during_which_an_object_goes_is_repeated_until_nothing_moves(shelf: Shelf) -> None:
    collection = MovingCollection(8)
    sync_in(shelf, collection, {})
    assert sync_in(shelf, collection, {2: [("delete", 0)]}) is None
    assert current(shelf) == collection.keys()
    every_time = {request: [("delete", 0), ("append", 0)] for request in range(1, 100)}
    assert sync_in(shelf, collection, every_time) == "UNEXPECTED_SHAPE"
    assert collection.standing <= current(shelf)
