"""Scalars: what is written is read again as it was, and whatever else is sent fails as a GraphQL error only."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType, parse_value
from hypothesis import given
from hypothesis import strategies as st

from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.contract import visible_schema
from schema.scalars import parse_duration, serialize_duration


def scalar(name: str) -> GraphQLScalarType:
    found = visible_schema().type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


NAMES = ["DateTime", "Date", "Duration", "Long", "Decimal", "URL", "Jurisdiction"]

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "DateTime": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=offsets | st.just(UTC)),  # noqa: DTZ001
    "Date": st.dates(),
    "Duration": st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=6),
    "Long": st.integers(-(2**63) + 1, 2**63 - 1),
    "Decimal": st.decimals(-(10**20), 10**20, places=6) | st.sampled_from([Decimal("1E+3"), Decimal("0.10")]),
    "URL": st.sampled_from(["https://example.org/ä?q=1#x", "http://example.org"]),
    "Jurisdiction": st.sampled_from([Jurisdiction(code) for code in ("KR", "GB-ENG", "EU")]),
}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_is_written_is_read_again_as_it_was(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    written = scalar(name).serialize(value)
    assert isinstance(written, int if name == "Long" else str)
    assert scalar(name).parse_value(written) == value
    literal = parse_value(str(written) if name == "Long" else f'"{written}"')
    assert scalar(name).parse_literal(literal) == value


@given(st.decimals(0, 10**15, places=3) | st.integers(0, 10**15))
def test_a_duration_is_hours_minutes_and_seconds_and_never_days(length: Decimal | int) -> None:
    written = serialize_duration(length)
    assert written.startswith("PT")
    assert "D" not in written
    assert parse_duration(written) == length


def test_durations_as_they_are_written() -> None:
    expected = {129_600: "PT36H", 0: "PT0S", 61: "PT1M1S", 3600: "PT1H", 86_400: "PT24H", -90: "-PT1M30S"}
    assert {length: serialize_duration(length) for length in expected} == expected
    assert serialize_duration(Decimal("129600.0")) == "PT36H"
    assert serialize_duration(Decimal("1.50")) == "PT1.5S"
    assert serialize_duration(Decimal("1.296E+5")) == "PT36H"
    assert serialize_duration(2**63 - 1) == "PT2562047788015215H30M7S"


HOSTILE: dict[str, list[Any]] = {
    "DateTime": [
        *("", "now", "2024-09-30", "2024-09-30T09:00:00", "2024-09-30 09:00:00Z", "2024-13-01T00:00:00Z"),
        *(
            "2024-09-30T09:00Z",
            "2024-W01-1T00:00:00Z",
            "20240930T090000Z",
            "2024-09-30T09:00:60Z",
            "２０２４-09-30T09:00:00Z",
        ),
        *(
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "10000-01-01T00:00:00Z",
            "2024-09-30T09:00:00+99:99",
        ),
    ],
    "Date": ["", "2024-9-3", "2024-02-30", "0000-01-01", "2024-09-30T00:00:00Z", "２０２４-09-30", "2024-09-30\n"],
    "Duration": [
        "",
        "P1D",
        "P1DT12H",
        "PT",
        "36H",
        "PT1H1H",
        "PT1M1H",
        "PT１H",
        "P1W",
        "PT1.5H",
        "PT" + "9" * 13 + "H",
        "pt1h",
    ],
    "Long": [2**63, -(2**63) - 1, 10**400, True, False, "1", 1.0, 1.5, float("inf"), float("nan")],
    "Decimal": [
        "",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e9999999",
        "1_000",
        "１",
        "0x10",
        " 1",
        "1 ",
        ".",
        "1.",
        True,
        1.5,
        10**40,
    ],
    "URL": [
        "",
        "example.org",
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "https://a b",
        "https://" + "a" * 3000,
    ],
    "Jurisdiction": ["", "ZZ", "XX-99", "Atlantis", "K R", "a" * 100_000],
}
ANYTHING = [
    "\0",
    "a\0b",
    "\ud800",
    "9" * 5_000,
    "-" * 5_000,
    10**5_000,
    None,
    [],
    {},
    [1],
    {"a": 1},
    b"x",
    object(),
    1.0,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_variable_is_a_graphql_error(name: str) -> None:
    for value in (*HOSTILE[name], *ANYTHING):
        with pytest.raises(GraphQLError) as caught:
            scalar(name).parse_value(value)
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_literal_is_a_graphql_error(name: str) -> None:
    literals = [f'"{value}"' for value in HOSTILE[name] if isinstance(value, str) and "\n" not in value]
    literals += [
        "1.5",
        "1e400",
        "9" * 5_000,
        "-" + "9" * 5_000,
        "true",
        "SOME",
        "[]",
        "[1]",
        "{a: 1}",
        "[" * 50 + "]" * 50,
    ]
    literals += [
        '"\\u0000"',
        '"a\\u0000b"',
        '"""\n"""',
        '"' + "9" * 5_000 + '"',
        "$variable",
        '"' + "x" * 100_000 + '"',
    ]
    for literal in literals:
        with pytest.raises(GraphQLError) as caught:
            scalar(name).parse_literal(parse_value(literal))
        assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("name", NAMES)
@given(value=st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.integers(), max_size=2))
def test_anything_else_is_read_or_refused(name: str, value: Any) -> None:
    try:
        read = scalar(name).parse_value(value)
    except GraphQLError:
        return
    assert scalar(name).parse_value(scalar(name).serialize(read)) == read


@given(st.text(max_size=12))
def test_a_jurisdiction_is_written_as_its_code(text: str) -> None:
    try:
        code = scalar("Jurisdiction").parse_value(text)
    except GraphQLError:
        return
    assert code.isascii()
    assert scalar("Jurisdiction").serialize(code) == code


def test_jurisdictions_are_read_by_code_and_by_name() -> None:
    read = scalar("Jurisdiction").parse_value
    assert {read(name) for name in ("KR", "KOR", "South Korea", "한국", "kr")} == {"KR"}


def test_moments_are_written_in_utc_and_read_with_any_offset() -> None:
    moment = datetime(2024, 9, 30, 9, tzinfo=timezone(timedelta(hours=9)))
    assert scalar("DateTime").serialize(moment) == "2024-09-30T00:00:00Z"
    assert scalar("DateTime").parse_value("2024-09-30T09:00:00+09:00") == moment
    assert scalar("DateTime").serialize(moment.replace(microsecond=5)) == "2024-09-30T00:00:00.000005Z"
    assert scalar("Date").serialize(date(2024, 9, 30)) == "2024-09-30"
