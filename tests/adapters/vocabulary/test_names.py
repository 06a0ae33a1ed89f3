"""Agencies and platforms are found by every one of their names, and no name is ambiguous."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.toml import ProfileError
from adapters.vocabulary.enums import AgencyKind
from adapters.vocabulary.jurisdictions import KOREAN_PROVINCES, parse_jurisdiction
from adapters.vocabulary.names import (
    AGENCIES,
    PLATFORMS,
    Agency,
    Name,
    Platform,
    Register,
    RegisterEntry,
    find_agency,
    find_platform,
    read_agencies,
    read_platforms,
)
from adapters.vocabulary.spelling import fold

ENTRIES: list[RegisterEntry] = [*AGENCIES.values(), *PLATFORMS.values()]

NAMES = [(entry.id, text) for entry in ENTRIES for text in (entry.id, *(n.text for n in entry.names), *entry.aliases)]


def wide(text: str) -> str:
    """The text in full-width forms, as East Asian input methods write Latin letters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def find(id: str, text: str) -> RegisterEntry | None:
    return find_agency(text) if id in AGENCIES else find_platform(text)


@given(
    id_and_name=st.sampled_from(NAMES),
    case=st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str]),
    form=st.sampled_from([wide, str, lambda text: unicodedata.normalize("NFD", text)]),
    space=st.sampled_from([" ", "  ", "\t", "\u3000", "\u00a0", "\n"]),
)
def test_case_width_composition_and_white_space_do_not_matter(
    id_and_name: tuple[str, str], case: Callable[[str], str], form: Callable[[str], str], space: str
) -> None:
    id, text = id_and_name
    spelling = space + form(case(text)).replace(" ", space) + space
    entry = find(id, spelling)
    assert entry is not None
    assert entry.id == id


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_an_entry_has_the_name_by_which_it_is_found(text: str) -> None:
    for entry in (find_agency(text), find_platform(text)):
        if entry is not None:
            assert fold(text) in {fold(name) for id, name in NAMES if id == entry.id}


@pytest.mark.parametrize(
    "text", ["Telegram Messenger Inc.", "telegram", "텔레그램", "ＴＥＬＥＧＲＡＭ", " Telegram  messenger inc. "]
)
def test_telegram_is_one(text: str) -> None:
    assert find_platform(text) is PLATFORMS["telegram"]


@pytest.mark.parametrize(
    "text", ["방송통신위원회", "방송미디어통신위원회", "KCC", "Korea Communications Commission", "kr.kcc"]
)
def test_the_korean_commission_is_one_under_both_its_names(text: str) -> None:
    assert find_agency(text) is AGENCIES["kr.kcc"]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2024, 9, 30), "Korea Communications Commission"),
        (date(2025, 9, 30), "Korea Communications Commission"),
        (date(2025, 10, 1), "Korea Media and Communications Commission"),
        (date(2008, 2, 28), None),
    ],
)
def test_the_korean_commission_has_the_name_of_the_day(day: date, name: str | None) -> None:
    names = [
        entry.text
        for entry in AGENCIES["kr.kcc"].names
        if entry.language == "en" and (entry.since or date.min) <= day < (entry.until or date.max)
    ]
    assert names == ([] if name is None else [name])


@pytest.mark.parametrize(
    ("id", "day", "name"),
    [
        ("kr.kcsc", date(2025, 9, 30), "방송통신심의위원회"),
        ("kr.kcsc", date(2025, 10, 1), "방송미디어통신심의위원회"),
        ("kr.d4u", date(2025, 4, 16), "디지털성범죄피해자지원센터"),
        ("kr.d4u", date(2025, 4, 17), "중앙디지털성범죄피해자지원센터"),
        ("kr.mogef", date(2025, 9, 30), "여성가족부"),
        ("kr.mogef", date(2025, 10, 1), "성평등가족부"),
        ("kr.prosecution", date(2026, 10, 1), "대검찰청"),
        ("kr.prosecution", date(2026, 10, 2), "공소청"),
        ("kr.noi", date(2021, 1, 1), "국가수사본부"),
        ("kr.gangwon-police", date(2023, 6, 10), "강원도경찰청"),
        ("kr.gangwon-police", date(2023, 6, 11), "강원특별자치도경찰청"),
        ("kr.jeonbuk-police", date(2024, 1, 17), "전라북도경찰청"),
        ("kr.jeonbuk-police", date(2024, 1, 18), "전북특별자치도경찰청"),
    ],
)
def test_a_korean_agency_has_the_name_of_the_day(id: str, day: date, name: str) -> None:
    names = [
        entry.text
        for entry in AGENCIES[id].names
        if entry.language == "ko" and (entry.since or date.min) <= day < (entry.until or date.max)
    ]
    assert names == [name]
    assert find_agency(name) is AGENCIES[id]


def test_all_18_forces_of_koreas_cities_and_provinces_are_listed() -> None:
    forces = [agency for agency in AGENCIES.values() if agency.id.startswith("kr.") and "-" in agency.jurisdiction]
    assert len(forces) == 18
    assert {agency.jurisdiction for agency in forces} == set(KOREAN_PROVINCES)
    assert all(agency.kind is AgencyKind.POLICE for agency in forces)
    assert AGENCIES["kr.seoul-police"].name == "Seoul Metropolitan Police Agency"


def test_the_current_name_is_the_one_without_an_end() -> None:
    assert AGENCIES["kr.kcc"].name == "Korea Media and Communications Commission"
    assert PLATFORMS["x"].name == "X"


def test_an_agency_without_an_english_name_keeps_its_own() -> None:
    assert AGENCIES["ie.cnam"].name == "Coimisiún na Meán"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_entry_has_a_current_name_and_is_found_by_it(entry: RegisterEntry) -> None:
    assert entry.name in {name.text for name in entry.names}
    assert find(entry.id, entry.name) is entry
    assert all(len(name.language) == 2 and name.text.strip() == name.text for name in entry.names)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_names_of_one_language_follow_one_another(entry: RegisterEntry) -> None:
    for language in {name.language for name in entry.names}:
        spans = sorted(
            (name.since or date.min, name.until or date.max) for name in entry.names if name.language == language
        )
        assert all(since < until for since, until in spans)
        assert all(end <= begin for (_, end), (begin, _) in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize("agency", AGENCIES.values(), ids=lambda agency: agency.id)
def test_an_agencys_jurisdiction_is_a_code_and_begins_its_id(agency: Agency) -> None:
    assert parse_jurisdiction(agency.jurisdiction) == agency.jurisdiction
    assert agency.id.split(".")[0] == agency.jurisdiction.split("-")[0].lower()


@pytest.mark.parametrize(
    ("force", "name", "where"),
    [
        ("city-of-london", "City of London Police", "GB-ENG"),
        ("metropolitan", "Metropolitan Police Service", "GB-ENG"),
        ("avon-and-somerset", "Avon and Somerset Constabulary", "GB-ENG"),
        ("devon-and-cornwall", "Devon & Cornwall Police", "GB-ENG"),
        ("dyfed-powys", "Dyfed-Powys Police", "GB-WLS"),
        ("gwent", "Gwent Police", "GB-WLS"),
        ("northern-ireland", "Police Service of Northern Ireland", "GB-NIR"),
        ("btp", "British Transport Police", "GB"),
    ],
)
def test_a_british_force_is_found_by_its_name_and_by_its_slug(force: str, name: str, where: str) -> None:
    agency = find_agency(force)
    assert agency is not None
    assert agency is find_agency(name)
    assert agency.name == name
    assert (agency.kind, agency.jurisdiction) == (AgencyKind.POLICE, where)


def test_all_forces_of_the_archive_are_listed() -> None:
    """39 forces of England, 4 of Wales, PSNI and the transport police."""
    forces = [agency for agency in AGENCIES.values() if agency.id.startswith("gb.") and agency.id.endswith("-police")]
    where = [agency.jurisdiction for agency in forces]
    assert {code: where.count(code) for code in where} == {"GB-ENG": 39, "GB-WLS": 4, "GB-NIR": 1, "GB": 1}


@pytest.mark.parametrize("text", ["", " ", "nobody", "Agence France-Presse", "AFP", "t" * 10_000])
def test_an_unknown_name_has_no_entry(text: str) -> None:
    assert find_agency(text) is None
    assert find_platform(text) is None


def platform(id: str, *names: str, until: date | None = None) -> Platform:
    return Platform(id=id, names=tuple(Name(text, "en", until=until) for text in names))


def test_an_ambiguous_name_is_refused() -> None:
    with pytest.raises(ProfileError, match="THREE: means both one and two"):
        Register([platform("one", "Three"), platform("two", "THREE")])


def test_a_name_that_is_the_id_of_another_entry_is_refused() -> None:
    with pytest.raises(ProfileError, match="One: means both one and two"):
        Register([platform("one", "First"), platform("two", "One")])


def test_a_repeated_id_is_refused() -> None:
    with pytest.raises(ProfileError, match="one: there are two entries of this id"):
        Register([platform("one", "First"), platform("one", "Second")])


def test_an_entry_without_a_current_name_is_refused() -> None:
    with pytest.raises(ProfileError, match="one: it has no current name"):
        Register([platform("one", "First", until=date(2000, 1, 1))])


@pytest.mark.parametrize("toml", [b"=", b"[[agency]]\nid = 'a'", b"[[platform]]\nid = 'a'\nnames = []\ncolour = 'red'"])
def test_a_file_of_another_shape_is_refused(toml: bytes) -> None:
    with pytest.raises(ProfileError, match="^agencies: "):
        read_agencies(toml)
    with pytest.raises(ProfileError, match="^platforms: "):
        read_platforms(toml)
