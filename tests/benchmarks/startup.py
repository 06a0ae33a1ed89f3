"""How much CPU the command needs to start, as a multiple of importing the libraries that print its help."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable

from msgspec import Struct

COMMANDS = {
    "libraries": ["-c", "import typer, rich"],
    "help": ["-m", "gateway", "--help"],
    "query": ["-m", "gateway", "query", "{ statistics(first: 1) { nodes { metric value } } }"],
}


class StartupResult(Struct, frozen=True):
    """Medians over all rounds: seconds of CPU (user and system), and ratios to `libraries` of the same round."""

    rounds: int
    seconds: dict[str, float]
    ratios: dict[str, float]


def compare(rounds: int, log: Callable[[str], None] = lambda line: None) -> StartupResult:
    """Runs each command once per round, in turns, over a catalogue of the shipped figures."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
        _run(["-m", "gateway", "import", "published_figures"], folder)
        seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for number in range(rounds):
            for name, arguments in COMMANDS.items():
                seconds[name].append(_run(arguments, folder))
            log(f"round {number + 1}: " + ", ".join(f"{name} {each[-1]:.2f} s" for name, each in seconds.items()))
    return StartupResult(
        rounds=rounds,
        seconds={name: statistics.median(each) for name, each in seconds.items()},
        ratios={
            name: statistics.median(a / b for a, b in zip(each, seconds["libraries"], strict=True))
            for name, each in seconds.items()
        },
    )


def _run(arguments: list[str], folder: str) -> float:
    """Seconds of CPU of one Python process in a folder, without settings. Compiled modules are kept."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GATEWAY_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
