"""What `standby doctor` says of the channels beside SMS, and of the web chat: are they set up, on both sides?"""

import smtplib
from collections.abc import Iterable

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import ChannelError
from bot.channels.email import Mailer
from bot.settings import Settings
from cli._findings import Finding, Verdict

KINDS = "SELECT DISTINCT kind FROM sender"
WITHOUT_TEMPLATE = """
    SELECT string_agg(clinic.slug, ', ' ORDER BY clinic.slug) FROM clinic
    JOIN sender ON sender.clinic_id = clinic.id AND sender.kind = 'whatsapp'
    WHERE NOT EXISTS (
        SELECT FROM policy WHERE policy.clinic_id = clinic.id
        AND policy.version = (SELECT max(version) FROM policy newer WHERE newer.clinic_id = clinic.id)
        AND policy.data->'whatsapp_templates' ? 'offer'
    )
    """

CHATS = """
    SELECT count(*), string_agg(clinic.slug, ', ' ORDER BY clinic.slug)
        FILTER (WHERE jsonb_array_length(coalesce(policy.data->'chat_origins', '[]')) = 0)
    FROM clinic JOIN policy ON policy.clinic_id = clinic.id
        AND policy.version = (SELECT max(version) FROM policy newer WHERE newer.clinic_id = clinic.id)
    WHERE policy.data->>'chat' = 'true'
    """


def channels(settings: Settings) -> Iterable[Finding]:
    """One line for each of email, WhatsApp, calls and the web chat."""
    engine = create_engine(settings.database_url, hide_parameters=True, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            kinds = set(connection.execute(text(KINDS)).scalars())
            silent = connection.execute(text(WITHOUT_TEMPLATE)).scalar_one()
            chats, nowhere = connection.execute(text(CHATS)).one()
    except SQLAlchemyError:
        yield Finding(Verdict.NOTE, "channels", "cannot be looked at without the database.")
        return
    finally:
        engine.dispose()
    yield email(settings, used="email" in kinds)
    yield whatsapp(silent, used="whatsapp" in kinds)
    yield voice(used="voice" in kinds)
    yield web_chat(chats, nowhere)


def email(settings: Settings, *, used: bool) -> Finding:
    """Whether the mail server knows us. Nothing is sent."""
    if settings.smtp_url is None:
        if used:
            return Finding(
                Verdict.MEND, "email", "a clinic has email, but STANDBY_SMTP_URL is not set: none is sent."
            )
        return Finding(Verdict.OK, "email", "not used")
    try:
        Mailer(settings).check()
    except (ChannelError, OSError, smtplib.SMTPException) as error:
        return Finding(
            Verdict.MEND, "email", f"STANDBY_SMTP_URL cannot be used: {type(error).__name__} {error}".strip()
        )
    unused = "" if used else "; `standby clinic channel --by email` has a clinic use it"
    return Finding(Verdict.OK, "email", f"the mail server takes our messages{unused}")


def whatsapp(without_template: str | None, *, used: bool) -> Finding:
    if not used:
        return Finding(Verdict.OK, "whatsapp", "not used")
    if without_template:
        return Finding(
            Verdict.NOTE,
            "whatsapp",
            f"{without_template}: no template for offers, so WhatsApp takes them only for a day after a patient "
            "wrote. See docs/channels.md.",
        )
    return Finding(Verdict.OK, "whatsapp", "there are templates for offers")


def voice(*, used: bool) -> Finding:
    if not used:
        return Finding(Verdict.OK, "calls", "not used")
    return Finding(
        Verdict.NOTE,
        "calls",
        "Twilio's console has to allow calls to where patients are (Voice, geographic permissions).",
    )


def web_chat(many: int, nowhere: str | None) -> Finding:
    """Whether each of the clinics that have one has named the sites it may stand on."""
    if nowhere:
        return Finding(
            Verdict.NOTE,
            "web chat",
            f"{nowhere}: on, but no site may show it. Name the sites under Settings, Web chat. See docs/chat.md.",
        )
    return Finding(Verdict.OK, "web chat", f"on at {many} of the clinics" if many else "not used")
