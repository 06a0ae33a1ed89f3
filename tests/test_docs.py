"""README and docs are true: their questions can be asked, their tables are complete, and what they name exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate

from gateway.command.main import SUBCOMMANDS, load_subcommand
from gateway.settings import Settings
from schema.contract import visible_schema
from schema.errors import MEANINGS

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [
        *map(ROOT.joinpath, ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *sorted(ROOT.glob("docs/**/*.md")),
    ]
}
EXAMPLES = re.compile(r"\bmy_(agency|platform)\b")
"""Names that a recipe makes up."""


def table(heading: str) -> list[list[str]]:
    """The rows of the one table of all pages whose first column has this heading."""
    pattern = re.compile(rf"^\| {heading} \|.*\n\|[ |-]+\n((?:\|.*\n)+)", re.MULTILINE)
    (rows,) = (rows for page in PAGES.values() for rows in pattern.findall(page))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows.splitlines()]


def questions() -> list[str]:
    """Every question that the pages ask, in whatever way."""
    text = "\n".join(PAGES.values())
    return [
        *re.findall(r"```graphql\n(.*?)```", text, re.DOTALL),
        *re.findall(r"gateway query '(\{.*?\})'", text),
        *(question.replace('\\"', '"') for question in re.findall(r'"query": "(\{.*?\})"\}', text)),
    ]


def links() -> Iterator[tuple[str, str]]:
    """Every link and picture of the pages that leads to a file, with its page."""
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize("question", questions())
def test_every_question_fits_the_schema(question: str) -> None:
    assert validate(visible_schema(), parse(question)) == []


def test_there_is_a_question_of_each_kind() -> None:
    assert len(questions()) >= 4


def test_every_error_code_is_explained_in_the_words_of_the_schema() -> None:
    assert table("code") == [[f"`{code.value}`", meaning] for code, meaning in MEANINGS.items()]


def test_every_setting_is_listed_with_its_default() -> None:
    rows = [(name.strip("`"), default.strip("`")) for name, default, _ in table("setting")]
    assert rows == [
        (f"GATEWAY_{name.upper()}", "none" if field.default in ((), {}, None) else str(field.default))
        for name, field in Settings.model_fields.items()
    ]


def test_every_command_is_listed() -> None:
    rows = {" ".join(re.findall(r"^`gateway ((?:[a-z]+ ?)+)", row[0])).strip() for row in table("command")}
    commands = set()
    for name in SUBCOMMANDS:
        command = load_subcommand(name)
        inner = {f"{name} {each}" for each in getattr(command, "commands", {})}
        commands |= inner | ({name} if not inner or getattr(command, "invoke_without_command", False) else set())
    assert rows == commands


def test_every_link_leads_somewhere() -> None:
    assert [(page, target) for page, target in links() if not (ROOT / page).parent.joinpath(target).exists()] == []


def test_every_file_and_target_that_they_name_exists() -> None:
    text = "\n".join(PAGES.values())
    paths = set(re.findall(r"`((?:adapters|docs|gateway|schema|tests)/[\w./-]*)`", text))
    assert [path for path in sorted(paths) if not EXAMPLES.search(path) and not (ROOT / path).exists()] == []
    targets = set(re.findall(r"`make (\w+)", text))
    assert targets
    assert targets <= set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_decision_is_listed() -> None:
    files = {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}
    assert set(re.findall(r"\((0\d{3}-[\w-]+\.md)\)", PAGES["docs/adr/README.md"])) == files


def test_the_index_of_the_tests_support_is_complete() -> None:
    index = (ROOT / "tests" / "support" / "README.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "tests" / "support").glob("*.py")}
    assert set(re.findall(r"^\| `(\w+\.py)` \|", index, re.MULTILINE)) == modules
