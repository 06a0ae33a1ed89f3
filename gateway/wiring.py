"""The sources of this deployment; the only file that names concrete ones."""

from collections import defaultdict

from adapters.platforms.telegram_transparency import TelegramTransparency
from adapters.police.uk_police import UKPolice
from adapters.press.published_figures import PublishedFigures
from adapters.regulators.dsa_transparency import DSATransparency
from adapters.source import Source
from gateway.settings import InvalidSettings, Settings, SourceSettings


def sources(settings: Settings) -> list[Source]:
    """Every source that this deployment reads. Raises InvalidSettings where one is named that there is not."""
    given = defaultdict(SourceSettings, settings.sources)
    wired: list[Source] = [
        UKPolice(),
        DSATransparency(given["dsa_transparency"].keep),
        TelegramTransparency(),
        PublishedFigures(),
    ]
    names = sorted(source.about.name for source in wired)
    if unknown := sorted(set(settings.sources) - set(names)):
        raise InvalidSettings(f"settings: no source is called {unknown[0][:40]!r}; there are {', '.join(names)}")
    return wired
