"""The source that reads published figures."""

from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Self

from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.press.published_figures import ABOUT
from adapters.press.published_figures.claims_file import read_file
from adapters.press.published_figures.records import NAME
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, FileSource, Scope, Skip, ignore

SHIPPED = Path(__file__).with_name("published_figures.toml")


class PublishedFigures(FileSource):
    """The source."""

    about = ABOUT

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls()

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file, named as the file without its suffix; without paths, the file that the project ships."""
        scopes: dict[str, Scope] = {}
        for path in files.find(paths or [SHIPPED], (".toml", ".json"), skip):
            name = files.file_name(path.with_suffix(""))
            if name in scopes:
                raise Unreadable(f"{name}: there are two files of this name")
            scopes[name] = Scope(source=NAME, channel=ARCHIVE, name=name, records=ABOUT.records, path=path)
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, read_file)


SOURCE = PublishedFigures
