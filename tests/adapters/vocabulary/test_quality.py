"""Quality notes: valid, and attached to the records that they concern and to no other."""

from datetime import date

import pytest

from adapters.toml import ProfileError
from adapters.vocabulary.names import PLATFORMS
from adapters.vocabulary.quality import NOTES, notes_on_figure, notes_on_takedown, read_notes

DSA = "dsa_transparency"


def takedown(platform: str, day: date | None, *attributes: str, terms: tuple[str, ...] = ()) -> set[str]:
    return {note.id for note in notes_on_takedown(DSA, platform, day, attributes, terms)}


def figure(platform: str | None, start: date, end: date, **by: str) -> set[str]:
    return {note.id for note in notes_on_figure(DSA, platform, start, end, by.items())}


def test_notes_name_known_platforms() -> None:
    assert {platform for note in NOTES for platform in note.platforms} <= PLATFORMS.keys()


def test_google_play_stated_automated_detection_the_wrong_way_round() -> None:
    notes = {"dsa-google-play-automated-detection"}
    assert takedown("google-play", date(2026, 5, 28), "automated_detection") == notes
    assert takedown("google-play", date(2026, 5, 29), "automated_detection") == set()
    assert takedown("google-play", date(2025, 1, 1)) == set(), "a statement without the attribute is not wrong"
    assert takedown("tiktok", date(2025, 1, 1), "automated_detection") == set()
    assert figure("google-play", date(2026, 5, 28), date(2026, 6, 2), automated_detection="Yes") == notes
    assert figure("google-play", date(2026, 6, 1), date(2026, 6, 2), automated_detection="Yes") == set()
    assert figure("google-play", date(2026, 5, 1), date(2026, 5, 2), category="x") == set()


def test_meta_named_the_wrong_source_for_trusted_flaggers() -> None:
    assert takedown("instagram", date(2025, 10, 27), "trigger") == {"dsa-meta-trusted-flaggers"}
    assert takedown("instagram", date(2025, 10, 28), "trigger") == set()
    assert takedown("telegram", date(2025, 10, 27), "trigger") == set()
    assert takedown("threads", date(2025, 10, 27), "trigger") == set()
    assert figure("facebook", date(2025, 10, 1), date(2025, 10, 2), source_type="SOURCE_ARTICLE_16") == {
        "dsa-meta-trusted-flaggers"
    }


def test_duplicates_concern_what_was_received_before_they_were_removed() -> None:
    assert takedown("tiktok", date(2024, 6, 17)) == {"dsa-duplicates-2024"}
    assert takedown("tiktok", date(2024, 6, 18)) == set()
    assert figure(None, date(2024, 1, 1), date(2024, 1, 2)) == {"dsa-duplicates-2024"}


def test_renamed_codes_say_that_they_were_renamed() -> None:
    old, new = "KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    assert takedown("x", date(2025, 6, 30), terms=(old,)) == {"dsa-vocabulary-2025-07-01"}
    assert takedown("x", date(2025, 7, 1), terms=(new,)) == {"dsa-vocabulary-2025-07-01"}
    assert takedown("x", date(2025, 7, 1), terms=("KEYWORD_OTHER",)) == set()
    joined = f"KEYWORD_OTHER__{new}"
    assert figure("x", date(2025, 7, 1), date(2025, 7, 2), keyword=joined) == {"dsa-vocabulary-2025-07-01"}


def test_other_sources_are_not_concerned() -> None:
    assert list(notes_on_takedown("lumen", "google-play", date(2025, 1, 1), ["automated_detection"], [])) == []
    assert list(notes_on_figure("fake", None, None, None, [])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        'axis = "a"',
        'attribute = "a"',
        "since = 2025-01-01\nuntil = 2025-01-01",
        'id = "b"',
        'what = "else"',
        '[[note]]\nid = "a"\nsource = "s"\ntext = "t"\ncitation = "c"',
    ],
)
def test_invalid_notes_are_refused(wrong: str) -> None:
    with pytest.raises(ProfileError):
        read_notes(f'[[note]]\nid = "a"\nsource = "s"\ntext = "t"\ncitation = "c"\n{wrong}'.encode())
