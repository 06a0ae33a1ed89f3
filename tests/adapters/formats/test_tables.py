"""Tables: CSV and JSON in one shape; anything else is one of our errors."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.formats.tables import NULL, Table, read_csv, read_json_table


def csv(text: str, **options: str) -> Table:
    return read_csv("t.csv", text.encode(), **options)


def json(text: str, key: str | None = None) -> Table:
    return read_json_table("t.json", text.encode(), key)


def test_a_byte_order_mark_quoted_thousands_and_stray_white_space_are_read() -> None:
    table = csv('\ufeffCountry,"% Not Enough Information "\r\n"Korea,\u00a0South","1,234"\r\n\r\n')
    assert table == Table(columns=("Country", "% Not Enough Information"), lines=[["Korea, South", "1,234"]])


def test_other_encodings_and_delimiters_are_read() -> None:
    assert read_csv("t.csv", "국가;건수\n대한민국;3\n".encode("cp949"), "cp949", ";").lines == [["대한민국", "3"]]
    with pytest.raises(Unreadable, match="is not CSV in utf-8"):
        read_csv("t.csv", "국가\n".encode("cp949"))


@pytest.mark.parametrize("text", ['a,b\n"open', 'a,b\n"x"y,1\n'])
def test_misplaced_quotes_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="is not CSV"):
        csv(text)


def test_a_table_without_a_header_or_with_two_columns_of_one_name_is_refused() -> None:
    with pytest.raises(UnexpectedShape, match="has no header"):
        csv("\n\n")
    with pytest.raises(UnexpectedShape, match="two columns have one name"):
        csv("a,a \n1,2\n")


def test_a_list_of_objects_has_all_their_keys_as_columns() -> None:
    table = json('[{"a": 1, "b": null}, {"b": 0.10, "c": true}]')
    assert table == Table(columns=("a", "b", "c"), lines=[["1", NULL, ""], ["", "0.10", "true"]])


def test_rows_of_objects_have_the_union_of_their_keys_as_columns() -> None:
    table = json('{"rows": [{"a": 1}, {"b": 2, "a": 3}, {"c": 4}], "source": "orchard"}')
    assert table == Table(columns=("a", "b", "c"), lines=[["1", "", ""], ["3", "2", ""], ["", "", "4"]])


@pytest.mark.parametrize("text", ['{"a": 1}', '{"rows": {}}', '{"columns": ["a"], "rows": {"a": 1}}', '{"data": [1]}'])
def test_json_without_a_list_of_rows_is_refused_and_is_not_an_empty_table(text: str) -> None:
    with pytest.raises(UnexpectedShape, match="is not a list of objects and has no list of rows"):
        json(text)


def test_columns_and_rows_may_be_under_a_key_and_lines_under_other_keys_are_counted() -> None:
    table = json('{"@": {}, "x": {"rows": [1, 2]}, "y": {"columns": ["n"], "rows": [[7]]}, "z": null}', "y")
    assert table == Table(columns=("n",), lines=[["7"]], other_lines=2)


def test_a_period_that_is_the_key_of_a_row_is_the_first_column() -> None:
    table = json('{"columns": ["n"], "rows": [{"2019": [7]}, {"2020": [8], "redundant": true}]}')
    assert table == Table(columns=("period", "n"), lines=[["2019", "7"], ["2020", "8"]])


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "[1]",
        "{}",
        '{"columns": ["a"]}',
        '{"columns": [["a"]], "rows": []}',
        '{"columns": ["a"], "rows": [1]}',
        '{"columns": ["a"], "rows": [{"x": 1}]}',
        '{"columns": ["a"], "rows": [[{}]]}',
    ],
)
def test_json_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(UnexpectedShape):
        json(text)


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(UnexpectedShape, match="has no key y"):
        json('{"x": []}', "y")


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_digits(number: int | Decimal) -> None:
    text = str(number) if isinstance(number, int) else format(number, "e")
    ((cell,),) = json(f'{{"columns": ["n"], "rows": [[{text}]]}}').lines
    assert len(cell) < 200
    assert cell == "?" or Decimal(cell) == number


@given(st.binary(max_size=80))
def test_any_bytes_are_a_table_or_one_of_our_errors(content: bytes) -> None:
    for read in (read_csv, read_json_table):
        with suppress(SourceError):
            read("t", content)
