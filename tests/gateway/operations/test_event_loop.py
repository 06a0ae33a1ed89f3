"""The event loop is held by nobody: introspection, long documents and long answers leave turns to others."""

import asyncio
from collections.abc import Awaitable
from time import thread_time
from typing import TypeVar

import pytest
from graphql import get_introspection_query

from gateway.access.callers import public
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import execute_request
from gateway.operations.request import Request
from tests.support.catalogue import Shelf
from tests.support.fake_source import FakeSource
from tests.support.sample_catalogue import crimes

T = TypeVar("T")

MOST_SECONDS = 0.05
"""Of the CPU: what else the machine does says nothing of the gateway."""

INTROSPECTION = get_introspection_query(descriptions=True, input_value_deprecation=True)

LONG = "{ cases(filter: {source: [%s]}) { totalCount } }" % ('"fake" ' * 3_900)
"""A document of nearly as many tokens as one may have."""


async def longest_hold(work: Awaitable[T]) -> tuple[float, T]:
    """For how many seconds of its thread nothing else ran on the event loop, at most; and what `work` returned."""
    task = asyncio.ensure_future(work)
    longest, last = 0.0, thread_time()
    while not task.done():
        await asyncio.sleep(0)
        longest, last = max(longest, thread_time() - last), thread_time()
    return longest, task.result()


def ask(shelf: Shelf, document: str) -> Answer:
    caller = public(shelf.holdings.descriptions.values())
    return shelf.run(execute_request(shelf.holdings, caller, DocumentCaches(), Request(query=document)))


def answer_beside_others(shelf: Shelf, document: str) -> Answer:
    """The answer to a document, which is new. Fails if the event loop is held three times."""
    caller = public(shelf.holdings.descriptions.values())
    holds = []
    for _ in range(3):
        caches = DocumentCaches()
        caches.for_view(caller.view)
        work = execute_request(shelf.holdings, caller, caches, Request(query=document), subscriber="a")
        hold, answer = shelf.run(longest_hold(work))
        if hold < MOST_SECONDS:
            return answer
        holds.append(round(hold, 3))
    pytest.fail(f"the event loop was held for {holds} seconds")


def test_introspection_holds_nobody_up(shelf: Shelf) -> None:
    answer = answer_beside_others(shelf, INTROSPECTION)
    assert answer.errors == []
    assert answer.data is not None
    assert len(answer.data["__schema"]["types"]) > 100


def test_an_answer_to_introspection_is_computed_once(shelf: Shelf) -> None:
    async def twice() -> list[Answer]:
        caches, caller = DocumentCaches(), public(shelf.holdings.descriptions.values())
        query = "query($name: String!) { __type(name: $name) { name } }"
        requests = [Request(query=query, variables={"name": name}) for name in ("Case", "Case", "Arrest")]
        answers = [await execute_request(shelf.holdings, caller, caches, request) for request in requests]
        assert caches.introspection.misses == 2
        return answers

    assert [answer.data for answer in shelf.run(twice())] == [
        {"__type": {"name": name}} for name in ("Case", "Case", "Arrest")
    ]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f"{{ __schema {{ {' '.join(f'a{n}: types {{ name }}' for n in range(17))} }} }}", "TOO_COMPLEX"),
        ("{ __schema { types { ...T } } __typename } fragment T on __Type { fields { name } }", None),
        ('{ __type(name: "Case") { name } cases { totalCount } }', "VALIDATION_FAILED"),
        ("{ ...S cases { totalCount } } fragment S on Query { __schema { queryType { name } } }", "VALIDATION_FAILED"),
    ],
)
def test_introspection_stands_alone_and_reads_few_lists(shelf: Shelf, document: str, code: str | None) -> None:
    assert ask(shelf, document).refusal == code


def test_a_long_document_is_checked_beside_others(shelf: Shelf) -> None:
    assert answer_beside_others(shelf, LONG).refusal is None


def test_a_long_answer_is_rendered_with_rests(shelf: Shelf) -> None:
    shelf.hold(FakeSource({"all": crimes(100)}))
    names = " ".join(f"a{n}: title b{n}: statedAt" for n in range(25))
    record = f"{{ id {names} provenance {{ citation sha256 }} jurisdictions }}"
    document = f"{{ cases(first: 100) {{ nodes {record} edges {{ node {{ id }} }} }} }}"
    answer = answer_beside_others(shelf, document)
    assert answer.errors == []
    assert answer.data is not None
    assert [len(answer.data["cases"][name]) for name in ("nodes", "edges")] == [100, 100]
