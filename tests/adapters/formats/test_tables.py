"""Tables: CSV and JSON in one shape, and what is no table is refused in our own words."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.formats.tables import NULL, Table, read_csv, read_json_table


def csv(text: str, **how: str) -> Table:
    return read_csv("t.csv", text.encode(), **how)


def json(text: str, at: str | None = None) -> Table:
    return read_json_table("t.json", text.encode(), at)


def test_a_byte_order_mark_quoted_thousands_and_stray_white_space_are_read() -> None:
    table = csv('\ufeffCountry,"% Not Enough Information "\r\n"Korea,\u00a0South","1,234"\r\n\r\n')
    assert table == Table(columns=("Country", "% Not Enough Information"), lines=[["Korea, South", "1,234"]])


def test_other_encodings_and_delimiters_are_read_as_the_profile_says() -> None:
    assert read_csv("t.csv", "국가;건수\n대한민국;3\n".encode("cp949"), "cp949", ";").lines == [["대한민국", "3"]]
    with pytest.raises(Unreadable, match="is no CSV text in utf-8"):
        read_csv("t.csv", "국가\n".encode("cp949"))


@pytest.mark.parametrize("text", ['a,b\n"open', 'a,b\n"x"y,1\n'])
def test_quotes_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="is no CSV text"):
        csv(text)


def test_a_table_without_a_header_or_with_two_columns_of_one_name_is_refused() -> None:
    with pytest.raises(UnexpectedShape, match="holds no table"):
        csv("\n\n")
    with pytest.raises(UnexpectedShape, match="two columns have one name"):
        csv("a,a \n1,2\n")


def test_a_list_of_objects_has_all_their_keys_as_columns() -> None:
    table = json('[{"a": 1, "b": null}, {"b": 0.10, "c": true}]')
    assert table == Table(columns=("a", "b", "c"), lines=[["1", NULL, ""], ["", "0.10", "true"]])


def test_columns_and_rows_may_stand_under_a_key_and_the_lines_beside_it_are_counted() -> None:
    table = json('{"@": {}, "x": {"rows": [1, 2]}, "y": {"columns": ["n"], "rows": [[7]]}, "z": null}', "y")
    assert table == Table(columns=("n",), lines=[["7"]], beside=2)


def test_rows_that_name_their_period_have_it_in_the_first_column() -> None:
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


def test_a_key_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnexpectedShape, match="has no key y"):
        json('{"x": []}', "y")


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_digits_however_long_they_are(number: int | Decimal) -> None:
    text = str(number) if isinstance(number, int) else format(number, "e")
    ((cell,),) = json(f'{{"columns": ["n"], "rows": [[{text}]]}}').lines
    assert len(cell) < 200
    assert cell == "?" or Decimal(cell) == number


@given(st.binary(max_size=80))
def test_whatever_the_bytes_only_errors_of_ours_come_out(content: bytes) -> None:
    for read in (read_csv, read_json_table):
        with suppress(SourceError):
            read("t", content)
