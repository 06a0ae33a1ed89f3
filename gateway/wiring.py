"""The sources of this deployment: the only module that names concrete sources."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from adapters.demonstration import Demonstration
from adapters.lazy_source import LazyFileNaming, LazySource
from adapters.secret import Secret
from adapters.settings import SourceFactory, SourceSettings
from adapters.source import FileNaming, Source
from adapters.tabular.about import describe_profile
from adapters.toml import ProfileError
from gateway.settings import InvalidSettings, Settings, SourceSection, decode_secret

PACKAGES = (
    "police.uk_police",
    "police.korea_open_data",
    "police.socrata_arrests",
    "police.fbi_crime_data",
    "regulators.dsa_transparency",
    "regulators.korea_law",
    "regulators.lumen",
    "platforms.telegram_transparency",
    "platforms.dsa_harmonised_reports",
    "press.published_figures",
)
"""Sources that are a package of `adapters` each; `docs/adding-a-source.md` says what one contains."""

PROFILES = (
    "platforms/google_government_requests",
    "platforms/meta_government_requests",
    "platforms/x_government_requests",
    "platforms/meta_enforcement_reports",
    "platforms/tiktok_enforcement_reports",
    "platforms/korea_platform_requests",
    "platforms/github_transparency",
    "platforms/ncmec_reports",
)
"""Sources that are a profile each, `adapters/PATH.toml`."""

PARTNER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def sources(settings: Settings) -> list[Source]:
    """Every source of this deployment. Raises InvalidSettings where the settings name an unknown one."""
    configured = [
        *(_from_package(package, settings) for package in PACKAGES),
        *(LazyFileNaming(describe_profile(path), partial(_from_profile, path)) for path in PROFILES),
        *_partners(settings),
    ]
    names = sorted(source.about.name for source in configured)
    if duplicates := sorted(name for name, count in Counter(names).items() if count > 1):
        raise InvalidSettings(f"settings: sources: {duplicates[0]} is the name of another source")
    if unknown := sorted(set(settings.sources) - set(names)):
        raise InvalidSettings(f"settings: unknown source {unknown[0][:40]!r}; choose from {', '.join(names)}")
    return configured


def _from_package(package: str, settings: Settings) -> Source:
    """The source of a package. It is imported when first used if the settings say nothing of it that may be invalid."""
    about = import_module(f"adapters.{package}").ABOUT
    make = partial(_make, f"{package}.source", "SOURCE", about.name, settings)
    return make() if about.name in settings.sources else LazySource(about, make)


def _from_profile(path: str) -> FileNaming:
    """The source of a profile. What reads tables is imported by its first use."""
    from adapters.tabular.source import TabularSource

    return TabularSource.from_profile(path)


def _partners(settings: Settings) -> Iterator[Source]:
    """The sources of agencies that send their own records, under the names that the settings give them."""
    for name, section in settings.sources.items():
        if (section.webhook or section.taxii) and PARTNER_NAME.fullmatch(name) is None:
            raise InvalidSettings("settings: sources: a source's name has small letters, digits and underscores")
        if section.webhook is not None:
            yield _make("partners.webhook", "Webhook", name, settings)
        if section.taxii is not None:
            yield _make("partners.taxii", "Taxii", name, settings)


def _make(module: str, class_name: str, name: str, settings: Settings) -> Source:
    """Imports the class of a source and makes the source `name` from its settings. Raises InvalidSettings."""
    factory: SourceFactory = getattr(import_module(f"adapters.{module}"), class_name).from_settings
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
        timezone=partner.timezone if partner else None,
    )


def demonstrations() -> dict[str, Demonstration]:
    """How to demonstrate each source that has a sandbox, by its name."""
    sandboxes = {package.partition(".")[2]: f"adapters.{package}.sandbox" for package in PACKAGES}
    return {name: import_module(module).DEMONSTRATION for name, module in sandboxes.items() if find_spec(module)}


def partner_schemas() -> dict[str, Any]:
    """The JSON Schemas of what agencies may send, by the setting that says how: pushed, or pulled as STIX objects."""
    from adapters.partners import taxii, webhook

    return {"webhook": webhook.json_schema(), "taxii": taxii.schema()}
