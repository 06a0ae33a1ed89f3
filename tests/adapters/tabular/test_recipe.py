"""The recipe of docs/adding-a-source.md for a profile, followed once in a copy of the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

PROFILE = """
[about]
name = "pear_requests"
title = "Pear's report on government requests"
kind = "PLATFORM"
publisher = "Pear"
licence = "CC0-1.0"
attribution = "Pear"
cadence_days = 182

[[table]]
name = "requests"
files = ["pear-(?P<year>[0-9]{4})[.]csv"]
columns = ["Country", "Requests"]
period = { columns = ["year"] }
place = { columns = ["Country"] }
platform = "discord"
cells = {}

[[table.figure]]
name = "requests"
column = "Requests"
metric = "INFORMATION_REQUESTS"
unit = "REQUESTS"
aggregation = "SUM"
"""

CASE = """
    Case(
        "platforms/pear_requests",
        rows=2,
        out_of_scope=0,
        rejections={},
        unknown={},
        figures=("INFORMATION_REQUESTS 7 REQUESTS EXACT SUM KR discord 2031-01-01..2032-01-01",),
    ),
"""

QUESTION = '{ statistics(filter: { platform: "discord" }) { nodes { value jurisdictions source } } }'


COMMANDS = """
import sys
from typer.testing import CliRunner
from gateway.command.main import app
for arguments in (["import", "pear_requests", sys.argv[1]], ["query", sys.argv[2]]):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
print(result.stdout)
"""
"""`gateway import` and `gateway query` in one process, which starts but once."""


def insert(file: Path, above: str, lines: str) -> None:
    """Writes lines above the one place where `above` stands."""
    before, after = file.read_text(encoding="utf-8").split(above)
    file.write_text(f"{before}{lines.lstrip(chr(10))}{above}{after}", encoding="utf-8")


def start(checkout: Path, *command: str) -> subprocess.Popen[str]:
    """Runs Python in the copy, whose packages win because it stands there."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=checkout,
        env=os.environ
        | {
            "GATEWAY_DATABASE_URL": "sqlite:///catalogue.db",
            "PYTHONPATH": str(checkout),
            # Compiled, the sentinel would be a file that holds the key of the tests.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, out + err
    return out


def test_a_source_is_one_profile_one_folder_of_examples_one_test_case_and_one_line(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    # What is compiled stays valid in a copy, and saves seconds.
    ignore = shutil.ignore_patterns("node_modules", "dist")
    for package in ("adapters", "gateway", "schema", "tests/examples"):
        shutil.copytree(ROOT / package, checkout / package, ignore=ignore)
    cases = checkout / "tests" / "adapters" / "platforms" / "test_profiles.py"
    cases.parent.mkdir(parents=True)
    shutil.copy(ROOT / cases.relative_to(checkout), cases)
    for name in ("conftest.py", "support"):
        # Linked: a copy of the sentinel would be a file that holds the key of the tests.
        (checkout / "tests" / name).symlink_to(ROOT / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", checkout)

    (checkout / "adapters" / "platforms" / "pear_requests.toml").write_text(PROFILE)
    examples = checkout / "tests" / "examples" / "pear_requests"
    examples.mkdir()
    (examples / "pear-2031.csv").write_text("Country,Requests\nSouth Korea,7\nFrance,3\n")
    insert(cases, "]\n\n\ndef line(", CASE)
    insert(
        checkout / "gateway" / "wiring.py",
        ')\n"""Sources that are a profile each',
        '    "platforms/pear_requests",\n',
    )

    tests = start(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(cases), "-k", "pear or case")
    answer = json.loads(finish(start(checkout, "-c", COMMANDS, str(examples), QUESTION)))
    assert "2 passed" in finish(tests)
    nodes = {node["jurisdictions"][0]: node for node in answer["data"]["statistics"]["nodes"]}
    assert nodes["KR"] == {"value": "7", "jurisdictions": ["KR"], "source": "pear_requests"}
    assert nodes["FR"]["value"] == "3"
