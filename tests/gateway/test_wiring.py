"""The wiring: each source under its own name, sources imported when they are used, and no sandbox in a service."""

import subprocess
import sys
from importlib import import_module

from adapters.source import Demand
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import parse_jurisdiction
from gateway.settings import Settings, SourceSection
from gateway.wiring import PACKAGES, PROFILES, demonstrations, sources


def test_each_source_has_the_name_of_its_package_or_profile() -> None:
    names = [path.partition(".")[2] for path in PACKAGES] + [path.partition("/")[2] for path in PROFILES]
    assert [source.about.name for source in sources(Settings())] == names


def test_a_package_describes_its_source_as_the_source_does() -> None:
    described = {about.name: about for about in (import_module(f"adapters.{path}").ABOUT for path in PACKAGES)}
    configured = sources(Settings(sources={name: SourceSection() for name in described}))
    assert {source.about.name: source.about for source in configured if source.about.name in described} == described


def test_places_of_sources_are_known_codes() -> None:
    places = {place for source in sources(Settings()) for place in source.about.jurisdictions or ()}
    assert places == {parse_jurisdiction(place) for place in places}


async def test_a_source_is_loaded_when_it_is_used() -> None:
    every = {source.about.name: source for source in sources(Settings())}
    demand = Demand(record=RecordType.STATISTIC)
    assert [scope.name for scope in every["telegram_transparency"].scopes(demand)] == ["dataset"]
    for source in every.values():
        await source.close()


def test_each_sandbox_states_what_the_demonstration_reads() -> None:
    assert demonstrations()
    assert all(sandbox.follow or sandbox.files for sandbox in demonstrations().values())


def test_a_service_imports_no_source_and_no_sandbox() -> None:
    code = "import sys, gateway.app, gateway.deployment; print(*sys.modules)"
    modules = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "gateway.wiring" in modules
    sandboxes = {f"adapters.{path}.{module}" for path in PACKAGES for module in ("source", "sandbox")}
    assert sandboxes.intersection(modules) == set()
