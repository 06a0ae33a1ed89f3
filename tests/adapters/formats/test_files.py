"""Local files: found in order, read whole, and never named with their folders."""

import asyncio
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.errors import Unreadable
from adapters.formats.files import file_name, find, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.csv", "b/1.CSV", "a/deep/3.csv", "c.csv", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_a_folder_is_searched_recursively_in_sorted_order(folder: Path) -> None:
    files = [folder / name for name in ("a/deep/3.csv", "b/1.CSV", "b/2.csv", "c.csv")]
    assert find([folder], ".csv") == files


def test_a_file_in_two_paths_is_found_once(folder: Path) -> None:
    assert find([folder / "c.csv", folder, folder / "b" / ".." / "c.csv"], ".csv").count(folder / "c.csv") == 1
    assert len(find([folder / "b", folder], ".csv")) == 4


def test_there_can_be_several_suffixes(folder: Path) -> None:
    assert find([folder / "c.txt", folder / "c.csv"], (".csv", ".txt")) == [folder / "c.csv", folder / "c.txt"]


@pytest.mark.parametrize("path", ["missing", "missing/file.csv", "c.txt", "empty", "c.csv/below", "nul\0.csv"])
def test_a_path_without_files_is_an_error_that_has_its_last_part_only(folder: Path, path: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(Unreadable) as error:
        find([folder, folder / path], ".csv")
    assert Path(path).name in str(error.value)
    assert folder.name not in str(error.value)


def test_only_regular_files_are_found(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "folder.csv").mkdir()
    assert len(find([folder], ".csv")) == 4


def test_a_document_has_the_bytes_their_digest_and_the_time(folder: Path) -> None:
    before = datetime.now(UTC)
    document = asyncio.run(read(folder / "a" / "deep" / "3.csv"))
    assert (document.name, document.content) == ("3.csv", b"a/deep/3.csv")
    assert document.sha256 == sha256(b"a/deep/3.csv").hexdigest()
    assert before <= document.retrieved_at <= datetime.now(UTC)


def test_the_origin_names_no_folder(folder: Path) -> None:
    document = asyncio.run(read(folder / "c.csv"))
    origin = document.origin
    assert (origin.location, origin.bytes, origin.sha256) == ("c.csv", 5, document.sha256)
    assert origin.retrieved_at == document.retrieved_at


@pytest.mark.parametrize("path", ["missing.csv", "b", "nul\0.csv", "pipe"])
def test_a_path_that_cannot_be_read_is_unreadable(folder: Path, path: str) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(Unreadable) as error:
        asyncio.run(read(folder / path))
    assert folder.name not in str(error.value)


def test_a_file_beyond_the_limit_is_unreadable(folder: Path) -> None:
    assert asyncio.run(read(folder / "c.csv", limit=5)).content == b"c.csv"
    with pytest.raises(Unreadable, match="more than 4 bytes"):
        asyncio.run(read(folder / "c.csv", limit=4))


def test_a_name_that_is_not_utf_8_can_be_stored(tmp_path: Path) -> None:
    assert file_name(tmp_path / os.fsdecode(b"\xff.csv")) == "\\xff.csv"
