"""What callers may spend: by agreement or by address, charged before anything runs and also where nothing does."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.vocabulary.enums import Audience
from gateway.access import agreements
from gateway.access.agreements import AgreementTerms
from gateway.access.callers import Caller, Principal
from gateway.operations import pricing
from gateway.operations.pricing import ARRIVAL, price
from gateway.operations.work_costs import MICROSECONDS
from gateway.ratelimit.budgets import Budgets
from gateway.ratelimit.limiter import RateLimiter
from gateway.store import sqlite
from schema.contract import PUBLIC
from schema.errors import RequestError
from tests.support.clocks import START
from tests.support.prices import CACHES, price_of_query
from tests.support.service import Service

PEPPER = "a pepper of these tests, and of no others"

QUERY = "{ cases(first: 28) { nodes { id } } }"
PAGE = json.dumps({"query": QUERY})
PRICE = price_of_query(QUERY)
DOCUMENT = price(CACHES.for_view(PUBLIC).check(QUERY).work)
BUDGET = DOCUMENT + 3 * PRICE + PRICE // 2
SMALL = DOCUMENT + PRICE + PRICE // 2


@pytest.fixture
def tight(tmp_path: Path) -> Iterator[Service]:
    """A service in which three pages may be asked for in a minute, and where one operation may cost as much."""
    running = Service(f"sqlite:///{tmp_path / 'tight.db'}", budget=BUDGET, max_cost=BUDGET, peppers={1: PEPPER})
    yield running
    running.close()


def left(answer: httpx.Response) -> int:
    assert answer.headers["ratelimit-limit"] == f"{BUDGET}"
    assert 1 <= int(answer.headers["ratelimit-reset"]) <= 61
    return int(answer.headers["ratelimit-remaining"])


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


def test_what_an_operation_costs_is_taken_until_nothing_is_left(tight: Service) -> None:
    answers = [tight.post(PAGE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    # A refused request still costs its arrival.
    spent = [DOCUMENT + number * PRICE for number in (1, 2, 3)]
    assert [left(answer) for answer in answers] == [BUDGET - each for each in (*spent, spent[-1] + ARRIVAL)]
    assert answers[0].json()["extensions"]["cost"] == {"requested": PRICE, "most": BUDGET}
    assert (code(answers[3]), answers[3].headers["retry-after"]) == ("TOO_MANY_REQUESTS", "61")


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        '{"query": "{"}',
        '{"query": "{ nothing }"}',
        '{"query": "query($a: Int!) { cases(first: $a) { totalCount } }"}',
        '{"query": "{ cases(first: 100) { nodes { arrests(first: 100) { totalCount } } } }"}',
    ],
    ids=["no request", "no document", "an unknown field", "no variable", "too expensive"],
)
def test_what_is_refused_costs_its_arrival_and_once_its_document(tight: Service, content: str) -> None:
    answers = [tight.post(content) for _ in range(3)]
    assert all("data" not in answer.json() for answer in answers)
    spent = BUDGET - left(answers[0])
    assert (spent == ARRIVAL) == (content == "no JSON")
    assert spent < PRICE
    assert [left(answer) for answer in answers] == [BUDGET - spent - number * ARRIVAL for number in range(3)]


def test_what_reading_takes_beyond_the_price_is_charged(tight: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "MICROSECONDS", dict.fromkeys(MICROSECONDS, 0.0))
    monkeypatch.setattr(pricing, "MICROSECONDS_PER_UNIT", 0.001)
    monkeypatch.setattr(sqlite, "STEPS", 10)
    answer = tight.post(PAGE)
    assert answer.json()["extensions"]["cost"]["requested"] == ARRIVAL + 1
    assert left(answer) == 0
    assert tight.post(PAGE).status_code == 429


def test_documents_that_are_refused_use_up_the_budget(tight: Service) -> None:
    """The largest documents take as long to check as many answers: what they take is charged beyond the budget."""
    for number in range(3):
        longest = json.dumps({"query": "{" + f" nothing{number}" * 3_900 + "}"})
        assert tight.post(longest).status_code in {400, 429}
    assert left(tight.post(PAGE)) == 0
    assert tight.post(PAGE).status_code == 429


def test_an_operation_that_may_not_cost_so_much_says_what_it_costs(tight: Service) -> None:
    query = "{ cases { nodes { arrests(first: 100) { nodes { cases(first: 100) { nodes { id } } } } } } }"
    answer = tight.post(json.dumps({"query": query}))
    assert (answer.status_code, code(answer)) == (400, "TOO_COMPLEX")
    assert answer.json()["extensions"]["cost"] == {"requested": price_of_query(query), "most": BUDGET}


def test_nobody_spends_what_is_an_agreements(tight: Service) -> None:
    def write(work: Any, **arguments: Any) -> Any:
        return tight.runner.run(tight.holdings.database.write(partial(work, **arguments)))

    write(agreements.add_agency, identity="kr.knpa", name="KNPA", now=START)
    for name, budget in (("small", SMALL), ("usual", None)):
        terms = AgreementTerms(agency="kr.knpa", purpose="tests", sources=("fake",), budget=budget)
        write(agreements.add_agreement, identity=name, terms=terms, now=START)
    keys = {
        name: [
            write(agreements.add_key, agreement_id=name, peppers={1: PEPPER.encode()}, now=START).text for _ in range(2)
        ]
        for name in ("small", "usual")
    }

    def asked(key: str) -> httpx.Response:
        return tight.post(PAGE, authorization=f"Bearer {key}")

    first, second = keys["small"]
    assert asked(first).headers["ratelimit-limit"] == f"{SMALL}"
    # The other key of the agreement spends from the same.
    assert asked(second).status_code == 429
    # A document is checked once under each visible schema.
    assert left(asked(keys["usual"][0])) == BUDGET - PRICE
    assert left(tight.post(PAGE)) == BUDGET - PRICE - DOCUMENT


def test_a_window_ends() -> None:
    now = [1_000_000_000.0]

    async def run() -> list[bool]:
        budget = Budgets(10, RateLimiter(now=lambda: now[0])).of(Caller(Audience.PUBLIC), "192.0.2.1")
        spent = []
        for pause in (0, 0, 30, 31):
            now[0] += pause
            try:
                await budget.spend(9)
                spent.append(True)
            except RequestError:
                spent.append(False)
        return spent

    assert asyncio.run(run()) == [True, False, False, True]


def test_each_agreement_and_each_address_has_a_window_of_its_own() -> None:
    async def run() -> list[str]:
        held = Budgets(100)
        principal = Principal(agency="a", agreement="192.0.2.1", purpose="p", key="k", budget=100)
        nobody, partner = Caller(Audience.PUBLIC), Caller(Audience.PARTNER, principal=principal)
        await held.of(nobody, "192.0.2.1").spend(50)
        return [
            (await held.of(caller, address).headers())["ratelimit-remaining"]
            for caller, address in ((nobody, "192.0.2.1"), (nobody, "192.0.2.2"), (partner, "192.0.2.1"))
        ]

    assert asyncio.run(run()) == ["50", "100", "100"]
