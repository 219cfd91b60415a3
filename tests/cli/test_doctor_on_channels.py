"""The doctor on the channels beside SMS."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from cli._channels import channels
from cli._findings import Verdict
from rules.states import SenderKind
from storage.tables import Policy, Sender
from tests import factories
from tests.channels.mail import MailServer
from tests.cli.test_doctor import settings

TEMPLATE = {"offer": {"en": "HX" + "1" * 32}}


def clinic_with(
    url: str, *kinds: SenderKind, templates: dict[str, dict[str, str]] | None = None, **decided: object
) -> None:
    engine = create_engine(url)
    with Session(engine) as session:
        clinic = factories.clinic(session, datetime.now(UTC))
        for kind in kinds:
            session.add(Sender(clinic_id=clinic.id, kind=kind, address=f"{kind}:+12025550100"))
        policy = session.scalars(select(Policy)).one()
        policy.data = policy.data | {"whatsapp_templates": templates or {}} | decided
        session.commit()
    engine.dispose()


def found(url: str, **changed: object) -> dict[str, tuple[Verdict, str]]:
    given = {"smtp_url": None, "email_from": None, **changed}
    findings = channels(settings(database_url=url, **given))
    return {finding.subject: (finding.verdict, finding.text) for finding in findings}


def test_channels_that_nobody_uses_are_well(database_url: str) -> None:
    clinic_with(database_url)
    assert {verdict for verdict, _ in found(database_url).values()} == {Verdict.OK}


def test_email_without_a_mail_server_is_to_be_mended(database_url: str) -> None:
    clinic_with(database_url, SenderKind.EMAIL)
    verdict, said = found(database_url)["email"]
    assert (verdict, "STANDBY_SMTP_URL is not set" in said) == (Verdict.MEND, True)


def test_a_mail_server_that_answers_is_well(database_url: str) -> None:
    clinic_with(database_url, SenderKind.EMAIL)
    with MailServer.running() as server:
        told = found(database_url, smtp_url=SecretStr(server.url), email_from="a@standby.example")
    assert told["email"] == (Verdict.OK, "the mail server takes our messages")


def test_a_mail_server_that_is_away_is_named(database_url: str) -> None:
    clinic_with(database_url, SenderKind.EMAIL)
    told = found(database_url, smtp_url=SecretStr("smtp://127.0.0.1:1"), email_from="a@standby.example")
    assert told["email"][0] is Verdict.MEND


@pytest.mark.parametrize(("templates", "verdict"), [(None, Verdict.NOTE), (TEMPLATE, Verdict.OK)])
def test_whatsapp_without_a_template_for_offers_is_noted(
    database_url: str, templates: dict[str, dict[str, str]] | None, verdict: Verdict
) -> None:
    clinic_with(database_url, SenderKind.WHATSAPP, templates=templates)
    assert found(database_url)["whatsapp"][0] is verdict


def test_channels_of_a_database_out_of_reach_are_left_alone() -> None:
    told = list(channels(settings(smtp_url=None, email_from=None)))
    assert [finding.verdict for finding in told] == [Verdict.NOTE]


def test_a_web_chat_that_no_site_may_show_is_noted_with_what_to_do(database_url: str) -> None:
    clinic_with(database_url, chat=True)
    verdict, said = found(database_url)["web chat"]
    assert (verdict, "no site may show it. Name the sites under Settings" in said) == (Verdict.NOTE, True)


def test_a_web_chat_with_its_site_is_well(database_url: str) -> None:
    clinic_with(database_url, chat=True, chat_origins=["https://www.lakeside.example"])
    assert found(database_url)["web chat"] == (Verdict.OK, "on at 1 of the clinics")
