"""A small catalogue to ask: cases of one force with what followed, a figure, and a source that is not public."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.records import Arrest, Case, Period, Record, Reference, Statistic, StatusEvent
from adapters.vocabulary.enums import Audience, CaseStatus, Precision
from adapters.vocabulary.jurisdictions import Jurisdiction
from tests.support.fake_source import NAME, FakeSource

PARTNER = "partner"


def crimes(number: int, source: str = NAME) -> Sequence[Record]:
    """So many cases, each with two events and one arrest of the same reference."""
    made: list[Record] = []
    for at in range(number):
        day = Period(date(2024, 9, 1 + at % 28), date(2024, 9, 2 + at % 28), Precision.DAY)
        references = (Reference("crime", str(at)),)
        said: dict[str, Any] = {"source": source, "references": references, "jurisdictions": (Jurisdiction("GB"),)}
        made.append(Case(external_id=f"c{at}", opened=day, status=CaseStatus.CHARGED, **said))
        made.append(Arrest(external_id=f"a{at}", happened=day, **said))
        made += [StatusEvent(external_id=f"e{at}.{step}", happened=day, **said) for step in range(2)]
    made.append(Statistic(source=source, external_id="s", period=Period(date(2024, 1, 1), date(2025, 1, 1))))
    return made


def sample_sources(cases: int = 3) -> list[FakeSource]:
    """A public source of so many cases, and one that only a partner may see."""
    return [
        FakeSource({"all": crimes(cases)}),
        FakeSource({"all": crimes(1, PARTNER)}, name=PARTNER, audience=Audience.PARTNER),
    ]
