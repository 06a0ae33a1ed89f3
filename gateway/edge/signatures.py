"""Signatures of Standard Webhooks: whether a body comes from a holder of the secret, and came in time."""

import hmac
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from schema.errors import ErrorCode, RequestError

TOLERANCE = timedelta(minutes=5)
"""How far the timestamp of a message may be from now, either way."""

MAX_SIGNATURES = 10

BAD_SIGNATURE = "The signature is invalid."

MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""No character that could belong to another part of the signed content."""

TIMESTAMP = re.compile(r"[0-9]{1,12}")


def verify_signature(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> str:
    """Returns the id of a message that is signed with one of the secrets.

    Raises RequestError: UNAUTHENTICATED for an invalid signature, BAD_REQUEST for a valid one that is too old or too
    new.
    """
    identity, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    content = b".".join((identity.encode(), timestamp.encode(), body))
    signatures = list(_signatures(headers.get("webhook-signature", "")))
    # A list, so that every signature is compared with every secret: the time does not tell which of them is right.
    matches = [
        hmac.compare_digest(hmac.digest(secret, content, "sha256"), signature)
        for secret in secrets
        for signature in signatures
    ]
    if not any(matches) or MESSAGE_ID.fullmatch(identity) is None or TIMESTAMP.fullmatch(timestamp) is None:
        raise RequestError(ErrorCode.UNAUTHENTICATED, BAD_SIGNATURE)
    if abs(int(timestamp) - now.astimezone(UTC).timestamp()) > TOLERANCE.total_seconds():
        raise RequestError(
            ErrorCode.BAD_REQUEST, "The timestamp is more than 5 minutes from now. Sign the message again."
        )
    return identity


def _signatures(text: str) -> Iterator[bytes]:
    """The first few signatures of HMAC-SHA-256 in a list that may hold others."""
    for each in text.split(" ", MAX_SIGNATURES)[:MAX_SIGNATURES]:
        version, _, encoded = each.partition(",")
        if version == "v1":
            try:
                yield b64decode(encoded, validate=True)
            except ValueError:
                continue
