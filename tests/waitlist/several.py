"""What is done, and looked at, where several openings go out in one text."""

from datetime import timedelta

from clinic import by_hand, gate, offering
from clinic.audit import SYSTEM
from rules.states import OfferState, OpeningState, OutboxState
from storage.tables import Conversation, Message, Offer, Opening, Provider, WaitlistEntry
from storage.transaction import Tx
from tests.waitlist.desk import Desk
from tests.waitlist.test_matching_runs import freed, work_openings

MARIA, PAUL = "+12125550301", "+12125550302"


def texts(desk: Desk) -> list[Message]:
    """The texts that make offers, in order."""
    return [each for each in desk.all_of(Message) if each.phrase in offering.OFFER_PHRASES]


def go(desk: Desk) -> str:
    """The newest of them goes out; what it says."""
    newest = texts(desk)[-1]

    def claim(tx: Tx) -> str:
        message = tx.session.get_one(Message, newest.id)
        gate.claim(tx, message, tx.session.get_one(Conversation, message.conversation_id))
        message.outbox_state = OutboxState.SENT
        return message.body

    body = desk.run(claim)
    desk.later(timedelta(seconds=1))
    return body


def by_staff(desk: Desk, entry: WaitlistEntry, *slots: Opening) -> list[Offer]:
    return desk.run(lambda tx: by_hand.offer_several(tx, [each.id for each in slots], entry.id, SYSTEM))


def states(desk: Desk) -> list[OfferState]:
    return [each.state for each in desk.all_of(Offer)]


def opening_states(desk: Desk) -> list[OpeningState]:
    return [each.state for each in desk.all_of(Opening)]


def freed_and_asked(desk: Desk, of: Provider, *hours: int) -> None:
    """Openings come free together, and the text about them goes out."""
    freed(desk, of, *hours)
    work_openings(desk)
    go(desk)
