"""The sources of this deployment: the only module that names concrete sources."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from adapters.client.credentials import Secret
from adapters.demonstration import Demonstration
from adapters.partners import taxii, webhook
from adapters.partners.taxii import Taxii
from adapters.partners.webhook import Webhook
from adapters.platforms.dsa_harmonised_reports import DSAHarmonisedReports
from adapters.platforms.telegram_transparency import TelegramTransparency
from adapters.police.fbi_crime_data import FBICrimeData
from adapters.police.korea_open_data import KoreaOpenData
from adapters.police.socrata_arrests import SocrataArrests
from adapters.police.uk_police import UKPolice
from adapters.press.published_figures import PublishedFigures
from adapters.regulators.dsa_transparency import DSATransparency
from adapters.regulators.korea_law import KoreaLaw
from adapters.regulators.lumen import Lumen
from adapters.settings import SourceFactory, SourceSettings
from adapters.source import Source
from adapters.tabular.source import TabularSource
from adapters.toml import ProfileError
from gateway.settings import InvalidSettings, Settings, SourceSection, decode_secret


class Wiring(NamedTuple):
    """How a source is made, and the module below `adapters` of its sandbox, which only the demonstration imports."""

    factory: SourceFactory
    sandbox: str | None = None


SOURCES = {
    "uk_police": Wiring(UKPolice.from_settings, "police.uk_police.sandbox"),
    "dsa_transparency": Wiring(DSATransparency.from_settings, "regulators.dsa_transparency.sandbox"),
    "telegram_transparency": Wiring(TelegramTransparency.from_settings, "platforms.telegram_transparency.sandbox"),
    "google_government_requests": Wiring(TabularSource.from_profile("platforms/google_government_requests")),
    "korea_open_data": Wiring(KoreaOpenData.from_settings, "police.korea_open_data.sandbox"),
    "meta_government_requests": Wiring(TabularSource.from_profile("platforms/meta_government_requests")),
    "x_government_requests": Wiring(TabularSource.from_profile("platforms/x_government_requests")),
    "meta_enforcement_reports": Wiring(TabularSource.from_profile("platforms/meta_enforcement_reports")),
    "tiktok_enforcement_reports": Wiring(TabularSource.from_profile("platforms/tiktok_enforcement_reports")),
    "korea_platform_requests": Wiring(TabularSource.from_profile("platforms/korea_platform_requests")),
    "github_transparency": Wiring(TabularSource.from_profile("platforms/github_transparency")),
    "ncmec_reports": Wiring(TabularSource.from_profile("platforms/ncmec_reports")),
    "dsa_harmonised_reports": Wiring(DSAHarmonisedReports.from_settings),
    "socrata_arrests": Wiring(SocrataArrests.from_settings, "police.socrata_arrests.sandbox"),
    "fbi_crime_data": Wiring(FBICrimeData.from_settings, "police.fbi_crime_data.sandbox"),
    "lumen": Wiring(Lumen.from_settings, "regulators.lumen.sandbox"),
    "korea_law": Wiring(KoreaLaw.from_settings, "regulators.korea_law.sandbox"),
    "published_figures": Wiring(PublishedFigures.from_settings, "press.published_figures.sandbox"),
}

PARTNER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def sources(settings: Settings) -> list[Source]:
    """Every source of this deployment. Raises InvalidSettings where the settings name an unknown one."""
    configured = [_make(wiring.factory, name, settings) for name, wiring in SOURCES.items()]
    configured += _partners(settings)
    names = sorted(source.about.name for source in configured)
    if duplicates := sorted(name for name, count in Counter(names).items() if count > 1):
        raise InvalidSettings(f"settings: sources: {duplicates[0]} is the name of another source")
    if unknown := sorted(set(settings.sources) - set(names)):
        raise InvalidSettings(f"settings: unknown source {unknown[0][:40]!r}; choose from {', '.join(names)}")
    return configured


def _partners(settings: Settings) -> Iterator[Source]:
    """The sources of agencies that send their own records, under the names that the settings give them."""
    for name, section in settings.sources.items():
        if (section.webhook or section.taxii) and PARTNER_NAME.fullmatch(name) is None:
            raise InvalidSettings("settings: sources: a source's name has small letters, digits and underscores")
        if section.webhook is not None:
            yield _make(Webhook.from_settings, name, settings)
        if section.taxii is not None:
            yield _make(Taxii.from_settings, name, settings)


def _make(factory: SourceFactory, name: str, settings: Settings) -> Source:
    try:
        return factory(_settings_of(name, settings))
    except ProfileError as exc:
        raise InvalidSettings(f"settings: sources.{name}.profiles: {exc}") from None
    except ValueError as exc:
        raise InvalidSettings(f"settings: sources.{name}: {exc}") from None


def _settings_of(name: str, settings: Settings) -> SourceSettings:
    """The settings of the source `name`. Raises ValueError where a key is no key."""
    section = settings.sources.get(name, SourceSection())
    partner = section.webhook or section.taxii
    return SourceSettings(
        name=name,
        address=section.address,
        archive_address=section.archive_address,
        key=Secret(section.key.get_secret_value()) if section.key else None,
        keep=section.keep,
        profiles=section.profiles,
        agency=partner.agency if partner else "",
        secrets=tuple(map(decode_secret, section.webhook.secrets)) if section.webhook else (),
        collection=section.taxii.collection if section.taxii else "",
        user=section.taxii.user if section.taxii else None,
        title=section.taxii.title if section.taxii else None,
    )


def demonstrations() -> dict[str, Demonstration]:
    """How to demonstrate each source that has a sandbox, by its name."""
    modules = {name: wiring.sandbox for name, wiring in SOURCES.items()}
    return {name: import_module(f"adapters.{module}").DEMONSTRATION for name, module in modules.items() if module}


def partner_schemas() -> dict[str, Any]:
    """What agencies may send, as JSON Schemas by the setting that says how: pushed, or pulled as objects of STIX."""
    return {"webhook": webhook.json_schema(), "taxii": taxii.schema()}
