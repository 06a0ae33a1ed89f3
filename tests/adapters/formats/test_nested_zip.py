"""Archives in archives: every file in order, from any position on, in constant memory; errors name the member."""

import io
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unreadable
from adapters.formats import nested_zip
from adapters.formats.nested_zip import NestedZip

Tree = Mapping[str, "bytes | Tree"]


def build_zip(tree: Tree, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in tree.items():
            archive.writestr(name, content if isinstance(content, bytes) else build_zip(content, zipfile.ZIP_DEFLATED))
    return out.getvalue()


def read(path: Path, start: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], str, bytes]]:
    return [
        (member.position, member.name, b"".join(chunks)) for member, chunks in NestedZip(path, ".csv").members(start)
    ]


TREE: Tree = {
    "a.csv.zip": {"a-0.csv": b"one", "a-1.csv": b"two" * 100_000},
    "notes.txt": b"ignored",
    "b.csv.zip": {"b-0.csv": b"three", "readme.txt": b"ignored", "deep.zip": {"c.csv": b"too deep"}},
    "d.csv": b"four",
}
ALL = [
    ((0, 0), "dump.zip/a.csv.zip/a-0.csv", b"one"),
    ((0, 1), "dump.zip/a.csv.zip/a-1.csv", b"two" * 100_000),
    ((2, 0), "dump.zip/b.csv.zip/b-0.csv", b"three"),
    ((3,), "dump.zip/d.csv", b"four"),
]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_read_in_the_order_of_the_directories_with_their_positions(tmp_path: Path, compression: int) -> None:
    (path := tmp_path / "dump.zip").write_bytes(build_zip(TREE, compression))
    assert read(path) == ALL


def test_other_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    (path := tmp_path / "dump.zip").write_bytes(build_zip(TREE))
    reasons: list[str] = []
    for _, chunks in NestedZip(path, ".csv", reasons.append).members():
        assert list(chunks)
    assert reasons == [
        "dump.zip/notes.txt: is not a .csv file",
        "dump.zip/b.csv.zip/readme.txt: is not a .csv file",
        "dump.zip/b.csv.zip/deep.zip: is not a .csv file",
    ]


def test_reading_can_start_at_any_file(tmp_path: Path) -> None:
    (path := tmp_path / "dump.zip").write_bytes(build_zip(TREE))
    for number, (position, _, _) in enumerate(ALL):
        assert read(path, position) == ALL[number:]


def test_memory_does_not_grow_with_the_content(tmp_path: Path) -> None:
    (path := tmp_path / "dump.zip").write_bytes(build_zip({"a.zip": {"a.csv": bytes(40 << 20)}}))
    tracemalloc.start()
    try:
        size = sum(len(chunk) for _, chunks in NestedZip(path, ".csv").members() for chunk in chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 40 << 20
    assert peak < 4 << 20


def test_an_archive_that_declares_too_much_is_refused_before_decompression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nested_zip, "MIN_LIMIT", 1 << 20)
    monkeypatch.setattr(nested_zip, "MAX_RATIO", 10)
    (path := tmp_path / "dump.zip").write_bytes(build_zip({"a.zip": {"a.csv": b"fine", "b.csv": bytes(4 << 20)}}))
    members = NestedZip(path, ".csv").members()
    assert b"".join(next(members)[1]) == b"fine"
    with pytest.raises(Unreadable, match=r"^dump.zip/a.zip/b.csv: unpacks to more than 10 times"):
        next(members)


def test_a_member_never_yields_more_than_it_declares(tmp_path: Path) -> None:
    content = bytearray(build_zip({"a.csv": bytes(1000)}, zipfile.ZIP_DEFLATED))
    size = (1000).to_bytes(4, "little")
    assert content.count(size) == 2
    (path := tmp_path / "dump.zip").write_bytes(content.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(Unreadable, match=r"^dump.zip/a.csv: is damaged"):
        read(path)


@given(st.data())
def test_a_damaged_archive_is_unreadable_or_has_its_content(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(build_zip({"a.zip": {"a.csv": b"one,two\n" * 50}, "b.csv": b"three"}))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(content)
    try:
        members = read(path)
    except Unreadable as exc:
        message = str(exc)
    else:
        message = "damaged.zip"
        assert {part for _, _, part in members} <= {b"one,two\n" * 50, b"three", b""}
    assert message.startswith("damaged.zip")
    assert str(path.parent) not in message


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_file_that_is_no_archive_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "dump.zip").write_bytes(content)
    with pytest.raises(Unreadable, match=r"^dump.zip: is not a complete zip archive"):
        read(path)


def test_a_member_that_is_no_archive_is_named(tmp_path: Path) -> None:
    (path := tmp_path / "dump.zip").write_bytes(build_zip({"a.zip": b"no archive"}))
    with pytest.raises(Unreadable, match=r"^dump.zip/a.zip: is not a complete zip archive"):
        read(path)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"^dump.zip: cannot be read"):
        read(tmp_path / "dump.zip")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested_zip, "MAX_MEMBERS", 2)
    (path := tmp_path / "dump.zip").write_bytes(build_zip(TREE))
    with pytest.raises(Unreadable, match="has more than 2 members"):
        read(path)
