"""The search for the tests' key finds it: a scan that cannot fail would show nothing."""

import sqlite3
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from gateway.settings import load_settings
from tests.support import sentinel
from tests.support.sentinel import KEY, Leaked, unseen, unseen_in


@pytest.mark.parametrize(
    "said", [f"key {KEY}", f"?token={quote(KEY, safe='')}", KEY[9:20], b64encode(KEY.encode()).decode()]
)
def test_it_is_found_in_what_is_said(said: str) -> None:
    with pytest.raises(Leaked):
        unseen(f"before {said} after", "an answer")


def test_it_is_found_in_a_database_and_where_two_pieces_of_a_file_meet(tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    unseen_in(folder)
    with sqlite3.connect(folder / "x.db") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (?)", (KEY,))
    connection.close()
    with pytest.raises(Leaked):
        unseen_in(folder)
    (folder / "x.db").unlink()
    (folder / "y.log").write_bytes(b" " * (sentinel.PIECE - 5) + KEY.encode())
    with pytest.raises(Leaked):
        unseen_in(folder)
    (folder / "y.log").unlink()


def test_every_source_of_the_tests_has_it_for_a_key() -> None:
    given = load_settings().sources
    assert {"dsa_transparency", "korea_open_data"} <= set(given)
    assert all(source.key is not None and source.key.get_secret_value() == KEY for source in given.values())
