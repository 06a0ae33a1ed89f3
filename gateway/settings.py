"""What the environment (`GATEWAY_…`) and `gateway.toml` say, read once."""

import os
from base64 import b64decode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainValidator, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from adapters.vocabulary.enums import HarmCategory
from gateway.access.networks import Network, parse_network
from gateway.errors import OperatorError
from gateway.spelling import find_nearest, find_typo

FILE = Path("gateway.toml")

PREFIX = "GATEWAY_"

DELIMITER = "__"

SHORTEST_PEPPER = 32

SHORTEST_SECRET, LONGEST_SECRET = 24, 64

NESTED = ("sources", "peppers")
"""Settings of which variables may set a part: `GATEWAY_SOURCES__UK_POLICE__KEY`."""


class InvalidSettings(OperatorError):
    """A setting cannot be used; the message names it and never shows its value."""


class WebhookSection(BaseModel, frozen=True, extra="forbid"):
    """What a deployment says of a source to which an agency pushes, in `[sources.NAME.webhook]`."""

    agency: str
    """Whose records these are, by the id that its agreements have."""

    secrets: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=4)]
    """What may be signed with, `whsec_` and Base64 of 24 to 64 bytes: two while one takes the place of the other."""

    @field_validator("secrets")
    @classmethod
    def _are_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            decoded_secret(secret)
        return value


def decoded_secret(secret: SecretStr) -> bytes:
    """The bytes of a secret as Standard Webhooks writes it. Raises ValueError, whose message does not show it."""
    prefix, _, encoded = secret.get_secret_value().partition("_")
    try:
        decoded = b64decode(encoded, validate=True) if prefix == "whsec" else b""
    except ValueError:
        decoded = b""
    if not SHORTEST_SECRET <= len(decoded) <= LONGEST_SECRET:
        raise ValueError("a secret is `whsec_` and Base64 of 24 to 64 bytes")
    return decoded


class TaxiiSection(BaseModel, frozen=True, extra="forbid"):
    """A partner's collection on a TAXII 2.1 server: `address` is the API root, `key` a token or a password."""

    agency: str
    """The id of the agency whose records these are, and which sees all of them."""

    collection: str
    """The collection's id on the server."""

    user: str | None = None
    """Whose password the key is, by HTTP Basic; without it the key is a bearer token."""

    title: str | None = None
    """What the source is called where people read of it."""


class SourceSection(BaseModel, frozen=True, extra="forbid"):
    """What a deployment says of one source, in `[sources.NAME]`."""

    address: str | None = None
    """Where the live interface is asked, if not at the publisher's own address."""

    archive_address: str | None = None
    """Where the publisher's files are fetched, if not at the publisher's own address."""

    key: SecretStr | None = None
    """The credential that the publisher gave to this deployment."""

    follow: tuple[str, ...] = ()
    """The scopes that `gateway sync` keeps fresh, by name; with their period left out: the newest."""

    synthetic: bool = False
    """What is read at `address` was made up, and every citation says so."""

    profiles: Path | None = None
    """A TOML file, or a folder of them, with profiles beside the shipped ones, for a source that reads by profiles."""

    webhook: WebhookSection | None = None
    """There is a source of this name to which an agency pushes."""

    keep: tuple[HarmCategory, ...] | None = None
    """The harms whose records are kept one by one, all others being counted; all are kept if absent."""

    taxii: TaxiiSection | None = None
    """Makes a source of this name out of a partner's collection."""


class Settings(BaseSettings):
    """Every setting, with its default. The environment goes before the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=DELIMITER, toml_file=FILE, extra="forbid", frozen=True
    )

    sources: dict[str, SourceSection] = {}
    """By source. In the environment: GATEWAY_SOURCES__UK_POLICE__FOLLOW and so on, lists as JSON."""

    database_url: str = "sqlite:///catalogue.db"
    """`sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""

    peppers: dict[int, SecretStr] = {}
    """What API keys are digested with, by number, at least 32 characters each; new keys take the highest number."""

    audit_url: str = "sqlite:///audit.db"
    """Where the audit log is kept: a database of its own."""

    audit_heads: Path = Path("audit-heads.jsonl")
    """The second place: a file, best on another machine, that gets the signed heads of the log."""

    audit_key: SecretStr | None = None
    """What the log is chained with; `gateway audit keys` makes one. Without it only what is open to all is answered."""

    audit_signing_key: SecretStr | None = None
    """What its heads are signed with; made by the same command."""

    redis_url: SecretStr | None = None
    """A Redis or Valkey that all processes share, `redis://…`: there they count together what callers spend, and tell
    each other that a key has ended. Nothing is lost with it."""

    processes: Annotated[int, Field(ge=1, le=1_000)] = 4
    """How many processes answer: while that Redis is away, each allows so small a part of what may be spent."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may ask from a browser, separated by commas."""

    trusted_proxies: Annotated[tuple[Annotated[Network, PlainValidator(parse_network)], ...], NoDecode] = ()
    """Networks or addresses of proxies whose `X-Forwarded-For` is believed, separated by commas."""

    max_body_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 256 * 1024
    max_tokens: Annotated[int, Field(ge=100, le=100_000)] = 4_000
    max_depth: Annotated[int, Field(ge=4, le=64)] = 16
    max_aliases: Annotated[int, Field(ge=0, le=1_000)] = 60
    max_fields: Annotated[int, Field(ge=100, le=100_000)] = 2_000
    """Fields of one document with its fragments written out."""

    max_cost: Annotated[int, Field(ge=100, le=10_000_000)] = 20_000
    """What one operation may cost; `gateway query --price` tells what it does."""

    budget: Annotated[int, Field(ge=100, le=1_000_000_000)] = 200_000
    """What may be spent in a minute from one address, and under an agreement that states no budget."""

    deadline_seconds: Annotated[float, Field(gt=0, le=300)] = 30.0
    """How long an answer may take."""

    @property
    def pepper_bytes(self) -> dict[int, bytes]:
        """The peppers as they are digested with."""
        return {number: pepper.get_secret_value().encode() for number, pepper in self.peppers.items()}

    @field_validator("peppers")
    @classmethod
    def _long_enough(cls, value: dict[int, SecretStr]) -> dict[int, SecretStr]:
        if any(len(pepper.get_secret_value()) < SHORTEST_PEPPER for pepper in value.values()):
            raise ValueError(f"a pepper has at least {SHORTEST_PEPPER} characters")
        return value

    @field_validator("redis_url")
    @classmethod
    def _of_redis(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value is not None:
                # Few deployments have one, and its client takes a tenth of a second to import.
                from gateway.store.redis import connection_pool

                connection_pool(value.get_secret_value())
        except ValueError:
            raise ValueError("it is no address such as redis://HOST:6379") from None
        return value

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
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


def settings() -> Settings:
    """The settings of this process. Raises InvalidSettings, naming every setting that is wrong or misspelled."""
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
        raise InvalidSettings("settings: gateway.toml is not a TOML file that can be read") from None


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """The variables that begin with `GATEWAY_` and are no settings; to each the setting of which it is a typo, if any.

    Others have their own meaning to somebody else: for a service called `gateway`, Kubernetes sets GATEWAY_PORT.
    """
    names = {variable: variable.lower() for variable in sorted(environment)}
    return {
        variable: _find_variable(name.removeprefix(PREFIX.lower()))
        for variable, name in names.items()
        if name.startswith(PREFIX.lower()) and not _is_setting(name.removeprefix(PREFIX.lower()))
    }


def describe_unknown(name: str, suggestion: str | None = None) -> str:
    """One line that says that there is no such setting, and which may be meant. Shows no value."""
    text = "".join(letter if letter.isprintable() else "?" for letter in name[:80])
    return f"{text} is not a setting" + (f"; did you mean {suggestion}?" if suggestion else "")


def _is_setting(name: str) -> bool:
    """Whether a variable of this name sets a setting, or a part of one as SOURCES__UK_POLICE__FOLLOW does."""
    setting, delimiter, _ = name.partition(DELIMITER)
    return name in Settings.model_fields or (delimiter != "" and setting in NESTED)


def _find_variable(name: str) -> str | None:
    """The variable of which one of this name is a typo; None if it is none."""
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
    """The settings in a table of the file: in that at the top, of a source, or of a part of a source."""
    match parents:
        case []:
            return Settings.model_fields
        case [_, _]:
            return SourceSection.model_fields
        case [_, _, "webhook"]:
            return WebhookSection.model_fields
        case _:
            return TaxiiSection.model_fields
