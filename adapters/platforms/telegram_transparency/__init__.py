"""Telegram's transparency reports, collected by volunteers by country (github.com/Te-k/telegram-transparency).

Telegram's own bot answers only about the country of the user who asks, so contributors send in its answers, and one
JSON file has them all.
"""

from datetime import timedelta

from adapters.source import About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

ABOUT = About(
    name="telegram_transparency",
    title="Telegram's transparency reports by country",
    kind=SourceKind.PLATFORM,
    publisher="Telegram, collected by the contributors to Te-k/telegram-transparency",
    url="https://github.com/Te-k/telegram-transparency",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="Te-k/telegram-transparency and its contributors, from the answers of Telegram's transparency bot",
    cadence=timedelta(days=91),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=None,
    timezone=None,
    # Volunteers send in what they like, and the file's name says nothing of its days: no extent.
    withdraws=True,
    notes=(
        "Only fulfilled requests are counted: those for which Telegram gave an IP address, a phone number or both. "
        "How many requests it received or refused is not published.",
        "A missing country is not zero: nobody has sent in an answer for it. Zero means that Telegram answered zero.",
        "Periods overlap: quarters, sums of quarters and whole years stand side by side and must not be added up; "
        "for some countries a whole year differs from its quarters, or only the year is known.",
        "The bot does not state the time zone of its periods.",
        "Affected users are never added across periods: one user may be affected in several.",
    ),
)
