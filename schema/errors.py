"""The closed list of error codes that callers see."""

from enum import StrEnum, unique


@unique
class ErrorCode(StrEnum):
    """The code of an error, in `errors[].extensions.code`."""

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
    ErrorCode.METHOD_NOT_ALLOWED: "This HTTP method is not allowed for this request: GET allows queries only.",
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: "The body must be application/json.",
    ErrorCode.BODY_TOO_LARGE: "The body is larger than the gateway accepts.",
    ErrorCode.PARSE_FAILED: "The document is not valid GraphQL; the message gives the line and column.",
    ErrorCode.TOO_MANY_TOKENS: "The document has too many tokens.",
    ErrorCode.TOO_DEEP: "The document nests fields too deep.",
    ErrorCode.TOO_MANY_ALIASES: "The document has too many aliases.",
    ErrorCode.TOO_COMPLEX: "The document has too many fields, or costs too much.",
    ErrorCode.VALIDATION_FAILED: "The document is not valid for the schema that this caller sees.",
    ErrorCode.BAD_INPUT: "An argument or a variable has an invalid value; the message names it.",
    ErrorCode.BAD_CURSOR: "The cursor is invalid for this field and order.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.UNAUTHENTICATED: "The API key is invalid.",
    ErrorCode.KEY_EXPOSED: "An API key was sent in an address or a body. Others may know it, so it is revoked.",
    ErrorCode.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says when to try again.",
    ErrorCode.DEADLINE_EXCEEDED: "The answer took longer than the deadline.",
    ErrorCode.NOT_READY: "The gateway cannot reach its catalogue.",
    ErrorCode.INTERNAL: "The gateway failed; `correlationId` identifies the reason in its log.",
}


class RequestError(Exception):
    """A request that the gateway refuses, with a message that is safe to show to the caller."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


MAX_QUOTE_LENGTH = 40
"""Characters of a caller's text that a message repeats."""


def unknown_name(noun: str, text: str, suggestion: str | None, field: str | None = None) -> RequestError:
    """The error for a name that nothing has: it suggests the nearest one, or else the `field` that lists them all."""
    hint = "" if field is None else f" The field {field} lists them."
    return _unknown(f"There is no {noun} {_quote(text)}.", suggestion, hint)


def unknown_value(noun: str, text: str, suggestion: str | None) -> RequestError:
    """The error for a publisher's term that no record has: it suggests the nearest one that a record has."""
    return _unknown(f"No record has the {noun} {_quote(text)}.", suggestion)


def _unknown(message: str, suggestion: str | None, hint: str = "") -> RequestError:
    if suggestion is not None:
        hint = f" Did you mean {_quote(suggestion)}?"
    return RequestError(ErrorCode.BAD_INPUT, message + hint)


def _quote(text: str) -> str:
    return repr(text[:MAX_QUOTE_LENGTH])
