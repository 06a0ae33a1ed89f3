"""The Lumen Database: notices in which authorities, courts and persons ask platforms to take content down.

Its interface is documented at https://github.com/berkmancenter/lumendatabase/wiki and needs a researcher's token. A
scope is what a search finds in one month of receipt: `deepfake/2024-09`.
"""

from datetime import timedelta

from adapters.source import LIVE, About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

ABOUT = About(
    name="lumen",
    title="Lumen Database of notices and requests",
    kind=SourceKind.REGULATOR,
    publisher="Berkman Klein Center for Internet & Society, Harvard University",
    url="https://lumendatabase.org/",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Lumen Database, Berkman Klein Center for Internet & Society",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.TAKEDOWN, RecordType.INFORMATION_REQUEST}),
    jurisdictions=None,
    # Its days are midnight in UTC, and its search takes milliseconds of UTC.
    timezone="UTC",
    # A search word vouches for no place and no platform: no extent.
    # A search finds notices by their words, and a notice may be hidden for a while: absence withdraws nothing.
    withdraws=False,
    authoritative=LIVE,
    version="3",
    notes=(
        "Only what recipients choose to share: mostly large platforms, and few requests of the police.",
        "Senders and principals may be private persons: only authorities with a known name are stored.",
        "Addresses are stored as hosts and counts, never in full; titles, explanations and topics are not stored.",
        "What the recipient did is its own statement; No may mean refused or not answered.",
        "A notice without a day of receipt is in no month: the live channel does not read it.",
        "Notices about copyright and trademarks are out of scope.",
    ),
)
