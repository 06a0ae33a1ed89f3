"""A caller: an audience, and the sources that it may see. Nothing is visible that is not named here."""

from collections.abc import Iterable

from msgspec import Struct

from adapters.source import About
from adapters.vocabulary.enums import Audience


class Caller(Struct, frozen=True):
    """Who asks. `sources` names every source whose records may reach this caller; the default is none."""

    audience: Audience
    sources: frozenset[str] = frozenset()


def public(abouts: Iterable[About]) -> Caller:
    """Anybody: sees what its publisher has opened to everybody."""
    return Caller(Audience.PUBLIC, frozenset(about.name for about in abouts if about.audience is Audience.PUBLIC))


def operator(abouts: Iterable[About]) -> Caller:
    """Who runs this deployment: sees every source."""
    return Caller(Audience.OPERATOR, frozenset(about.name for about in abouts))
