"""The same write sent twice is done once: the key, what was asked and the answer are kept with what was done.

All of it is one transaction. A second request with the key waits for the first to commit, and finds its answer.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from bot.api.callers import Caller
from bot.api.problems import Problem
from storage.tables import IdempotencyKey
from storage.transaction import Tx

HEADER = "Idempotency-Key"
MOST = 200

Answer = tuple[int, dict[str, Any] | None]
"""Status and body."""


def once(tx: Tx, caller: Caller, work: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Do `work`, or give the answer that the same request had before, and whether it did. A request that failed
    left nothing behind, so its key can be used again."""
    key = request.headers.get(HEADER)
    if key is None:
        return work(), False
    if not 0 < len(key) <= MOST:
        raise Problem(400, f"{HEADER} has to have 1 to {MOST} characters.")
    kept = _claim(tx, caller, key)
    if kept.request_hash != _asked():
        raise Problem(422, f"This {HEADER} was used for another request: take a new one.")
    if kept.status is not None:
        return (kept.status, kept.body), True
    kept.status, kept.body = answer = work()
    return answer, False


def _claim(tx: Tx, caller: Caller, key: str) -> IdempotencyKey:
    tx.session.execute(
        insert(IdempotencyKey)
        .values(clinic_id=tx.clinic_id, caller=caller.id, key=key, request_hash=_asked(), made_at=tx.now)
        .on_conflict_do_nothing(index_elements=["clinic_id", "caller", "key"])
    )
    return tx.session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.caller == caller.id, IdempotencyKey.key == key)
    ).one()


def _asked() -> str:
    """The request in short: a key is for one request only."""
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()
