"""What is installed is whole: a wheel carries every file that the packages read, and the command it promises."""

import subprocess
import sys
import urllib.request
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.gateway.command.test_demonstration import QUESTION, asked, demonstration

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
    assert {f"{package}/py.typed" for package in PACKAGES} <= {*content.namelist()}
    assert "gateway/catalogue/migrations/versions/0001_the_catalogue.py" in carried


def test_a_wheel_brings_the_command_and_asks_for_no_tool_of_ours(wheel: Path) -> None:
    with ZipFile(wheel) as content:
        (about,) = (name for name in content.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = content.read(about).decode()
        commands = content.read(about.replace("METADATA", "entry_points.txt")).decode()
    assert "gateway = gateway.command.main:main" in commands
    asked = {line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")}
    assert any(name.startswith("strawberry-graphql") for name in asked)
    assert not any(name.startswith(("pytest", "hypothesis", "ruff")) for name in asked)


@pytest.mark.proof
def test_the_wheel_alone_runs_the_demonstration_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """What the Dockerfile does, without the container: the lock, the wheel, and a folder far from the checkout."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, capture_output=True, timeout=120)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    lock = ["--quiet", "--require-hashes", "--requirement", str(ROOT / "requirements.txt")]
    subprocess.run([*pip, *lock], check=True, capture_output=True, timeout=600)
    subprocess.run([*pip, "--quiet", "--no-deps", str(wheel)], check=True, capture_output=True, timeout=120)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with demonstration([str(environment / "bin" / "gateway")], folder) as (address, _):
        answer = asked(address, QUESTION.read_text(encoding="utf-8"))
        with urllib.request.urlopen(f"{address}/", timeout=30) as explorer:  # noqa: S310 - the address is our own
            page = explorer.read()
    (case,) = answer["data"]["cases"]["nodes"]
    assert [len(case[field]["nodes"]) for field in ("takedowns", "arrests", "informationRequests")] == [1, 1, 1]
    assert b"<script" in page


def test_the_image_is_made_of_what_the_checkout_holds_and_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
    assert [line for line in lines if line.startswith("USER")] == ["USER gateway"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)
