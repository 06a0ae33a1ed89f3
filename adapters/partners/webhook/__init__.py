"""`webhook`: what an agency pushes: results of takedown requests, and answers to requests for data.

The JSON Schema of the events is published (`gateway schema partner`). An event has the whole record, so the newest one
is the record.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Self

from adapters.errors import Unreadable
from adapters.partners.webhook.events import EXAMPLES, json_schema, parse_event
from adapters.partners.webhook.records import SenderNames, event_record
from adapters.settings import SourceSettings
from adapters.source import About, Batch, FileSource, Origin, Scope, Skip, UnknownCode, WebhookDelivery, ignore
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.names import AGENCIES

__all__ = ["EXAMPLES", "Webhook", "json_schema"]

CHANNEL, SCOPE = "push", "events"

UNKNOWN_NAME = "an unknown name"
"""The code under which unknown names are counted. Operators see it, and the name itself may be a person's."""

CHECKPOINT = "open"
"""The checkpoint after every event. No event is the last one: no news never means that nothing happened."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far in the future an event may be: clocks differ."""


class Webhook(FileSource):
    """The source of one agency's events.

    `secrets` are those that it may sign with, of 24 to 64 bytes; `timezone` is that of the days that it sends.
    """

    def __init__(self, name: str, agency: str, secrets: Sequence[bytes], timezone: str | None = None) -> None:
        self.secrets = tuple(secrets)
        self.about = _about(name, agency, timezone)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.name, settings.agency, settings.secrets, settings.timezone)

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        raise Unreadable("this source is pushed and has no files")

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        raise Unreadable("this source is pushed and cannot be read")

    def receive(self, body: bytes, now: datetime) -> WebhookDelivery:
        """The record of an event.

        Raises Unreadable, or UnexpectedShape where a key is there twice; the message has the path and quotes nothing.
        """
        event = parse_event(body)
        moment = event.timestamp.astimezone(UTC)
        if moment > now + CLOCK_TOLERANCE:
            raise Unreadable("`$.timestamp` is in the future")
        names = SenderNames()
        record = event_record(self.about.name, self.about.timezone, event, names)
        return WebhookDelivery(
            moment=moment,
            scope=Scope(source=self.about.name, channel=CHANNEL, name=SCOPE, records=self.about.records),
            batch=Batch(
                origin=Origin(location="webhook", retrieved_at=now, bytes=len(body), sha256=sha256(body).hexdigest()),
                rows=1,
                records=[record],
                unknown_codes=[UnknownCode(field=term.field, code=UNKNOWN_NAME) for term in names.unknown],
                checkpoint=CHECKPOINT,
            ),
        )


def _about(name: str, agency: str, timezone: str | None) -> About:
    entry = AGENCIES.get(agency)
    publisher = entry.name if entry else agency
    return About(
        name=name,
        title=f"Pushed by {publisher}",
        kind=SourceKind.PARTNER,
        publisher=publisher,
        url=None,
        licence="by agreement with the agency",
        licence_url=None,
        attribution=publisher,
        cadence=timedelta(days=7),
        audience=Audience.PARTNER,
        records=frozenset({RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST}),
        jurisdictions=None,
        timezone=timezone,
        # No event is the last one: no extent.
        owner=agency,
        authoritative=CHANNEL,
        notes=(
            "Events that the agency sends when something happens: the gateway does not know what it does not send.",
            "Days have the time zone that the agency has agreed with the gateway, if any; without one, the day of a "
            "statement is that of the event's own timestamp.",
        ),
    )
