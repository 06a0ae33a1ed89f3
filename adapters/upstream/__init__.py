"""The one guarded door through which every live channel asks its publisher."""

from adapters.upstream.answers import BYTES, JSON, TEXT, XML, Answer, Form, Judge, together
from adapters.upstream.clock import Clock, SystemClock
from adapters.upstream.credentials import Credential, Secret
from adapters.upstream.door import Upstream
from adapters.upstream.rates import Rate

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
