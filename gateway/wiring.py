"""The sources of this deployment; the only file that names concrete ones."""

from adapters.platforms.telegram_transparency import TelegramTransparency
from adapters.police.uk_police import UKPolice
from adapters.press.published_figures import PublishedFigures
from adapters.source import Source


def sources() -> list[Source]:
    """Every source that this deployment reads."""
    return [UKPolice(), TelegramTransparency(), PublishedFigures()]
