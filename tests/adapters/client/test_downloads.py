"""Responses that are written to a file."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adapters.client import (
    BYTES,
    SourceClient,
)
from adapters.errors import SourceError
from tests.support.clocks import ControlledClock
from tests.support.faulty_publisher import Behaviour, Publisher, answers, chunked, head, resets, sends
from tests.support.source_client import UNLIMITED, open_client


def open_keyless_client(publisher: Publisher, **options: Any) -> SourceClient:
    """A client without a key: one with a key cannot download."""
    settings: dict[str, Any] = {"rates": [UNLIMITED], "clock": ControlledClock(), "timeout": 5.0} | options
    return SourceClient(publisher.address, **settings)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_download_is_written_unchanged_and_its_origin_describes_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5_000
    async with (
        Publisher(answers(content, media_type="application/zip")) as publisher,
        open_keyless_client(publisher) as client,
    ):
        origin = await client.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert (tmp_path / "a.zip").read_bytes() == content
    assert (origin.status, origin.bytes, origin.sha256) == (200, len(content), sha256(content).hexdigest())
    assert origin.location.endswith("/a.zip")


@pytest.mark.parametrize(
    ("behaviour", "code", "limit"),
    [
        (answers(b"x" * 2_000, media_type="application/zip"), "TOO_LARGE", 1_000),
        (
            sends(
                head(200, [("Content-Type", "application/zip"), ("Transfer-Encoding", "chunked")]),
                chunked(b"x" * 900, b"x" * 900),
            ),
            "TOO_LARGE",
            1_000,
        ),
        (answers(b"<html>", media_type="text/html"), "OUTAGE_PAGE", 1_000),
        (answers(b"no", status=404, media_type="text/plain"), "NOT_FOUND", 1_000),
        (resets, "UNREACHABLE", 1_000),
    ],
    ids=["announced", "chunked", "page", "absent", "reset"],
)
async def test_a_failed_download_leaves_no_file(tmp_path: Path, behaviour: Behaviour, code: str, limit: int) -> None:
    async with Publisher(behaviour) as publisher, open_keyless_client(publisher, limit=limit) as client:
        with pytest.raises(SourceError) as failure:
            await client.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert failure.value.code == code
    assert names_in(tmp_path) == []


async def test_a_client_with_a_key_does_not_download(tmp_path: Path, clock: ControlledClock) -> None:
    async with Publisher(answers(b"{}")) as publisher, open_client(publisher, clock) as client:
        with pytest.raises(ValueError, match="credential"):
            await client.download("a.zip", tmp_path / "a.zip", accept=BYTES)
    assert publisher.requests == []
