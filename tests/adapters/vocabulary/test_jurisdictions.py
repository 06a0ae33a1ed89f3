"""Jurisdictions are read from what people write, and every code knows what contains it."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycountry.db import Country

from adapters.vocabulary.jurisdictions import UnknownJurisdiction, enclosing, parse_jurisdiction

COUNTRIES = list(pycountry.countries)
CODES = [
    "EU",
    "XK",
    *(country.alpha_2 for country in COUNTRIES),
    *(subdivision.code for subdivision in pycountry.subdivisions),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KR", "KR"),
        ("kor", "KR"),
        ("South Korea", "KR"),
        ("south  korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("한국", "KR"),
        ("대한민국", "KR"),
        ("ＫＲ", "KR"),
        ("KR-11", "KR-11"),
        ("강원특별자치도", "KR-42"),
        ("강원도", "KR-42"),
        ("전북특별자치도", "KR-45"),
        ("전라북도", "KR-45"),
        ("Gyeonggi-do", "KR-41"),
        ("부산", "KR-26"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("United Kingdom", "GB"),
        ("GBR", "GB"),
        ("EL", "GR"),
        ("GRC", "GR"),
        ("EU", "EU"),
        ("European Union", "EU"),
        ("gb-eng", "GB-ENG"),
        ("England", "GB-ENG"),
        ("FRA", "FR"),
        ("프랑스", "FR"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        (" us-ny ", "US-NY"),
    ],
)
def test_a_jurisdiction_is_read_as_its_code(text: str, code: str) -> None:
    assert parse_jurisdiction(text) == code


@given(st.sampled_from(CODES))
def test_a_code_is_read_as_itself_in_any_case(code: str) -> None:
    assert parse_jurisdiction(code) == parse_jurisdiction(code.lower()) == code


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.alpha_2)
def test_a_country_is_read_from_its_codes_and_its_name_and_its_label(country: Country) -> None:
    assert parse_jurisdiction(country.alpha_2) == country.alpha_2
    assert parse_jurisdiction(country.alpha_3) == country.alpha_2
    assert parse_jurisdiction(country.name) == country.alpha_2
    assert parse_jurisdiction(getattr(country, "common_name", country.name)) == country.alpha_2


@pytest.mark.parametrize(
    "text", ["", " ", "ZZ", "ZZZ", "GB-XXX", "Atlantis", "KR-", "-", "Korea-South", "\x00", "é" * 500]
)
def test_what_is_not_known_is_an_error(text: str) -> None:
    with pytest.raises(UnknownJurisdiction):
        parse_jurisdiction(text)


@given(st.text(min_size=41))
def test_an_error_never_echoes_more_than_40_characters(text: str) -> None:
    longest = len(str(UnknownJurisdiction("x" * 40)))
    message = str(UnknownJurisdiction(text))
    assert len(message) <= longest
    assert message.isprintable()


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("GB-ENG", ("GB-ENG", "GB")),
        ("GB-LND", ("GB-LND", "GB-ENG", "GB")),
        ("KR-11", ("KR-11", "KR")),
        ("KR", ("KR",)),
        ("EU", ("EU",)),
        ("XK", ("XK",)),
    ],
)
def test_a_code_is_enclosed_by(code: str, codes: tuple[str, ...]) -> None:
    assert enclosing(code) == codes


@given(st.sampled_from(CODES))
def test_enclosing_codes_go_from_the_code_to_its_country_once_each(code: str) -> None:
    codes = enclosing(code)
    assert codes[0] == code
    assert codes[-1] == code.partition("-")[0]
    assert len(set(codes)) == len(codes)
    assert enclosing(codes[-1]) == (codes[-1],)


@pytest.mark.parametrize("text", ["kr", "KOR", "UK", "South Korea", "ZZ"])
def test_only_a_code_in_its_own_form_is_enclosed(text: str) -> None:
    with pytest.raises(UnknownJurisdiction):
        enclosing(text)


def test_subdivisions_are_enclosed_as_pycountry_says() -> None:
    parents = {each.code: each.parent_code or each.country_code for each in pycountry.subdivisions}
    assert {code: enclosing(code)[1] for code in parents} == parents
