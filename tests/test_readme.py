"""The README is true: its questions can be asked, its tables are complete, and what it names exists."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate
from typer.main import get_command

from gateway.command.main import app
from gateway.settings import Settings
from schema.contract import contract
from schema.errors import MEANINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    (found,) = re.findall(rf"^\| {heading} \|.*\n\|[ |-]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found.splitlines()]


def questions() -> list[str]:
    blocks = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)
    return (
        blocks
        + re.findall(r"gateway query '(\{.*?\})'", README)
        + [found.replace('\\"', '"') for found in re.findall(r'"query": "(\{.*?\})"\}', README)]
    )


@pytest.mark.parametrize("question", questions())
def test_every_question_fits_the_schema(question: str) -> None:
    assert validate(contract(), parse(question)) == []


def test_it_asks_at_least_one_question_of_each_kind() -> None:
    assert len(questions()) >= 4


def test_every_error_code_is_explained_in_the_words_of_the_schema() -> None:
    assert table("code") == [[f"`{code.value}`", meaning] for code, meaning in MEANINGS.items()]


def test_every_setting_is_listed_with_its_default() -> None:
    listed = [(name.strip("`"), default.strip("`")) for name, default, _ in table("setting")]
    assert listed == [
        (f"GATEWAY_{name.upper()}", "none" if field.default in ((), {}, None) else str(field.default))
        for name, field in Settings.model_fields.items()
    ]


def test_every_command_is_listed() -> None:
    listed = {" ".join(re.findall(r"^`gateway ((?:[a-z]+ ?)+)", row[0])).strip() for row in table("command")}
    commands = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # the app is a group
        commands |= {f"{name} {inner}" for inner in getattr(command, "commands", {})} or {name}
    assert listed == commands


def test_every_file_and_target_that_it_names_exists() -> None:
    invented = {"adapters/police/my_agency.py", "tests/examples/my_agency/", "tests/adapters/police/test_my_agency.py"}
    invented |= {"adapters/police/sandboxes/my_agency.py", "adapters/platforms/my_platform.toml"}
    invented.add("tests/examples/my_platform/")
    named = set(re.findall(r"`((?:adapters|gateway|schema|tests)/[\w./-]*)`", README)) - invented
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()
    targets = set(re.findall(r"`make (\w+)`", README))
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
