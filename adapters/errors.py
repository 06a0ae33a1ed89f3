"""What can go wrong with a source.

SourceError
├── Unreadable           the file is missing or is not what its name says; a file or an answer cannot be decoded
├── UnexpectedShape      the file or answer lacks columns or keys that the publisher promises
└── Unanswered           the live interface was asked and gave no answer
    ├── TimedOut         not within the deadline
    ├── Unreachable      no connection, or one that broke off
    ├── RateLimited      more calls than the publisher allows just now
    ├── QuotaExhausted   more calls than the publisher allows for a day or longer
    ├── Unauthorised     the credential is missing, unknown or not enough (401, 403)
    ├── NotFound         the publisher knows no such thing (404, 410)
    ├── RequestRefused   the publisher will not answer this question (other 4xx)
    ├── Failed           the publisher's own fault (5xx)
    ├── NotReady         the publisher still prepares the answer (202)
    ├── Redirected       the answer lies elsewhere: nobody goes there, the credential would travel along
    ├── TooLarge         more bytes than we accept
    └── OutagePage       a page for people where data was promised

Each leaf has a closed code. What arrived and cannot be used is Unreadable or UnexpectedShape from files and live
interfaces alike. Messages are ours: they may name a file, a column or a key, never a path, a URL, a credential, a row's
content or the text of a foreign exception.
"""


class SourceError(Exception):
    """A source could not be read. `code` is the closed reason that callers and coverage see."""

    code = "SOURCE_ERROR"


class Unreadable(SourceError):
    """The file is missing or is not what its name says; a file or an answer cannot be decoded."""

    code = "UNREADABLE"


class UnexpectedShape(SourceError):
    """The publisher promises columns or keys that are not there."""

    code = "UNEXPECTED_SHAPE"


class Unanswered(SourceError):
    """The live interface was asked and gave no answer. `retry_after`: seconds until it may give one, where known."""

    code = "UNANSWERED"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(Unanswered):
    """There was no whole answer within the deadline, or the source stayed silent for too long."""

    code = "TIMEOUT"


class Unreachable(Unanswered):
    """There was no connection, or it broke off before the answer was whole."""

    code = "UNREACHABLE"


class RateLimited(Unanswered):
    """The publisher allows no more calls just now: it said so, or we waited in vain for our share."""

    code = "RATE_LIMITED"


class QuotaExhausted(Unanswered):
    """The publisher allows no more calls for a day or longer."""

    code = "QUOTA_EXHAUSTED"


class Unauthorised(Unanswered):
    """The credential is missing, unknown or not enough."""

    code = "UNAUTHORISED"


class NotFound(Unanswered):
    """The publisher knows no such thing."""

    code = "NOT_FOUND"


class RequestRefused(Unanswered):
    """The publisher will not answer this question, however often it is asked."""

    code = "REFUSED"


class Failed(Unanswered):
    """The publisher met a fault of its own."""

    code = "FAILED"


class NotReady(Unanswered):
    """The publisher still prepares the answer and wants to be asked again."""

    code = "NOT_READY"


class Redirected(Unanswered):
    """The answer lies elsewhere; we do not go there, because the credential would travel along."""

    code = "REDIRECTED"


class TooLarge(Unanswered):
    """The answer has more bytes than we accept."""

    code = "TOO_LARGE"


class OutagePage(Unanswered):
    """A page for people came where data was promised."""

    code = "OUTAGE_PAGE"
