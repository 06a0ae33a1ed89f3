"""A source that a profile describes: it reads files, each of which is one scope."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from adapters.document import read_document
from adapters.errors import SourceError, Unreadable
from adapters.formats import files
from adapters.source import ARCHIVE, Batch, FileSource, Scope, Skip, ignore
from adapters.tabular.loader import load_profile
from adapters.tabular.naming import fill_template
from adapters.tabular.profile import SourceProfile
from adapters.tabular.reading import read_file
from adapters.tabular.shapes import Section, find_tables

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

        A file in `paths` whose name the profile does not know is recognised by its columns. Raises Unreadable where
        there is no file, where a file in `paths` is unknown, or where two have one name.
        """
        if not paths:
            return ()
        parse = partial(self._scope, explicit=frozenset(paths))
        return _check_distinct(files.select(paths, SUFFIXES, parse, skip))

    def name_files(self, paths: Sequence[Path], options: Mapping[str, str]) -> Iterable[Scope]:
        """As `FileNaming`: a file is recognised by its columns, and named by the template of its table."""
        return _check_distinct([self._recognise(path, options) for path in paths])

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return read_document(scope, since, partial(read_file, self._profile))

    def _scope(self, path: Path, explicit: Collection[Path]) -> Scope:
        name = files.file_name(path)
        if self._knows(name):
            return self._scope_of(path, name)
        if path not in explicit:
            raise Unreadable(f"{name}: {self.about.name} has no file of this name")
        return self._recognise(path, {})

    def _recognise(self, path: Path, options: Mapping[str, str]) -> Scope:
        name = files.file_name(path)
        if options and self._knows(name):
            raise Unreadable(f"{name}: --{next(iter(options))} does not apply: the file's name says what it is")
        tables = [table for table in self._profile.tables if table.file_name is not None]
        if not tables:
            raise Unreadable(f"{name}: {self.about.name} has no file of this name")
        try:
            sections = find_tables(name, files.read_content(path), tables).sections
        except SourceError as exc:
            difference = str(exc).removeprefix(f"{name}: ")
            raise Unreadable(f"{name}: {self.about.name} has no file of this name, and it {difference}") from exc
        return self._scope_of(path, _name_file(name, sections, options))

    def _knows(self, name: str) -> bool:
        return any(table.match_name(name) is not None for table in self._profile.tables)

    def _scope_of(self, path: Path, name: str) -> Scope:
        return Scope(
            source=self.about.name,
            channel=ARCHIVE,
            name=name.rpartition(".")[0],
            records=self.about.records,
            path=path,
            file_name=name,
        )


def _name_file(name: str, sections: Sequence[Section], options: Mapping[str, str]) -> str:
    """The name that the publisher gives such a file."""
    section = next(section for section in sections if section.profile is not None)
    table = section.profile
    if table is None or table.file_name is None:
        raise Unreadable(f"{name}: has no name")
    period = section.first_word(table.own_period)
    if period and "period" not in options:
        options = {**options, "period": period}
    try:
        full_name = fill_template(table.file_name, options)
    except Unreadable as exc:
        raise Unreadable(f"{name}: has the columns of {table.name}. {exc}") from exc
    if table.match_name(full_name) is None:
        raise Unreadable(f"{name}: {full_name} is not a name of a file of {table.name}; check the options")
    return full_name


def _check_distinct(scopes: Iterable[Scope]) -> Sequence[Scope]:
    by_name: dict[str, Scope] = {}
    for scope in scopes:
        if scope.name in by_name:
            raise Unreadable(f"{scope.name}: there are two files of this name")
        by_name[scope.name] = scope
    return tuple(by_name.values())
