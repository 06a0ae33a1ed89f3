"""Extents: a scope vouches for what its name shows to be whole, and for nothing else."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.extents import Extent
from adapters.police.uk_police import ABOUT as UK_POLICE
from adapters.police.uk_police.archive import archive_scope
from adapters.police.uk_police.extents import ENGLAND, FORCES, NORTHERN_IRELAND, RECORDS, TERRITORIES, WALES
from adapters.police.uk_police.kinds import KINDS
from adapters.source import ARCHIVE, LIVE
from adapters.vocabulary.enums import AgencyKind, RecordType
from adapters.vocabulary.names import AGENCIES, find_agency
from gateway.settings import Settings
from gateway.wiring import sources

ABOUTS = {source.about.name: source.about for source in sources(Settings())}
JULY = (date(2019, 7, 1), date(2019, 8, 1))

WHOLE = [
    ("uk_police", ARCHIVE, "greater-manchester/2019-07/street", RecordType.CASE, "gb.greater-manchester-police", False),
    ("uk_police", ARCHIVE, "gwent/2019-07/outcomes", RecordType.STATUS_EVENT, "gb.gwent-police", False),
    ("uk_police", ARCHIVE, "btp/2019-07/stop-and-search", RecordType.ARREST, "gb.british-transport-police", True),
    ("uk_police", LIVE, "metropolitan/2019-07/stop-and-search", RecordType.ARREST, "gb.metropolitan-police", True),
    ("socrata_arrests", LIVE, "new_york/2019-07", RecordType.ARREST, "us.nypd", False),
    ("socrata_arrests", LIVE, "chicago/2019-07", RecordType.ARREST, "us.chicago-police", True),
]
"""Scopes that vouch: their type of record, agency, and whether silence says nothing even so. All are of July 2019."""

PARTS = [
    ("uk_police", LIVE, "51.5074,-0.1278/2024-10/street"),
    ("uk_police", LIVE, "51.5,-0.1:51.6,-0.1:51.6,-0.2/2024-10/outcomes"),
    ("uk_police", LIVE, "metropolitan/2019-07/street"),
    ("uk_police", ARCHIVE, "ofcom/2019-07/street"),
    ("uk_police", ARCHIVE, "metropolitan/2019-13/street"),
    ("socrata_arrests", ARCHIVE, "new_york/2019-07"),
    ("socrata_arrests", LIVE, "new_york"),
    ("socrata_arrests", LIVE, "boston/2019-07"),
    ("korea_law", LIVE, "prec/허위영상물/2024"),
    ("lumen", LIVE, "deepfake/2024-09"),
    ("dsa_transparency", "research", "search/tiktok/2024-09-10"),
    ("dsa_transparency", "research", "aggregates/2024-09-10"),
    ("dsa_transparency", ARCHIVE, "global/2024-09-10"),
    ("fbi_crime_data", LIVE, "national/23/2024"),
    ("korea_open_data", ARCHIVE, "15142026/20240831"),
    ("telegram_transparency", ARCHIVE, "dataset"),
    ("dsa_harmonised_reports", ARCHIVE, "part-3"),
    ("published_figures", ARCHIVE, "published_figures"),
    ("google_government_requests", ARCHIVE, "google-government-removal-requests"),
]
"""Scopes that are a part of a place, a search, or a file of figures."""


def extent_of(source: str, channel: str, name: str) -> Extent | None:
    rule = ABOUTS[source].extent
    return None if rule is None else rule(channel, name)


@pytest.mark.parametrize(("source", "channel", "name", "record", "agency", "selective"), WHOLE)
def test_a_month_of_an_agency_vouches_for_that_agency_and_month(
    source: str, channel: str, name: str, record: RecordType, agency: str, selective: bool
) -> None:
    extent = extent_of(source, channel, name)
    assert extent is not None
    assert (extent.records, extent.agencies) == (frozenset({record}), frozenset({agency}))
    assert (extent.start, extent.end) == JULY
    assert (extent.jurisdictions, extent.platforms, extent.selective) == (None, None, selective)


@pytest.mark.parametrize(("source", "channel", "name"), PARTS)
def test_a_part_vouches_for_nothing(source: str, channel: str, name: str) -> None:
    assert extent_of(source, channel, name) is None


@given(st.sampled_from(sorted(ABOUTS)), st.sampled_from([ARCHIVE, LIVE, "research", "push", ""]), st.text(max_size=60))
@example("uk_police", ARCHIVE, "metropolitan/0000-01/street")
@example("socrata_arrests", LIVE, "new_york/9999-12")
def test_any_name_has_an_extent_or_none(source: str, channel: str, name: str) -> None:
    extent_of(source, channel, name)


def test_the_archive_names_its_scopes_as_extents_read_them() -> None:
    for force in FORCES:
        for kind, data in KINDS.items():
            scope = archive_scope(Path(f"2019-07-{force}-{kind}.csv"))
            extent = extent_of("uk_police", scope.channel, scope.name)
            assert extent is not None, scope.name
            assert (extent.records, extent.start, extent.end) == (scope.records, scope.start, scope.end)
            assert RECORDS[kind] is data.record


def test_the_territories_are_the_forces_of_the_vocabulary() -> None:
    """39 territorial forces of England, 4 of Wales and 1 of Northern Ireland; none vouches for the United Kingdom."""
    assert (len(ENGLAND), len(WALES), len(NORTHERN_IRELAND)) == (39, 4, 1)
    assert set(TERRITORIES) == set(UK_POLICE.jurisdictions or ())
    for jurisdiction, tenures in TERRITORIES.items():
        forces = {
            agency.id
            for agency in AGENCIES.values()
            if agency.kind is AgencyKind.POLICE and agency.jurisdiction == jurisdiction
        }
        assert {tenure.agency for tenure in tenures} == forces
    assert {find_agency(force) for force in FORCES} <= set(AGENCIES.values())


def test_an_extent_ends_where_a_day_was_not_over_or_not_yet_published() -> None:
    extent = Extent(records=frozenset({RecordType.CASE}), start=JULY[0], end=JULY[1])

    def end_at(extent: Extent, *moment: int) -> date | None:
        shorter = extent.at(datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type,misc]  # a date and a time
        return None if shorter is None else shorter.end

    assert end_at(extent, 2019, 9, 1) == JULY[1]
    assert end_at(extent, 2019, 8, 1, 12) == JULY[1]
    assert end_at(extent, 2019, 8, 1, 11) == date(2019, 7, 31)
    assert end_at(extent, 2019, 7, 1, 23) is None
    late = Extent(records=extent.records, start=JULY[0], end=JULY[1], delay=timedelta(days=31))
    assert end_at(late, 2019, 8, 1, 12) is None
    assert end_at(late, 2019, 8, 20, 12) == date(2019, 7, 20)
