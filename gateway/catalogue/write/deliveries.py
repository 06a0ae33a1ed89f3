"""Writing what is pushed: each message once, and of what is told of one record only the newest.

Messages come twice, late and in any order. What is kept is the same for every order of the same messages: of a record
that of the latest moment, and of two of one moment that of the greater id.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, tuple_

from adapters.source import About, Delivery
from gateway.catalogue.tables import message, pushed
from gateway.catalogue.write.batches import write_batch
from gateway.catalogue.write.packing import Packed

REMEMBERED = timedelta(days=7)
"""How long a message is known again: senders try for some three days. A later one changes nothing, being the older."""


class MessageIdReused(Exception):
    """The id of a message is that of an earlier one, and their bodies differ."""


def receive(connection: Connection, about: About, identity: str, delivery: Delivery, packed: Packed) -> bool:
    """Commits a message with what it tells, in one transaction; whether anything of it was new.

    Raises BrokenBatch where the record cannot be kept, and Reused; nothing of the message is then.
    """
    now, body = delivery.batch.origin.retrieved_at, delivery.batch.origin.sha256
    connection.execute(delete(message).where(message.c.received_at < now - REMEMBERED))
    here = (message.c.source == about.name, message.c.id == identity)
    known = connection.execute(select(message.c.sha256).where(*here)).one_or_none()
    if known is not None:
        if known.sha256 not in (body, None):
            raise MessageIdReused
        return False
    connection.execute(insert(message).values(source=about.name, id=identity, received_at=now, sha256=body))
    (record,) = delivery.batch.records
    if not _is_newest(connection, record.type.value, record.id, delivery.moment, identity):
        return False
    write_batch(connection, about, delivery.scope, packed)
    return True


def _is_newest(connection: Connection, record_type: str, record: str, moment: datetime, identity: str) -> bool:
    """Whether nothing newer was told of the record; what is newest is noted."""
    here = (pushed.c.record_type == record_type, pushed.c.record == record)
    newer = tuple_(pushed.c.moment, pushed.c.message) > (moment, identity)
    if connection.execute(select(pushed.c.record).where(*here, newer)).one_or_none() is not None:
        return False
    connection.execute(delete(pushed).where(*here))
    connection.execute(insert(pushed).values(record_type=record_type, record=record, moment=moment, message=identity))
    return True
