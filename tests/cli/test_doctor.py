"""The doctor finds what is wrong and says what to mend."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from bot.settings import Settings, name_of
from cli import doctor, main
from cli.doctor import Finding, Verdict
from nlu.model import model_path
from nlu.server import PROJECT
from nlu.tests.shared import common_folder, shared_server
from rules.states import FeedEventState, FeedEventType
from storage.tables import Feed, FeedEvent
from tests import factories

SID = "AC" + "0" * 32
NOWHERE = "http://127.0.0.1:9"


class Twilio(BaseHTTPRequestHandler):
    """Answers for one account as Twilio does; the token tells which answer is wanted."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        status, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_arguments: object) -> None:
        """Nothing on the tests' output."""


@pytest.fixture
def twilio() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Twilio) as server:
        server.answer, server.seen = (200, {"status": "active"}), []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address_of(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def settings(**changed: object) -> Settings:
    return Settings.model_construct(
        **{
            "database_url": "postgresql+psycopg://postgres@/standby?host=/nowhere",
            "redis_url": "unix:///nowhere/redis.sock",
            "public_url": NOWHERE,
            "secret_key": SecretStr("k" * 32),
            "twilio_account_sid": SID,
            "twilio_auth_token": SecretStr("t0ken"),
            "twilio_api_base_url": NOWHERE,
            "nlu_url": NOWHERE,
            **changed,
        }
    )


def says(finding: Finding, verdict: Verdict, text: str) -> bool:
    return finding.verdict is verdict and text in finding.text


def test_a_migrated_database_is_well(database_url: str) -> None:
    assert says(doctor.database(settings(database_url=database_url)), Verdict.OK, "migrated")


def test_a_database_that_was_never_migrated_is_to_be_upgraded(postgres_url: str) -> None:
    empty = make_url(postgres_url).set(database="postgres").render_as_string(hide_password=False)
    assert says(doctor.database(settings(database_url=empty)), Verdict.MEND, "standby db upgrade")


def test_a_database_out_of_reach_is_named() -> None:
    assert says(doctor.database(settings()), Verdict.MEND, "DATABASE_URL cannot be reached")


def test_without_a_feed_there_is_nothing_to_say_of_feeds(database_url: str) -> None:
    assert says(doctor.feeds(settings(database_url=database_url)), Verdict.OK, "none")


def with_a_feed(url: str, *, made: timedelta, event: FeedEventState | None = None) -> Finding:
    """What the doctor says of a feed made so long ago, from which one event has just come or none at all."""
    engine = create_engine(url)
    now = datetime.now(UTC)
    with Session(engine) as session:
        clinic_id = factories.clinic(session, now).id
        feed = Feed(clinic_id=clinic_id, slug="lake-dental", name="Dental", secret="s", made_at=now - made)
        session.add(feed)
        session.flush()
        if event is not None:
            kept = {"event_id": "e1", "type": FeedEventType.CANCELLED, "subject": "visit v1", "payload": {}}
            session.add(
                FeedEvent(clinic_id=clinic_id, feed_id=feed.id, at=now, received_at=now, state=event, **kept)
            )
        session.commit()
    engine.dispose()
    return doctor.feeds(settings(database_url=url))


def test_a_feed_that_has_gone_silent_is_named(database_url: str) -> None:
    finding = with_a_feed(database_url, made=timedelta(days=2))
    assert says(finding, Verdict.NOTE, "no word for a day from lake-dental")


def test_a_feed_that_was_just_made_may_be_silent(database_url: str) -> None:
    assert says(with_a_feed(database_url, made=timedelta(hours=1)), Verdict.OK, "all taken in")


def test_a_feed_that_is_heard_is_well(database_url: str) -> None:
    finding = with_a_feed(database_url, made=timedelta(days=2), event=FeedEventState.DONE)
    assert says(finding, Verdict.OK, "all taken in")


def test_events_that_cannot_be_taken_in_are_counted(database_url: str) -> None:
    finding = with_a_feed(database_url, made=timedelta(days=2), event=FeedEventState.PARKED)
    assert says(finding, Verdict.NOTE, "1 events cannot be taken in")


def test_feeds_of_a_database_out_of_reach_are_left_alone() -> None:
    assert says(doctor.feeds(settings()), Verdict.NOTE, "without the database")


def test_a_redis_that_answers_is_well(redis_url: str) -> None:
    assert says(doctor.redis(settings(redis_url=redis_url)), Verdict.OK, "answers")


def test_a_redis_out_of_reach_is_named() -> None:
    assert says(doctor.redis(settings()), Verdict.MEND, "REDIS_URL cannot be reached")


def test_a_language_model_out_of_reach_is_named() -> None:
    assert says(doctor.language_model(settings()), Verdict.MEND, "run `standby nlu run`")


def test_a_language_model_that_answers_is_named(nlu_url: str) -> None:
    assert says(doctor.language_model(settings(nlu_url=nlu_url)), Verdict.OK, model_path(PROJECT).name[:20])


def test_one_of_several_servers_out_of_reach_is_noted(nlu_url: str) -> None:
    finding = doctor.language_model(settings(nlu_url=f"{NOWHERE},{nlu_url}"))
    assert says(finding, Verdict.NOTE, f"{NOWHERE} does not answer; the others do its work")


@pytest.fixture(scope="session")
def nlu_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_server(common_folder(tmp_path_factory.getbasetemp()))


def test_an_active_account_is_well(twilio: ThreadingHTTPServer) -> None:
    assert says(doctor.twilio(settings(twilio_api_base_url=address_of(twilio))), Verdict.OK, "active")
    ((path, credentials),) = twilio.seen  # type: ignore[attr-defined]
    assert path == f"/2010-04-01/Accounts/{SID}.json"
    assert credentials.startswith("Basic ")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ((401, {"code": 20003}), "TWILIO_AUTH_TOKEN"),
        ((404, {"code": 20404}), "answers 404"),
        ((200, {"status": "suspended"}), "suspended"),
    ],
    ids=["a wrong token", "an unknown account", "a suspended account"],
)
def test_an_account_that_cannot_be_used_is_named(
    twilio: ThreadingHTTPServer, answer: tuple[int, dict[str, object]], text: str
) -> None:
    twilio.answer = answer  # type: ignore[attr-defined]
    assert says(doctor.twilio(settings(twilio_api_base_url=address_of(twilio))), Verdict.MEND, text)


def test_twilio_out_of_reach_is_named() -> None:
    assert says(doctor.twilio(settings()), Verdict.MEND, "cannot be reached")


def test_an_address_of_this_machine_is_noted() -> None:
    assert says(doctor.address(settings()), Verdict.NOTE, "Twilio cannot reach it")


def test_a_setting_that_does_not_exist_is_noted_with_the_one_meant() -> None:
    (finding,) = doctor.misspelt({"STANDBY_SWEEP_SECOND": "5", "STANDBY_LOG_LEVEL": "info", "STANDBY_X": "1"})
    assert says(finding, Verdict.NOTE, "STANDBY_SWEEP_SECONDS is meant?")


def test_missing_settings_are_told_and_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(name_of(field), raising=False)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "mend  settings       DATABASE_URL is not set." in result.output
