"""Signatures of Standard Webhooks: whether a body comes from who knows a secret, and came in time."""

import hmac
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from schema.errors import ErrorCode, RequestError

TOLERANCE = timedelta(minutes=5)
"""How far the moment at which a message was sent may lie from now, either way."""

MOST_SIGNATURES = 10

UNSIGNED = "The message is not signed as agreed on."

IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""Nothing that could stand for another part of what is signed."""

MOMENT = re.compile(r"[0-9]{1,12}")


def verified(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> str:
    """The id of a message that is signed with one of the secrets.

    Raises Refused: UNAUTHENTICATED whatever is wrong with its signature, BAD_REQUEST where that is right and too old or
    too new.
    """
    identity, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = b".".join((identity.encode(), moment.encode(), body))
    given = list(_signatures(headers.get("webhook-signature", "")))
    right = [hmac.compare_digest(hmac.digest(secret, signed, "sha256"), each) for secret in secrets for each in given]
    if not any(right) or IDENTITY.fullmatch(identity) is None or MOMENT.fullmatch(moment) is None:
        raise RequestError(ErrorCode.UNAUTHENTICATED, UNSIGNED)
    sent = int(moment)
    if abs(sent - now.astimezone(UTC).timestamp()) > TOLERANCE.total_seconds():
        raise RequestError(
            ErrorCode.BAD_REQUEST, "The message was sent too long ago, or is yet to be sent; sign it anew."
        )
    return identity


def _signatures(text: str) -> Iterator[bytes]:
    """Those of HMAC-SHA-256 in a list that may hold others; no more than a few are looked at."""
    for each in text.split(" ", MOST_SIGNATURES)[:MOST_SIGNATURES]:
        version, _, encoded = each.partition(",")
        if version == "v1":
            try:
                yield b64decode(encoded, validate=True)
            except ValueError:
                continue
