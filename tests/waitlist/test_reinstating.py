"""A type of visit that was withdrawn is offered again: who waited has their place back."""

from clinic import (
    enrolment,
    gate,
    reinstating,
    waitlist,
)
from clinic.audit import PATIENT, SYSTEM
from rules.states import (
    DueKind,
    EntryState,
    OutboxState,
)
from storage.tables import (
    AppointmentType,
    Conversation,
    Message,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests.waitlist.desk import NOW, Desk
from tests.waitlist.withdrawn import a_later_visit, news, withdraw


def restore(desk: Desk, kind: AppointmentType) -> reinstating.Restored:
    return desk.run(lambda tx: reinstating.restore(tx, kind.id, SYSTEM))


def test_offered_again_before_anybody_heard_nobody_ever_knows(desk: Desk, kind: AppointmentType) -> None:
    entry = desk.waits(kind)
    withdraw(desk, kind)
    assert restore(desk, kind) == reinstating.Restored(waiting=1)
    assert desk.entry(entry.id).state is EntryState.ACTIVE
    assert [each.outbox_state for each in desk.all_of(Message)] == [OutboxState.DROPPED]


def test_who_heard_that_it_was_gone_is_told_that_it_is_back(desk: Desk, kind: AppointmentType) -> None:
    entry = desk.waits(kind)
    withdraw(desk, kind)
    desk.run(_all_goes_out)
    assert restore(desk, kind) == reinstating.Restored(waiting=1, told=1)
    assert desk.entry(entry.id).added_at == entry.added_at
    assert desk.due(DueKind.ENTRY_EXPIRY, entry.id) is not None
    assert news(desk)[-1] == (
        "Lakeside: Maria, we offer the visit you were waiting for again, and you have your place on the list "
        "back. Reply LEAVE LIST if you'd rather not."
    )


def test_the_news_is_asked_about_again_as_it_goes_out(desk: Desk, kind: AppointmentType) -> None:
    entry = desk.waits(kind)
    withdraw(desk, kind)

    def look(tx: Tx) -> gate.Verdict:
        waitlist.back(tx, waitlist.lock(tx, entry.id), SYSTEM)
        message = tx.session.query(Message).one()
        return gate.check(tx, message, tx.session.get_one(Conversation, message.conversation_id))

    assert desk.run(look) == gate.Drop("the type is offered again")


def test_who_left_the_list_before_stays_off_it(desk: Desk, kind: AppointmentType) -> None:
    left = desk.waits(kind)
    desk.run(lambda tx: waitlist.remove(tx, left.id, PATIENT, "patient removed"))
    withdraw(desk, kind)
    assert restore(desk, kind) == reinstating.Restored()
    assert desk.entry(left.id).state is EntryState.REMOVED


def test_who_had_come_with_a_visit_comes_back_with_it(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.run(lambda tx: enrolment.switch(tx, kind.id, SYSTEM, on=True))
    a_later_visit(desk, kind, lee)
    withdraw(desk, kind)
    restore(desk, kind)
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    (entry,) = desk.all_of(WaitlistEntry)
    assert (entry.state, entry.resolution) == (EntryState.ACTIVE, None)


def test_a_slot_is_offered_to_them_again(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    withdraw(desk, kind)
    slot = desk.opening(lee)
    restore(desk, kind)
    assert len(desk.ask(slot)) == 1


def _all_goes_out(tx: Tx) -> None:
    for message in tx.session.query(Message):
        message.outbox_state, message.sent_at = OutboxState.SENT, NOW
