"""A sender number has something to send."""

from uuid import UUID

from bot import outbox
from jobs.worker import services


def run(sender_id: str) -> None:
    outbox.pump(services(), UUID(sender_id))
