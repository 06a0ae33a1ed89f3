"""Administration of agencies, agreements and API keys: they are added, listed and ended, but never changed.

Functions that write take the connection of one transaction under the writer lock.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, FromClause, Row, insert, select, update

from adapters.vocabulary.enums import FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.access.keys import APIKey, new_key
from gateway.access.networks import parse_network
from gateway.access.tables import agency, agreement, api_key
from gateway.errors import OperatorError
from gateway.store.database import Snapshot

OVERLAP = timedelta(hours=24)
"""How long a key stays active after the first use of the key that replaces it."""


class InvalidAdministration(OperatorError):
    """A change cannot be made; the message says why, for operators."""


class RevocationReason(StrEnum):
    """Why a key was revoked."""

    REVOKED = "REVOKED"
    LEAKED = "LEAKED"


class AgreementTerms(Struct, frozen=True, kw_only=True):
    """The terms of an agreement. No record types or jurisdictions: all of them; no classes: no sensitive fields."""

    agency: str
    purpose: str
    sources: tuple[str, ...]
    record_types: tuple[RecordType, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    classes: tuple[FieldClass, ...] = ()
    budget: int | None = None
    expires_at: datetime | None = None


def add_agency(connection: Connection, identity: str, name: str, now: datetime) -> None:
    """Adds an agency. Raises InvalidAdministration if the id exists."""
    if _find(connection, agency, identity):
        raise InvalidAdministration(f"agency {identity} already exists")
    connection.execute(insert(agency).values(id=identity, name=name, created_at=now))


def add_agreement(connection: Connection, identity: str, terms: AgreementTerms, now: datetime) -> None:
    """Adds an agreement. Raises InvalidAdministration if the id exists, or for an unknown agency or invalid terms."""
    if not _find(connection, agency, terms.agency):
        raise InvalidAdministration(f"agency {terms.agency} does not exist; add it with `gateway agencies add`")
    if _find(connection, agreement, identity):
        raise InvalidAdministration(f"agreement {identity} already exists; its terms never change")
    if not terms.purpose.strip():
        raise InvalidAdministration("an agreement needs a purpose")
    if _is_past(terms.expires_at, now):
        raise InvalidAdministration("an agreement must expire in the future")
    columns = {name: getattr(terms, name) for name in AgreementTerms.__struct_fields__}
    connection.execute(insert(agreement).values(id=identity, created_at=now, **columns))


def end_agreement(connection: Connection, identity: str, now: datetime) -> None:
    """Ends an agreement. Raises InvalidAdministration if it is not active."""
    end = update(agreement).where(agreement.c.id == identity, agreement.c.ended_at.is_(None)).values(ended_at=now)
    if not connection.execute(end).rowcount:
        raise InvalidAdministration(f"agreement {identity} is not active")


def add_key(
    connection: Connection,
    agreement_id: str,
    peppers: Mapping[int, bytes],
    now: datetime,
    *,
    live: bool = True,
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
    replaces: str | None = None,
    overlap: timedelta = OVERLAP,
) -> APIKey:
    """Adds a key to an agreement and returns it: the database holds only its digest. Raises InvalidAdministration."""
    if not peppers:
        raise InvalidAdministration("keys need a pepper: set GATEWAY_PEPPERS")
    row = _find(connection, agreement, agreement_id)
    if row is None or row.ended_at is not None or _is_past(row.expires_at, now):
        raise InvalidAdministration(f"agreement {agreement_id} is not active")
    if _is_past(expires_at, now):
        raise InvalidAdministration("a key must expire in the future")
    key, pepper = new_key(live=live), max(peppers)
    connection.execute(
        insert(api_key).values(
            id=key.id,
            agreement=agreement_id,
            live=live,
            digest=key.digest(peppers[pepper]),
            pepper=pepper,
            networks=tuple(map(canonical_network, networks)),
            created_at=now,
            expires_at=expires_at,
            replaces=replaces,
            overlap=int(overlap.total_seconds()) if replaces else None,
        )
    )
    return key


def rotate_key(
    connection: Connection, identity: str, peppers: Mapping[int, bytes], now: datetime, overlap: timedelta = OVERLAP
) -> APIKey:
    """Adds a key that replaces another, with the same terms. The old key ends `overlap` after the first use of the new.

    Raises InvalidAdministration if the old key is not active.
    """
    row = _find(connection, api_key, identity)
    if row is None or row.revoked_at is not None or _is_past(row.expires_at, now):
        raise InvalidAdministration(f"key {identity} is not active")
    return add_key(
        connection,
        row.agreement,
        peppers,
        now,
        live=row.live,
        networks=row.networks,
        expires_at=row.expires_at,
        replaces=identity,
        overlap=overlap,
    )


def revoke_key(
    connection: Connection, identity: str, now: datetime, reason: RevocationReason = RevocationReason.REVOKED
) -> None:
    """Revokes a key. Raises InvalidAdministration if it does not exist or was revoked before."""
    revocation = update(api_key).where(api_key.c.id == identity, api_key.c.revoked_at.is_(None))
    if not connection.execute(revocation.values(revoked_at=now, reason=reason.value)).rowcount:
        raise InvalidAdministration(f"key {identity} is not active")


def record_use(connection: Connection, identity: str, now: datetime) -> bool:
    """Records the use of a key. The first use sets the end of the key that it replaces; returns whether it did."""
    row = _find(connection, api_key, identity)
    if row is None:
        return False
    connection.execute(update(api_key).where(api_key.c.id == identity).values(last_used_at=now))
    if row.replaces is None or row.last_used_at is not None:
        return False
    end = now + timedelta(seconds=row.overlap)
    old = _find(connection, api_key, row.replaces)
    if old is None or (old.expires_at is not None and old.expires_at <= end):
        return False
    connection.execute(update(api_key).where(api_key.c.id == old.id).values(expires_at=end))
    return True


def canonical_network(text: str) -> str:
    """A network in CIDR notation. Raises InvalidAdministration for anything else."""
    try:
        return str(parse_network(text))
    except ValueError:
        raise InvalidAdministration(f"{text[:40]!r} is not a network such as 192.0.2.0/24") from None


async def list_agencies(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Lists agencies by id."""
    return await _list(snapshot, agency)


async def list_agreements(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Lists agreements by id."""
    return await _list(snapshot, agreement)


async def list_keys(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Lists keys by id, without the columns that verify a secret."""
    return await _list(snapshot, api_key, without=("digest", "pepper"))


async def _list(snapshot: Snapshot, table: FromClause, without: Collection[str] = ()) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in without]
    return [row._asdict() for row in await snapshot.fetch(select(*columns).order_by(table.c.id))]


def _find(connection: Connection, table: Any, identity: str) -> Row[Any] | None:
    return connection.execute(select(table).where(table.c.id == identity)).one_or_none()


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
