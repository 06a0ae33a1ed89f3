"""Writes webhook deliveries: each message once, and for each record only the newest state.

Messages arrive twice, late and in any order. The result is the same for every order of the same messages: the latest
time wins, and at equal times the greater message id.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, tuple_

from adapters.source import About, WebhookDelivery
from gateway.catalogue.tables import message, pushed
from gateway.catalogue.write.batches import write_batch
from gateway.catalogue.write.packing import Packed

RETENTION = timedelta(days=7)
"""How long message ids are stored. Senders retry for about three days; a later repetition is older than the record."""


class MessageIdReused(Exception):
    """The message id belongs to an earlier message with another body."""


def receive(connection: Connection, about: About, identity: str, delivery: WebhookDelivery, packed: Packed) -> bool:
    """Commits a message and its record in one transaction; returns whether anything was new.

    Raises InvalidBatch if the record cannot be stored, and MessageIdReused. Nothing is written then.
    """
    now, body = delivery.batch.origin.retrieved_at, delivery.batch.origin.sha256
    connection.execute(delete(message).where(message.c.received_at < now - RETENTION))
    here = (message.c.source == about.name, message.c.id == identity)
    earlier = connection.execute(select(message.c.sha256).where(*here)).one_or_none()
    if earlier is not None:
        if earlier.sha256 not in (body, None):
            raise MessageIdReused
        return False
    connection.execute(insert(message).values(source=about.name, id=identity, received_at=now, sha256=body))
    (record,) = delivery.batch.records
    if not _is_newest(connection, record.type.value, record.id, delivery.moment, identity):
        return False
    write_batch(connection, about, delivery.scope, packed)
    return True


def _is_newest(connection: Connection, record_type: str, record: str, moment: datetime, identity: str) -> bool:
    """Whether no newer message changed the record; if so, stores this one as the newest."""
    here = (pushed.c.record_type == record_type, pushed.c.record == record)
    newer = tuple_(pushed.c.moment, pushed.c.message) > (moment, identity)
    if connection.execute(select(pushed.c.record).where(*here, newer)).one_or_none() is not None:
        return False
    connection.execute(delete(pushed).where(*here))
    connection.execute(insert(pushed).values(record_type=record_type, record=record, moment=moment, message=identity))
    return True
