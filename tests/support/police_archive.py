"""An archive as data.police.uk offers it, made up: the same edition is the same to the byte."""

import csv
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from adapters.police.uk_police.columns import OUTCOMES, STOPS, STREET

FORCES = {"city-of-london": "City of London Police", "avon-and-somerset": "Avon and Somerset Constabulary"}
MONTHS = ("2031-01", "2031-02")
CRIMES = ("Burglary", "Violence and sexual offences", "Shoplifting", "Public order")
STATUSES = ("Under investigation", "Investigation complete; no suspect identified", "Awaiting court outcome", "")


def make(folder: Path, edition: int = 1, rows: int = 2800) -> Path:
    """Writes eight files with about twice as many rows as `rows`; two of them are read in several batches each.

    A later edition has other outcomes for some crimes, leaves some out and adds others.
    """
    for number, (force, name) in enumerate(FORCES.items()):
        for month in MONTHS:
            some = rows if (number, month) == (0, MONTHS[0]) else rows // 10
            crimes = [each for each in range(some + edition) if (each + edition) % 13]
            _write(folder, month, force, "street", STREET, (_crime(month, name, each, edition) for each in crimes))
            if number == 0:
                decided = crimes[: some // 2]
                _write(folder, month, force, "outcomes", OUTCOMES, (_outcome(month, name, each) for each in decided))
        _write(folder, MONTHS[0], force, "stop-and-search", STOPS, (_stop(each) for each in range(rows // 20)))
    return folder


def _write(
    folder: Path, month: str, force: str, kind: str, columns: Sequence[str], rows: Iterator[Sequence[str]]
) -> None:
    path = folder / month / f"{month}-{force}-{kind}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _crime(month: str, force: str, number: int, edition: int) -> list[str]:
    changing = edition if number % 7 == 0 else 1
    numbered = _crime_id(month, force, number) if number % 8 else ""
    where = _where(number)
    return [numbered, month, force, force, *where, CRIMES[number % 4], STATUSES[(number + changing) % 4], ""]


def _outcome(month: str, force: str, number: int) -> list[str]:
    return [_crime_id(month, force, number), month, force, force, *_where(number), "Suspect charged"]


def _stop(number: int) -> list[str]:
    outcome = "Arrest" if number % 3 else "A no further action disposal"
    when = f"2031-01-{number % 28 + 1:02}T{number % 24:02}:15:00+00:00"
    return [
        "Person search", when, "False", "", "51.5155", "-0.0922", "Male", "18-24", "", "", "Misuse of Drugs Act 1971",
        "Controlled drugs", outcome, "True", "False",
    ]  # fmt: skip


def _where(number: int) -> list[str]:
    return [f"-0.{number % 900 + 10:04}00", "51.515500", f"On or near Street {number % 50}", "E01000001", "Town 001A"]


def _crime_id(month: str, force: str, number: int) -> str:
    return sha256(f"{month}/{force}/{number}".encode()).hexdigest()
