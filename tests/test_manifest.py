"""Every recorded file that a source can read imports, and each of its rows is accounted for as `manifest/` says."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct, structs
from sqlalchemy import select

from gateway.catalogue.tables import rejection
from gateway.catalogue.write.importing import import_scopes
from gateway.deployment import open_catalogue
from gateway.settings import Settings
from tests.support.databases import with_tables

MANIFEST = Path(__file__).parent / "manifest"

ALWAYS = ("read", "added", "merged", "outOfScope", "rejected")
"""Counts that an entry states even where they are zero."""


class Import(Struct, frozen=True, forbid_unknown_fields=True):
    """Files below the samples that are read as one import, and what becomes of their rows."""

    paths: tuple[str, ...]
    """One import's; a folder stands for what lies in it."""

    counts: dict[str, int]
    named: str | None = None
    """What the publisher calls the file, where the sample has another name."""

    proof: bool = False
    """Read by `make proof` alone: many rows of a shape that another entry's are of."""

    rejections: dict[str, int] = {}
    unknown: dict[str, int] = {}


class _File(Struct, frozen=True, rename={"imports": "import"}, forbid_unknown_fields=True):
    imports: tuple[Import, ...]


def expected() -> list[Any]:
    return [
        pytest.param(
            file.stem,
            listed,
            id=f"{file.stem}-{listed.paths[0]}",
            marks=[pytest.mark.proof] if listed.proof else [],
        )
        for file in sorted(MANIFEST.glob("*.toml"))
        for listed in msgspec.toml.decode(file.read_bytes(), type=_File).imports
    ]


@pytest.mark.parametrize(("source", "listed"), expected())
def test_every_row_of_a_recorded_file_is_accounted_for(
    source: str, listed: Import, samples: Path, tmp_path: Path
) -> None:
    paths = [samples / path for path in listed.paths]
    if listed.named:
        (path,) = paths
        paths = [Path(shutil.copyfile(path, tmp_path / listed.named))]
    found = asyncio.run(imported(source, paths))
    assert found == {"counts": listed.counts, "rejections": listed.rejections, "unknown": listed.unknown}
    counts = listed.counts
    assert counts["read"] == sum(counts.values()) - counts["read"]


async def imported(name: str, paths: list[Path]) -> dict[str, dict[str, int]]:
    """Imports files into an empty catalogue; what became of their rows, in the manifest's words."""
    async with open_catalogue(Settings(database_url=with_tables("sqlite:///manifest.db"))) as holdings:
        source = holdings.sources[name]
        counts = await import_scopes(holdings.database, source, source.files(paths))
        reasons = await holdings.database.write(lambda connection: connection.scalars(select(rejection.c.reason)).all())
        unknown = await holdings.unknown_codes(name)
    named = {name.replace("out_of_scope", "outOfScope"): count for name, count in structs.asdict(counts).items()}
    return {
        "counts": {name: count for name, count in named.items() if count or name in ALWAYS},
        "rejections": dict(Counter(reasons)),
        "unknown": {f"{code['field']}: {code['code']}": code["count"] for code in unknown},
    }
