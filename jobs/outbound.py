"""A sender number has something to send."""

from uuid import UUID

from bot import outbox, queue
from jobs.worker import services


def run(sender_id: str) -> None:
    queue.begins(services().redis, "outbound", UUID(sender_id))
    outbox.pump(services(), UUID(sender_id))
