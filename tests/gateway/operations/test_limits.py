"""No document costs more than was counted, and counting costs no more than reading."""

import sys
from collections.abc import Callable
from cProfile import Profile

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_introspection_query,
    parse,
    validate,
)
from hypothesis import given
from hypothesis import strategies as st

from gateway.operations.limits import DocumentCounter, Limits, Tally, count_document, scan_tokens
from schema.contract import visible_schema
from schema.errors import ErrorCode, RequestError

NO_LIMITS = Limits(
    characters=10**9,
    tokens=10**9,
    depth=10**9,
    nesting=10**9,
    aliases=10**9,
    fields=10**9,
    operations=10**9,
    fragments=10**9,
    variables=10**9,
    directives=10**9,
    overlaps=10**9,
)


def refusal(text: str, limits: Limits) -> ErrorCode | None:
    try:
        scan_tokens(text, limits)
        count_document(parse(text), limits)
    except RequestError as exc:
        return exc.code
    return None


def test_the_whole_introspection_of_common_tools_is_let_through() -> None:
    text = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    scan_tokens(text, Limits())
    assert count_document(parse(text), Limits()).tally.depth == 15


@pytest.mark.parametrize(
    ("text", "limits", "code"),
    [
        ("{ a { b { c } } }", Limits(depth=2), ErrorCode.TOO_DEEP),
        ("{ a { ...F } } fragment F on T { b { ...G } } fragment G on T { c }", Limits(depth=2), ErrorCode.TOO_DEEP),
        ("{ ... { ... { ... { a } } } }", Limits(nesting=3), ErrorCode.TOO_DEEP),
        ("{ a(b: [[[1]]]) }", Limits(nesting=4), ErrorCode.TOO_DEEP),
        ("query($a: [[[Int]]]) { a }", Limits(nesting=3), ErrorCode.TOO_DEEP),
        (
            "{ ...A } fragment A on T { ...B } fragment B on T { ...C } fragment C on T { a }",
            Limits(nesting=3),
            "TOO_DEEP",
        ),
        ("{ x: a y: a z: a }", Limits(aliases=2), ErrorCode.TOO_MANY_ALIASES),
        ("{ a { ...F } b { ...F } } fragment F on T { x: c y: d }", Limits(aliases=3), ErrorCode.TOO_MANY_ALIASES),
        ("{ a b c d }", Limits(fields=3), ErrorCode.TOO_COMPLEX),
        ("{ a { ...F } b { ...F } } fragment F on T { c d e }", Limits(fields=9), ErrorCode.TOO_COMPLEX),
        ("fragment F on T { a b c d } { a }", Limits(fields=4), ErrorCode.TOO_COMPLEX),
        ("query A { a } query B { a }", Limits(operations=1), ErrorCode.TOO_COMPLEX),
        ("{ a } fragment F on T { a } fragment G on T { a }", Limits(fragments=1), ErrorCode.TOO_COMPLEX),
        ("query($v: Int) { a(b: [{ c: $v }, $v]) @skip(if: $v) }", Limits(variables=2), ErrorCode.TOO_COMPLEX),
        ("{ a @x @y ... @z { b } }", Limits(directives=2), ErrorCode.TOO_COMPLEX),
        ("{ a a a }", Limits(overlaps=2), ErrorCode.TOO_COMPLEX),
        ("{ a { b } a { b } a { b } }", Limits(overlaps=5), ErrorCode.TOO_COMPLEX),
        ("{ a a # b\n c }", Limits(tokens=5), ErrorCode.TOO_MANY_TOKENS),
        ("{ a(b: 1) }", Limits(characters=10), ErrorCode.TOO_MANY_TOKENS),
    ],
)
def test_one_more_than_a_limit_is_refused_with_its_code(text: str, limits: Limits, code: ErrorCode) -> None:
    assert refusal(text, limits) == code


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{ a { b { c } } }", Limits(depth=3)),
        ("{ a(b: [[[1]]]) }", Limits(nesting=5)),
        ("{ x: a y: a z: a }", Limits(aliases=3)),
        ("{ a { ...F } b { ...F } } fragment F on T { c d e }", Limits(fields=10)),
        ("query($v: Int) { a(b: [{ c: $v }, $v]) @skip(if: $v) }", Limits(variables=3)),
        ("{ a { b } a { b } a { b } }", Limits(overlaps=6)),
        ("{ a a # b\n c }", Limits(tokens=6)),
    ],
)
def test_as_much_as_a_limit_is_let_through(text: str, limits: Limits) -> None:
    assert refusal(text, limits) is None


def tower(levels: int) -> str:
    """A document of which each fragment writes the next one out twice, at places of their own."""
    each = " ".join(f"fragment F{at} on T {{ a {{ ...F{at + 1} }} b {{ ...F{at + 1} }} }}" for at in range(levels))
    return f"{{ ...F0 }} {each} fragment F{levels} on T {{ c }}"


def test_counting_exponentially_spread_fragments_takes_as_many_steps_as_reading_them() -> None:
    steps = {}
    for levels in (10, 20, 40, 80):
        counting = DocumentCounter(parse(tower(levels)), Limits(nesting=1000, depth=1000))
        with pytest.raises(RequestError, match="fields"):
            counting.count()
        steps[levels] = counting.visits
    growth = {(steps[2 * levels] - steps[levels]) / levels for levels in (10, 20, 40)}
    assert len(growth) == 1, "the same number of steps for every level more"


@pytest.mark.parametrize(
    "grown",
    [
        lambda size: "{" + "a " * size + "}",
        lambda size: "{" + "...{ b } " * size + "}",
        lambda size: "{ a(b: [" + "1 " * size + "]) }",
        lambda size: "{" + " ".join(f"...F{at}" for at in range(size)) + "}" + tower(0)[9:],
        lambda size: " ".join(f"query Q{at} {{ ...F0 }}" for at in range(size)) + tower(0)[9:],
    ],
    ids=["fields", "inline fragments", "values", "fragments", "operations"],
)
def test_counting_takes_steps_in_proportion_to_the_document(grown: Callable[[int], str]) -> None:
    def steps(size: int) -> int:
        counting = DocumentCounter(parse(grown(size)), NO_LIMITS)
        counting.count()
        return counting.visits

    assert steps(400) - steps(200) == 2 * (steps(200) - steps(100))


def written_out(text: str) -> Tally:
    """The counts of a document by their definition: recursion through all fragments."""
    document = parse(text)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    whole = Tally()

    def go(node: OperationDefinitionNode | FragmentDefinitionNode | FieldNode, depth: int) -> None:
        for each in node.selection_set.selections if node.selection_set else ():
            whole.fields += 1
            if isinstance(each, FieldNode):
                whole.aliases += each.alias is not None
                whole.depth = max(whole.depth, depth + 1)
                go(each, depth + 1)
            elif isinstance(each, FragmentSpreadNode):
                go(fragments[each.name.value], depth)

    go(next(node for node in document.definitions if isinstance(node, OperationDefinitionNode)), 0)
    return whole


@st.composite
def layered(draw: st.DrawFn) -> str:
    """A document whose fragments spread only later ones, all of which are used."""
    last = draw(st.integers(0, 5))
    parts = []
    for at in range(last + 1):
        later = [f"...F{other}" for other in range(at + 1, last + 1)]
        own = st.sampled_from(["a", "x: a", *[f"b {{ {each} }}" for each in ["c", *later]], *later])
        chosen = draw(st.lists(own, min_size=1, max_size=4)) + later[:1]
        parts.append(f"fragment F{at} on T {{ {' '.join(chosen)} }}")
    return f"{{ ...F0 }} {' '.join(parts)}"


@given(layered())
def test_counts_are_those_of_the_document_with_its_fragments_written_out(text: str) -> None:
    tally = count_document(parse(text), NO_LIMITS).tally
    expected = written_out(text)
    assert (tally.fields, tally.aliases, tally.depth) == (expected.fields, expected.aliases, expected.depth)


@pytest.mark.parametrize(
    "text",
    [
        "{ ...A } fragment A on T { ...A }",
        "{ ...A } fragment A on T { a { ...B } } fragment B on T { ...A }",
        "{ a } fragment A on T { ...B ...B } fragment B on T { ...C ...C } fragment C on T { ...A ...A ...B }",
        "{ ...A } fragment A on T { a } fragment A on T { b }",
    ],
)
def test_fragments_that_spread_themselves_or_share_a_name_are_counted_once_and_left_to_validation(text: str) -> None:
    assert not count_document(parse(text), Limits()).is_sound


def test_a_spread_of_a_fragment_that_does_not_exist_is_left_to_validation() -> None:
    assert count_document(parse("{ ...Missing }"), Limits()).is_sound


@pytest.mark.parametrize(
    "made",
    [
        lambda depth: "{a(b:" + "[" * depth + "]" * depth + ")}",
        lambda depth: "{a" * depth + "}" * depth,
        lambda depth: "query($a:" + "[" * depth + "Int" + "]" * depth + "){a}",
        lambda depth: "{a(b:" + "{c:" * depth + "1" + "}" * depth + ")}",
        lambda depth: "{" + "...{" * depth + "a" + "}" * depth + "}",
        lambda depth: "[" * depth,
    ],
    ids=["lists", "fields", "types", "objects", "inline fragments", "no document"],
)
def test_no_nesting_reaches_the_interpreters_stack(made: Callable[[int], str]) -> None:
    for depth in (101, 1_000, 15_000):
        limits = Limits(tokens=10**6, characters=10**6)
        assert refusal(made(depth), limits) is ErrorCode.TOO_DEEP
    assert sys.getrecursionlimit() <= 15_000


@given(st.text() | st.text('{}()[]!$:=@|&."\\#, \nab1-', max_size=200))
def test_scanning_any_text_ends_with_a_number_a_refusal_or_a_syntax_error(text: str) -> None:
    try:
        tokens = scan_tokens(text, Limits(nesting=5, tokens=50))
    except (RequestError, GraphQLSyntaxError):
        return
    assert 0 <= tokens <= 50


WORST = {
    "equal fields": "{" + "cases(first: 1) { totalCount } " * 70 + "}",
    "equal fields, nested": "{ cases { nodes {" + ("arrests { nodes { id } } " * 40) + "} } }",
    "fragments": "{"
    + " ".join(f"...F{at}" for at in range(70))
    + "}"
    + " ".join(f"fragment F{at} on Query {{ __typename }}" for at in range(70)),
    "literals under many operations": " ".join(f"query Q{at} {{ ...F }}" for at in range(50))
    + "fragment F on Query { cases(filter: {source: ["
    + '"a" ' * 3_500
    + "]}) { totalCount } }",
    "variables": "query("
    + " ".join(f"$v{at}: String" for at in range(650))
    + ") { cases(filter: {source: ["
    + " ".join(f"$v{at}" for at in range(650))
    + "]}) { totalCount } }",
    "unknown fields": "{" + " ".join(f"a{at}" for at in range(1_990)) + "}",
    "arguments": "{ cases(" + "first: 1 " * 1_300 + ") { totalCount } }",
    "escapes": '{ cases(after: "' + "\\u0041" * 10_800 + '") { totalCount } }',
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_the_worst_documents_that_are_let_through_are_checked_in_few_steps(text: str) -> None:
    """Of them 100,000 to 600,000 functions are called, in 20 to 70 ms; work that is quadratic calls many more."""

    def check() -> None:
        scan_tokens(text, Limits())
        document = parse(text)
        count_document(document, Limits())
        validate(visible_schema(), document, max_errors=20, hide_suggestions=True)

    visible_schema()
    profile = Profile()
    profile.runcall(check)
    assert sum(function.callcount for function in profile.getstats()) < 1_000_000
