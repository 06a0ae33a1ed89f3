"""A document is checked once, and what is remembered of documents has a bound."""

import gc
import tracemalloc

import pytest
from graphql import OperationType
from hypothesis import given
from hypothesis import strategies as st

from gateway.operations.documents import DocumentCache
from gateway.operations.limits import Limits
from schema.contract import visible_schema
from schema.errors import ErrorCode

VALID = "{ cases { totalCount } }"


def codes(documents: DocumentCache, text: str) -> set[str]:
    return {each["extensions"]["code"] for each in documents.check(text).errors}


@pytest.mark.parametrize("text", [VALID, "{", "{ nothing }", "{ a" * 30, "{ ...A } fragment A on Query { ...A }"])
def test_a_document_is_checked_once_whatever_comes_of_it(text: str) -> None:
    documents = DocumentCache(visible_schema())
    first = documents.check(text)
    assert documents.check(text) is first
    assert documents.misses == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", ErrorCode.PARSE_FAILED),
        ("", ErrorCode.PARSE_FAILED),
        ("{ cases { } }", ErrorCode.PARSE_FAILED),
        ("\0", ErrorCode.PARSE_FAILED),
        ("{ nothing }", ErrorCode.VALIDATION_FAILED),
        ("mutation { a }", ErrorCode.VALIDATION_FAILED),
        ("type A { a: Int }", ErrorCode.VALIDATION_FAILED),
        ("fragment A on Query { __typename }", ErrorCode.VALIDATION_FAILED),
        ("{ ...A } fragment A on Query { ...A }", ErrorCode.VALIDATION_FAILED),
        ("{ ...A } fragment A on Query { __typename } fragment A on Query { __typename }", ErrorCode.VALIDATION_FAILED),
        ("{ cases { nodes { statedAt } } cases(first: 1) { totalCount } }", ErrorCode.VALIDATION_FAILED),
        ('{ cases(filter: {period: {start: "x", end: "2024-01-01"}}) { totalCount } }', ErrorCode.VALIDATION_FAILED),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "VALIDATION_FAILED"),
        ("{ a " * 99 + "}" * 99, ErrorCode.TOO_DEEP),
        ("a " * 5_000, ErrorCode.TOO_MANY_TOKENS),
        ("[" * 5_000, ErrorCode.TOO_DEEP),
    ],
)
def test_a_document_that_cannot_be_run_says_why_in_a_code(text: str, code: ErrorCode) -> None:
    documents = DocumentCache(visible_schema())
    assert documents.check(text).document is None
    assert codes(documents, text) == {code}


def test_errors_name_lines_and_columns_and_suggest_nothing() -> None:
    (error,) = DocumentCache(visible_schema()).check("{\n  casse { totalCount }\n}").errors
    assert error.get("locations") == [{"line": 2, "column": 3}]
    assert "cases" not in error["message"]


def test_a_document_that_cannot_be_run_still_says_what_it_would_do() -> None:
    checked = DocumentCache(visible_schema()).check("query A { nothing } mutation B { nothing }")
    assert checked.operations == (("A", OperationType.QUERY), ("B", OperationType.MUTATION))


def test_long_names_in_a_document_do_not_make_long_messages() -> None:
    (error,) = DocumentCache(visible_schema()).check("{" + "a" * 60_000 + "}").errors
    assert len(error["message"]) <= 300


def test_the_least_recently_used_are_forgotten_first() -> None:
    texts = [f"{{ cases(first: {at}) {{ totalCount }} }}" for at in range(3)]
    documents = DocumentCache(visible_schema())
    documents.check(texts[0])
    documents = DocumentCache(visible_schema(), max_bytes=2 * documents.bytes)
    for text in (texts[0], texts[1], texts[0], texts[2], texts[0]):
        documents.check(text)
    assert documents.misses == 3
    documents.check(texts[1])
    assert documents.misses == 4


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(0, 200_000))
def test_no_sequence_of_documents_makes_more_be_held_than_allowed(sizes: list[int], most: int) -> None:
    documents = DocumentCache(visible_schema(), max_bytes=most)
    for size in sizes:
        documents.check("{" + "__typename " * (size % 60) + "}" + "#" * size)
        assert 0 <= documents.bytes <= most


@pytest.mark.parametrize(
    "grown",
    [
        "{{ a: __typename {0} }}",
        "{{ cases(first: 1) {{ totalCount {0} }} }}",
        "{{ __typename }} # {0}",
        '{{ cases(filter: {{source: ["{0}"]}}) {{ totalCount }} }}',
        "{{ cases {{ nodes {{ id source statedAt references {{ scheme value }} native {{ field }} }} }} # {0}\n }}",
        "{{ {0}",
        "{{ {0} }}",
    ],
)
def test_no_fewer_bytes_are_reckoned_than_are_held(grown: str) -> None:
    texts = [grown.format(f"_{at}" if "{{ {0}" in grown else f"__typename # {at}\n") for at in range(120)]
    documents = DocumentCache(visible_schema())
    for text in texts[:60]:  # By then graphql-core's own caches, which have bounds, are full.
        documents.check(text)
    gc.collect()
    tracemalloc.start()
    try:
        before = documents.bytes
        for text in texts[60:]:
            documents.check(text)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert documents.misses == 120
    assert held <= documents.bytes - before


def test_dense_documents_are_not_reckoned_too_small() -> None:
    documents = DocumentCache(visible_schema(), Limits(overlaps=10**9))
    gc.collect()
    tracemalloc.start()
    try:
        documents.check("{" + "".join("...{__typename}" for _ in range(600)) + "}")
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held <= documents.bytes
