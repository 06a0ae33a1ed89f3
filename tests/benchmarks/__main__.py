"""`python -m tests.benchmarks attack|import|prices|summary|service|startup`: how fast it is."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from msgspec import to_builtins

from tests.benchmarks import attack, imports, prices, service, startup, summaries


def log(line: str) -> None:
    """Progress goes to standard error; the figures alone go to standard output."""
    print(line, file=sys.stderr)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "attack": lambda options: asyncio.run(attack.compare(options.rows or 100_000, options.seconds or 60.0, log)),
    "import": lambda options: imports.compare(options.rows or 100_000, options.runs or 5, log),
    "prices": lambda options: prices.compare(options.documents or 5_000, log, is_written=options.write),
    "startup": lambda options: startup.compare(options.runs or 10, log),
    "summary": lambda options: summaries.compare(options.rows or 100_000, options.runs or 50, log),
    "service": lambda options: asyncio.run(
        service.compare(options.rows or 300_000, options.runs or 5, options.questions or 300, log)
    ),
}


def main() -> None:
    """Runs one benchmark and prints its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("benchmark", choices=sorted(BENCHMARKS))
    parser.add_argument("--rows", type=int, help="Rows to import or to count.")
    parser.add_argument("--runs", type=int, help="Turns; in each, every contestant runs once.")
    parser.add_argument("--questions", type=int, help="Questions in each half of a turn of `service`.")
    parser.add_argument("--seconds", type=float, help="Seconds of each half of `attack`.")
    parser.add_argument("--documents", type=int, help="Documents of `prices`.")
    parser.add_argument("--write", action="store_true", help="Write the table of costs that fits `prices` best.")
    options = parser.parse_args()
    print(json.dumps(to_builtins(BENCHMARKS[options.benchmark](options)), indent=2))


if __name__ == "__main__":
    main()
