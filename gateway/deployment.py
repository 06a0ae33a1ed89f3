"""A deployment's own parts, from its settings: the catalogue, the audit log and the limits of operations."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.access.audit.chain import AuditKeys, MissingAuditKeys, parse_audit_keys
from gateway.access.audit.log import AuditLog, index_all_sources
from gateway.access.audit.tables import audit_metadata
from gateway.catalogue.catalogue import Catalogue
from gateway.operations.execution import OperationLimits
from gateway.operations.limits import Limits
from gateway.settings import DatabasePooler, Settings
from gateway.store.database import Database, connect
from gateway.wiring import sources


def open_database(settings: Settings, url: str) -> Database:
    """The database at an address, with as many connections as the settings allow."""
    return connect(
        url, settings.database_connections, transaction_pooler=settings.database_pooler is DatabasePooler.TRANSACTION
    )


@asynccontextmanager
async def open_catalogue(settings: Settings, *, prepare: bool = True) -> AsyncGenerator[Catalogue]:
    """Opens the catalogue, and migrates an empty SQLite file unless `prepare` is false. Raises MigrationRequired."""
    synthetic = [name for name, section in settings.sources.items() if section.synthetic]
    catalogue = Catalogue(open_database(settings, settings.database_url), sources(settings), synthetic)
    try:
        if prepare:
            await catalogue.prepare()
        yield catalogue
    finally:
        await catalogue.close()


@asynccontextmanager
async def open_audit_log(settings: Settings) -> AsyncGenerator[AuditLog]:
    """Opens the audit log, and creates its tables if there are none. Raises MissingAuditKeys."""
    keys = audit_keys(settings)
    database = open_database(settings, settings.audit_url)
    log = AuditLog(database, settings.audit_heads, keys)
    try:
        await database.write(audit_metadata.create_all)
        await database.write(index_all_sources, seconds=None)
        yield log
    finally:
        await log.close()
        await database.close()


@asynccontextmanager
async def open_optional_audit_log(settings: Settings) -> AsyncGenerator[AuditLog | None]:
    """Opens the audit log; yields None if the settings have no key for it. Raises MissingAuditKeys for invalid keys."""
    if settings.audit_key is None:
        yield None
        return
    async with open_audit_log(settings) as log:
        yield log


def audit_keys(settings: Settings) -> AuditKeys:
    """The keys of the audit log. Raises MissingAuditKeys."""
    if settings.audit_key is None or settings.audit_signing_key is None:
        raise MissingAuditKeys("the audit log needs two keys in the settings; `gateway audit keys` creates them")
    try:
        return parse_audit_keys(settings.audit_key.get_secret_value(), settings.audit_signing_key.get_secret_value())
    except ValueError:
        raise MissingAuditKeys("GATEWAY_AUDIT_KEY and GATEWAY_AUDIT_SIGNING_KEY are 32 bytes each, in base64") from None


def document_limits(settings: Settings) -> Limits:
    """How much one document may contain."""
    return Limits(
        tokens=settings.max_tokens, depth=settings.max_depth, aliases=settings.max_aliases, fields=settings.max_fields
    )


def operation_limits(settings: Settings) -> OperationLimits:
    """How much one operation may take."""
    return OperationLimits(
        seconds=settings.deadline_seconds, statement_seconds=settings.statement_seconds, cost=settings.max_cost
    )
