"""A portal whose rows come, go and change places between any two requests: no arrest that still stands is withdrawn."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from adapters.police.socrata_arrests import live, sandbox
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.vocabulary.enums import RecordType
from tests.support.catalogue import Shelf, shelf_at
from tests.support.clocks import ControlledClock
from tests.support.moving_publisher import Move, MovingPublisher, current_ids, failure_of_reading
from tests.support.properties import examples
from tests.support.sandboxes import served

SOME = examples(usual=6, proof=150)

MONTH = "new_york/2024-08"
PAST, PRESENT = ((sandbox.NEW_YORK, dataset) for dataset in ("8h9b-rp9u", "uip8-fykc"))
ARRESTS = [row for row in sandbox.this_year() if row["arrest_date"].startswith("2024-08") and "pd_cd" in row]
PAGE_ROWS = 3

MOVES = ("insert", "delete", "renew", "move", "change")


class MovingPortal(MovingPublisher):
    """The sandbox; its keys are the numbers of the arrests.

    Without `has_ids`, rows have no `:id`, and pages are in the order of the dataset.
    """

    def __init__(self, app: Starlette | None = None, *, has_ids: bool = True) -> None:
        self.app = app or sandbox.sandbox()
        super().__init__(self.app)
        self.has_ids = has_ids
        self.changes = 0

    def fill(self, present: int, past: int) -> None:
        self.app.state.datasets = {PAST: [], PRESENT: []}
        for number in range(present + past):
            self.insert(PRESENT if number < present else PAST, number)

    def keys(self) -> set[str]:
        return {row["arrest_key"] for rows in self.app.state.datasets.values() for row in rows}

    def insert(self, dataset: tuple[str, str], number: int, **changes: str) -> None:
        rows = self.app.state.datasets[dataset]
        key = f"{number}"
        if key not in self.keys():
            rows.insert(number % (len(rows) + 1), self._new({**ARRESTS[number % len(ARRESTS)], "arrest_key": key}))

    def _new(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row as the portal stores it anew: with another id and a later time."""
        self.changes += 1
        fields = {":updated_at": f"2024-10-02T00:00:00.{self.changes:06}Z"}
        new_id = f"row-{self.changes * 7919 % 10_007:05}"
        return {**row, **fields, **({":id": new_id} if self.has_ids else {})}

    def make(self, move: Move) -> None:
        kind, number = move
        datasets = self.app.state.datasets
        places = [(dataset, place) for dataset, rows in datasets.items() for place in range(len(rows))]
        dataset, place = places[number % len(places)]
        row = datasets[dataset][place]
        match kind:
            case "insert":
                self.insert(dataset, 100 + number)
            case "delete" if len(places) > 1:
                del datasets[dataset][place]
            case "renew":
                datasets[dataset] = [self._new(row) for row in reversed(datasets[dataset])]
            case "move":
                del datasets[dataset][place]
                datasets[PAST if dataset == PRESENT else PRESENT].append(self._new(row))
            case "change":
                datasets[dataset][place] = self._new(row)


async def sync(shelf: Shelf, portal: MovingPortal) -> str | None:
    """Reads the month; returns the code of the failure, if it fails."""
    async with served(portal) as address:
        source = SocrataArrests(address=address, clock=ControlledClock(), timeout=1e6)
        return await failure_of_reading(shelf, source, [MONTH])


def current(shelf: Shelf) -> set[str]:
    return {identity.rpartition("/")[2] for identity in current_ids(shelf, RecordType.ARREST)}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty catalogue, while pages are small."""
    monkeypatch.setattr(live, "PAGE_ROWS", PAGE_ROWS)
    with shelf_at(f"sqlite:///{tmp_path}/catalogue.db") as shelf:
        yield shelf


def moves() -> st.SearchStrategy[dict[int, list[Move]]]:
    """Moves before some of the requests; a month of a dozen rows takes about as many."""
    move: st.SearchStrategy[Any] = st.tuples(st.sampled_from(MOVES), st.integers(0, 20))
    return st.dictionaries(st.integers(1, 14), st.lists(move, min_size=1, max_size=3), max_size=4)


@SOME
@given(present=st.integers(1, 9), past=st.integers(0, 4), plan=moves(), has_ids=st.booleans())
def test_no_arrest_that_still_stands_is_withdrawn_and_the_next_reading_withdraws_what_went(
    shelf: Shelf, present: int, past: int, plan: dict[int, list[Move]], has_ids: bool
) -> None:
    shelf.empty()
    portal = MovingPortal(has_ids=has_ids)
    portal.fill(present, past)
    assert shelf.run(sync(shelf, portal)) is None
    assert current(shelf) == portal.keys()
    portal.begin(plan)
    assert shelf.run(sync(shelf, portal)) in {None, "UNEXPECTED_SHAPE"}
    assert portal.standing <= current(shelf)
    portal.begin({})
    assert shelf.run(sync(shelf, portal)) is None
    assert current(shelf) == portal.keys()


def test_a_portal_without_row_ids_that_replaces_one_row_by_another_is_read_again(shelf: Shelf) -> None:
    """As many rows as before, none of which says that it is new: only the version of the dataset differs."""
    portal = MovingPortal(has_ids=False)
    portal.fill(present=PAGE_ROWS + 1, past=0)
    shelf.run(sync(shelf, portal))
    before = current(shelf)
    rows = portal.app.state.datasets[PRESENT]
    last_page = 4 + 1

    class Replacing(MovingPortal):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            self.requests += 1
            if self.requests == last_page:
                rows.append({**rows.pop(0), "arrest_key": "999"})
                self.app.state.version = "Tue, 01 Oct 2024 07:00:00 GMT"
            await self.app(scope, receive, send)

    assert shelf.run(sync(shelf, Replacing(app=portal.app, has_ids=False))) == "UNEXPECTED_SHAPE"
    assert current(shelf) == before
