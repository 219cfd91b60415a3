"""Hours pass in a moment: rather than wait, every time that something waits for is moved back."""

from datetime import timedelta

from sqlalchemy import text

from storage.transaction import Store

WAITED_FOR = {
    "due_work": ("due_at", "woken_at"),
    "hold": ("made_at", "until"),
    "message": ("created_at", "claimed_at", "not_before", "retry_at", "woken_at"),
    "offer": ("made_at", "handed_over_at", "held_until"),
    "sender": ("next_send_at", "woken_at"),
}


def age(store: Store, by: timedelta) -> None:
    """As if `by` had passed. Rows in somebody's hands stay as they are."""
    for table, columns in WAITED_FOR.items():
        earlier = ", ".join(f"{column} = {column} - :by" for column in columns)
        free = f"SELECT id FROM {table} FOR NO KEY UPDATE SKIP LOCKED"
        with store.unscoped() as session:
            session.execute(text(f"UPDATE {table} SET {earlier} WHERE id IN ({free})"), {"by": by})
