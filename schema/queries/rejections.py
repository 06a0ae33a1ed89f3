"""Rows that could not be read, for whoever can put their source right."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from schema.queries.base import CatalogueQuery


class RejectionsQuery(CatalogueQuery["RejectionPage"], frozen=True, kw_only=True):
    """The rows that the last readings rejected, after a cursor: of an agency's own sources, of all for operators.

    `sources` None means all of them.
    """

    sources: tuple[str, ...] | None = None
    size: int = 20
    cursor: str | None = None


class RejectionItem(Struct, frozen=True, kw_only=True):
    """A rejected row. `position` counts the rows of a scope from 1; `column` is None where it is personal."""

    source: str
    channel: str
    scope: str
    position: int
    reason: str
    column: str | None
    read_at: datetime


class RejectionPage(Struct, frozen=True, kw_only=True):
    """A page of rejected rows. `cursor` continues it; `more` says whether there are further ones."""

    entries: Sequence[RejectionItem] = ()
    cursor: str | None = None
    more: bool = False
