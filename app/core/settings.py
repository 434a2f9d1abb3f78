"""The settings of one process. What members can vote on is not here but in the database."""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from app.core.addresses import read_rule
from app.core.errors import CannotStart
from app.core.faults import check_point
from app.core.smtp import read_server

PREFIX = "COMMONHOLD_"
TEST_PREFIX = "test_"
# Read under these names too, by which other programs know them; ours win.
KNOWN_ELSEWHERE = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class BadSettings(CannotStart):
    """The environment does not make sense; each line names a variable and its fault."""


class Environment(StrEnum):
    """What the process is for. Only `test` opens the doors that checks need."""

    PRODUCTION = "production"
    TEST = "test"


class Registration(StrEnum):
    """Who may sign up by themselves."""

    OPEN = "open"
    APPLICATION = "application"
    INVITE = "invite"
    CLOSED = "closed"


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Settings(BaseModel):
    """The settings of one process, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: str = "http://localhost:8000"
    domain: str = ""
    data_dir: Path = Path("var")
    database_url: str = ""
    media_url: str = ""
    remote_cache_mb: int = Field(default=2_048, ge=16, le=10_000_000)
    aws_access_key_id: str | None = Field(default=None, pattern=r"^[\x21-\x7e]{1,200}$")
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None
    smtp_url: SecretStr | None = None
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_api_base: str | None = None
    trusted_proxies: Listed = ()
    registration: Registration = Registration.APPLICATION
    env: Environment = Environment.PRODUCTION

    test_clock: Path | None = None
    test_allow: Listed = ()
    test_resolve: Path | None = None
    test_open: bool = False
    test_fault: str | None = Field(default=None, pattern=r"^[a-z._-]+(:[1-9][0-9]*)?$")

    @field_validator("base_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("an address such as https://riverside.example")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("an address without a path")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("database_url")
    @classmethod
    def _a_known_engine(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("sqlite:///… or postgresql://…")
        return value

    @field_validator("media_url")
    @classmethod
    def _a_known_store(cls, value: str) -> str:
        if value and not value.startswith(("file:", "s3://")):
            raise ValueError("file:… or s3://…")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_server(value.get_secret_value())
        return value

    @field_validator("test_fault")
    @classmethod
    def _a_fault_point(cls, value: str | None) -> str | None:
        if value is not None:
            check_point(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network)
        return value

    @field_validator("test_allow")
    @classmethod
    def _networks_with_ports(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_rule(value)
        return value

    @model_validator(mode="after")
    def _tests_only_in_test(self) -> Self:
        if self.env is not Environment.TEST:
            for name in type(self).model_fields:
                if name.startswith(TEST_PREFIX) and name in self.model_fields_set:
                    raise ValueError(f"{PREFIX}{name.upper()} works only with {PREFIX}ENV=test")
        return self

    @property
    def host(self) -> str:
        """The host of the public address, with its port if it has one."""
        return urlsplit(self.base_url).netloc

    @property
    def address_domain(self) -> str:
        """What stands behind the second @ of a member's address."""
        return self.domain or self.host

    @property
    def is_https(self) -> bool:
        """Whether people reach the co-op over TLS."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's URL: the given one, or an SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'commonhold.db'}"

    @property
    def media(self) -> str:
        """Where media are kept: the given place, or a folder in the data directory."""
        return self.media_url or f"file:{self.data_dir / 'media'}"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. An unknown COMMONHOLD_ variable is a fault: it is a misspelt one.

    Raises: BadSettings, whose lines name the variables.
    """
    given = {name.lower(): environ[name] for name in KNOWN_ELSEWHERE if environ.get(name)}
    given |= {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value != ""
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise BadSettings("\n".join(_fault(fault) for fault in error.errors())) from None


def read_environment(environ: Mapping[str, str], *, folder: Path) -> Settings:
    """Read the settings from the environment and a `.env` file in `folder`; the former wins."""
    from_file = {k: v for k, v in dotenv_values(folder / ".env").items() if v is not None}
    return read_settings(from_file | dict(environ))


def _fault(fault: Any) -> str:
    if not fault["loc"]:
        return str(fault["ctx"]["error"])
    name = f"{PREFIX}{str(fault['loc'][0]).upper()}"
    if fault["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
