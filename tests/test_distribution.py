"""What is installed is whole: a wheel carries every file that the packages read, and the command it promises."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("adapters", "gateway", "schema")
READ = (".graphql", ".py", ".toml")
"""Files that the packages read as they stand; what the front end is built from is none of them."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


def test_a_wheel_carries_every_file_that_the_packages_read(wheel: Path) -> None:
    stand = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in READ and "node_modules" not in path.parts
    }
    with ZipFile(wheel) as content:
        carried = {name for name in content.namelist() if name.startswith(PACKAGES) and name.endswith(READ)}
    assert carried == stand
    assert not any("node_modules" in name for name in content.namelist())
    assert any(name.endswith(".toml") for name in carried)
    assert "gateway/catalogue/migrations/versions/0001_the_catalogue.py" in carried


def test_a_wheel_brings_the_command_and_asks_for_no_tool_of_ours(wheel: Path) -> None:
    with ZipFile(wheel) as content:
        (about,) = (name for name in content.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = content.read(about).decode()
        commands = content.read(about.replace("METADATA", "entry_points.txt")).decode()
    assert "gateway = gateway.cli:main" in commands
    asked = {line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")}
    assert any(name.startswith("strawberry-graphql") for name in asked)
    assert not any(name.startswith(("pytest", "hypothesis", "ruff")) for name in asked)
