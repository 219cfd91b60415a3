"""A number has texted nearly as much as the carrier takes in a day: what nobody asked for waits, answers go."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot import outbox
from bot.outbox import Claimed, Skipped
from clinic import daily_caps, messages
from clinic.audit import SYSTEM
from clinic.daily_caps import CapRefused
from rules.states import DueKind, OutboxState, SenderKind
from storage.tables import AppointmentType, Conversation, Message, Opening, Provider, Sender
from storage.transaction import Tx
from tests.waitlist.desk import NOW, Desk

MIDNIGHT_IN_CALIFORNIA = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def opening(desk: Desk, kind: AppointmentType, lee: Provider) -> Opening:
    """Maria is about to be offered it, and her clinic's number has 9 of 10 segments left for answers alone."""
    desk.waits(kind)
    slot = desk.opening(lee, NOW + timedelta(days=2))
    desk.run(_nearly_used_up)
    desk.ask(slot)
    return slot


def _nearly_used_up(tx: Tx) -> None:
    sender = tx.session.query(Sender).one()
    daily_caps.put(tx, sender.id, 10, SYSTEM)


def used(desk: Desk, segments: int) -> None:
    """So many segments have been sent this morning."""

    def work(tx: Tx, line: Conversation) -> None:
        said = messages.say(tx, line, "nothing_pending")
        said.outbox_state, said.claimed_at, said.segments = OutboxState.SENT, tx.now, segments

    desk.by_text(work)


def claim(desk: Desk, message_id: UUID) -> Claimed | Skipped | outbox.Wait:
    return desk.run(lambda tx: outbox.claim(tx, message_id))


def the_offer(desk: Desk) -> Message:
    return next(each for each in desk.all_of(Message) if each.about_offer_id is not None)


@pytest.mark.usefixtures("opening")
def test_an_offer_waits_until_the_carrier_counts_anew(desk: Desk) -> None:
    used(desk, 9)
    offer = the_offer(desk)
    assert isinstance(claim(desk, offer.id), Skipped)
    offer = the_offer(desk)
    assert (offer.outbox_state, offer.not_before) == (OutboxState.QUEUED, MIDNIGHT_IN_CALIFORNIA)


@pytest.mark.usefixtures("opening")
def test_on_the_next_day_it_goes_in_the_patients_allowed_hours(desk: Desk) -> None:
    used(desk, 9)
    claim(desk, the_offer(desk).id)
    desk.clock.now = MIDNIGHT_IN_CALIFORNIA
    assert isinstance(claim(desk, the_offer(desk).id), Skipped)
    desk.clock.now = MIDNIGHT_IN_CALIFORNIA + timedelta(hours=6)
    assert the_offer(desk).not_before == desk.clock.now
    assert isinstance(claim(desk, the_offer(desk).id), Claimed)


@pytest.mark.usefixtures("opening")
def test_an_answer_goes_all_the_same(desk: Desk) -> None:
    used(desk, 12)
    desk.by_text(lambda tx, line: messages.say(tx, line, "nothing_pending"))
    answer = next(
        each
        for each in desk.all_of(Message)
        if each.outbox_state is OutboxState.QUEUED and each.phrase == "nothing_pending"
    )
    assert isinstance(claim(desk, answer.id), Claimed)


@pytest.mark.usefixtures("opening")
def test_with_room_left_it_goes(desk: Desk) -> None:
    used(desk, 7)
    assert isinstance(claim(desk, the_offer(desk).id), Claimed)


@pytest.mark.usefixtures("opening")
def test_with_a_higher_cap_what_waited_goes_at_once(desk: Desk) -> None:
    used(desk, 9)
    claim(desk, the_offer(desk).id)
    desk.run(lambda tx: daily_caps.put(tx, tx.session.query(Sender).one().id, 2000, SYSTEM))
    assert the_offer(desk).not_before is None
    assert isinstance(claim(desk, the_offer(desk).id), Claimed)


def test_what_would_be_moot_by_then_ends_with_its_slot(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.run(_nearly_used_up)
    used(desk, 9)
    desk.waits(kind)
    slot = desk.opening(lee, NOW + timedelta(hours=6))
    desk.ask(slot)
    claim(desk, the_offer(desk).id)
    assert the_offer(desk).not_before == slot.give_up_at
    desk.clock.now = slot.give_up_at
    claim(desk, the_offer(desk).id)
    assert the_offer(desk).dropped_because == "stale"
    assert desk.due(DueKind.OPENING, slot.id) == desk.clock.now


def test_only_what_texts_has_a_cap(desk: Desk) -> None:
    def work(tx: Tx) -> None:
        mailbox = Sender(address="desk@lakeside.example", kind=SenderKind.EMAIL)
        tx.session.add(mailbox)
        tx.session.flush()
        daily_caps.put(tx, mailbox.id, 2000, SYSTEM)

    with pytest.raises(CapRefused, match="no number for texts"):
        desk.run(work)
