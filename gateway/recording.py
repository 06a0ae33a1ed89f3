"""The audit log of this deployment, as its settings describe it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.access.audit import Log, NoSeals, Seals, locate_all, seals
from gateway.access.tables import audit
from gateway.catalogue.database import connect
from gateway.settings import Settings


def given_seals(settings: Settings) -> Seals:
    """The keys of the log. Raises NoSeals."""
    if settings.audit_key is None or settings.audit_signing_key is None:
        raise NoSeals("the audit log needs its two keys in the settings; `gateway audit keys` makes them")
    try:
        return seals(settings.audit_key.get_secret_value(), settings.audit_signing_key.get_secret_value())
    except ValueError:
        raise NoSeals("GATEWAY_AUDIT_KEY and GATEWAY_AUDIT_SIGNING_KEY are 32 bytes each, in base64") from None


@asynccontextmanager
async def opened_log(settings: Settings) -> AsyncGenerator[Log]:
    """The log, whose database is made where it is not there yet. Raises NoSeals."""
    keys = given_seals(settings)
    database = connect(settings.audit_url)
    log = Log(database, settings.audit_heads, keys)
    try:
        await database.write(audit.create_all)
        await database.write(locate_all)
        yield log
    finally:
        await log.close()
        await database.close()


@asynccontextmanager
async def log_or_none(settings: Settings) -> AsyncGenerator[Log | None]:
    """The log; None where the settings hold no key for one. Raises NoSeals where what they hold cannot be used."""
    if settings.audit_key is None:
        yield None
        return
    async with opened_log(settings) as log:
        yield log
