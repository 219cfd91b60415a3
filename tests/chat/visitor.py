"""A visitor of the chat who is answered: what they write goes through the real routes and the real conversation;
what the language model reads in it is told by the test."""

from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select

from bot import conversation
from clinic import chat_codes
from nlu.understanding import Intent, Ranked
from rules.chat_codes import code_of
from storage.tables import AppointmentType, ChatCode, Message, Provider
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.chat.browser import Browser

MARIA, JAMES, NOBODY = "+12125550101", "+12125550102", "+12125550177"


class Told:
    """A language model that reads in each text what it was told of it."""

    def __init__(self) -> None:
        self.reads: dict[str, Intent] = {}

    def parse(self, text: str) -> Ranked:
        intent = self.reads.get(text.lower(), Intent.OUT_OF_SCOPE)
        return Ranked(((intent, 0.999), (Intent.OUT_OF_SCOPE, 0.001)), model="standby-of-the-tests")


@dataclass
class Visitor(Browser):
    model: Told = field(default_factory=Told)

    def opens(self) -> Self:
        assert self.begins().status_code == 201
        return self

    def asks(self, text: str, intent: Intent = Intent.OUT_OF_SCOPE) -> list[str]:
        """Write something that the model reads as `intent`; what is answered, message by message."""
        self.model.reads[text.lower()] = intent
        before = len(self.answers())
        assert self.says(text).status_code == 202
        self.is_read()
        return self.answers()[before:]

    def is_read(self) -> None:
        """A worker reads what is unread."""
        services = replace(self.desk.app.extensions["services"], model=self.model)
        conversation.drain(services, self.session().conversation_id)

    def answers(self) -> list[str]:
        return [each.removeprefix("clinic: ") for each in self.sees() if each.startswith("clinic: ")]

    def code(self) -> str:
        """The newest code that anybody was asked for here, whether or not it was texted."""
        newest = select(ChatCode.id).order_by(ChatCode.id.desc()).limit(1)
        key = self.desk.app.extensions["services"].settings.secret_key.get_secret_value()
        return code_of(key, self.desk.do(lambda tx: tx.session.scalars(newest).one()))

    def shows_who(self, number: str = MARIA) -> list[str]:
        """Give a number and the code for it; what is answered to the code."""
        self.asks("When is my visit?", Intent.STATUS)
        self.asks(number)
        return self.asks(self.code())


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def texts_to(desk: Desk, number: str) -> list[str]:
    """What was written to a number, as it leaves us."""

    def work(tx: Tx) -> list[str]:
        found = tx.session.scalars(select(Message).where(Message.address == number).order_by(Message.id))
        return [chat_codes.as_sent(tx.links, message) for message in found]

    return desk.do(work)


def has_visit(desk: Desk, name: str, number: str, at: Any = None) -> UUID:
    """A patient on file who is coming on Friday at three, or at another time."""

    def work(tx: Tx) -> UUID:
        lee = tx.session.scalar(select(Provider)) or factories.provider(tx)
        kind = tx.session.scalar(select(AppointmentType)) or factories.visit_type(tx)
        who = factories.patient(tx, name, phone=number)
        return factories.visit(tx, who, lee, kind, start=at or NOW.replace(day=27, hour=20)).id

    return desk.do(work)
