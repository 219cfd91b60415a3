"""Patients who chat on the clinic's site, at a clinic that has other channels too."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic import chat_codes, chats, conversations
from rules.chat_codes import code_of
from storage.tables import ChatCode, ChatSession, Clinic
from storage.transaction import Tx
from tests.channels.house import Reached


@dataclass(frozen=True)
class Chat:
    """A patient's browser: the chat has been shown to be theirs."""

    town: Reached
    token: str

    def says(self, text: str) -> None:
        """They write this; everything that follows at once has happened."""
        body = {"id": str(uuid4()), "text": text}
        assert self.town.system.http.post(self._at(), json=body, headers=self._headers).status_code == 202
        self.town.system.work()

    def sees(self) -> list[str]:
        """What the clinic has said, oldest first."""
        said = self.town.system.http.get(self._at(), headers=self._headers).json()["messages"]
        return [each["text"] for each in said if each["from"] == "clinic"]

    def conversation(self) -> UUID:
        of = select(ChatSession.conversation_id).where(ChatSession.token_hash == chats.hash_of(self.token))
        found: UUID = self.town.run(lambda tx: tx.session.scalars(of).one())
        return found

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _at(self) -> str:
        return f"{self.town.system.services.settings.public_url}/chat/messages"


def opens_chat(town: Reached, patient: int) -> Chat:
    """A patient begins a chat, and types the code that was texted to them."""
    town.decides(chat=True)
    slug = town.run(lambda tx: tx.session.get_one(Clinic, tx.clinic_id).slug)
    begun = town.system.http.post(f"{town.system.services.settings.public_url}/chat/{slug}/session")
    chat = Chat(town, begun.json()["token"])

    def show(tx: Tx) -> None:
        talk = conversations.lock(tx, chat.conversation())
        assert chat_codes.ask_for(tx, talk, town.house.phones[patient], None)
        newest = tx.session.scalars(select(ChatCode.id).order_by(ChatCode.id.desc()).limit(1)).one()
        said = code_of(tx.links.signing_key, newest)
        assert chat_codes.check(tx, talk, said) is chat_codes.Outcome.RIGHT

    town.run(show)
    town.system.work()
    return chat
