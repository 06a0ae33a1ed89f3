"""What an answer delivers that the audit log must name: non-public records, and sensitive attributes of any record."""

from collections.abc import Collection, Iterable

from adapters.vocabulary.enums import FieldClass, RecordType
from gateway.access.audit.tables import RecordAccess
from gateway.access.callers import Caller

SUMMARY = "Summary"
"""Follows a record type where records were counted or searched: the log does not name them."""


class Delivery:
    """What the answers to one request deliver, as far as it is logged.

    `readings` holds attributes by global id (`Case:source:externalId`) or, for records that were counted or searched,
    by type and source (`CaseSummary:source`).
    """

    def __init__(self, caller: Caller) -> None:
        self.readings: dict[str, set[str]] = {}
        self._caller = caller

    def add_record(
        self, record: RecordType, identity: str, source: str, attributes: Iterable[str], sensitive: Collection[str] = ()
    ) -> None:
        """Adds a record with these attributes, of which those in `sensitive` have a field class."""
        if source not in self._caller.sources:
            self._add(f"{record.value}:{identity}", attributes)
        elif sensitive:
            self._add(f"{record.value}:{identity}", sensitive)

    def add_count(self, record: RecordType, sources: Iterable[str], attributes: Iterable[str]) -> None:
        """Adds a count, by these attributes, of the records of those sources that are not public."""
        for source in set(sources) - self._caller.sources:
            self._add(f"{record.value}{SUMMARY}:{source}", attributes)

    def add_search(
        self, record: RecordType, attribute: str, field_class: FieldClass, sources: Collection[str] | None
    ) -> None:
        """Adds a search by a sensitive attribute among the records of these sources (None: of all).

        An answer without records discloses the attribute, too: that no record has the value, or how many have it.
        """
        reachable = {name for grant in self._caller.class_grants(record, field_class) for name in grant.sources}
        for source in reachable if sources is None else reachable.intersection(sources):
            self._add(f"{record.value}{SUMMARY}:{source}", (attribute,))

    def _add(self, subject: str, attributes: Iterable[str]) -> None:
        self.readings.setdefault(subject, set()).update(attributes)


def source_of(reading: RecordAccess) -> str | None:
    """The source in `Type:source:externalId` or `TypeSummary:source`.

    None for a count that was logged before counts named their sources.
    """
    _, colon, rest = reading.record.partition(":")
    return rest.partition(":")[0] if colon else None
