"""The three kinds of data that a force publishes each month: their columns, and the records that their rows become."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from adapters.document import ReadResult
from adapters.police.uk_police.arrests import arrests
from adapters.police.uk_police.cases import cases, status_events
from adapters.police.uk_police.columns import OUTCOMES, STOPS, STREET, Rows
from adapters.records import Record
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.names import Agency


class PoliceDataKind(NamedTuple):
    """A kind of data: the columns of its file, the type of its records, and the function that makes them from rows."""

    columns: tuple[str, ...]
    record: RecordType
    records: Callable[[Rows, Agency | None, ReadResult], Iterator[Record]]


KINDS = {
    "street": PoliceDataKind(STREET, RecordType.CASE, cases),
    "outcomes": PoliceDataKind(OUTCOMES, RecordType.STATUS_EVENT, status_events),
    "stop-and-search": PoliceDataKind(STOPS, RecordType.ARREST, arrests),
}
