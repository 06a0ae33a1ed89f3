"""A source whose module is imported by its first use: a process that only answers queries needs what a source is."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.source import About, Batch, Demand, FileNaming, Scope, Skip, Source, ignore


class LazySource:
    """The source that `load` makes, when it is first used."""

    def __init__(self, about: About, load: Callable[[], Source]) -> None:
        self.about = about
        self._load = load
        self._loaded: Source | None = None

    @property
    def _source(self) -> Source:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self._source,)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        return self._source.scopes(demand)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return await self._source.current(names)

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        return self._source.files(paths, skip)

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._source.read(scope, since)

    async def close(self) -> None:
        if self._loaded is not None:
            await self._loaded.close()


class LazyFileNaming(LazySource):
    """The same of a source that names files."""

    def __init__(self, about: About, load: Callable[[], FileNaming]) -> None:
        super().__init__(about, load)
        self._load_naming = load

    def name_files(self, paths: Sequence[Path], options: Mapping[str, str]) -> Iterable[Scope]:
        return self._load_naming().name_files(paths, options)


def _unpickle(source: Source) -> Source:
    return source
