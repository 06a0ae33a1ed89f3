"""Imports that can be killed: real processes, which run what the command `gateway import` runs."""

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]

FORKS = get_context("forkserver")
# What takes a second to load is loaded once; each import is then a process of its own within milliseconds.
FORKS.set_forkserver_preload(["gateway.command.main", "gateway.command.sources"])


class Import(Protocol):
    """A process that imports an archive of data.police.uk."""

    def running(self) -> bool: ...

    def kill(self) -> None:
        """Ends it by SIGKILL, at once and for good."""
        ...

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


Start = Callable[[str, Path], Import]


class Command:
    """`python -m gateway import uk_police FOLDER`. `errors` is what it wrote to standard error, once it has ended."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "import", "uk_police", str(folder)],
            env={"GATEWAY_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors = ""

    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        _, self.errors = self._process.communicate(timeout=120)
        return self._process.returncode


class Fork:
    """The same, without the second that Python takes to load the gateway."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._process = FORKS.Process(target=_import, args=(database_url, folder))
        self._process.start()

    def running(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        self._process.join(timeout=120)
        code = self._process.exitcode
        assert code is not None, "the import has not ended within two minutes"
        self._process.close()
        return code


def _import(database_url: str, folder: Path) -> None:
    from gateway.command.main import main

    os.environ["GATEWAY_DATABASE_URL"] = database_url
    sys.argv = ["gateway", "import", "uk_police", str(folder)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    main()
