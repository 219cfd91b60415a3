"""Every setting of a deployment, read from the environment and `.env`, refused at start when wrong.

What a clinic decides (hours, holds, caps, wording) is not here: that is data per clinic, edited by its staff.
`docs/settings.md` and `.env.example` are written from this class by `standby settings`.
"""

from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "STANDBY_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SettingsError(Exception):
    """Settings that cannot be used. The text is for people: what is wrong and how to mend it, a line each."""


def _database(address: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if address.startswith(scheme):
            return "postgresql+psycopg://" + address.removeprefix(scheme)
    if not address.startswith("postgresql+psycopg://"):
        raise ValueError("must be a PostgreSQL address such as postgresql://user:password@host/standby")
    return address


def _redis(address: str) -> str:
    if not address.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must be a Redis address such as redis://host:6379/0")
    return address


def _smtp(address: SecretStr) -> SecretStr:
    parts = urlsplit(address.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must be a mail server such as smtp://user:password@mail.example.com:587")
    return address


def _mailbox(address: str) -> str:
    name, found = parseaddr(address)
    local, at, domain = found.rpartition("@")
    if name or not (local and at and "." in domain) or " " in found:
        raise ValueError("must be an address such as visits@clinic.example.com")
    return found


def _web(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a web address such as https://standby.example.com")
    return address.rstrip("/")


def _webs(several: str) -> str:
    return ",".join(_web(address.strip()) for address in several.split(","))


def _networks(several: str) -> str:
    try:
        return ",".join(str(ip_network(each.strip())) for each in several.split(","))
    except ValueError:
        raise ValueError("must be addresses or networks, such as 127.0.0.1, 10.0.0.0/8") from None


def _public(address: str) -> str:
    address = _web(address)
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (http:// is allowed on this machine only)")
    return address


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 32:
        raise ValueError("must have at least 32 characters; `openssl rand -hex 32` makes one")
    return secret


def _plain(name: str, description: str, **more: Any) -> Any:
    """A setting known by its usual name, without our prefix."""
    return Field(validation_alias=name, description=description, **more)


class Settings(BaseSettings):
    """The settings, typed. Fields without a default have to be given."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[str, AfterValidator(_database)] = _plain(
        "DATABASE_URL", "The PostgreSQL database (15 or newer): postgresql://user:password@host/standby"
    )
    redis_url: Annotated[str, AfterValidator(_redis)] = _plain(
        "REDIS_URL",
        "Redis, for the queues and live updates: redis://host:6379/0. It may be lost at any time.",
    )
    public_url: Annotated[str, AfterValidator(_public)] = _plain(
        "PUBLIC_URL",
        "Our address as Twilio and patients reach it, which is also what Twilio signs: https://…",
    )
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        description="Signs sessions and one-tap links: at least 32 characters, the same for every process. "
        "`openssl rand -hex 32` makes one."
    )
    twilio_account_sid: str = _plain(
        "TWILIO_ACCOUNT_SID",
        "The Twilio account: AC and 32 characters, from the Twilio console.",
        pattern=r"^AC[0-9a-fA-F]{32}$",
    )
    twilio_auth_token: SecretStr = _plain(
        "TWILIO_AUTH_TOKEN", "The account's secret token; it also proves that a webhook comes from Twilio."
    )
    twilio_api_base_url: Annotated[str, AfterValidator(_web)] = _plain(
        "TWILIO_API_BASE_URL",
        "Where Twilio's API is: another server for a proxy or a test double.",
        default="https://api.twilio.com",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] | None = Field(
        default=None,
        description="The mail server for emails to patients: smtp://user:password@host:587 (with STARTTLS) or "
        "smtps://user:password@host:465. Without it no clinic here sends email.",
    )
    email_from: Annotated[str, AfterValidator(_mailbox)] | None = Field(
        default=None,
        description="The address emails come from, at a domain whose SPF and DKIM allow this mail server. Answers "
        "go to the clinic's own address.",
    )
    nlu_url: Annotated[str, AfterValidator(_webs)] = Field(
        default="http://127.0.0.1:5005",
        description="The language model's servers (`standby nlu run`): one address, or several with commas "
        "between, which take turns and stand in for each other.",
    )
    nlu_timeout_seconds: float = Field(
        default=2.0,
        gt=0,
        le=30,
        description="How long a text waits for the language model's servers before it is retried.",
    )
    web_host: str = Field(default="127.0.0.1", description="The address `standby web` listens on.")
    web_port: int = Field(default=8000, ge=1, le=65535, description="The port `standby web` listens on.")
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="127.0.0.1,::1",
        description="Proxies in front of `standby web`, as addresses or networks such as 10.0.0.0/8: whom they "
        "name in X-Forwarded-For counts as whoever asks, where so much is allowed from one address.",
    )
    web_processes: int = Field(default=1, ge=1, le=64, description="Processes of one `standby web`.")
    secure_cookies: bool = Field(
        default=True,
        description="Session cookies travel over https only. False only on a developer's machine.",
    )
    metrics_token: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        default=None,
        description="What Prometheus sends as a bearer token for /metrics; without it there is no such page.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least serious log lines to write."
    )
    sweep_seconds: float = Field(
        default=3.0,
        ge=0.5,
        le=60,
        description="Seconds between two sweeps for rows whose queue job was lost.",
    )

    @model_validator(mode="after")
    def _email_is_whole(self) -> Self:
        if (self.smtp_url is None) != (self.email_from is None):
            raise ValueError("STANDBY_SMTP_URL and STANDBY_EMAIL_FROM are set both, or neither")
        return self


def name_of(field: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def load_settings(*, env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process. SettingsError where one is missing or wrong."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own parameter
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: Any) -> str:
    """What is wrong with one setting. Its value is not shown: it may be a secret."""
    if not problem["loc"]:  # of several settings together
        return f"{problem['msg'].removeprefix('Value error, ')}."
    place = str(problem["loc"][0])
    name = name_of(place) if place in Settings.model_fields else place
    field = next(info for key, info in Settings.model_fields.items() if name_of(key) == name)
    if problem["type"] == "missing":
        return f"{name} is not set. {field.description}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name} cannot be used: {message[0].lower()}{message[1:]}. {field.description}"
