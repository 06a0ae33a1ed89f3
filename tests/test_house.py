"""The house rules hold: plain names, one class per name, and functions, classes and modules of a readable size."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("adapters", "gateway", "schema")

PARTICIPLES = frozenset(
    [
        "answered",
        "asked",
        "begun",
        "bought",
        "broken",
        "brought",
        "built",
        "caught",
        "chosen",
        "counted",
        "covered",
        "done",
        "drawn",
        "ended",
        "erased",
        "fallen",
        "felt",
        "forgotten",
        "found",
        "given",
        "gone",
        "grown",
        "heard",
        "held",
        "hidden",
        "kept",
        "known",
        "laid",
        "lain",
        "learnt",
        "listed",
        "lost",
        "made",
        "meant",
        "met",
        "named",
        "numbered",
        "paid",
        "parted",
        "placed",
        "risen",
        "said",
        "seen",
        "shown",
        "sought",
        "spent",
        "spoken",
        "stated",
        "stood",
        "struck",
        "taken",
        "taught",
        "thought",
        "told",
        "understood",
        "undone",
        "wanted",
        "won",
        "worn",
        "wound",
        "written",
    ]
)
"""Words that say that something happened, and not what a thing is."""

TERMS = frozenset(
    {"ANSWERED", "NOT_COVERED", "PARTLY_COVERED", "NOT_FOUND", "NotFound", "ended_at", "named_type", "stated_at"},
)
"""Terms of the domain, of HTTP and of GraphQL that hold such a word."""

LONGEST_FUNCTION, LONGEST_CLASS, LONGEST_MODULE = 60, 250, 500
"""Lines."""

USUAL_FUNCTION = 20
"""Lines that nine of ten functions do not exceed."""

SHARED_CLASSES = 10
"""Class names that may stand for two classes."""


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the packages but migrations, which are history."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts and "versions" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a module binds, with its line: variables, attributes, parameters, functions and classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno


def words(name: str) -> list[str]:
    """The parts of a name in lower case, whether it is written with underscores or capitals."""
    return [word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", part)]


def length(node: ast.AST) -> int:
    """The lines of a definition, its decorators included."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1


def test_no_name_is_a_participle() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path, tree in modules()
        for name, line in identifiers(tree)
        if name.strip("_") not in TERMS and PARTICIPLES.intersection(words(name))
    ]
    assert bad == []


def test_a_class_name_stands_for_one_class() -> None:
    places = defaultdict(list)
    for path, tree in modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert len(shared) <= SHARED_CLASSES, shared


def test_functions_classes_and_modules_are_of_a_readable_size() -> None:
    functions: Counter[str] = Counter()
    large: list[str] = []
    for path, tree in modules():
        where = path.relative_to(ROOT)
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_MODULE:
            large.append(f"{where}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions[f"{where}:{node.lineno} {node.name}"] = length(node)
            elif isinstance(node, ast.ClassDef) and length(node) > LONGEST_CLASS:
                large.append(f"{where}:{node.lineno} class {node.name}: {length(node)} lines")
    large += [f"{name}: {size} lines" for name, size in functions.items() if size > LONGEST_FUNCTION]
    assert large == []
    assert sorted(functions.values())[len(functions) * 9 // 10] <= USUAL_FUNCTION


def test_every_module_says_what_it_is_for() -> None:
    assert [str(path) for path, tree in modules() if not ast.get_docstring(tree)] == []
