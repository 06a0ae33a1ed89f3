"""A source that a profile describes: it reads files, each of which is one scope."""

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.source import ARCHIVE, Batch, FileSource, Scope, Skip, ignore
from adapters.tabular.loader import load_profile
from adapters.tabular.profile import SourceProfile
from adapters.tabular.reading import read_file

SUFFIXES = (".csv", ".json", ".txt", ".tsv")


class TabularSource(FileSource):
    """A source whose publications are regular tables. It finds files; `reading.py` reads their content."""

    def __init__(self, profile: SourceProfile) -> None:
        self._profile = profile
        self.about = profile.describe_source()

    @classmethod
    def from_profile(cls, path: str) -> Self:
        """The source of the profile `adapters/PATH.toml`; it has no settings."""
        return cls(load_profile(path))

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file, named as the file without its suffix; of a folder, the files that the profile knows.

        Raises Unreadable where there is none, where a file in `paths` is unknown, or where two have one name.
        """
        if not paths:
            return ()
        scopes: dict[str, Scope] = {}
        for scope in files.select(paths, SUFFIXES, self._scope, skip):
            if scope.name in scopes:
                raise Unreadable(f"{scope.name}: there are two files of this name")
            scopes[scope.name] = scope
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, partial(read_file, self._profile))

    def _scope(self, path: Path) -> Scope:
        name = files.file_name(path)
        if not any(table.match_name(name) is not None for table in self._profile.tables):
            raise Unreadable(f"{name}: {self.about.name} has no file of this name")
        scope_name = name.rpartition(".")[0]
        return Scope(source=self.about.name, channel=ARCHIVE, name=scope_name, records=self.about.records, path=path)
