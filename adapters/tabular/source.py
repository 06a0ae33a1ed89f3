"""A source made of a profile: it reads files, each of which is one scope."""

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from pathlib import Path

from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.settings import SourceFactory
from adapters.source import ARCHIVE, Batch, FileSource, Scope
from adapters.tabular.profile import Profile, load_profile
from adapters.tabular.reading import read_file

SUFFIXES = (".csv", ".json", ".txt", ".tsv")


class TabularSource(FileSource):
    """A source whose publications are regular tables. Asks for files; `reading.py` says what they mean."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.about = profile.stated()

    @classmethod
    def from_profile(cls, path: str) -> SourceFactory:
        """Makes the source of the profile `adapters/PATH.toml`; it has no settings."""
        return lambda settings: cls(load_profile(path))

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per file, named as the file without its suffix; of a folder, the files that the profile knows.

        Raises Unreadable where there is none, where one that is given is not known, or where two have one name.
        """
        if not paths:
            return ()
        given = set(paths)
        scopes: dict[str, Scope] = {}
        for path in files.find(paths, SUFFIXES):
            name = files.file_name(path)
            if not any(table.matched(name) is not None for table in self._profile.tables):
                if path in given:
                    raise Unreadable(f"{name}: is no file that {self.about.name} knows")
                continue
            scope = Scope(
                source=self.about.name,
                channel=ARCHIVE,
                name=name.rpartition(".")[0],
                records=self.about.records,
                path=path,
            )
            if scope.name in scopes:
                raise Unreadable(f"{scope.name}: there are two files of this name")
            scopes[scope.name] = scope
        if not scopes:
            raise Unreadable(f"no file there is one that {self.about.name} knows")
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, partial(read_file, self._profile))
