"""Every canonical value has its words, and a terms file that does not fit the closed lists is refused."""

import json
import os
import re
from datetime import date
from enum import unique
from pathlib import Path
from typing import Any

import pytest

from adapters.toml import ProfileError
from adapters.vocabulary import enums
from adapters.vocabulary.enums import (
    ArrestEvent,
    CaseStatus,
    EnforcementPoint,
    HarmCategory,
    InformationRequestType,
    TakedownMeasure,
    TakedownStatus,
    TakedownTrigger,
    Vocabulary,
)
from adapters.vocabulary.terms import (
    Glossary,
    PublisherTerm,
    crosswalk,
    describe,
    heading,
    schemes,
    term,
    terms,
    vocabularies,
)

SAMPLES = Path(os.environ.get("GATEWAY_SAMPLES", Path(__file__).parents[3].parent / "shared" / "samples"))
CROSSWALK = SAMPLES.parent / "vocabulary" / "crosswalk.json"

HANGUL = re.compile("[가-힣]")

every_list = pytest.mark.parametrize("enum", vocabularies(), ids=lambda enum: enum.__name__)


@unique
class Light(Vocabulary):
    """A closed list small enough to write invalid terms for."""

    RED = "RED"
    GREEN = "GREEN"


def light(values: str) -> bytes:
    """A terms file for Light with `values` under it."""
    return f"""
        [schemes]
        road = "The road."
        [lists.Light]
        en = "Light"
        ko = "신호"
        description = "What the light shows."
        {values}
    """.encode()


def value(name: str, **more: str) -> str:
    words = {"en": '"a"', "ko": '"가"', "description": '"An a."'} | more
    return "\n".join([f"[lists.Light.values.{name}]", *(f"{key} = {text}" for key, text in words.items())])


def test_every_closed_list_is_listed() -> None:
    names = {name for name, kind in vars(enums).items() if isinstance(kind, type) and issubclass(kind, Vocabulary)}
    assert {enum.__name__ for enum in vocabularies()} == names - {"Vocabulary"}


@every_list
def test_every_value_has_both_labels_and_a_sentence_that_describes_it(enum: type[Vocabulary]) -> None:
    for member in enum:
        words = term(member)
        assert (words.enum, words.value) == (enum.__name__, member.value)
        assert words.label_en.isascii()
        assert HANGUL.search(words.label_ko)
        assert words.description.endswith(".")
        assert words.description[0].isupper()


@every_list
def test_every_list_has_both_labels_and_a_description(enum: type[Vocabulary]) -> None:
    words = heading(enum)
    assert words.label_en.isascii()
    assert HANGUL.search(words.label_ko)
    assert describe(enum) == words.description
    assert words.description.endswith(".")


@every_list
def test_terms_come_in_the_order_of_the_list(enum: type[Vocabulary]) -> None:
    assert [words.value for words in terms(enum)] == [member.value for member in enum]


@every_list
def test_labels_of_a_list_are_distinct(enum: type[Vocabulary]) -> None:
    assert len({words.label_en for words in terms(enum)}) == len(enum)
    assert len({words.label_ko for words in terms(enum)}) == len(enum)


@every_list
def test_every_native_term_leads_back_to_its_value(enum: type[Vocabulary]) -> None:
    by_scheme = {scheme: crosswalk(enum, scheme) for scheme in schemes()}
    members = {(native.scheme, native.term): member for member in enum for native in term(member).native}
    assert {(scheme, word): member for scheme, words in by_scheme.items() for word, member in words.items()} == members


@pytest.mark.parametrize(
    ("scheme", "word", "member"),
    [
        ("kcsc", "접속차단", TakedownMeasure.ACCESS_DISABLED),
        ("dsa", "DECISION_VISIBILITY_CONTENT_DISABLED", TakedownMeasure.ACCESS_DISABLED),
        ("kcsc", "삭제", TakedownMeasure.REMOVED),
        ("kcsc", "이용정지", TakedownMeasure.ACCOUNT_SUSPENDED),
        ("kcsc", "이용해지", TakedownMeasure.ACCOUNT_TERMINATED),
        ("kcsc", "시정요구", TakedownTrigger.REGULATOR_REQUEST),
        ("lumen", "Partial", TakedownStatus.PARTIALLY_COMPLIED),
        ("kr", "통신이용자정보", InformationRequestType.SUBSCRIBER_DATA),
        ("kr", "comm_user_information", InformationRequestType.SUBSCRIBER_DATA),
        ("kr", "통신자료", InformationRequestType.SUBSCRIBER_DATA),
        ("kr", "통신사실확인자료", InformationRequestType.TRAFFIC_DATA),
        ("kr", "통신제한조치", InformationRequestType.INTERCEPTION),
        ("kr", "검거", ArrestEvent.APPREHENDED),
        ("kr", "구속", ArrestEvent.DETAINED),
        ("kr", "불구속", ArrestEvent.BOOKED_WITHOUT_DETENTION),
        ("kr", "송치", ArrestEvent.REFERRED_TO_PROSECUTION),
        ("uk", "unable-to-prosecute", CaseStatus.CLOSED_NO_PROSECUTION),
        ("uk", "Suspect charged", CaseStatus.CHARGED),
        ("uk", "Violence and sexual offences", HarmCategory.VIOLENCE_OR_SEX_OFFENCE),
    ],
)
def test_a_publishers_word_has_its_canonical_value(scheme: str, word: str, member: Vocabulary) -> None:
    assert crosswalk(type(member), scheme)[word] is member


def test_equal_texts_of_different_lists_are_distinct() -> None:
    assert hash(TakedownTrigger.COURT_ORDER) == hash(enums.LegalBasis.COURT_ORDER)
    assert term(TakedownTrigger.COURT_ORDER).enum == "TakedownTrigger"
    assert term(enums.LegalBasis.COURT_ORDER).enum == "LegalBasis"


def test_deepfake_keywords_join_at_the_cut_of_july_2025() -> None:
    cut = date(2025, 7, 1)
    keywords = {
        native.term: native for native in term(HarmCategory.NON_CONSENSUAL_DEEPFAKE).native if native.scheme == "dsa"
    }
    assert keywords["KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE"].until == cut
    assert keywords["KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"].since == cut


def test_a_native_term_without_dates_is_always_in_use() -> None:
    assert PublisherTerm("kcsc", "접속차단") in term(TakedownMeasure.ACCESS_DISABLED).native


def test_a_list_without_terms_in_a_scheme_has_an_empty_mapping() -> None:
    assert crosswalk(EnforcementPoint, "uk") == {}


def test_an_unknown_scheme_is_an_error() -> None:
    with pytest.raises(KeyError):
        crosswalk(CaseStatus, "ukk")


PROSE = {
    "every statement of reasons",
    "*",
    "(anti-social behaviour: incidents without an outcome)",
}
"""What the crosswalk describes in words: it is in notes."""

TERMS_BY_TEXT = {
    "KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE (until 2025-06-30)": {"KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE"},
    "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR (until 2025-06-30)": {"STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"},
    "comm_user_information 통신이용자정보": {"comm_user_information", "통신이용자정보"},
    "comm_confirmation_data 통신사실확인자료": {"comm_confirmation_data", "통신사실확인자료"},
    "seizure_warrant 압수수색영장": {"seizure_warrant", "압수수색영장"},
    "comm_restriction 통신제한조치": {"comm_restriction", "통신제한조치"},
    "stop-and-search outcome Arrest": {"Arrest"},
    # A word for who somebody is: it names no stage.
    "촉법소년 (10-13)": set(),
    "선고 (유죄)": {"유죄"},
}


CORRECTED = {
    ("dsa", "KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE"): HarmCategory.NON_CONSENSUAL_DEEPFAKE,
    ("dsa", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"): HarmCategory.NON_CONSENSUAL_DEEPFAKE,
    ("dsa", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN"): HarmCategory.NON_CONSENSUAL_DEEPFAKE,
    ("knpa", "불법성영상물"): HarmCategory.OTHER,
    ("lumen", "GovernmentRequest"): TakedownTrigger.GOVERNMENT_REQUEST,
    ("lumen", "LocalLaw"): TakedownTrigger.GOVERNMENT_REQUEST,
    ("google", "Government Officials"): TakedownTrigger.GOVERNMENT_REQUEST,
}
"""Terms for which the crosswalk claims more than their publisher says."""


@pytest.mark.parametrize(
    ("scheme", "word", "member"),
    [
        *((scheme, word, member) for (scheme, word), member in CORRECTED.items()),
        ("google", "Military", TakedownTrigger.GOVERNMENT_REQUEST),
        ("nypd_law", "PL 25045", HarmCategory.NCII),
        ("nypd_law", "PL 25050", HarmCategory.NCII),
        ("ncmec", "online enticement of children", HarmCategory.CHILD_GROOMING),
        ("dsa", "KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS", HarmCategory.CHILD_GROOMING),
        ("tiktok", "Grooming behavior", HarmCategory.CHILD_GROOMING),
        ("ncmec", "child sex trafficking", HarmCategory.HUMAN_TRAFFICKING),
        ("dsa", "KEYWORD_HUMAN_TRAFFICKING", HarmCategory.HUMAN_TRAFFICKING),
        ("dsa", "KEYWORD_TRAFFICKING_WOMEN_GIRLS", HarmCategory.HUMAN_TRAFFICKING),
        ("meta", "Child Endangerment: Sexual Exploitation", HarmCategory.CHILD_SEXUAL_EXPLOITATION),
        ("tiktok", "Sexual exploitation of minors", HarmCategory.CHILD_SEXUAL_EXPLOITATION),
        ("law_cases", "촬영물등이용", HarmCategory.CYBER_VIOLENCE_OTHER),
    ],
)
def test_a_category_says_no_more_than_the_publisher(scheme: str, word: str, member: Vocabulary) -> None:
    assert crosswalk(type(member), scheme)[word] is member


@pytest.mark.parametrize(
    ("member", "label"),
    [
        (ArrestEvent.DIVERTED_JUVENILE, "소년부 송치"),
        (ArrestEvent.BOOKED_WITHOUT_DETENTION, "불구속 입건"),
        (CaseStatus.CLOSED_NO_SUSPECT, "미제(관리미제)"),
        (TakedownMeasure.AGE_RESTRICTED, "청소년유해매체물 표시"),
    ],
)
def test_a_korean_label_is_the_word_of_the_authority(member: Vocabulary, label: str) -> None:
    assert term(member).label_ko == label


def test_an_enforcement_point_is_a_place_in_korean_too() -> None:
    assert heading(EnforcementPoint).label_ko == "조치 지점"


def test_what_is_no_code_of_the_dsa_database_is_not_mapped() -> None:
    """Its vocabulary has NOT_SPECIFIED_NOTICE alone; the templates of harmonised reports have that of orders too."""
    assert "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE" in crosswalk(HarmCategory, "dsa")
    assert "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER" not in crosswalk(HarmCategory, "dsa")
    assert "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER" in crosswalk(HarmCategory, "dsa_reports")


def test_the_whole_crosswalk_is_included() -> None:
    if not CROSSWALK.is_file():
        pytest.skip("the crosswalk is not beside the samples; set GATEWAY_SAMPLES")
    document: dict[str, dict[str, dict[str, Any]]] = json.loads(CROSSWALK.read_text("utf-8"))
    lists = {enum.__name__: enum for enum in vocabularies()}
    for name, values in document.items():
        for canonical, texts_by_scheme in values.items():
            words = term(lists[name](canonical))
            terms_here = {(native.scheme, native.term) for native in words.native}
            terms_there = {
                (scheme, word)
                for scheme, texts in texts_by_scheme.items()
                if scheme != "note"
                for text in texts
                if text not in PROSE
                for word in TERMS_BY_TEXT.get(text, {text})
                if (scheme, word) not in CORRECTED
            }
            assert terms_there <= terms_here
            if "note" not in texts_by_scheme and any(
                text in PROSE for texts in texts_by_scheme.values() for text in texts
            ):
                assert words.note


def test_a_valid_file_is_read() -> None:
    glossary = Glossary(
        light(
            value("RED", native='{ road = ["stop", { term = "halt", until = 2000-01-01 }] }') + "\n" + value("GREEN")
        ),
        [Light],
    )
    assert glossary.term(Light.RED).native == (
        PublisherTerm("road", "stop"),
        PublisherTerm("road", "halt", until=date(2000, 1, 1)),
    )
    assert glossary.crosswalk(Light, "road") == {"stop": Light.RED, "halt": Light.RED}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        pytest.param(value("RED"), "no labels for GREEN", id="a value without labels"),
        pytest.param(
            "\n".join(map(value, ["RED", "GREEN", "BLUE"])),
            "labels for BLUE, which do not exist",
            id="a value too many",
        ),
        pytest.param(value("RED") + "\n" + value("GREEN", ko='" "'), "Light.GREEN: .* is empty", id="an empty label"),
        pytest.param(value("RED") + "\n[lists.Light.values.GREEN]\nen = 'a'", "missing required field", id="no Korean"),
        pytest.param(value("RED") + "\n" + value("GREEN", kr='"가"'), "unknown field `kr`", id="a misspelt key"),
        pytest.param(
            value("RED", native='{ road = ["go"] }') + "\n" + value("GREEN", native='{ road = ["go"] }'),
            "Light.GREEN: 'go' in scheme 'road' already means RED",
            id="a native term claimed twice",
        ),
        pytest.param(
            value("RED") + "\n" + value("GREEN", native='{ rail = ["go"] }'),
            "there is no scheme 'rail'",
            id="no scheme",
        ),
        pytest.param(
            value("RED")
            + "\n"
            + value("GREEN", native='{ road = [{ term = "go", since = 2001-01-01, until = 2001-01-01 }] }'),
            "the end of 'go' is before its beginning",
            id="a term without a day",
        ),
        pytest.param("=", "is not TOML in UTF-8", id="no TOML"),
    ],
)
def test_an_invalid_file_is_refused(values: str, complaint: str) -> None:
    with pytest.raises(ProfileError, match=complaint):
        Glossary(light(values), [Light])


def test_labels_for_a_list_that_does_not_exist_are_refused() -> None:
    with pytest.raises(ProfileError, match="labels for Light, which do not exist"):
        Glossary(light(value("RED") + "\n" + value("GREEN")), [])
