"""Settings are refused with sentences, and each is documented."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.settings import Settings, SettingsError, load_settings, name_of
from cli import main
from cli.settings import as_env, as_markdown

PROJECT = Path(__file__).parents[2]
GOOD = {
    "DATABASE_URL": "postgresql://standby@db/standby",
    "REDIS_URL": "redis://redis:6379/0",
    "PUBLIC_URL": "https://standby.example.com/",
    "STANDBY_SECRET_KEY": "k" * 32,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t0ken",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A complete environment, and no `.env` of a developer."""
    for field in Settings.model_fields:
        monkeypatch.delenv(name_of(field), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_a_complete_environment_is_read() -> None:
    settings = load_settings()
    assert settings.public_url == "https://standby.example.com"
    assert settings.twilio_api_base_url == "https://api.twilio.com"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_form_of_a_postgresql_address_is_taken(
    environment: pytest.MonkeyPatch, scheme: str
) -> None:
    environment.setenv("DATABASE_URL", f"{scheme}://standby@db/standby")
    assert load_settings().database_url == "postgresql+psycopg://standby@db/standby"


def test_proxies_are_addresses_and_networks(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STANDBY_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
    assert load_settings().trusted_proxies == "127.0.0.1/32,10.0.0.0/8"
    environment.setenv("STANDBY_TRUSTED_PROXIES", "the load balancer")
    with pytest.raises(SettingsError, match="must be addresses or networks, such as"):
        load_settings()


def test_the_language_model_may_have_several_addresses(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STANDBY_NLU_URL", "http://127.0.0.1:5005/, http://127.0.0.1:5006")
    assert load_settings().nlu_url == "http://127.0.0.1:5005,http://127.0.0.1:5006"


def test_one_wrong_address_among_several_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STANDBY_NLU_URL", "http://127.0.0.1:5005,here")
    with pytest.raises(SettingsError, match=r"\ASTANDBY_NLU_URL cannot be used: must be a web address"):
        load_settings()


def test_a_dotenv_file_is_read_and_the_environment_wins(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("REDIS_URL")
    Path(".env").write_text("REDIS_URL=redis://from-file/0\nPUBLIC_URL=https://from-file\nEDITOR=vi\n")
    settings = load_settings()
    assert settings.redis_url == "redis://from-file/0"
    assert settings.public_url == "https://standby.example.com"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(SettingsError, match=rf"\A{name} is not set\. "):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DATABASE_URL", "mysql://db/standby", "must be a PostgreSQL address"),
        ("REDIS_URL", "redis", "must be a Redis address"),
        ("PUBLIC_URL", "http://standby.example.com", "must begin with https://"),
        ("PUBLIC_URL", "standby.example.com", "must be a web address"),
        ("STANDBY_SECRET_KEY", "short", "at least 32 characters"),
        ("TWILIO_ACCOUNT_SID", "SK123", "AC"),
        ("STANDBY_WEB_PORT", "70000", "less than or equal to 65535"),
        ("STANDBY_LOG_LEVEL", "loud", "'info'"),
        ("STANDBY_SECURE_COOKIES", "perhaps", "boolean"),
    ],
)
def test_a_wrong_setting_is_named_with_the_reason(
    environment: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"\A{name} cannot be used: .*{reason}"):
        load_settings()


def test_every_fault_is_told_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("REDIS_URL")
    environment.setenv("STANDBY_WEB_PORT", "no")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert len(str(refusal.value).splitlines()) == 2


def test_a_refusal_does_not_show_the_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("STANDBY_SECRET_KEY", "hunter2")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    assert "kkk" not in repr(load_settings())
    assert "t0ken" not in repr(load_settings())


@pytest.mark.parametrize("arguments", [["web"], ["worker", "inbound"], ["cron"]], ids=lambda given: given[0])
def test_a_command_refuses_wrong_settings_with_a_sentence_and_exit_code_2(
    environment: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    environment.delenv("PUBLIC_URL")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: PUBLIC_URL is not set.")


def test_docs_settings_md_is_up_to_date() -> None:
    assert (PROJECT / "docs" / "settings.md").read_text() == as_markdown(), "run `make docs`"


def test_env_example_is_up_to_date() -> None:
    assert (PROJECT / ".env.example").read_text() == as_env(), "run `make docs`"


def test_env_example_names_every_setting() -> None:
    text = (PROJECT / ".env.example").read_text()
    assert [name for name in map(name_of, Settings.model_fields) if f"{name}=" not in text] == []
