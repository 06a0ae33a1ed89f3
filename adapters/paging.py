"""Pages that may shift while they are read: the proof that they did not.

Pages by number or offset lose a row for each one that goes before them. Pages by an immutable id lose none, unless all
ids change. So what a publisher says of its rows before the first page has to be so after the last one.
"""

from collections.abc import Collection

from msgspec import Struct

from adapters.errors import UnexpectedShape


class PublisherState(Struct, frozen=True):
    """What a publisher says of the rows that its pages hold: how many, and when the newest of them changed.

    `newest` is any text that differs after a change; None where the publisher does not say.
    """

    total: int
    newest: str | None = None


def check_unmoved(name: str, before: PublisherState, after: PublisherState, ids: Collection[str]) -> None:
    """Raises UnexpectedShape unless the pages held every row once: as many ids as were counted, and nothing changed.

    `ids` are those of all rows, repeated ones too; `name` is what was read, for the message.
    """
    if before != after:
        raise UnexpectedShape(f"{name}: rows came, went or changed while the pages were read")
    if not len(ids) == len(set(ids)) == before.total:
        raise UnexpectedShape(f"{name}: the pages do not have as many different rows as the publisher counts")
