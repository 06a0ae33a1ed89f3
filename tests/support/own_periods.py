"""By which period each type of record is filtered, ordered and counted: what the catalogue has to agree with."""

from adapters.records import Period, Record
from adapters.vocabulary.enums import RecordType

DATES = {
    RecordType.CASE: ("opened", "closed"),
    RecordType.STATUS_EVENT: ("happened",),
    RecordType.TAKEDOWN: ("executed", "requested"),
    RecordType.ARREST: ("happened",),
    RecordType.INFORMATION_REQUEST: ("requested", "responded"),
    RecordType.COOPERATION_REQUEST: ("requested", "responded"),
    RecordType.REPORT: ("received",),
    RecordType.STATISTIC: ("period",),
}


def own_period(record: Record) -> Period | None:
    """The first of a record's dates that has a day."""
    for name in DATES[record.type]:
        period: Period | None = getattr(record, name)
        if period is not None and (period.start or period.end):
            return period
    return None
