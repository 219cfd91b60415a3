"""`standby doctor`: is this deployment set up rightly, and if not, what is to be mended."""

import contextlib
import difflib
import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import click
import httpx
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import LOOPBACK, PREFIX, Settings, SettingsError, load_settings, name_of
from cli._channels import channels
from cli._findings import Finding, Verdict

OLDEST_POSTGRES = 150000
ANSWERS_WITHIN = 5.0

SILENT_FEEDS = """
    SELECT string_agg(slug, ', ' ORDER BY slug) FROM feed
    WHERE ended_at IS NULL AND made_at < now() - interval '1 day' AND NOT EXISTS (
        SELECT FROM feed_event WHERE feed_id = feed.id AND received_at >= now() - interval '1 day'
    )
    """
STUCK_EVENTS = """
    SELECT count(*) FROM feed_event JOIN feed ON feed.id = feed_id
    WHERE feed.ended_at IS NULL AND feed_event.state IN ('parked', 'clashed')
    """


@click.command()
def command() -> None:
    """Check settings, database, Redis, language model, Twilio, our address and channels; say what to mend."""
    findings = list(examine())
    for finding in findings:
        click.echo(f"{finding.verdict:5} {finding.subject:14} {finding.text}")
    if any(finding.verdict is Verdict.MEND for finding in findings):
        raise SystemExit(1)


def examine() -> Iterator[Finding]:
    """Every check, in the order in which things are set up. Without settings there is nothing more to ask."""
    yield from misspelt(os.environ)
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding(Verdict.MEND, "settings", line)
        return
    yield Finding(Verdict.OK, "settings", "all there")
    for check in CHECKS:
        yield check(settings)
    yield from channels(settings)


def misspelt(environment: "os._Environ[str] | dict[str, str]") -> Iterator[Finding]:
    """Names with our prefix that no setting has, but nearly."""
    known = {name_of(field) for field in Settings.model_fields}
    for name in sorted(environment):
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        if name.startswith(PREFIX) and name not in known and close:
            yield Finding(Verdict.NOTE, "settings", f"{name} is not a setting; {close[0]} is meant?")


def database(settings: Settings) -> Finding:
    from storage.migrations import problems

    with contextlib.closing(_Engine(settings.database_url)) as engine:
        try:
            version = engine.scalar("SELECT current_setting('server_version_num')::int")
            name = engine.scalar("SELECT current_setting('server_version')")
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            return Finding(Verdict.MEND, "database", f"DATABASE_URL cannot be reached: {reason}")
    if int(str(version)) < OLDEST_POSTGRES:
        return Finding(Verdict.MEND, "database", f"PostgreSQL {name} is too old: 15 is the least.")
    if found := problems(settings.database_url):
        return Finding(Verdict.MEND, "database", found[0])
    return Finding(Verdict.OK, "database", f"PostgreSQL {name}, migrated")


class _Engine:
    """One short look at a database."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url, hide_parameters=True, connect_args={"connect_timeout": int(ANSWERS_WITHIN)}
        )

    def scalar(self, query: str) -> object:
        with self._engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    def close(self) -> None:
        self._engine.dispose()


def redis(settings: Settings) -> Finding:
    try:
        with contextlib.closing(
            Redis.from_url(settings.redis_url, socket_connect_timeout=ANSWERS_WITHIN)
        ) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        return Finding(Verdict.MEND, "redis", f"REDIS_URL cannot be reached: {error}")
    return Finding(Verdict.OK, "redis", "answers")


def language_model(settings: Settings) -> Finding:
    from nlu.client import addresses

    models = {address: _model_at(address) for address in addresses(settings.nlu_url)}
    away = ", ".join(address for address, model in models.items() if model is None)
    if not away:
        return Finding(
            Verdict.OK, "language model", f"{', '.join(sorted(map(str, {*models.values()})))} answers"
        )
    if any(models.values()):
        return Finding(
            Verdict.NOTE, "language model", f"{away} does not answer; the others do its work meanwhile."
        )
    return Finding(
        Verdict.MEND,
        "language model",
        f"{away} does not answer with a loaded model: run `standby nlu run`, or set STANDBY_NLU_URL. "
        "Until then texts other than plain answers wait, then go to staff.",
    )


def _model_at(address: str) -> str | None:
    """The name of the model that answers there; None where none does."""
    from nlu.client import NluClient
    from nlu.understanding import NluUnavailable

    with NluClient(address, timeout=ANSWERS_WITHIN) as client:
        try:
            return client.parse("hello").model or "a model without a name"
        except NluUnavailable:
            return None


def twilio(settings: Settings) -> Finding:
    address = f"{settings.twilio_api_base_url}/2010-04-01/Accounts/{settings.twilio_account_sid}.json"
    credentials = (settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())
    try:
        answer = httpx.get(address, auth=credentials, timeout=ANSWERS_WITHIN)
    except httpx.HTTPError as error:
        return Finding(Verdict.MEND, "twilio", f"{settings.twilio_api_base_url} cannot be reached: {error}")
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Finding(
            Verdict.MEND,
            "twilio",
            "refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: copy both from its console.",
        )
    if not answer.is_success:
        return Finding(Verdict.MEND, "twilio", f"answers {answer.status_code} when asked for the account.")
    status = answer.json().get("status")
    if status != "active":
        return Finding(
            Verdict.MEND, "twilio", f"the account is {status}, not active: see the Twilio console."
        )
    return Finding(Verdict.OK, "twilio", "the account is active")


def opt_in_words(_settings: Settings) -> Finding:
    """Twilio's API does not show these words, so all we can do is to remind."""
    return Finding(
        Verdict.NOTE,
        "twilio",
        "Take YES out of Advanced Opt-Out's opt-in words, or each acceptance gets a carrier's text as well.",
    )


def address(settings: Settings) -> Finding:
    if urlsplit(settings.public_url).hostname in LOOPBACK:
        return Finding(
            Verdict.NOTE,
            "address",
            f"PUBLIC_URL is {settings.public_url}: Twilio cannot reach it, only a test can.",
        )
    try:
        answer = httpx.get(f"{settings.public_url}/healthz", timeout=ANSWERS_WITHIN)
    except httpx.HTTPError as error:
        return Finding(Verdict.MEND, "address", f"PUBLIC_URL cannot be reached from here: {error}")
    if not answer.is_success:
        return Finding(
            Verdict.MEND,
            "address",
            f"PUBLIC_URL answers {answer.status_code} at /healthz: is it `standby web`?",
        )
    if not settings.secure_cookies:
        return Finding(
            Verdict.MEND, "address", "STANDBY_SECURE_COOKIES is false: remove it, the address is https."
        )
    return Finding(
        Verdict.OK, "address", f"{settings.public_url} answers; set its /webhooks/twilio/message in Twilio"
    )


def feeds(settings: Settings) -> Finding:
    """Practice systems that have gone silent, or tell what cannot be taken in."""
    with contextlib.closing(_Engine(settings.database_url)) as engine:
        try:
            made = engine.scalar("SELECT count(*) FROM feed WHERE ended_at IS NULL")
            silent = engine.scalar(SILENT_FEEDS)
            stuck = engine.scalar(STUCK_EVENTS)
        except SQLAlchemyError:
            return Finding(Verdict.NOTE, "feeds", "cannot be looked at without the database.")
    if silent:
        return Finding(
            Verdict.NOTE, "feeds", f"no word for a day from {silent}: is the practice system still sending?"
        )
    if stuck:
        return Finding(
            Verdict.NOTE, "feeds", f"{stuck} events cannot be taken in: see the tasks on the Today page."
        )
    return Finding(Verdict.OK, "feeds", "none" if not made else "heard today, and all taken in")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    database,
    redis,
    language_model,
    twilio,
    opt_in_words,
    address,
    feeds,
)
