"""Reminders: sent when staff ask for one, never to the wrong person or too late, and what answers them."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments, conversations, gate, reminders, reminding
from clinic.audit import SYSTEM
from nlu.understanding import Intent
from rules.states import AppointmentState, CancelledBy, Holder, OutboxState
from storage.tables import Appointment, AuditEvent, Conversation, Escalation, Message
from storage.transaction import Tx
from tests.handlers.talk import Talk

HOW = "Reply 1 to confirm, 2 to change it, 3 if you can't come."
REMINDER = f"Lakeside: Maria, see you Wed Dec 2, 3:00pm with Dr Lee. {HOW}"


@pytest.fixture
def visit(talk: Talk) -> UUID:
    return talk.visit(talk.patient(), "Wed Dec 2 3:00pm")


def remind(talk: Talk, visit: UUID) -> bool:
    return talk.run(lambda tx: reminders.remind(tx, visit, SYSTEM))


def reminded(talk: Talk, visit: UUID) -> list[str]:
    remind(talk, visit)
    return talk.sends()


def test_a_reminder_says_when_with_whom_and_how_to_answer(talk: Talk, visit: UUID) -> None:
    assert reminded(talk, visit) == [f"{REMINDER} STOP to opt out"]


def test_an_answer_is_awaited_only_once_it_goes(talk: Talk, visit: UUID) -> None:
    remind(talk, visit)
    before = talk.asked()
    talk.sends()
    assert (before, talk.asked()) == ([], ["reminder"])


def test_asked_for_twice_one_goes(talk: Talk, visit: UUID) -> None:
    assert remind(talk, visit)
    assert not remind(talk, visit)


@pytest.mark.parametrize("state", sorted(set(AppointmentState) - set(reminders.REMINDED)))
def test_a_visit_that_will_not_be_is_not_reminded_of(talk: Talk, state: AppointmentState) -> None:
    assert not remind(talk, talk.visit(talk.patient(), "Wed Dec 2 3:00pm", state=state))


def test_a_visit_that_has_begun_is_not_reminded_of(talk: Talk, visit: UUID) -> None:
    talk.house.now = talk.at("Wed Dec 2 3:00pm")
    assert not remind(talk, visit)


def test_cancelled_meanwhile_the_reminder_does_not_go(talk: Talk, visit: UUID) -> None:
    remind(talk, visit)
    talk.run(lambda tx: appointments.cancel(tx, visit, SYSTEM, who=CancelledBy.STAFF))
    assert talk.sends() == []


def test_asked_for_at_night_it_waits_for_the_morning(talk: Talk, visit: UUID) -> None:
    talk.house.now = talk.at("Mon Nov 30 10:00pm")
    assert reminded(talk, visit) == []
    talk.house.now = talk.at("Tue Dec 1 9:00am")
    assert len(talk.sends()) == 1


def test_a_moved_visit_is_reminded_of_at_its_new_time(talk: Talk, visit: UUID) -> None:
    remind(talk, visit)

    def move(tx: Tx) -> None:
        row = tx.session.get_one(Appointment, visit)
        row.starts_at, row.ends_at = row.starts_at + timedelta(hours=1), row.ends_at + timedelta(hours=1)

    talk.run(move)
    assert "Wed Dec 2, 4:00pm" in talk.sends()[0]


def test_put_back_by_a_failing_carrier_nothing_is_awaited(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    talk.run(lambda tx: gate.put_back(tx, tx.session.get_one(Message, talk.one(Message).id), tx.now))
    assert talk.asked() == []


def test_sent_again_after_it_was_put_back_it_says_the_same(talk: Talk, visit: UUID) -> None:
    first = reminded(talk, visit)
    talk.run(lambda tx: gate.put_back(tx, tx.session.get_one(Message, talk.one(Message).id), tx.now))
    assert talk.sends()[0] == first[0].removesuffix(" STOP to opt out")


@pytest.mark.parametrize(
    ("text", "intent"), [("1", Intent.CHOICE), ("yes", Intent.ACCEPT), ("👍", Intent.ACCEPT)]
)
def test_a_yes_confirms(talk: Talk, visit: UUID, text: str, intent: Intent) -> None:
    reminded(talk, visit)
    assert talk.says(text, intent) == "Thanks, Maria! See you Wed Dec 2, 3:00pm with Dr Lee."
    assert talk.state(visit) == "confirmed"


def test_confirming_is_audited(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    talk.says("1")
    assert "appointment.confirmed" in [each.action for each in talk.all(AuditEvent)]


def test_who_has_confirmed_is_not_asked_to_confirm_again(talk: Talk) -> None:
    visit = talk.visit(talk.patient(), "Wed Dec 2 3:00pm", state=AppointmentState.CONFIRMED)
    assert "to confirm" not in reminded(talk, visit)[0]


@pytest.mark.parametrize("text", ["3", "no"])
def test_a_no_is_asked_back_like_any_cancel(talk: Talk, visit: UUID, text: str) -> None:
    reminded(talk, visit)
    assert talk.says(text, Intent.DECLINE).startswith("Cancel Maria's visit with Dr Lee Wed Dec 2, 3:00pm?")
    assert talk.state(visit) == "booked"


def test_a_two_goes_to_the_desk_and_the_visit_stands(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    assert talk.says("2").startswith("I'll ask the desk to move Maria's visit Wed Dec 2, 3:00pm.")
    assert (talk.state(visit), talk.one(Escalation).kind) == ("booked", "reschedule")


def test_another_number_is_told_what_the_numbers_mean(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    assert "reply 1 to confirm" in talk.says("7")


def test_half_a_yes_is_asked_back(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    assert talk.says("yes i guess maybe", Intent.ACCEPT).startswith("Just to check, Maria: will you come")
    assert talk.state(visit) == "booked"


def test_a_yes_once_the_visit_has_begun_confirms_nothing(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    talk.house.now = talk.at("Wed Dec 2 3:00pm")
    talk.says("yes", Intent.ACCEPT)
    assert talk.state(visit) == "booked"


def test_a_reminder_that_failed_awaits_nothing(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)

    def fail(tx: Tx) -> None:
        tx.session.get_one(Message, talk.one(Message).id).outbox_state = OutboxState.FAILED

    talk.run(fail)
    talk.says("yes", Intent.ACCEPT)
    assert talk.state(visit) == "booked"


def test_a_reminder_goes_though_a_person_has_the_conversation(talk: Talk, visit: UUID) -> None:
    def take(tx: Tx) -> None:
        conversation = conversations.for_patient(tx, tx.session.get_one(Appointment, visit).patient_id)
        assert conversation is not None
        tx.session.get_one(Conversation, conversation.id).holder = Holder.PERSON

    talk.run(take)
    assert len(reminded(talk, visit)) == 1


def test_who_cannot_be_texted_is_not_reminded(talk: Talk, visit: UUID) -> None:
    talk.says("stop")
    assert not remind(talk, visit)


# Several


@pytest.fixture
def two(talk: Talk) -> tuple[UUID, UUID]:
    """Maria's and Ben's visits on one day, both reminded of."""
    visits = (
        talk.visit(talk.patient(), "Wed Dec 2 3:00pm"),
        talk.visit(talk.patient("Ben Lopez"), "Wed Dec 2 3:30pm"),
    )
    for visit in visits:
        reminded(talk, visit)
        talk.house.later(seconds=1)
    return visits


def test_a_number_to_two_reminders_is_asked_which(talk: Talk, two: tuple[UUID, UUID]) -> None:
    assert talk.says("1") == (
        "Which one do you mean? 1) Wed Dec 2, 3:00pm Dr Lee for Maria, 2) Wed Dec 2, 3:30pm Dr Lee for Ben. "
        "Reply with the number."
    )


def test_the_line_chosen_is_confirmed_and_the_other_is_not(talk: Talk, two: tuple[UUID, UUID]) -> None:
    talk.says("1")
    talk.says("2")
    assert [talk.state(visit) for visit in two] == ["booked", "confirmed"]


def test_a_line_chosen_after_a_no_is_never_confirmed(talk: Talk, two: tuple[UUID, UUID]) -> None:
    talk.says("3")
    assert talk.says("1").startswith("Cancel Maria's visit")
    assert [talk.state(visit) for visit in two] == ["booked", "booked"]


def test_a_line_chosen_after_a_two_is_moved(talk: Talk, two: tuple[UUID, UUID]) -> None:
    talk.says("2")
    assert talk.says("2").startswith("I'll ask the desk to move Ben's visit")


@pytest.mark.parametrize("text", ["yes for Ben", "Ben will come, yes"])
def test_a_name_tells_two_reminders_apart(talk: Talk, two: tuple[UUID, UUID], text: str) -> None:
    said = talk.says(text, Intent.ACCEPT)
    assert "Ben" in said
    assert talk.state(two[0]) == "booked"


def test_reminded_again_of_the_same_visit_one_answer_is_awaited(talk: Talk, visit: UUID) -> None:
    reminded(talk, visit)
    reminded(talk, visit)
    assert talk.asked() == ["reminder"]


def test_a_line_whose_visit_was_cancelled_meanwhile_is_said_to_be_gone(
    talk: Talk, two: tuple[UUID, UUID]
) -> None:
    talk.says("1")
    talk.run(lambda tx: appointments.cancel(tx, two[1], SYSTEM, who=CancelledBy.STAFF))
    assert talk.says("2").startswith("That visit is no longer booked.")


# Two visits of a day, in one text


@pytest.fixture
def day(talk: Talk) -> tuple[UUID, UUID]:
    """Maria's visits of tomorrow, which one text has reminded of."""
    maria, long_ago = talk.patient(), talk.house.now - timedelta(days=30)
    visits = (
        talk.visit(maria, "Tue Dec 1 9:30am", booked_at=long_ago),
        talk.visit(maria, "Tue Dec 1 2:00pm", "Dr Okoye", booked_at=long_ago),
    )
    talk.run(lambda tx: reminding.work(tx, tx.clinic_id))
    talk.sends()
    return visits


def states(talk: Talk, visits: tuple[UUID, UUID]) -> list[str]:
    return [talk.state(visit) for visit in visits]


@pytest.mark.parametrize(("text", "intent"), [("1", Intent.CHOICE), ("yes", Intent.ACCEPT)])
def test_one_answer_confirms_both(talk: Talk, day: tuple[UUID, UUID], text: str, intent: Intent) -> None:
    said = "Thanks, Maria! See you Tue Dec 1: 9:30am with Dr Lee and 2:00pm with Dr Okoye."
    assert talk.says(text, intent) == said
    assert states(talk, day) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("text", ["yes to the 2pm", "yes, the one with Dr Okoye"])
def test_an_answer_that_names_one_never_confirms_the_other(
    talk: Talk, day: tuple[UUID, UUID], text: str
) -> None:
    talk.says(text, Intent.ACCEPT)
    assert talk.state(day[0]) == "booked"


@pytest.mark.parametrize(
    ("text", "intent"), [("2", Intent.CHOICE), ("3", Intent.CHOICE), ("no", Intent.DECLINE)]
)
def test_a_change_or_a_no_is_asked_which(
    talk: Talk, day: tuple[UUID, UUID], text: str, intent: Intent
) -> None:
    assert talk.says(text, intent).startswith("Which visit do you mean? 1) Tue Dec 1, 9:30am Dr Lee, 2)")
    assert states(talk, day) == ["booked", "booked"]


def test_the_one_chosen_after_a_three_is_asked_back(talk: Talk, day: tuple[UUID, UUID]) -> None:
    talk.says("3")
    assert talk.says("2").startswith("Cancel Maria's visit with Dr Okoye Tue Dec 1, 2:00pm?")


def test_the_one_chosen_after_a_two_is_moved(talk: Talk, day: tuple[UUID, UUID]) -> None:
    talk.says("2")
    assert talk.says("1").startswith("I'll ask the desk to move Maria's visit Tue Dec 1, 9:30am.")


def test_once_one_is_cancelled_a_yes_is_about_the_other(talk: Talk, day: tuple[UUID, UUID]) -> None:
    talk.run(lambda tx: appointments.cancel(tx, day[0], SYSTEM, who=CancelledBy.STAFF))
    assert talk.says("1") == "Thanks, Maria! See you Tue Dec 1, 2:00pm with Dr Okoye."
