"""The closed list of error codes that callers see; no other text of a failure leaves the gateway."""

from enum import StrEnum, unique


@unique
class ErrorCode(StrEnum):
    """What went wrong, in `errors[].extensions.code`."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    PARSE_FAILED = "PARSE_FAILED"
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_COMPLEX = "TOO_COMPLEX"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BAD_INPUT = "BAD_INPUT"
    BAD_CURSOR = "BAD_CURSOR"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    KEY_EXPOSED = "KEY_EXPOSED"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    NOT_READY = "NOT_READY"
    INTERNAL = "INTERNAL"


MEANINGS: dict[ErrorCode, str] = {
    ErrorCode.BAD_REQUEST: "The body or the query string is not a GraphQL request.",
    ErrorCode.METHOD_NOT_ALLOWED: "This HTTP method cannot carry this request: GET carries queries only.",
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: "The body must be application/json.",
    ErrorCode.BODY_TOO_LARGE: "The body has more bytes than the gateway reads.",
    ErrorCode.PARSE_FAILED: "The document is not GraphQL; the message gives line and column.",
    ErrorCode.TOO_MANY_TOKENS: "The document has more tokens than the gateway parses.",
    ErrorCode.TOO_DEEP: "Fields are nested deeper than the gateway answers.",
    ErrorCode.TOO_MANY_ALIASES: "The document gives more aliases than the gateway answers.",
    ErrorCode.TOO_COMPLEX: "The document has more fields, or costs more, than the gateway answers.",
    ErrorCode.VALIDATION_FAILED: "The document does not fit the schema that this caller sees.",
    ErrorCode.BAD_INPUT: "An argument or a variable has a value that cannot be met; the message names it.",
    ErrorCode.BAD_CURSOR: "The cursor was not given out for this field with this order.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.UNAUTHENTICATED: "The API key is not valid.",
    ErrorCode.KEY_EXPOSED: "An API key was sent in an address or a body; it may be known to others and serves no more.",
    ErrorCode.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says when to go on.",
    ErrorCode.DEADLINE_EXCEEDED: "The answer took longer than the gateway waits.",
    ErrorCode.NOT_READY: "The gateway cannot reach its catalogue.",
    ErrorCode.INTERNAL: "The gateway failed; `correlationId` finds the reason in its log.",
}


class RequestError(Exception):
    """A request that the gateway refuses, in words of its own that may be shown to the caller."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
