"""The one guarded door through which every live channel asks its publisher."""

from adapters.client.client import Upstream
from adapters.client.clock import Clock, SystemClock
from adapters.client.credentials import Credential, Secret
from adapters.client.rate_limits import Rate
from adapters.client.responses import BYTES, JSON, TEXT, XML, Answer, Form, Judge, together

__all__ = [
    "BYTES",
    "JSON",
    "TEXT",
    "XML",
    "Answer",
    "Clock",
    "Credential",
    "Form",
    "Judge",
    "Rate",
    "Secret",
    "SystemClock",
    "Upstream",
    "together",
]
