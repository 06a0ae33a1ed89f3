"""What an answer delivers that the audit log must name: non-public records, and sensitive attributes of any record."""

from collections.abc import Collection, Iterable

from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.access.audit_log import SUMMARISED
from gateway.access.callers import Caller


class Delivery:
    """What the answers to one request deliver, as far as it is logged.

    `readings` holds attributes by global id (`Case:source:externalId`) or, of records that were counted or searched,
    by type and source (`CaseSummary:source`).
    """

    def __init__(self, caller: Caller) -> None:
        self.readings: dict[str, set[str]] = {}
        self._caller = caller

    def add_record(
        self, record: RecordType, identity: str, source: str, attributes: Iterable[str], sensitive: Collection[str] = ()
    ) -> None:
        """A record with these attributes, of which those in `sensitive` have a field class."""
        if source not in self._caller.sources:
            self._add(f"{record.value}:{identity}", attributes)
        elif sensitive:
            self._add(f"{record.value}:{identity}", sensitive)

    def add_count(self, record: RecordType, sources: Iterable[str], attributes: Iterable[str]) -> None:
        """How many records of non-public sources there are, by these attributes."""
        for source in set(sources) - self._caller.sources:
            self._add(f"{record.value}{SUMMARISED}:{source}", attributes)

    def add_search(
        self, record: RecordType, attribute: str, field_class: FieldClass, sources: Collection[str] | None
    ) -> None:
        """Records of these sources (None: of all) were searched by a sensitive attribute.

        An answer without records tells of the attribute, too: that nobody has the value, or how many have it.
        """
        reachable = {name for grant in self._caller.opening(record, field_class) for name in grant.sources}
        for source in reachable if sources is None else reachable.intersection(sources):
            self._add(f"{record.value}{SUMMARISED}:{source}", (attribute,))

    def _add(self, subject: str, attributes: Iterable[str]) -> None:
        self.readings.setdefault(subject, set()).update(attributes)
