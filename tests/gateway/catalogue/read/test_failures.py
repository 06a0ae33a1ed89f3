"""Why a source could not be read: of scopes that were never read and of lists of scopes too, in our own sentences."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from adapters.errors import MEANINGS, NoAnswer, SourceError, SourceTimeout, Unauthorised, UnknownScope
from adapters.records import Case
from adapters.source import LIVE, Scope
from adapters.vocabulary.enums import Audience
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.access.callers import AccessGrant, Caller, Principal, operator, partner
from gateway.catalogue.write.refresh import Refresher
from tests.support.catalogue import Shelf, shelf_at
from tests.support.clocks import ControlledClock
from tests.support.fake_source import FakeSource

SENTENCE = "only whoever runs the gateway reads this"
QUESTION = "{ sources { state reason lastFailure { code message at } } }"


class LiveSource(FakeSource):
    """A source that fails while `list_error` or `scope_error` is set."""

    list_error: SourceError | None = None
    scope_error: SourceError | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.clock = ControlledClock()

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        if self.list_error:
            raise self.list_error
        return [self.scope(name) for name in names]

    def batches(self, name: str, since: str | None = None) -> Iterator[Any]:
        if self.scope_error:
            raise self.scope_error
        return super().batches(name, since)


@pytest.fixture
def shelf(database_url: str) -> Iterator[Shelf]:
    with shelf_at(database_url) as made:
        yield made


def live_source(shelf: Shelf, **overrides: Any) -> LiveSource:
    records = [Case(source="fake", external_id="1")]
    source = LiveSource({"x": records, "y": [Case(source="fake", external_id="2")]}, channel=LIVE, **overrides)
    shelf.holdings.sources["fake"] = source
    return source


def sync(shelf: Shelf, source: LiveSource, *names: str) -> None:
    shelf.run(Refresher(shelf.database, source.clock).once(source, names, during_pause=True))


def status(shelf: Shelf, caller: Caller | None = None) -> dict[str, Any]:
    (source,) = shelf.ask(QUESTION, caller=caller).data["sources"]
    if source["lastFailure"]:
        # The lease is renewed meanwhile, which moves the clock.
        assert source["lastFailure"].pop("at").startswith("2026-01-05T12:0")
    return dict(source)


def failure(code: str) -> dict[str, str]:
    return {"code": code, "message": MEANINGS[code]}


def test_a_list_of_scopes_that_cannot_be_read_is_the_reason_of_its_source_until_it_can(shelf: Shelf) -> None:
    source = live_source(shelf)
    assert status(shelf) == {"state": "NEVER_READ", "reason": None, "lastFailure": None}
    source.list_error = SourceTimeout(SENTENCE)
    sync(shelf, source, "x")
    unread = {"state": "NEVER_READ", "reason": "TIMEOUT", "lastFailure": failure("TIMEOUT")}
    assert status(shelf) == unread
    assert shelf.ask("{ cases { silentSources { reason } } }").data["cases"]["silentSources"] == [{"reason": "FAILED"}]
    source.list_error = None
    sync(shelf, source, "x")
    assert status(shelf) == {"state": "STALE", "reason": None, "lastFailure": None}
    source.list_error = Unauthorised(SENTENCE)
    sync(shelf, source, "x")
    assert status(shelf) == {"state": "STALE", "reason": "UNAUTHORISED", "lastFailure": failure("UNAUTHORISED")}


def test_a_scope_that_was_never_read_is_the_reason_of_its_source_until_any_was(shelf: Shelf) -> None:
    source = live_source(shelf)
    source.scope_error = Unauthorised(SENTENCE)
    sync(shelf, source, "x")
    assert status(shelf) == {
        "state": "NEVER_READ",
        "reason": "UNAUTHORISED",
        "lastFailure": failure("UNAUTHORISED"),
    }
    source.scope_error = None
    sync(shelf, source, "y")
    assert status(shelf) == {"state": "STALE", "reason": None, "lastFailure": failure("UNAUTHORISED")}
    sync(shelf, source, "x")
    assert status(shelf) == {"state": "STALE", "reason": None, "lastFailure": None}


def test_who_may_see_a_part_of_a_source_learns_of_its_list_of_scopes_alone(shelf: Shelf) -> None:
    source = live_source(shelf, audience=Audience.PARTNER, owner="kr.knpa")
    descriptions = shelf.holdings.descriptions
    principal = Principal(agency="us.fbi", agreement="a", purpose="tests", key="k")
    grant = AccessGrant(sources=frozenset({"fake"}), jurisdictions=frozenset({parse_jurisdiction("FR")}))
    part = partner(descriptions, principal, grant)
    owner = partner(
        descriptions,
        Principal(agency="kr.knpa", agreement="b", purpose="tests", key="l"),
        AccessGrant(sources=frozenset()),
    )
    everything = operator(descriptions.values())
    source.scope_error = SourceTimeout(SENTENCE)
    sync(shelf, source, "x")
    assert status(shelf, part)["lastFailure"] is None
    assert status(shelf, owner)["lastFailure"] == status(shelf, everything)["lastFailure"] == failure("TIMEOUT")
    source.list_error = Unauthorised(SENTENCE)
    sync(shelf, source, "x")
    for caller in (part, owner, everything):
        assert status(shelf, caller)["reason"] == "UNAUTHORISED"
    assert shelf.ask(QUESTION).data == {"sources": []}


def test_every_code_of_an_error_has_a_meaning() -> None:
    kinds = [SourceError]
    for kind in kinds:
        kinds += [each for each in kind.__subclasses__() if each.__module__ == SourceError.__module__]
    codes = {kind.code for kind in kinds if not kind.__subclasses__() or kind is UnknownScope} | {"UNREADABLE"}
    assert codes - {SourceError.code, NoAnswer.code} == MEANINGS.keys()
