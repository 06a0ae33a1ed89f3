"""CSV as PHP writes it: what was written is what is read, in whatever pieces it comes."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.errors import Unreadable
from adapters.formats import php_csv
from adapters.formats.php_csv import read_rows
from tests.support.php_csv_writer import fputcsv


def chunks_of(text: bytes, size: int) -> Iterator[bytes]:
    return (text[start : start + size] for start in range(0, len(text), size))


# What confuses readers is far more frequent here than in any real text.
field = st.text(st.sampled_from('a é\u0627,"\\\n\r\t🂡n/[]'), max_size=12) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)


def fgetcsv_reads(value: str) -> bool:
    """Whether PHP's own reader gets a field back: no quote, and no end, after a backslash that it takes otherwise."""
    runs = re.findall(r'(\\+)("|\Z)', value)
    return all(len(backslashes) % 2 == (1 if what else 0) for backslashes, what in runs)


tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(field.filter(fgetcsv_reads), min_size=width, max_size=width), min_size=1, max_size=6
    )
)
HEADER = ["uuid", "decision_facts", "platform_uid"]


@given(tables, st.integers(1, 40), st.booleans())
@example([["\ufeff"]], 1, False)
@example([["", ""], ['\\"', "\n"]], 1, False)
def test_output_of_php_is_read_exactly_in_chunks_of_any_size(table: list[list[str]], size: int, has_mark: bool) -> None:
    text = "".join(map(fputcsv, table))
    if not text.startswith("\ufeff") or has_mark:
        content = (b"\xef\xbb\xbf" if has_mark else b"") + text.encode()
        assert list(read_rows("x", chunks_of(content, size))) == table
        assert list(read_rows("x", [content])) == table


ends_in_backslashes = st.from_regex(r"[^\",\r\n\ud800-\udfff]([^\"\ud800-\udfff]{0,8}\\{0,4})?|", fullmatch=True)


@given(st.lists(st.lists(ends_in_backslashes, min_size=3, max_size=3), max_size=4), st.integers(1, 40))
@example([["C:\\", "b c", "1"]], 7)
@example([["a\\", "\\", "z"], ["\\\\", "\\\\\\", "\\"]], 5)
def test_fields_that_end_in_backslashes_are_read_although_fgetcsv_fails(table: list[list[str]], size: int) -> None:
    content = "".join(map(fputcsv, [HEADER, *table])).encode()
    assert list(read_rows("x", chunks_of(content, size))) == [HEADER, *table]


@given(tables, st.integers(0, 400), st.integers(1, 40))
def test_a_truncated_text_has_no_rows_that_were_not_written(table: list[list[str]], length: int, size: int) -> None:
    content = "".join(map(fputcsv, table))[:length].removeprefix("\ufeff").encode()
    try:
        rows = list(read_rows("x", chunks_of(content, size)))
    except Unreadable:
        return
    assert rows[:-1] == table[: max(len(rows) - 1, 0)]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_backslashes_quotes_line_breaks_and_literal_newlines_survive_byte_for_byte(size: int) -> None:
    table = [
        ["1", 'He said \\"no\\", and left', "7457172299481979680"],
        ["2", "one\ntwo\r\nthree", '["a\\/b","\\u0627"]'],
        ["3", "a literal \\n stays two characters", 'doubled "" and "quoted"'],
        ["4", "الانتحار وإيذاء النفس", "\\\\server\\share"],
    ]
    content = "".join(map(fputcsv, [HEADER, *table])).encode()
    assert list(read_rows("x", chunks_of(content, size))) == [HEADER, *table]


def test_the_number_of_columns_decides_where_a_field_with_a_backslash_ends() -> None:
    content = b'a,b,c\n"C:\\","x, y",1\n2,"C:\\dir\\",3\n'
    assert list(read_rows("x", [content])) == [["a", "b", "c"], ["C:\\", "x, y", "1"], ["2", "C:\\dir\\", "3"]]


def test_an_even_number_of_backslashes_leaves_the_quote_its_meaning() -> None:
    assert list(read_rows("x", [b'a,b\n"\\\\","\\\\"\n'])) == [["a", "b"], ["\\\\", "\\\\"]]


def test_without_backslashes_the_dialect_is_that_of_the_standard_library() -> None:
    table = [["a b", 'x"y', "l1\nl2"], ["", "z", "ü,ü"]]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    assert list(read_rows("x", [out.getvalue()])) == table


def test_rows_of_another_width_are_returned_unchanged() -> None:
    assert list(read_rows("x", ["a,b\n1\n1,2,3\n\n"])) == [["a", "b"], ["1"], ["1", "2", "3"], [""]]


def test_line_ends_of_windows_and_a_missing_last_one_are_read() -> None:
    assert list(read_rows("x", ['a,b\r\n1,"2\\"x"\r\n3,4'])) == [["a", "b"], ["1", '2\\"x'], ["3", "4"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'a,b\n1,"open', "x: row 2 has a misplaced quote, or a field that does not end"),
        (b'a,b\n1,2\n1,"open\\"x', "x: row 3 has a misplaced quote"),
        (b'a,b\n1,"shut"again\n', "x: row 2 has a misplaced quote"),
        (b'a,b\n1,"a\\"b"c\n', "x: row 2 has a misplaced quote"),
        (b"a,b\n\xff,2\n", "x: is not UTF-8 text after row "),
        (b"a,b\n1,\xe2\x82", "x: is not UTF-8 text after row "),
    ],
)
def test_a_text_that_php_cannot_write_is_unreadable_and_the_error_names_its_row(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(message)):
        list(read_rows("x", [content]))


def test_a_field_longer_than_the_csv_module_takes_is_read() -> None:
    long = "x" * (csv.field_size_limit() + 1)
    assert list(read_rows("x", [f'a,b\n1,"{long}"\n'])) == [["a", "b"], ["1", long]]


def test_a_quote_that_never_closes_is_an_error_within_limited_memory() -> None:
    size = 0

    def endless() -> Iterator[bytes]:
        nonlocal size
        yield b'a,b\n1,"'
        while True:
            size += 1 << 16
            yield b"x\n" * (1 << 15)

    with pytest.raises(Unreadable, match="row 2 is longer than"):
        list(read_rows("x", endless()))
    assert size <= 3 * php_csv.MAX_ROW_LENGTH


def test_empty_files_have_no_rows() -> None:
    assert list(read_rows("x", [])) == list(read_rows("x", [b"", b"\xef\xbb\xbf"])) == []
