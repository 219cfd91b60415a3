"""The sweep: whatever a lost job should have looked at is found by its row, and woken again.

1. Texts that came in and are unread.
2. Texts claimed by a process that died: they become unknown, and are looked up at the carrier.
3. Texts due to go out.
4. Due work.

A row is woken at most once in half a minute, and none for a queue that is full, so that a backlog does not
multiply jobs.
"""

from datetime import timedelta
from uuid import UUID

from bot.queue import backed_up
from bot.services import Services
from rules.states import DueKind, OutboxState
from storage.queries import due, inbound, outbox

WOKEN_FOR = timedelta(seconds=30)
CLAIM_QUIET = timedelta(seconds=30)
"""A call to the carrier ends within ten seconds: a claim older than this has lost its process."""

LOOK_AFTER = timedelta(seconds=60)

WAITING = {
    "inbound": inbound.waiting_conversations,
    "outbound": outbox.waiting_senders,
    "due": due.waiting,
}
"""How to find what waits for each kind of job. What is found counts as woken."""


def sweep(services: Services) -> int:
    """Wake everything that waits; gives how much was woken."""
    now = services.clock()
    woken_before = now - WOKEN_FOR
    wakes: list[tuple[str, UUID]] = []
    asked = {kind: find for kind, find in WAITING.items() if not backed_up(services.redis, kind)}
    with services.store.unscoped() as session:
        for message in outbox.claims_gone_quiet(session, now - CLAIM_QUIET):
            message.outbox_state = OutboxState.UNKNOWN
            claimed_at = message.claimed_at or now
            due.set_due(session, message.clinic_id, DueKind.SETTLE, message.id, claimed_at + LOOK_AFTER)
        for kind, find in asked.items():
            wakes += [(kind, each) for each in find(session, now, woken_before)]
    for kind, subject_id in wakes:
        services.store.wake(kind, subject_id)
    return len(wakes)
