"""Email through the deployment's own mail server (SMTP), one connection a message.

A message is plain text with the same in HTML beside it, and a visit's calendar file where it confirms one. Its
Message-ID is made from ours, so that a copy sent after an unanswered try is known as the same by whoever gets it:
a mail server can't be asked what became of a message.
"""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, PackageLoader

from bot.channels import ChannelError, ChannelSilent, Found, Outgoing
from bot.settings import LOOPBACK, Settings

CALL_SECONDS = 20
MAIL = SMTP.clone(max_line_length=998)
"""The longest line there may be: a header folded sooner has its link encoded, which no mail program follows."""

_TEMPLATES = Environment(loader=PackageLoader("bot", "pages"), autoescape=True)


class Mailer:
    """A `Channel`. `smtp://` turns to TLS before anything is said (but for a server on this machine), `smtps://`
    begins with it."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_url is not None  # noqa: S101 - services makes no mailer without; this tells mypy
        parts = urlsplit(settings.smtp_url.get_secret_value())
        self._host, self._secure = parts.hostname or "", parts.scheme == "smtps"
        self._port = parts.port or (465 if self._secure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._from = settings.email_from or ""
        self._tls = ssl.create_default_context()

    def close(self) -> None:
        """Nothing is kept open."""

    def find(self, sender: str, to: str, since: datetime) -> Sequence[Found]:  # noqa: ARG002 - the protocol's
        """No mail server tells what it has taken: nothing is found, and the message is sent once more."""
        return ()

    def send(self, outgoing: Outgoing) -> str:
        """Hand a message to the mail server; gives its Message-ID."""
        message = compose(outgoing, self._from)
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException):
            raise ChannelError("mail server away", permanent=False) from None
        try:
            self._hand_over(server, outgoing.to, message)
        finally:
            server.close()
        return str(message["Message-ID"])

    def check(self) -> None:
        """Say hello, and nothing else. Raises what a server raises that is away, or does not know us."""
        with self._connected() as server:
            server.noop()

    def _connected(self) -> smtplib.SMTP:
        """A server that has greeted us, knows us, and listens over TLS."""
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=CALL_SECONDS, context=self._tls
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=CALL_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if not self._secure and (self._host not in LOOPBACK or server.has_extn("starttls")):
                server.starttls(context=self._tls)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, to: str, message: EmailMessage) -> None:
        """Up to the words themselves nothing has been sent, so silence before them is a no, and after them neither
        a yes nor a no."""
        try:
            for code, said in (server.mail(parseaddr(self._from)[1]), server.rcpt(to)):
                if code not in (250, 251):
                    raise _refused(code, said)
        except (OSError, smtplib.SMTPException):
            raise ChannelError("mail server away", permanent=False) from None
        try:
            code, said = server.data(message.as_bytes(policy=MAIL))
        except smtplib.SMTPResponseException as error:  # it would not hear the words
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException):
            raise ChannelSilent from None
        if code != 250:
            raise _refused(code, said)


def compose(outgoing: Outgoing, sent_from: str) -> EmailMessage:
    """The message. Answers go to the clinic's own address; the subject says only that there is something."""
    extras = outgoing.extras
    _, address = parseaddr(sent_from)
    message = EmailMessage(MAIL)
    message["From"] = Address(str(extras["clinic"]), addr_spec=address)
    message["To"] = outgoing.to
    message["Reply-To"] = outgoing.sender
    message["Subject"] = str(extras["subject"])
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{outgoing.message_id}@{address.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{extras['unsubscribe']}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    links: list[dict[str, str]] = extras.get("links", [])
    under = [f"{each['says']}: {each['link']}" for each in links if each["link"] not in outgoing.body]
    body = "\n\n".join(filter(None, (outgoing.body, "\n".join(under))))
    message.set_content(
        f"{body}\n\n{extras['contact']}\n{extras['unsubscribe_says']}: {extras['unsubscribe']}\n"
    )
    page = _TEMPLATES.get_template("email.html")
    says = _without(links, outgoing.body)
    message.add_alternative(page.render(says=says, links=links, **_beside(extras)), subtype="html")
    if "calendar" in extras:
        message.add_attachment(
            str(extras["calendar"]).encode(),
            maintype="text",
            subtype="calendar",
            filename="visit.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return message


def _without(links: Sequence[Mapping[str, str]], body: str) -> str:
    """The words, where the links that stand among them have buttons; what led to one ends its sentence."""
    for each in links:
        body = body.replace(f" <{each['link']}>", "").replace(each["link"], "")
    left = body.rstrip()
    return f"{left.rstrip(': ')}." if links and left.endswith(":") else left


def _beside(extras: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in extras.items() if name not in ("links", "calendar")}


def _refused(code: int, said: bytes | str) -> ChannelError:
    """4xx may be tried again (greylisting, a full queue), 5xx never. The code is the enhanced one where there is
    one (RFC 3463): 5.1.x means that there is no such mailbox."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    enhanced = words.split(" ", 1)[0]
    known = enhanced if enhanced.count(".") == 2 and enhanced.replace(".", "").isdecimal() else str(code)
    return ChannelError(known, permanent=code >= 500)
