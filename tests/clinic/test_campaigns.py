"""Campaigns: who is meant and who is left out, what a launch asks for, and who is texted what and when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import appointments, campaign_sending, campaigns, consent, conversations, recipients
from clinic.audit import PATIENT, SYSTEM, by_staff
from clinic.campaigns import Plan, Refused, StepPlan
from rules.campaigns import Audience, BadText
from rules.states import CampaignState, LeftOut, OutboxState, PromptKind, RecipientState, Response, TaskKind
from storage.queries import status
from storage.tables import (
    AppointmentType,
    AuditEvent,
    ContactPoint,
    Conversation,
    Message,
    Patient,
    Provider,
    Recipient,
    Sender,
    Task,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.campaigning import (
    AGAIN,
    HELLO,
    PLAN,
    campaign,
    do,
    go_on,
    lapsed,
    launched,
    pumped,
    recipients_of,
    with_steps,
)
from tests.clinic.conftest import House

# Who is meant


def preview(house: House, plan: Plan = PLAN) -> campaigns.Preview:
    return house.run(lambda tx: campaigns.preview(tx, plan))


def test_whoever_has_not_been_here_for_long_is_meant(house: House) -> None:
    do(house, lapsed, 1)
    do(house, lapsed, 2, days=30)
    house.run(lambda tx: factories.patient(tx, phone="+12125579999"))
    assert preview(house).texted == 1


def test_each_who_is_left_out_is_counted_once_with_the_first_reason(house: House) -> None:
    do(house, lapsed, 1, no_text=True)
    do(house, lapsed, 2, news=False)
    do(house, lapsed, 3)
    do(house, lapsed, 4)
    do(house, lapsed, 5)
    do(house, lapsed, 6, phone="+12125570005")
    do(house, lapsed, 7)
    house.run(mark_number_four_and_seven)
    do(house, book, 3)
    found = preview(house)
    assert found.texted == 1
    assert found.left_out == {
        LeftOut.NO_TEXT: 1,
        LeftOut.BAD_NUMBER: 1,
        LeftOut.OPTED_OUT: 1,
        LeftOut.NO_CONSENT: 1,
        LeftOut.UPCOMING_VISIT: 1,
        LeftOut.SAME_NUMBER: 1,
    }


def mark_number_four_and_seven(tx: Tx) -> None:
    for number, mark in ((4, "opted_out_at"), (7, "undeliverable_at")):
        point = tx.session.scalars(
            select(ContactPoint).where(ContactPoint.address == f"+1212557{number:04}")
        ).one()
        setattr(point, mark, tx.now)


def book(tx: Tx, number: int) -> None:
    who = tx.session.scalars(select(Patient).where(Patient.first_name == f"P{number}")).one()
    booking = appointments.Booking(
        patient_id=who.id,
        provider_id=tx.session.scalars(select(Provider.id)).one(),
        type_id=tx.session.scalars(select(AppointmentType.id)).one(),
        start=tx.now + timedelta(days=2, minutes=30 * number),
    )
    assert appointments.book(tx, booking, SYSTEM)


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(), 3),
        (Audience(not_seen_days=None), 4),
        (Audience(not_seen_days=300), 1),
        (Audience(stages=("braces",)), 1),
        (Audience(languages=("es",)), 1),
        (Audience(tags=("vip", "new")), 1),
        (Audience(age_from=30, age_until=39), 1),
        (Audience(least_no_shows=1), 0),
    ],
)
def test_all_that_an_audience_says_has_to_hold(house: House, audience: Audience, meant: int) -> None:
    do(house, lapsed, 1, stage="braces", birth_date=(house.now - timedelta(days=35 * 365)).date())
    do(house, lapsed, 2, language="es", tags=["vip"])
    do(house, lapsed, 3, days=400)
    do(house, lapsed, 4, days=20)
    assert preview(house, with_steps(HELLO, audience=audience)).texted == meant


def test_whom_another_campaign_has_just_texted_is_left_alone(house: House) -> None:
    do(house, lapsed, 1)
    go_on(house, launched(house))
    assert preview(house).left_out == {LeftOut.RECENTLY_CONTACTED: 1}
    house.later(days=31)
    assert preview(house).texted == 1


def test_a_preview_shows_what_somebody_would_read_and_what_it_costs(house: House) -> None:
    do(house, lapsed, 1)
    found = preview(house)
    (_, text), *_ = found.sample
    assert text == "Lakeside: Hi P1, time for a visit? Reply YES for times. STOP to opt out"
    assert (found.texts, found.segments, found.cents) == (1, 1, 2)


# Written and launched


@pytest.mark.parametrize(
    "plan",
    [
        Plan("", [HELLO]),
        Plan("Nothing to say", []),
        Plan("Too much", [HELLO] * 6),
        Plan("All at once", [HELLO, HELLO]),
        Plan("Five wordings", [StepPlan([{"en": "a"}] * 5)]),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(house: House, plan: Plan) -> None:
    with pytest.raises(Refused):
        do(house, campaigns.create, plan, SYSTEM)


@pytest.mark.parametrize("texts", [{"en": "Hi {stage}"}, {"es": "Hola"}, {"en": "Book at {link}"}])
def test_a_text_that_cannot_be_filled_in_is_refused(house: House, texts: dict[str, str]) -> None:
    with pytest.raises(BadText):
        do(house, campaigns.create, Plan("Bad", [StepPlan([texts])]), SYSTEM)


def test_a_draft_can_be_written_anew_and_a_launched_one_cannot(house: House) -> None:
    do(house, lapsed, 1)
    made = do(house, campaigns.create, PLAN, SYSTEM)
    do(house, campaigns.update, made.id, with_steps(HELLO, AGAIN), SYSTEM)
    assert len(house.run(lambda tx: campaigns.plan_of(tx, made)).steps) == 2
    do(house, campaigns.launch, made.id, SYSTEM, confirmed=1)
    with pytest.raises(Refused):
        do(house, campaigns.update, made.id, PLAN, SYSTEM)


def test_a_launch_is_refused_where_many_more_would_get_it_than_was_confirmed(house: House) -> None:
    for number in range(10):
        do(house, lapsed, number)
    made = do(house, campaigns.create, PLAN, SYSTEM)
    with pytest.raises(Refused, match="It would go to 10 patients by now, not to 3"):
        do(house, campaigns.launch, made.id, SYSTEM, confirmed=3)


def test_a_launch_is_in_the_audit_log(house: House) -> None:
    do(house, lapsed, 1)
    staff = house.run(lambda tx: factories.staff(tx))
    made = do(house, campaigns.create, PLAN, by_staff(staff.id))
    do(house, campaigns.launch, made.id, by_staff(staff.id), confirmed=1)
    found = house.run(
        lambda tx: tx.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == made.id)).all()
    )
    assert [(each.action, each.staff_id) for each in found] == [
        ("campaign.created", staff.id),
        ("campaign.active", staff.id),
    ]


def test_a_test_goes_to_whoever_asks_for_it_at_any_hour(house: House) -> None:
    house.later(hours=12)
    sam = house.run(lambda tx: factories.staff(tx, phone="+12125550190"))
    made = do(house, campaigns.create, PLAN, SYSTEM)
    house.run(lambda tx: campaigns.send_test(tx, made.id, sam))
    assert [(text.address, text.body) for text in pumped(house)] == [
        ("+12125550190", "Lakeside: Hi Sam, time for a visit? Reply YES for times. STOP to opt out")
    ]


# Sent


def test_everybody_meant_is_texted_once(house: House) -> None:
    for number in range(30):
        do(house, lapsed, number)
    sent = go_on(house, launched(house), times=5)
    assert len({text.address for text in sent}) == len(sent) == 30


def test_it_is_completed_when_all_is_said(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)
    assert campaign(house, made).state is CampaignState.COMPLETED


def test_looked_at_again_nobody_is_added_or_written_to_twice(house: House) -> None:
    for number in range(5):
        do(house, lapsed, number)
    made = launched(house)
    house.run(lambda tx: campaign_sending.gather(tx, campaign_sending.lock(tx, made), 2))
    house.run(lambda tx: setattr(campaign_sending.lock(tx, made), "prepared_to", None))
    assert len(go_on(house, made)) == len(recipients_of(house, made)) == 5


def test_the_database_refuses_a_second_text_of_a_step(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)

    def again(tx: Tx) -> None:
        recipient = tx.session.scalars(select(Recipient)).one()
        recipient.step, recipient.due_at = 0, tx.now
        written = campaign_sending.lock(tx, made)
        campaign_sending.write(tx, written, tx.session.scalars(select(Sender)).one(), 10)

    with pytest.raises(Exception, match="uq_message_recipient_step"):
        house.run(again)


def test_only_as_much_is_written_ahead_as_the_number_can_send(house: House) -> None:
    for number in range(40):
        do(house, lapsed, number)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    assert len(queued(house)) == 30


def queued(house: House) -> list[Message]:
    waiting = select(Message).where(Message.outbox_state == OutboxState.QUEUED)
    return house.run(lambda tx: list(tx.session.scalars(waiting)))


def test_outside_its_window_nothing_is_written(house: House) -> None:
    do(house, lapsed, 1)
    house.later(hours=9)  # seven in the evening
    made = launched(house)
    assert go_on(house, made) == queued(house) == []
    house.later(hours=15)
    assert len(go_on(house, made)) == 1


def test_a_later_text_goes_after_its_days_to_who_has_not_answered(house: House) -> None:
    do(house, lapsed, 1)
    do(house, lapsed, 2)
    made = launched(house, with_steps(HELLO, AGAIN))
    go_on(house, made)
    hear(house, 1)
    house.later(days=2)
    assert go_on(house, made) == []
    house.later(days=1)
    assert [text.address for text in go_on(house, made)] == ["+12125570002"]


def hear(house: House, number: int) -> None:
    line = select(Conversation).where(Conversation.address == f"+1212557{number:04}")
    house.run(lambda tx: recipients.heard_from(tx, tx.session.scalars(line).one()))


def test_who_is_held_out_is_not_texted(house: House) -> None:
    for number in range(40):
        do(house, lapsed, number)
    made = launched(house, with_steps(HELLO, hold_out_percent=50))
    sent = {text.address for text in go_on(house, made, times=5)}
    held = {each.address for each in recipients_of(house, made) if each.variant is None}
    assert sent & held == set()
    assert len(sent | held) == 40
    assert len(held) > 5


def test_each_reads_the_wording_of_their_variant_and_language(house: House) -> None:
    do(house, lapsed, 1, language="es")
    for number in range(2, 20):
        do(house, lapsed, number)
    wordings = StepPlan([{"en": "One", "es": "Uno"}, {"en": "Two", "es": "Dos"}])
    made = launched(house, with_steps(wordings))
    said = {text.address: text.body for text in go_on(house, made)}
    words = {"A": ("One", "Uno"), "B": ("Two", "Dos")}
    for each in recipients_of(house, made):
        english, spanish = words[each.variant or ""]
        wanted = spanish if each.address == "+12125570001" else english
        assert wanted in said[each.address]
    assert {each.variant for each in recipients_of(house, made)} == {"A", "B"}


# Looked at again before it goes


def test_paused_it_sends_nothing_and_resumed_it_sends_the_rest_once(house: House) -> None:
    for number in range(25):
        do(house, lapsed, number)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, campaigns.pause, made, SYSTEM)
    assert go_on(house, made) == []
    do(house, campaigns.resume, made, SYSTEM)
    sent = go_on(house, made)
    assert len({text.address for text in sent}) == len(sent) == 25


def test_cancelled_what_was_written_is_dropped(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, campaigns.cancel, made, SYSTEM)
    assert pumped(house) == queued(house) == []
    with pytest.raises(Refused):
        do(house, campaigns.resume, made, SYSTEM)


def test_who_has_booked_meanwhile_is_not_texted(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, book, 1)
    assert pumped(house) == []
    assert recipients_of(house, made)[0].left_because == LeftOut.UPCOMING_VISIT


def test_nobody_is_texted_into_an_open_question(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)

    def ask(tx: Tx) -> None:
        line = tx.session.scalars(select(Conversation)).one()
        conversations.ask(tx, line, PromptKind.JOIN, None)

    house.run(ask)
    assert pumped(house) == []
    house.later(days=1, minutes=1)
    assert len(pumped(house)) == 1


# What comes of it


def test_a_booking_by_any_path_counts(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)
    do(house, book, 1)
    (found,) = recipients_of(house, made)
    assert (found.state, found.response) == (RecipientState.REBOOKED, Response.REBOOKED)
    assert found.appointment_id is not None


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
        update = status.StatusUpdate(text.id, f"SM{text.id}", status.DeliveryState.FAILED, "30008")
        house.run(lambda tx, update=update: status.record(tx.session, update, tx.now))  # type: ignore[misc]
