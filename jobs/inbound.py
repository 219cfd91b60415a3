"""A conversation has something unread."""

from uuid import UUID

from bot import conversation
from jobs.worker import services


def run(conversation_id: str) -> None:
    conversation.drain(services(), UUID(conversation_id))
