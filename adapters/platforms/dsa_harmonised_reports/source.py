"""The source that reads reports by the EU's templates."""

from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Self

from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.platforms.dsa_harmonised_reports import ABOUT
from adapters.platforms.dsa_harmonised_reports.reports import NAME, read_file
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, FileSource, Scope, Skip, ignore


class DSAHarmonisedReports(FileSource):
    """The source."""

    about = ABOUT

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls()

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file, a workbook or one part of a report as CSV, with the file's name without its suffix.

        Raises Unreadable where there is none, or where two have the same name.
        """
        if not paths:
            return ()
        scopes: dict[str, Scope] = {}
        for path in files.find(paths, (".csv", ".xlsx"), skip):
            name = files.file_name(path).rpartition(".")[0]
            if name in scopes:
                raise Unreadable(f"{name}: there are two files with this name")
            scopes[name] = Scope(source=NAME, channel=ARCHIVE, name=name, records=ABOUT.records, path=path)
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, read_file)


SOURCE = DSAHarmonisedReports
