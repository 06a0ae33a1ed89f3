"""Settings from the environment (`GATEWAY_…`) and `gateway.toml`."""

import os
from base64 import b64decode
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from adapters.vocabulary.enums import HarmCategory
from adapters.vocabulary.spelling import find_nearest, find_typo
from gateway.access.networks import Network, parse_network
from gateway.errors import OperatorError

FILE = Path("gateway.toml")

PREFIX = "GATEWAY_"

DELIMITER = "__"

MIN_PEPPER_LENGTH = 32

MIN_SECRET_LENGTH, MAX_SECRET_LENGTH = 24, 64
"""In bytes, as Standard Webhooks demands."""

NESTED = ("sources", "peppers")
"""Settings of which a variable can set a part: `GATEWAY_SOURCES__UK_POLICE__KEY`."""


class DatabasePooler(StrEnum):
    """What stands between the gateway and PostgreSQL."""

    NONE = "none"
    TRANSACTION = "transaction"


class InvalidSettings(OperatorError):
    """A setting is invalid; the message names it and never shows its value."""


def check_timezone(name: str | None) -> str | None:
    """The name, if it is that of a time zone of the IANA database. Raises ValueError."""
    try:
        return name and ZoneInfo(name).key
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError("a time zone has a name of the IANA database, such as Asia/Seoul") from None


TimeZone = Annotated[str | None, AfterValidator(check_timezone)]


class WebhookSection(BaseModel, frozen=True, extra="forbid"):
    """The section `[sources.NAME.webhook]`: a source to which an agency pushes its own records."""

    agency: str
    """The agency's id, as in its agreements."""

    timezone: TimeZone = None
    """The time zone of the days that it sends, such as Asia/Seoul."""

    secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=4)]
    """The secrets that it may sign with, `whsec_` and Base64 of 24 to 64 bytes; several while one replaces another."""

    @field_validator("secrets")
    @classmethod
    def _check_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            decode_secret(secret)
        return value


def decode_secret(secret: SecretStr) -> bytes:
    """The bytes of a secret in the form of Standard Webhooks. Raises ValueError; the message does not show it."""
    prefix, _, encoded = secret.get_secret_value().partition("_")
    try:
        decoded = b64decode(encoded, validate=True) if prefix == "whsec" else b""
    except ValueError:
        decoded = b""
    if not MIN_SECRET_LENGTH <= len(decoded) <= MAX_SECRET_LENGTH:
        raise ValueError("a secret is `whsec_` and Base64 of 24 to 64 bytes")
    return decoded


class TaxiiSection(BaseModel, frozen=True, extra="forbid"):
    """The section `[sources.NAME.taxii]`: a partner's collection on a TAXII 2.1 server.

    The source's `address` is the API root, its `key` a token or a password.
    """

    agency: str
    """The id of the agency whose records these are; it sees all of them."""

    collection: str
    """The collection's id on the server."""

    user: str | None = None
    """The user of HTTP Basic whose password the key is; without one, the key is a bearer token."""

    title: str | None = None
    """The source's title."""

    timezone: TimeZone = None
    """The time zone of the days that the agency states, such as Asia/Seoul."""


class SourceSection(BaseModel, frozen=True, extra="forbid"):
    """The section `[sources.NAME]`: what a deployment sets of a source."""

    address: str | None = None
    """The address of the live interface, if it is not the publisher's own."""

    archive_address: str | None = None
    """The address of the publisher's files, if it is not the publisher's own."""

    key: SecretStr | None = None
    """The credential that the publisher gave to this deployment."""

    follow: tuple[str, ...] = ()
    """The scopes that `gateway sync` keeps fresh, by name; without a period, the newest."""

    synthetic: bool = False
    """Whether the data at `address` is synthetic; every citation then says so."""

    profiles: Path | None = None
    """A TOML file, or a folder of them, with profiles beside the shipped ones, for a source that reads by profiles."""

    webhook: WebhookSection | None = None
    """Makes this a source to which an agency pushes."""

    keep: tuple[HarmCategory, ...] | None = None
    """The harms whose records are kept one by one, while others are only counted; all are kept if absent."""

    taxii: TaxiiSection | None = None
    """Makes this a source that reads a partner's collection."""


class Settings(BaseSettings):
    """Every setting, with its default. The environment takes precedence over the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=DELIMITER, toml_file=FILE, extra="forbid", frozen=True
    )

    sources: dict[str, SourceSection] = {}
    """Sections by source; in the environment GATEWAY_SOURCES__UK_POLICE__FOLLOW and so on, lists as JSON."""

    database_url: str = "sqlite:///catalogue.db"
    """`sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""

    database_connections: Annotated[int, Field(ge=1, le=100)] = 4
    """How many requests a process reads for at the same time. It opens one connection more, which is kept for its own
    reads, and on PostgreSQL up to three that write."""

    database_pooler: DatabasePooler = DatabasePooler.NONE
    """`transaction` where PostgreSQL is reached through PgBouncer, or another pooler, that lends a connection for one
    transaction: statements are then not prepared."""

    withdrawal_limit: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The share of a scope's records that one reading may withdraw. A reading that lacks more is put on hold until an
    operator accepts it or three readings agree; 1 puts none on hold."""

    peppers: dict[int, SecretStr] = {}
    """The peppers of API key digests, by number, at least 32 characters each; new keys use the highest number."""

    audit_url: str = "sqlite:///audit.db"
    """The audit log's own database."""

    audit_heads: Path = Path("audit-heads.jsonl")
    """The file that gets the signed heads of the audit log, best on another machine."""

    audit_key: SecretStr | None = None
    """The key that chains the audit log; `gateway audit keys` creates one. Without it, answers that must be logged are
    refused."""

    audit_signing_key: SecretStr | None = None
    """The key that signs its heads; the same command creates it."""

    redis_url: SecretStr | None = None
    """A Redis or Valkey that all processes share, `redis://…`, to count what callers spend and to announce revocations.
    It holds nothing that must last."""

    processes: Annotated[int, Field(ge=1, le=1_000)] = 4
    """How many processes share the Redis; while it is away, each allows its share of the budgets."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may call the API from a browser, separated by commas."""

    trusted_proxies: Annotated[tuple[Annotated[Network, PlainValidator(parse_network)], ...], NoDecode] = ()
    """Networks or addresses of proxies whose `X-Forwarded-For` is believed, separated by commas."""

    max_body_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 256 * 1024
    max_tokens: Annotated[int, Field(ge=100, le=100_000)] = 4_000
    max_depth: Annotated[int, Field(ge=4, le=64)] = 16
    max_aliases: Annotated[int, Field(ge=0, le=1_000)] = 60
    max_fields: Annotated[int, Field(ge=100, le=100_000)] = 2_000
    """The fields of a document after its fragments are expanded."""

    max_cost: Annotated[int, Field(ge=100, le=10_000_000)] = 20_000
    """The highest cost of one operation; `gateway query --price` prints a query's cost."""

    budget: Annotated[int, Field(ge=100, le=1_000_000_000)] = 200_000
    """What one address may spend in a minute, and an agreement without a budget of its own."""

    statement_seconds: Annotated[float, Field(gt=0, le=300)] = 10.0
    """How long one statement of the database may take for an answer, in seconds."""

    deadline_seconds: Annotated[float, Field(gt=0, le=300)] = 30.0
    """How long an answer may take, in seconds."""

    @property
    def pepper_bytes(self) -> dict[int, bytes]:
        """The peppers as bytes."""
        return {number: pepper.get_secret_value().encode() for number, pepper in self.peppers.items()}

    @field_validator("peppers")
    @classmethod
    def _check_peppers(cls, value: dict[int, SecretStr]) -> dict[int, SecretStr]:
        if any(len(pepper.get_secret_value()) < MIN_PEPPER_LENGTH for pepper in value.values()):
            raise ValueError(f"a pepper has at least {MIN_PEPPER_LENGTH} characters")
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value is not None:
                # Few deployments have one, and its client takes a tenth of a second to import.
                from gateway.store.redis import connection_pool

                connection_pool(value.get_secret_value())
        except ValueError:
            raise ValueError("the URL must look like redis://HOST:6379") from None
        return value

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Loads the settings of this process. Raises InvalidSettings, which names every invalid or misspelled setting."""
    typos = [
        describe_unknown(variable, suggestion)
        for variable, suggestion in unknown_variables(os.environ).items()
        if suggestion is not None
    ]
    if typos:
        raise InvalidSettings(f"settings: {'; '.join(typos)}")
    try:
        return Settings()
    except ValidationError as exc:
        raise InvalidSettings(f"settings: {'; '.join(map(_describe, exc.errors()))}") from None
    except (OSError, ValueError):
        raise InvalidSettings("settings: gateway.toml cannot be read as TOML") from None


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """The `GATEWAY_` variables that are not settings, each with the setting of which it is a typo, if any.

    Those that are no typos may belong to somebody else: for a service named `gateway`, Kubernetes sets GATEWAY_PORT.
    """
    names = {variable: variable.lower() for variable in sorted(environment)}
    return {
        variable: _find_variable(name.removeprefix(PREFIX.lower()))
        for variable, name in names.items()
        if name.startswith(PREFIX.lower()) and not _is_setting(name.removeprefix(PREFIX.lower()))
    }


def describe_unknown(name: str, suggestion: str | None = None) -> str:
    """One line that says that the setting does not exist, and which one may be meant. Shows no value."""
    text = "".join(letter if letter.isprintable() else "?" for letter in name[:80])
    return f"{text} is not a setting" + (f"; did you mean {suggestion}?" if suggestion else "")


def _is_setting(name: str) -> bool:
    """Whether a variable of this name sets a setting or, as SOURCES__UK_POLICE__FOLLOW does, a part of one."""
    setting, delimiter, _ = name.partition(DELIMITER)
    return name in Settings.model_fields or (delimiter != "" and setting in NESTED)


def _find_variable(name: str) -> str | None:
    """The variable of which this name is a typo, if any."""
    setting, delimiter, part = name.partition(DELIMITER)
    field = find_typo(name, Settings.model_fields)
    if field is None and (field := find_typo(setting, Settings.model_fields)) in NESTED:
        return f"{PREFIX}{field}{delimiter}{part}".upper()
    return field and f"{PREFIX}{field}".upper()


def _describe(error: Mapping[str, Any]) -> str:
    """What is wrong with a setting, without its value."""
    *parents, key = map(str, error["loc"])
    if error["type"] != "extra_forbidden":
        return f"{'.'.join((*parents, key))}: {error['msg'].removeprefix('Value error, ')}"
    suggestion = find_nearest(key.lower().removeprefix(PREFIX.lower()), _fields_in(parents))
    return describe_unknown(".".join((*parents, key)), suggestion and ".".join((*parents, suggestion)))


def _fields_in(parents: list[str]) -> Iterable[str]:
    """The settings in a section of the file: the top, a source, or a part of a source."""
    match parents:
        case []:
            return Settings.model_fields
        case [_, _]:
            return SourceSection.model_fields
        case [_, _, "webhook"]:
            return WebhookSection.model_fields
        case _:
            return TaxiiSection.model_fields
