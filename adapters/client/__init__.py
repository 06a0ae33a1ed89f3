"""The one HTTP client of every live channel: bounded, rate limited, and safe with credentials."""

from adapters.client.client import SourceClient
from adapters.client.clock import Clock, SystemClock
from adapters.client.credentials import Credential
from adapters.client.rate_limits import Rate
from adapters.client.responses import (
    BYTES,
    JSON,
    TEXT,
    XML,
    ResponseCheck,
    ResponseFormat,
    SourceResponse,
    combine_origins,
)
from adapters.secret import Secret

__all__ = [
    "BYTES",
    "JSON",
    "TEXT",
    "XML",
    "SourceResponse",
    "Clock",
    "Credential",
    "ResponseFormat",
    "ResponseCheck",
    "Rate",
    "Secret",
    "SystemClock",
    "SourceClient",
    "combine_origins",
]
