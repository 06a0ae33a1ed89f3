"""The catalogue's facade: a database, the sources that fill it, and readers over it."""

from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

from msgspec import structs
from sqlalchemy import func, select

from adapters.source import About, Publisher, Source
from adapters.vocabulary.enums import Audience
from gateway.access.callers import Caller
from gateway.catalogue.migration import VERSION, require_newest, upgrade, version
from gateway.catalogue.read.interned_sets import InternedSets
from gateway.catalogue.read.reader import CatalogueReader
from gateway.catalogue.tables import rejection, scope, unknown_code
from gateway.store.database import Database
from gateway.store.limits import COMMAND_SECONDS


class Catalogue:
    """A database and the sources of this deployment."""

    def __init__(self, database: Database, sources: Iterable[Source], synthetic: Collection[str] = ()) -> None:
        self.database = database
        self.sources: dict[str, Source] = {source.about.name: source for source in sources}
        self._synthetic = frozenset(synthetic)
        self._synthetic_cache: dict[str, tuple[About, About]] = {}
        self._sets = InternedSets()

    @property
    def descriptions(self) -> dict[str, About]:
        """The description of each source, by name; synthetic sources are described as such."""
        return {
            name: self._synthetic_about(source.about) if name in self._synthetic else source.about
            for name, source in self.sources.items()
        }

    def _synthetic_about(self, about: About) -> About:
        """The description of a synthetic source, made once: a source may have dozens of publishers."""
        original, description = self._synthetic_cache.get(about.name, (None, about))
        if original is not about:
            description = _synthetic_about(about)
            self._synthetic_cache[about.name] = (about, description)
        return description

    @property
    def synthetic_descriptions(self) -> dict[str, About]:
        """The descriptions of the synthetic sources, by name: all that test keys see."""
        return {name: about for name, about in self.descriptions.items() if name in self._synthetic}

    @property
    def partner_sources(self) -> frozenset[str]:
        """The names of the sources with records of partners, without synthetic ones."""
        return frozenset(
            name
            for name, source in self.sources.items()
            if source.about.audience is Audience.PARTNER and name not in self._synthetic
        )

    def own_sources(self, caller: Caller) -> frozenset[str]:
        """The visible sources whose records the caller's agency sent; test keys see none."""
        agency = caller.principal.agency if caller.principal else None
        own = (name for name, about in self.descriptions.items() if agency and about.owner == agency)
        return caller.visible_sources.intersection(own)

    async def prepare(self) -> None:
        """Creates the tables of an empty SQLite catalogue. Raises MigrationRequired if one needs a migration."""
        current = await self.database.write(version)
        if current is None and self.database.dialect == "sqlite":
            await self.database.write(upgrade, seconds=None)
        else:
            await self.database.write(require_newest)

    async def version(self) -> str | None:
        """The last migration of the tables. Raises StoreError, also if there are no tables."""
        async with self.database.snapshot() as snapshot:
            (row,) = await snapshot.fetch(VERSION)
        return cast("str | None", row.version_num)

    async def unknown_codes(self, source: str) -> list[dict[str, Any]]:
        """The codes of the source's last reads that the crosswalk lacks, for operators."""
        codes = (
            select(unknown_code.c.field, unknown_code.c.code, func.sum(unknown_code.c.count).label("times"))
            .join_from(unknown_code, scope, scope.c.key == unknown_code.c.scope)
            .where(scope.c.source == source)
            .group_by(unknown_code.c.field, unknown_code.c.code)
            .order_by(unknown_code.c.field, unknown_code.c.code)
        )
        async with self.database.snapshot() as snapshot:
            rows = await snapshot.fetch(codes)
        return [{"field": row.field, "code": row.code, "count": int(row.times)} for row in rows]

    async def rejections(self, source: str) -> list[dict[str, Any]]:
        """The rows of the source's last readings that could not be read, in the order of their files, for operators."""
        rejected = (
            select(scope.c.name.label("scope"), rejection.c.position, rejection.c.reason, rejection.c.column)
            .join_from(rejection, scope, scope.c.key == rejection.c.scope)
            .where(scope.c.source == source)
            .order_by(scope.c.name, scope.c.channel, rejection.c.position)
        )
        async with self.database.snapshot() as snapshot:
            rows = await snapshot.fetch(rejected)
        return [row._asdict() for row in rows]

    async def close(self) -> None:
        """Closes the sources and the database."""
        for source in self.sources.values():
            await source.close()
        await self.database.close()

    @asynccontextmanager
    async def reader(
        self, caller: Caller, subscriber: str | None = None, statement_seconds: float = COMMAND_SECONDS
    ) -> AsyncGenerator[CatalogueReader]:
        """Reads what `caller` may see, in one snapshot.

        `subscriber` is whose share of the database's connections it uses; None is the gateway itself.
        """
        async with self.database.snapshot(subscriber, statement_seconds) as snapshot:
            yield CatalogueReader(self.database, snapshot, caller, self.descriptions, self._sets)


def _synthetic_about(about: About) -> About:
    """The description of a source whose data is synthetic."""
    return structs.replace(
        about,
        **_synthetic_terms(about),
        notes=("Everything from this source is synthetic.", *about.notes),
        publishers={
            key: structs.replace(publisher, **_synthetic_terms(publisher))
            for key, publisher in about.publishers.items()
        },
    )


def _synthetic_terms(publisher: Publisher) -> dict[str, str | None]:
    """The terms that citations of synthetic records state instead of the publisher's."""
    return {
        "title": f"{publisher.title} (synthetic)",
        "publisher": f"a sandbox in the shape of {publisher.publisher}",
        "url": None,
        "licence": "none needed: synthetic data",
        "licence_url": None,
        "attribution": "Synthetic data, made up for demonstration: nothing of it happened.",
    }
