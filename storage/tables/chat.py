"""The web chat: who may read on in a conversation, and the codes that show that a number is somebody's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, ClinicScoped


class ChatSession(ClinicScoped, Base):
    """A browser that chats, in a conversation of its own. Only a hash of its token is kept."""

    __tablename__ = "chat_session"
    __table_args__ = (Index("ix_chat_session_clinic_id_number", "clinic_id", "number"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256, hexadecimal: the token is 256 random bits
    network: Mapped[str]  # where it last wrote from: its network address, hashed with our key
    number: Mapped[str | None]  # E.164: shown to be theirs; None: nobody we know
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when something was last written in it
    verified_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class ChatCode(ClinicScoped, Base):
    """A code that was asked for. The code itself is nowhere: it follows from the id and our key
    (clinic/chat_codes.py). Of a number that is not on file there is a row too, and no text."""

    __tablename__ = "chat_code"
    __table_args__ = (
        Index("ix_chat_code_clinic_id_number", "clinic_id", "number", "made_at"),
        Index("ix_chat_code_clinic_id_network", "clinic_id", "network", "made_at"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    asked_in: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))  # what is answered after it
    number: Mapped[str]  # E.164, as it was written in the chat
    network: Mapped[str]  # of the session, when it asked
    texted: Mapped[bool]  # the number is on file and takes texts: nobody else has this code
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # it was right, or another took its place
