"""What can go wrong with a source.

SourceError
├── Unreadable           a file is missing or is not what its name says; a file or a response cannot be decoded
│   └── UnknownScope     the source has no scope of this name
├── UnexpectedShape      a file or response lacks columns or keys that the publisher promises
└── NoAnswer             the live interface gave no usable response
    ├── SourceTimeout    no complete response before the deadline
    ├── Unreachable      no connection, or a broken one
    ├── RateLimitError   more calls than the publisher allows at the moment
    ├── QuotaExhausted   more calls than the publisher allows for a day or longer
    ├── Unauthorised     the credential is missing, unknown or insufficient (401, 403)
    ├── NotFound         the publisher has no such resource (404, 410)
    ├── BadRequest       the publisher rejects the request (other 4xx)
    ├── ServerError      the publisher failed (5xx)
    ├── NotReady         the publisher is still preparing the response (202)
    ├── Redirect         a redirect, which is not followed because it would receive the credential
    ├── TooLarge         more bytes than the limit
    └── OutagePage       an HTML page instead of data

Each leaf has a closed code. Content that arrives and cannot be used is Unreadable or UnexpectedShape, from files and
live interfaces alike. Messages are ours: they may name a file, a column or a key, never a path, a URL, a credential,
the content of a row or the text of a foreign exception.
"""

MEANINGS = {
    "UNREADABLE": "A file or an answer cannot be decoded.",
    "UNKNOWN_SCOPE": "The source has no scope of this name.",
    "UNEXPECTED_SHAPE": "A file or an answer lacks what the publisher promises, or changed while it was read.",
    "TIMEOUT": "There was no complete answer in time.",
    "UNREACHABLE": "The publisher could not be reached.",
    "RATE_LIMITED": "The publisher allows no more calls at the moment.",
    "QUOTA_EXHAUSTED": "The publisher allows no more calls for a day or longer.",
    "UNAUTHORISED": "The publisher needs a credential, or does not accept the one that it received.",
    "NOT_FOUND": "The publisher has nothing at this address.",
    "REFUSED": "The publisher rejects the request.",
    "FAILED": "The publisher failed.",
    "NOT_READY": "The publisher is still preparing the answer.",
    "REDIRECTED": "The publisher redirects to another address, which is not followed.",
    "TOO_LARGE": "The answer is larger than the publisher or the gateway allows.",
    "OUTAGE_PAGE": "A page for people came instead of data.",
}
"""Code → what it means, for whoever may not see the message of an error."""


class SourceError(Exception):
    """A source could not be read. `code` is the closed reason that callers and coverage see."""

    code = "SOURCE_ERROR"


class Unreadable(SourceError):
    """The file is missing or is not what its name says; a file or a response cannot be decoded."""

    code = "UNREADABLE"


class UnknownScope(Unreadable):
    """The source has no scope of this name: whoever named it has to correct it."""

    code = "UNKNOWN_SCOPE"


class UnexpectedShape(SourceError):
    """Columns or keys that the publisher promises are missing."""

    code = "UNEXPECTED_SHAPE"


class NoAnswer(SourceError):
    """The live interface gave no usable response. `retry_after`: seconds until it may give one, None if unknown."""

    code = "UNANSWERED"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceTimeout(NoAnswer):
    """There was no complete response before the deadline, or no data for too long."""

    code = "TIMEOUT"


class Unreachable(NoAnswer):
    """There was no connection, or it broke before the response was complete."""

    code = "UNREACHABLE"


class RateLimitError(NoAnswer):
    """The publisher allows no more calls at the moment: it says so, or our own rate limit does."""

    code = "RATE_LIMITED"


class QuotaExhausted(NoAnswer):
    """The publisher allows no more calls for a day or longer."""

    code = "QUOTA_EXHAUSTED"


class Unauthorised(NoAnswer):
    """The credential is missing, unknown or insufficient."""

    code = "UNAUTHORISED"


class NotFound(NoAnswer):
    """The publisher has no such resource."""

    code = "NOT_FOUND"


class BadRequest(NoAnswer):
    """The publisher rejects the request, however often it is sent."""

    code = "REFUSED"


class ServerError(NoAnswer):
    """The publisher failed."""

    code = "FAILED"


class NotReady(NoAnswer):
    """The publisher is still preparing the response; the call has to be repeated."""

    code = "NOT_READY"


class Redirect(NoAnswer):
    """The publisher redirects; the client does not follow, because it would send the credential along."""

    code = "REDIRECTED"


class TooLarge(NoAnswer):
    """The response has more bytes than the limit."""

    code = "TOO_LARGE"


class OutagePage(NoAnswer):
    """An HTML page arrived instead of data."""

    code = "OUTAGE_PAGE"
