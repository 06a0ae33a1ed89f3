"""The source that reads reports by the EU's templates."""

from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Self

from adapters.document import read_document
from adapters.errors import SourceError, Unreadable
from adapters.formats import files
from adapters.platforms.dsa_harmonised_reports import ABOUT
from adapters.platforms.dsa_harmonised_reports.reports import NAME, find_subject, read_file
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, FileSource, Scope, Skip, ignore


class DSAHarmonisedReports(FileSource):
    """The source."""

    about = ABOUT

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls()

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file: a workbook, or one part of a report as CSV.

        Its name is the file's name without its suffix, service and period, because providers give their files the names
        of the templates. Raises Unreadable where there is no file, or where one in `paths` has the name of another.
        """
        if not paths:
            return ()
        scopes: dict[str, Scope] = {}
        for path in files.find(paths, (".csv", ".xlsx"), skip):
            name = _scope_name(path)
            if name in scopes:
                reason = f"{files.file_name(path)}: another file has the same name, service and period"
                if path in paths:
                    raise Unreadable(reason)
                skip(reason)
                continue
            scopes[name] = Scope(source=NAME, channel=ARCHIVE, name=name, records=ABOUT.records, path=path)
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, read_file)


def _scope_name(path: Path) -> str:
    """The name of a file's scope. One that cannot be read has its own name: reading it then fails with the reason."""
    name = files.file_name(path)
    try:
        subject = find_subject(name, files.read_content(path))
    except SourceError:
        subject = None
    stem = name.rpartition(".")[0]
    return stem if subject is None else f"{stem}/{subject}"


SOURCE = DSAHarmonisedReports
