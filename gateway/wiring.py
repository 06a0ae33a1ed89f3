"""The sources of this deployment, and its catalogue; the only file that names concrete sources."""

import re
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.client import Secret
from adapters.partners import taxii, webhook
from adapters.partners.taxii import Feed, Taxii
from adapters.partners.webhook import Webhook
from adapters.platforms import telegram_transparency
from adapters.platforms.dsa_harmonised_reports import DSAHarmonisedReports
from adapters.platforms.telegram_transparency import TelegramTransparency
from adapters.police import fbi_crime_data, uk_police
from adapters.police.fbi_crime_data import FBICrimeData
from adapters.police.korea_open_data import KoreaOpenData, profiles
from adapters.police.socrata_arrests import SocrataArrests
from adapters.police.uk_police import UKPolice
from adapters.press.published_figures import PublishedFigures
from adapters.regulators.dsa_transparency import DSATransparency
from adapters.regulators.korea_law import KoreaLaw
from adapters.regulators.lumen import Lumen
from adapters.source import Source
from adapters.tabular.source import Tabular
from gateway.access.audit_log import AuditKeys, AuditLog, MissingAuditKeys, locate_all, seals
from gateway.access.tables import audit
from gateway.catalogue.catalogue import Catalogue
from gateway.settings import InvalidSettings, Settings, SourceSettings, TaxiiSettings, decoded_secret
from gateway.store.database import connect

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def sources(settings: Settings) -> list[Source]:
    """Every source that this deployment reads. Raises InvalidSettings where one is named that there is not."""
    given = defaultdict(SourceSettings, settings.sources)
    police, dsa, telegram = given["uk_police"], given["dsa_transparency"], given["telegram_transparency"]
    korea, fbi, socrata = given["korea_open_data"], given["fbi_crime_data"], given["socrata_arrests"]
    notices, law = given["lumen"], given["korea_law"]
    try:
        wired: list[Source] = [
            UKPolice(police.address or uk_police.ADDRESS),
            DSATransparency(
                dsa.keep,
                address=dsa.address,
                archive=dsa.archive_address,
                key=Secret(dsa.key.get_secret_value()) if dsa.key else None,
            ),
            TelegramTransparency(telegram.address or telegram_transparency.ADDRESS),
            Tabular.shipped("platforms/google_government_requests"),
            KoreaOpenData(
                address=korea.address,
                key=Secret(korea.key.get_secret_value()) if korea.key else None,
                profiles=profiles.known(korea.profiles),
            ),
            Tabular.shipped("platforms/meta_government_requests"),
            Tabular.shipped("platforms/x_government_requests"),
            Tabular.shipped("platforms/meta_enforcement_reports"),
            Tabular.shipped("platforms/tiktok_enforcement_reports"),
            Tabular.shipped("platforms/korea_platform_requests"),
            Tabular.shipped("platforms/github_transparency"),
            Tabular.shipped("platforms/ncmec_reports"),
            DSAHarmonisedReports(),
            SocrataArrests(
                address=socrata.address, key=Secret(socrata.key.get_secret_value()) if socrata.key else None
            ),
            FBICrimeData(
                fbi.address or fbi_crime_data.ADDRESS,
                key=Secret(fbi.key.get_secret_value()) if fbi.key else None,
            ),
            Lumen(
                notices.address,
                key=Secret(notices.key.get_secret_value()) if notices.key else None,
            ),
            KoreaLaw(law.address, key=Secret(law.key.get_secret_value()) if law.key else None),
            PublishedFigures(),
            *_partners(settings),
        ]
    except ValueError as exc:
        raise InvalidSettings(f"settings: sources: {exc}") from None
    names = sorted(source.about.name for source in wired)
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise InvalidSettings(f"settings: sources: {twice[0]} is the name of another source")
    if unknown := sorted(set(settings.sources) - set(names)):
        raise InvalidSettings(f"settings: no source is called {unknown[0][:40]!r}; there are {', '.join(names)}")
    return wired


def _partners(settings: Settings) -> Iterator[Source]:
    """The sources of agencies that send records of their own, under whatever name the settings give them."""
    for name, given in settings.sources.items():
        if (given.webhook or given.taxii) and NAME.fullmatch(name) is None:
            raise ValueError("a source's name has small letters, digits and underscores")
        if given.webhook is not None:
            yield Webhook(name, given.webhook.agency, [*map(decoded_secret, given.webhook.secrets)])
        if given.taxii is not None:
            yield _collection(name, given.taxii, given)


def _collection(name: str, feed: TaxiiSettings, given: SourceSettings) -> Taxii:
    """An agency's collection as a source. Raises ValueError."""
    if given.address is None:
        raise ValueError("a collection of TAXII has an address, that of its API root")
    return Taxii(
        Feed(name=name, agency=feed.agency, collection=feed.collection, title=feed.title),
        given.address,
        key=Secret(given.key.get_secret_value()) if given.key else None,
        user=feed.user,
    )


def partner_schemas() -> dict[str, Any]:
    """What agencies may send, as JSON Schemas by the setting that says how: pushed, or pulled as objects of STIX."""
    return {"webhook": webhook.json_schema(), "taxii": taxii.schema()}


@asynccontextmanager
async def opened(settings: Settings, *, prepare: bool = True) -> AsyncGenerator[Catalogue]:
    """This deployment's catalogue; made usable unless `prepare` is false."""
    synthetic = [name for name, source in settings.sources.items() if source.synthetic]
    holdings = Catalogue(connect(settings.database_url), sources(settings), synthetic)
    try:
        if prepare:
            await holdings.prepare()
        yield holdings
    finally:
        await holdings.close()


def given_seals(settings: Settings) -> AuditKeys:
    """The keys of the log. Raises NoSeals."""
    if settings.audit_key is None or settings.audit_signing_key is None:
        raise MissingAuditKeys("the audit log needs its two keys in the settings; `gateway audit keys` makes them")
    try:
        return seals(settings.audit_key.get_secret_value(), settings.audit_signing_key.get_secret_value())
    except ValueError:
        raise MissingAuditKeys("GATEWAY_AUDIT_KEY and GATEWAY_AUDIT_SIGNING_KEY are 32 bytes each, in base64") from None


@asynccontextmanager
async def opened_log(settings: Settings) -> AsyncGenerator[AuditLog]:
    """The log, whose database is made where it is not there yet. Raises NoSeals."""
    keys = given_seals(settings)
    database = connect(settings.audit_url)
    log = AuditLog(database, settings.audit_heads, keys)
    try:
        await database.write(audit.create_all)
        await database.write(locate_all)
        yield log
    finally:
        await log.close()
        await database.close()


@asynccontextmanager
async def log_or_none(settings: Settings) -> AsyncGenerator[AuditLog | None]:
    """The log; None where the settings hold no key for one. Raises NoSeals where what they hold cannot be used."""
    if settings.audit_key is None:
        yield None
        return
    async with opened_log(settings) as log:
        yield log
