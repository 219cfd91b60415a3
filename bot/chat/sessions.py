"""Whose chat a token opens."""

from bot.services import Services
from clinic import chats, policies
from storage.queries import chat as queries
from storage.tables import ChatSession


def conversation_of(services: Services, token: str) -> ChatSession | None:
    """The session of a token, with its clinic's and its conversation's id. None: it is not known, its time is
    over, or the clinic has no chat any more."""
    with services.store.unscoped() as session:
        found = queries.session_by(session, chats.hash_of(token), services.clock())
        if found is None:
            return None
        opened, policy_id = found
        return opened if policies.version(session, policy_id).chat else None
