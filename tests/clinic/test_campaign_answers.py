"""Campaigns: what comes of them, and when one stops by itself."""

from sqlalchemy import select

from clinic import (
    campaign_results,
    campaigns,
    consent,
    gate,
    recipients,
)
from clinic.audit import PATIENT, SYSTEM
from rules.states import CampaignState, LeftOut, RecipientState, Response, TaskKind
from storage.queries import glance, status
from storage.tables import (
    AppointmentType,
    Conversation,
    Message,
    Recipient,
    Task,
)
from storage.transaction import Tx
from tests.clinic.campaigning import (
    AGAIN,
    HELLO,
    book,
    campaign,
    do,
    go_on,
    lapsed,
    launched,
    preview,
    recipients_of,
    with_steps,
)
from tests.clinic.conftest import House


def test_a_booking_by_any_path_counts(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)
    do(house, book, 1)
    (found,) = recipients_of(house, made)
    assert (found.state, found.response) == (RecipientState.REBOOKED, Response.REBOOKED)
    assert found.appointment_id is not None


def test_an_answer_counts_for_the_last_step_that_had_gone(house: House) -> None:
    for number in (1, 2):
        do(house, lapsed, number)
    made = launched(house, with_steps(HELLO, AGAIN))
    go_on(house, made)
    house.later(hours=1)
    do(house, book, 1)
    house.later(days=3)
    go_on(house, made)
    house.later(hours=1)
    do(house, book, 2)
    found = house.run(lambda tx: campaign_results.results(tx, campaign(house, made)))
    assert [(each.step, each.sent, each.rebooked) for each in found.steps] == [(0, 2, 1), (1, 1, 1)]


def test_a_no_a_stop_and_money_are_told_by_step_and_by_wording(house: House) -> None:
    """The first books after the first text, the second wants to come after the second, the third says STOP."""
    for number in (1, 2, 3):
        do(house, lapsed, number)
    house.run(lambda tx: setattr(tx.session.scalars(select(AppointmentType)).one(), "price_cents", 12_000))
    made = launched(house, with_steps(HELLO, AGAIN))
    go_on(house, made)
    house.later(hours=1)
    do(house, book, 1)
    house.later(days=3)
    go_on(house, made)
    house.later(hours=1)
    _, second, third = recipients_of(house, made)
    house.run(lambda tx: recipients.interested(tx, second.id))
    line = select(Conversation).where(Conversation.address == third.address)
    house.run(lambda tx: consent.opt_out(tx, tx.session.scalars(line).one(), PATIENT))
    found = house.run(lambda tx: campaign_results.results(tx, campaign(house, made)))
    told = [(each.interested, each.rebooked, each.opted_out, each.revenue_cents) for each in found.steps]
    assert told == [(0, 1, 0, 12_000), (1, 0, 1, 0)]
    first, later = found.step_spent
    assert (first.sent, later.sent) == (3, 2)
    assert (first.per(1), later.per(0)) == (first.cents, None)
    assert found.spent["A"].cents == found.cents == 6  # five segments at 1.1 cents, rounded up once


def test_a_booking_a_month_later_does_not(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)
    house.later(days=31)
    do(house, book, 1)
    assert recipients_of(house, made)[0].state is RecipientState.CONTACTED


def test_stop_ends_it_and_is_counted(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house, with_steps(HELLO, AGAIN))
    go_on(house, made)
    house.run(lambda tx: consent.opt_out(tx, tx.session.scalars(select(Conversation)).one(), PATIENT))
    house.later(days=4)
    assert go_on(house, made) == []
    assert recipients_of(house, made)[0].state is RecipientState.UNSUBSCRIBED


def test_a_number_that_cannot_be_reached_is_marked(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house, with_steps(HELLO, AGAIN))
    (text,) = go_on(house, made)
    update = status.StatusUpdate(text.id, "SM1", status.DeliveryState.UNDELIVERED, "30005")
    house.run(lambda tx: status.record(tx.session, update, tx.now))
    assert recipients_of(house, made)[0].state is RecipientState.BOUNCED
    assert preview(house).left_out == {LeftOut.BAD_NUMBER: 1}


def test_who_was_first_emailed_and_then_texted_may_answer_by_text(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)

    def work(tx: Tx) -> bool:
        recipient = tx.session.scalars(select(Recipient)).one()
        recipient.address = "p1@patients.example"
        line = tx.session.scalars(select(Conversation)).one()
        return glance.look(
            tx.session, line, [recipient.patient_id], replied_since=tx.now, missed_since=tx.now
        ).in_campaign

    assert house.run(work)


def test_what_did_not_go_out_after_all_is_not_counted(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    (text,) = go_on(house, made)
    house.run(lambda tx: gate.put_back(tx, tx.session.get_one(Message, text.id), tx.now))
    (found,) = recipients_of(house, made)
    assert (found.state, found.contacted_at) == (RecipientState.PENDING, None)


def test_a_later_text_that_did_not_go_out_leaves_the_first_one_counted(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house, with_steps(HELLO, AGAIN))
    (first,) = go_on(house, made)
    house.later(days=4)
    (second,) = go_on(house, made)
    house.run(lambda tx: gate.put_back(tx, tx.session.get_one(Message, second.id), tx.now))
    (found,) = recipients_of(house, made)
    assert (found.state, found.contacted_at) == (RecipientState.CONTACTED, first.claimed_at)


def test_it_stops_by_itself_when_too_many_fail_and_staff_are_told(house: House) -> None:
    for number in range(60):
        do(house, lapsed, number)
    made = launched(house)
    sent = go_on(house, made, times=1)
    fail(house, sent[:21])
    assert go_on(house, made) == []
    assert campaign(house, made).state is CampaignState.PAUSED
    (task,) = house.run(lambda tx: tx.session.scalars(select(Task)).all())
    assert (task.kind, "21 of its last 200 texts" in task.note) == (TaskKind.LOOK_AT, True)


def test_resumed_by_staff_it_is_judged_by_what_it_sends_then(house: House) -> None:
    for number in range(60):
        do(house, lapsed, number)
    made = launched(house)
    fail(house, go_on(house, made, times=1)[:21])
    go_on(house, made)
    house.later(minutes=1)
    do(house, campaigns.resume, made, SYSTEM)
    assert len(go_on(house, made)) == 30


def fail(house: House, texts: list[Message]) -> None:
    for text in texts:
        do(house, failed, status.StatusUpdate(text.id, f"SM{text.id}", status.DeliveryState.FAILED, "30008"))


def failed(tx: Tx, update: status.StatusUpdate) -> None:
    status.record(tx.session, update, tx.now)
