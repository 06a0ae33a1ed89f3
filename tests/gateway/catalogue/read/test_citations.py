"""Every record cites its own publisher: of a source that collects several, the one whose record it is."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from adapters.lazy_source import LazyFileNaming
from adapters.police.socrata_arrests.profiles import read_profiles, shipped_profiles
from adapters.police.socrata_arrests.source import SocrataArrests
from adapters.press.published_figures.source import PublishedFigures
from adapters.records import Record
from adapters.source import About, Source
from adapters.tabular.loader import load_profile
from adapters.tabular.source import TabularSource
from gateway.catalogue.catalogue import Catalogue
from gateway.settings import Settings
from gateway.wiring import sources
from schema.types.values import cite
from tests.support.catalogue import Shelf
from tests.support.fake_source import READ_AT

EXAMPLES = Path(__file__).parents[3] / "examples"

COLLECTIONS = {"socrata_arrests", "korea_open_data", "dsa_harmonised_reports", "korea_platform_requests"}
"""The sources that collect several publishers. Claims name theirs one by one, in words."""

BY_PLATFORM = {"dsa_harmonised_reports", "korea_platform_requests"}
"""Those of them whose publisher follows from the platform of the record."""

SEATTLE = """
[[city]]
name = "seattle"
title = "Arrest data of Seattle"
publisher = "Seattle Police Department"
licence = "Terms of use of Seattle"
attribution = "Seattle Police Department"
host = "data.seattle.gov"
datasets = ["aaaa-0000"]
agency = "us.nypd"
jurisdiction = "US-WA"
timezone = "America/Los_Angeles"
event = "ARRESTED"
counting_unit = "EVENT"
key = "arrest_number"
date = "arrest_occurred"
scheme = "seattle"
label = "offense"
"""

PROVENANCE = "{ arrests(first: 50) { nodes { id provenance { publisher licence attribution citation } } } }"


@pytest.fixture(scope="module")
def sources_by_name() -> Mapping[str, Source]:
    """Every source of a deployment without settings, by name."""
    return {source.about.name: source for source in sources(Settings())}


def citation(about: About, record: Record) -> str:
    """What the catalogue prints of a record of the source."""
    publisher = about.publisher_of(record.external_id, getattr(record, "platform", None))
    return cite(publisher, "file", READ_AT, getattr(record, "citation", None))


def example_records(source: Source) -> list[Record]:
    """The records of the source's recorded examples, which are shorter than the publisher's files."""
    if isinstance(source, LazyFileNaming):
        profile = load_profile(f"platforms/{source.about.name}")
        source = TabularSource(replace(profile, tables=tuple(replace(table, min_lines=1) for table in profile.tables)))

    async def read() -> list[Record]:
        scopes = source.files([EXAMPLES / source.about.name])
        return [record for scope in scopes async for batch in source.read(scope, None) for record in batch.records]

    return asyncio.run(read())


def provenances(shelf: Shelf) -> dict[str, dict[str, Any]]:
    """The provenance of each arrest, by the city in its id."""
    nodes = shelf.ask(PROVENANCE).data["arrests"]["nodes"]
    return {node["id"].split(":")[-1].partition("/")[0]: node["provenance"] for node in nodes}


def test_an_arrest_cites_its_own_city_whether_the_profile_ships_or_is_added(shelf: Shelf, tmp_path: Path) -> None:
    arrest = {"arrest_number": "1", "arrest_occurred": "2031-03-04T00:00:00.000", "offense": "THEFT"}
    (tmp_path / "seattle.json").write_text(json.dumps([arrest]))
    files = [EXAMPLES / "socrata_arrests" / f"{city}.json" for city in ("new_york", "chicago")]
    cities = {**shipped_profiles(), **read_profiles(SEATTLE.encode())}
    shelf.hold(SocrataArrests(profiles=cities), *files, tmp_path / "seattle.json")
    cited = provenances(shelf)
    assert {city: provenance["publisher"] for city, provenance in cited.items()} == {
        "new_york": "New York City Police Department (NYC Open Data)",
        "chicago": "Chicago Police Department (Chicago Data Portal)",
        "seattle": "Seattle Police Department",
    }
    for city, provenance in cited.items():
        for name in ("New York", "Chicago", "Seattle"):
            own = name.lower().replace(" ", "_") == city
            assert (name in provenance["citation"], name in provenance["attribution"]) == (own, own)
    assert cited["seattle"]["citation"].startswith(
        "Seattle Police Department: Arrest data of Seattle, seattle.json, read"
    )
    assert cited["seattle"]["licence"] == "Terms of use of Seattle"


def test_the_collection_names_the_publishers_of_all_its_cities(shelf: Shelf) -> None:
    cities = {name: shipped_profiles()[name] for name in ("new_york", "chicago")}
    shelf.hold(SocrataArrests(profiles=cities), EXAMPLES / "socrata_arrests" / "chicago.json")
    (source,) = shelf.ask("{ sources { publisher attribution } }").data["sources"]
    assert source == {
        "publisher": "New York City Police Department (NYC Open Data); Chicago Police Department (Chicago Data Portal)",
        "attribution": "New York City Police Department, NYC Open Data; Chicago Police Department, Chicago Data Portal",
    }


def test_the_citation_of_a_claim_begins_with_who_made_it(shelf: Shelf) -> None:
    shelf.hold(PublishedFigures())
    nodes = shelf.ask(
        """{ statistics(first: 100) { nodes { citation provenance { citation } } }
        informationRequests { nodes { citation provenance { citation } } }
        cooperationRequests { nodes { citation provenance { citation } } } }"""
    ).data
    claims = [node for page in nodes.values() for node in page["nodes"]]
    assert len(claims) > 30
    for claim in claims:
        assert claim["provenance"]["citation"].startswith(f"{claim['citation'].rstrip('.')}. Enforcement Gateway, from")


@pytest.mark.parametrize("name", sorted(COLLECTIONS))
def test_every_record_of_a_collection_cites_its_publisher_and_no_other(
    name: str, sources_by_name: Mapping[str, Source]
) -> None:
    source = sources_by_name[name]
    records = example_records(source)
    assert records
    others = {publisher.publisher for publisher in source.about.publishers.values()}
    for record in records:
        publisher = source.about.publisher_of(record.external_id, getattr(record, "platform", None))
        if publisher is source.about:
            # A service that the vocabulary lacks: its provider is not guessed.
            assert name in BY_PLATFORM
            assert getattr(record, "platform", "") is None
            continue
        printed = citation(source.about, record)
        assert printed.startswith(f"{publisher.publisher}: ")
        assert not [other for other in others - {publisher.publisher} if other in printed]


def test_every_other_source_is_one_publisher(sources_by_name: Mapping[str, Source]) -> None:
    assert {name for name, source in sources_by_name.items() if source.about.publishers} == COLLECTIONS
    assert not [
        name for name, source in sources_by_name.items() if ";" in source.about.publisher and name not in COLLECTIONS
    ]


def test_every_citation_of_a_synthetic_source_says_so(shelf: Shelf, sources_by_name: Mapping[str, Source]) -> None:
    catalogue = Catalogue(shelf.database, sources_by_name.values(), synthetic=sources_by_name)
    for about in catalogue.descriptions.values():
        for publisher in (about, *about.publishers.values()):
            printed = cite(publisher, "file", READ_AT)
            assert "(synthetic)" in printed
            assert "Synthetic data, made up" in printed
            assert printed.startswith("a sandbox in the shape of ")
            assert (publisher.url, publisher.licence_url) == (None, None)
