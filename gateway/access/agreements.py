"""Agencies, agreements and keys as the catalogue's database keeps them: added, listed, ended; never changed in between.

Every function that writes runs under the writer lock, in one transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, FromClause, Row, insert, select, update

from adapters.vocabulary.enums import FieldClass, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.access.keys import Key, new_key
from gateway.access.networks import parse_network
from gateway.access.tables import agency, agreement, api_key
from gateway.errors import OperatorError
from gateway.store.database import Snapshot

OVERLAP = timedelta(hours=24)
"""How long a key that was replaced still serves, from the first use of the one that replaces it."""


class InvalidAdministration(OperatorError):
    """What was asked for cannot be done; the message says why, in words for whoever administers."""


class RevocationReason(StrEnum):
    """Why a key serves no longer."""

    REVOKED = "REVOKED"
    LEAKED = "LEAKED"


class AgreementTerms(Struct, frozen=True, kw_only=True):
    """What an agreement says. No record types, no jurisdictions: all of them; no classes: nothing sensitive."""

    agency: str
    purpose: str
    sources: tuple[str, ...]
    record_types: tuple[RecordType, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    classes: tuple[FieldClass, ...] = ()
    budget: int | None = None
    expires_at: datetime | None = None


def add_agency(connection: Connection, identity: str, name: str, now: datetime) -> None:
    """Raises Unfit where there is one of this id."""
    if _found(connection, agency, identity):
        raise InvalidAdministration(f"there is an agency {identity} already")
    connection.execute(insert(agency).values(id=identity, name=name, created_at=now))


def add_agreement(connection: Connection, identity: str, terms: AgreementTerms, now: datetime) -> None:
    """Raises Unfit where there is one of this id, no such agency, or nothing to see."""
    if not _found(connection, agency, terms.agency):
        raise InvalidAdministration(f"there is no agency {terms.agency}; `gateway agencies add` makes one")
    if _found(connection, agreement, identity):
        raise InvalidAdministration(f"there is an agreement {identity} already; what one says is never changed")
    if not terms.purpose.strip():
        raise InvalidAdministration("an agreement says for which purpose")
    if terms.expires_at is not None and terms.expires_at <= now:
        raise InvalidAdministration("an agreement ends in the future")
    said = {name: getattr(terms, name) for name in AgreementTerms.__struct_fields__}
    connection.execute(insert(agreement).values(id=identity, created_at=now, **said))


def end_agreement(connection: Connection, identity: str, now: datetime) -> None:
    """Raises Unfit where there is none of this id that holds."""
    ended = update(agreement).where(agreement.c.id == identity, agreement.c.ended_at.is_(None)).values(ended_at=now)
    if not connection.execute(ended).rowcount:
        raise InvalidAdministration(f"no agreement {identity} holds")


def add_key(
    connection: Connection,
    under: str,
    peppers: Mapping[int, bytes],
    now: datetime,
    *,
    live: bool = True,
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
    replaces: str | None = None,
    overlap: timedelta = OVERLAP,
) -> Key:
    """A new key under an agreement; whoever calls shows it once. Raises Unfit."""
    if not peppers:
        raise InvalidAdministration("keys need a pepper: set GATEWAY_PEPPERS")
    held = _found(connection, agreement, under)
    if held is None or held.ended_at is not None or _past(held.expires_at, now):
        raise InvalidAdministration(f"no agreement {under} holds")
    if _past(expires_at, now):
        raise InvalidAdministration("a key ends in the future")
    key, pepper = new_key(live=live), max(peppers)
    connection.execute(
        insert(api_key).values(
            id=key.id,
            agreement=under,
            live=live,
            digest=key.digest(peppers[pepper]),
            pepper=pepper,
            networks=tuple(map(network, networks)),
            created_at=now,
            expires_at=expires_at,
            replaces=replaces,
            overlap=int(overlap.total_seconds()) if replaces else None,
        )
    )
    return key


def rotate_key(
    connection: Connection, identity: str, peppers: Mapping[int, bytes], now: datetime, overlap: timedelta = OVERLAP
) -> Key:
    """A key that replaces another, with the same terms. The other one ends `overlap` after the first use of the new.

    Raises Unfit where there is none of this id that serves.
    """
    held = _found(connection, api_key, identity)
    if held is None or held.revoked_at is not None or _past(held.expires_at, now):
        raise InvalidAdministration(f"no key {identity} serves")
    return add_key(
        connection,
        held.agreement,
        peppers,
        now,
        live=held.live,
        networks=held.networks,
        expires_at=held.expires_at,
        replaces=identity,
        overlap=overlap,
    )


def revoke_key(
    connection: Connection, identity: str, now: datetime, reason: RevocationReason = RevocationReason.REVOKED
) -> None:
    """Raises Unfit where there is none of this id that was not revoked."""
    ended = update(api_key).where(api_key.c.id == identity, api_key.c.revoked_at.is_(None))
    if not connection.execute(ended.values(revoked_at=now, reason=reason.value)).rowcount:
        raise InvalidAdministration(f"no key {identity} serves")


def note_use(connection: Connection, identity: str, now: datetime) -> bool:
    """Keeps when a key was last used. At its first use the key that it replaces gets its end: whether one did."""
    used = _found(connection, api_key, identity)
    if used is None:
        return False
    connection.execute(update(api_key).where(api_key.c.id == identity).values(last_used_at=now))
    if used.replaces is None or used.last_used_at is not None:
        return False
    end = now + timedelta(seconds=used.overlap)
    replaced = _found(connection, api_key, used.replaces)
    if replaced is None or (replaced.expires_at is not None and replaced.expires_at <= end):
        return False
    connection.execute(update(api_key).where(api_key.c.id == used.replaces).values(expires_at=end))
    return True


def network(text: str) -> str:
    """A network as CIDR writes it. Raises Unfit."""
    try:
        return str(parse_network(text))
    except ValueError:
        raise InvalidAdministration(f"{text[:40]!r} is no network such as 192.0.2.0/24") from None


async def list_agencies(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every agency, by id."""
    return await _list(snapshot, agency)


async def list_agreements(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every agreement, by id."""
    return await _list(snapshot, agreement)


async def list_keys(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every key, by id, without what its secret is checked with."""
    return await _list(snapshot, api_key, without=("digest", "pepper"))


async def _list(snapshot: Snapshot, kind: FromClause, without: Collection[str] = ()) -> list[dict[str, Any]]:
    columns = [column for column in kind.c if column.name not in without]
    return [row._asdict() for row in await snapshot.fetch(select(*columns).order_by(kind.c.id))]


def _found(connection: Connection, kind: Any, identity: str) -> Row[Any] | None:
    return connection.execute(select(kind).where(kind.c.id == identity)).one_or_none()


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
