"""Figures and requests that authorities, platforms and researchers have made public, as reviewed claims.

They are in press releases and news reports; no interface has them. `published_figures.toml` beside this file
holds them, one claim per table, and says how a claim is reviewed and added; other files of that shape may be TOML or
JSON.
"""

from datetime import timedelta

from adapters.source import About
from adapters.vocabulary.enums import Audience, RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction

ABOUT = About(
    name="published_figures",
    title="Published figures and requests around sexual deepfakes",
    # Each claim names its own speaker.
    kind=None,
    publisher="Enforcement Gateway, from the public statements that each claim cites",
    url=None,
    licence="Facts from public statements; the compilation is CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution="Compiled by the Enforcement Gateway; each claim cites who said it and where",
    cadence=timedelta(days=90),
    audience=Audience.PUBLIC,
    records=frozenset(
        {RecordType.ARREST, RecordType.STATISTIC, RecordType.COOPERATION_REQUEST, RecordType.INFORMATION_REQUEST}
    ),
    jurisdictions=(Jurisdiction("AU"), Jurisdiction("FR"), Jurisdiction("GB"), Jurisdiction("KR")),
    timezone=None,
    # Claims are no register: no extent.
    withdraws=True,
    notes=(
        "A figure is a claim: what its speaker said, as the citation reports it. Figures of different windows, units "
        "or speakers are not comparable, even where they share a metric.",
        "Cumulative figures are successive running totals: a later one contains the earlier ones.",
        "Apprehended (검거) is not detained (구속): apprehended suspects are identified and may stay at liberty.",
        "Where the citation gives no exact day, the period keeps its words, and an end that was not stated is empty.",
        "The time zone of a period is its speaker's, where the claim states it.",
        "An information request without a stated data type has the data type UNSPECIFIED.",
    ),
)
