"""A lost visit that is asked about by an automatic call, its keys, and how the carrier says it went."""

from uuid import UUID, uuid4

from clinic import (
    recovery_calls,
)
from clinic.calls import Spoken
from rules.states import (
    DeliveryState,
    HoldState,
)
from storage.queries import status
from storage.queries.status import StatusUpdate
from storage.tables import Hold, Message
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed


def the_call(missed: Missed) -> Message:
    return next(each for each in missed.office.all(Message) if each.phrase == "call_recovery")


def picks_up(missed: Missed) -> Spoken:
    return missed.office.do(
        lambda tx: recovery_calls.picked_up(tx, tx.session.get_one(Message, the_call(missed).id))
    )


def presses(missed: Missed, key: str, question: UUID | None) -> Spoken:
    def work(tx: Tx) -> Spoken:
        return recovery_calls.pressed(tx, tx.session.get_one(Message, the_call(missed).id), key, question)

    spoken = missed.office.do(work)
    missed.office.settle()
    return spoken


def ends(missed: Missed, state: DeliveryState = DeliveryState.UNDELIVERED, code: str = "busy") -> None:
    """The carrier says how the call went."""

    def work(tx: Tx) -> None:
        status.record(tx.session, StatusUpdate(the_call(missed).id, f"CA{uuid4().hex}", state, code), tx.now)

    missed.office.do(work)
    missed.office.settle()


def kept(missed: Missed) -> list[Hold]:
    return [each for each in missed.office.all(Hold) if each.state is HoldState.LIVE]
