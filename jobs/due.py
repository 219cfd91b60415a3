"""A row of due work has come due."""

from uuid import UUID

from bot import due
from jobs.worker import services


def run(due_id: str) -> None:
    due.do(services(), UUID(due_id))
