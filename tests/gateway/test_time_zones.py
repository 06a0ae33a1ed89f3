"""The days of a source are local days of its publisher, and every source states their time zone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from adapters.errors import SourceError
from adapters.records import Period, Record
from adapters.source import Batch, Source
from adapters.tabular.loader import load_profile
from adapters.tabular.source import TabularSource
from gateway.settings import Settings, SourceSection, TaxiiSection, WebhookSection
from gateway.wiring import PROFILES, demonstrations, sources
from tests.support.sandboxes import served

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = [source.about.name for source in sources(Settings())]


def source_named(name: str, section: SourceSection | None = None) -> Source:
    """The source; one of regular tables takes examples of a few lines for whole files."""
    for path in PROFILES:
        if path.endswith(f"/{name}"):
            profile = load_profile(path)
            tables = (replace(table, min_lines=1, line_counts={}) for table in profile.tables)
            return TabularSource(replace(profile, tables=tuple(tables)))
    configured = sources(Settings(sources={name: section} if section else {}))
    return next(source for source in configured if source.about.name == name)


async def batches(source: Source, follow: tuple[str, ...], *folders: Path) -> AsyncIterator[Batch]:
    """What the source reads live and from files; files that are broken on purpose are passed over."""
    for scope in await source.current(follow) if follow else ():
        async for batch in source.read(scope, None):
            yield batch
    for path in sorted(path for folder in folders for path in [folder, *folder.rglob("*")] if path.is_file()):
        try:
            for scope in source.files([path]):
                async for batch in source.read(scope, None):
                    yield batch
        except SourceError:
            continue


async def read_all(name: str) -> list[Record]:
    """The records of a source's sandbox, of the files that it ships and of its examples."""
    demonstration = demonstrations().get(name)
    folders = (EXAMPLES / name, *(demonstration.files if demonstration else ()))
    if demonstration is None or demonstration.app is None:
        return [record async for batch in batches(source_named(name), (), *folders) for record in batch.records]
    async with served(demonstration.app()) as address:
        archive_path = demonstration.archive_address
        section = SourceSection.model_validate(
            {
                "address": f"{address}{demonstration.address}",
                "archive_address": None if archive_path is None else f"{address}{archive_path}",
                "key": demonstration.key,
            }
        )
        source = source_named(name, section)
        try:
            return [
                record async for batch in batches(source, demonstration.follow, *folders) for record in batch.records
            ]
        finally:
            await source.close()


def periods(record: Record) -> Iterator[Period]:
    values = (getattr(record, field) for field in record.__struct_fields__)
    return (value for value in values if isinstance(value, Period) and (value.start or value.end))


def test_every_source_states_its_time_zone_or_says_in_a_note_why_not() -> None:
    partners = {
        "pushed": SourceSection(webhook=WebhookSection(agency="kr.kcsc", secrets=("whsec_" + "A" * 32,))),  # type: ignore[arg-type]  # pydantic makes the secret
        "pulled": SourceSection(
            address="http://127.0.0.1:9/", taxii=TaxiiSection(agency="kr.kcsc", collection="c", timezone="Asia/Seoul")
        ),
    }
    for source in sources(Settings(sources=partners)):
        if source.about.timezone is None:
            assert any("time zone" in note for note in source.about.notes), source.about.name
        else:
            assert ZoneInfo(source.about.timezone).key == source.about.timezone


@pytest.mark.parametrize("name", NAMES)
def test_every_dated_period_carries_the_time_zone_of_its_source_or_its_own(name: str) -> None:
    about = source_named(name).about
    dated = [period for record in asyncio.run(read_all(name)) for period in periods(record)]
    assert dated
    if about.timezone is not None:
        assert {period.timezone for period in dated} == {about.timezone}
    for timezone in filter(None, {period.timezone for period in dated}):
        assert ZoneInfo(timezone).key == timezone
