"""Start-up: a subcommand imports what it needs, and nothing that only others need."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.command.main import SUBCOMMANDS, load_subcommand

PRINT_MODULES = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from gateway.command.main import main
main()
"""


def loaded_modules(*arguments: str) -> set[str]:
    """The modules that the command has loaded when it ends."""
    command = [sys.executable, "-c", PRINT_MODULES, *arguments]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(process.stderr.split())


def test_help_imports_no_subcommand() -> None:
    ours = {name for name in loaded_modules("--help") if name.split(".")[0] in {"gateway", "schema", "adapters"}}
    assert ours == {"gateway", "gateway.command", "gateway.command.main"}


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_a_subcommand_is_described_in_the_help_as_by_itself(name: str) -> None:
    assert (load_subcommand(name).help or "").startswith(SUBCOMMANDS[name].help)


def test_a_query_imports_no_other_half_of_the_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", f"sqlite:///{tmp_path / 'catalogue.db'}")
    loaded_modules("catalogue", "upgrade")
    modules = loaded_modules("query", "{ statistics { totalCount } }")
    assert "gateway.operations.execution" in modules
    unused = {"aiohttp", "alembic", "asyncpg", "redis", "rich", "starlette", "structlog", "uvicorn"}
    assert unused.intersection(modules) == set()
    assert {"sqlalchemy.orm", "sqlalchemy.dialects.postgresql"}.intersection(modules) == set()
    assert {name for name in modules if name.startswith("gateway.edge")} == set()
