"""Answers to the times shown: what books one, what asks on, and what books nothing."""

from datetime import date, time
from uuid import UUID

import pytest
from sqlalchemy import select

from nlu.understanding import Intent
from storage.tables import Appointment, AppointmentType, Availability, Hold, Provider, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House
from tests.handlers.talk import ZONE, Talk
from tests.handlers.texts import each

THREE = (
    "I have 1) Thu Dec 3, 9:00am Dr Lee, 2) Thu Dec 3, 10:00am Dr Lee, 3) Thu Dec 3, 11:00am Dr Lee. "
    "Reply with the number, held for you 10 min."
)


@pytest.fixture
def talk(house: House) -> Talk:
    """Maria was offered Tuesday at three, and asked for Thursday: Dr Lee works that morning."""
    talk = Talk(house)
    talk.run(lambda tx: works(tx, "Dr Lee", date(2026, 12, 3), 9, 12))
    talk.offer(talk.patient(), "Tue Dec 1 3:00pm")
    assert talk.says("can you do thursday", Intent.COUNTER) == THREE
    return talk


def works(tx: Tx, name: str, day: date, start: int, until: int) -> None:
    found = tx.session.scalar(select(Provider).where(Provider.name == name))
    own = {"from_time": time(start), "until_time": time(until)}
    who = found or factories.provider(tx, name)
    tx.session.add(Availability(provider_id=who.id, on_date=day, **own))
    tx.session.flush()


def booked(talk: Talk) -> list[str]:
    return [f"{visit.starts_at.astimezone(ZONE):%a %H:%M}" for visit in talk.all(Appointment)]


@pytest.mark.parametrize(
    ("text", "intent", "start"),
    [
        ("2", Intent.CHOICE, "Thu 10:00"),
        ("the second one", Intent.CHOICE, "Thu 10:00"),
        ("the last one", Intent.CHOICE, "Thu 11:00"),
        ("10am please", Intent.ACCEPT, "Thu 10:00"),
        ("ok the 11am one", Intent.COUNTER, "Thu 11:00"),
        ("thursday at 9 works", Intent.COUNTER, "Thu 09:00"),
        ("I'll take 10 with Dr Lee", Intent.BOOK, "Thu 10:00"),
        ("la de las 10 por favor", Intent.COUNTER, "Thu 10:00"),
    ],
)
def test_a_number_or_words_that_point_at_one_book_it(
    talk: Talk, text: str, intent: Intent, start: str
) -> None:
    talk.says(text, intent)
    assert booked(talk) == [start]


@pytest.mark.parametrize(
    "text",
    each(
        """
        thursday · maybe 10 · 10? · not 10 · is 10 far from your other office · I work until 10 · I can't do 10
        my sister has 10am that day · 10 is when my bus leaves · thursday is bad · do you have 10:05 · 4
        tengo que trabajar a las 10 · a las 10 no
        """
    ),
)
@pytest.mark.parametrize("intent", [Intent.COUNTER, Intent.ACCEPT, Intent.OUT_OF_SCOPE, Intent.DECLINE])
def test_words_that_may_mean_something_else_book_nothing(talk: Talk, text: str, intent: Intent) -> None:
    talk.says(text, intent)
    assert booked(talk) == []


def test_a_bare_yes_to_several_is_asked_back_and_does_not_take_the_offer(talk: Talk) -> None:
    assert talk.says("yes", Intent.ACCEPT).startswith("Which one would you like? 1) Thu Dec 3, 9:00am")
    assert booked(talk) == []


def test_a_yes_that_names_the_offer_takes_it_while_it_is_free(talk: Talk) -> None:
    assert "Booked" in talk.says("yes tuesday 3pm", Intent.ACCEPT)
    assert booked(talk) == ["Tue 15:00"]


def test_no_brings_the_desk_and_keeps_the_place(talk: Talk) -> None:
    assert talk.says("none of them", Intent.DECLINE).startswith("No problem. The front desk will look")
    assert {held.state for held in talk.all(Hold)} == {"released"}
    assert talk.one(WaitlistEntry).state in ("active", "offered")
    assert talk.one(WaitlistEntry).offers_declined == 0


def test_an_hour_narrows_the_day_that_was_shown(talk: Talk) -> None:
    talk.run(lambda tx: works(tx, "Dr Kim", date(2026, 12, 4), 9, 12))
    found = talk.says("do you have something after 11?", Intent.COUNTER)
    assert found.startswith("I have 1) Thu Dec 3, 11:00am Dr Lee")


def test_somebody_else_is_shown_where_they_are_named(talk: Talk) -> None:
    talk.run(lambda tx: works(tx, "Dr Kim", date(2026, 12, 4), 9, 10))
    found = talk.says("anything with dr kim?", Intent.COUNTER)
    assert found.startswith("I have 1) Fri Dec 4, 9:00am Dr Kim, 2) Fri Dec 4, 9:30am Dr Kim.")


def test_a_wish_is_kept_and_narrows_what_is_shown(talk: Talk) -> None:
    talk.run(lambda tx: works(tx, "Dr Lee", date(2026, 12, 4), 9, 10))
    found = talk.says("no thursdays", Intent.PREFERENCES)
    assert "no Thursdays" in found


def test_the_countered_offer_lies_open_for_the_next(talk: Talk) -> None:
    talk.says("1", Intent.CHOICE)
    assert talk.asked() == []


def test_an_excluded_day_is_never_shown(house: House) -> None:
    talk = Talk(house)
    talk.run(lambda tx: works(tx, "Dr Lee", date(2026, 12, 3), 9, 12))
    talk.offer(talk.patient(), "Tue Dec 1 3:00pm")
    talk.run(lambda tx: setattr(tx.session.scalars(select(WaitlistEntry)).one(), "excluded_weekdays", [3]))
    assert talk.says("can you do thursday", Intent.COUNTER).startswith("Nothing free then.")


def test_one_time_is_taken_by_a_yes(house: House) -> None:
    talk = Talk(house)
    talk.run(lambda tx: works(tx, "Dr Lee", date(2026, 12, 3), 9, 10))
    talk.run(lambda tx: setattr(kind(tx), "minutes", 60))
    talk.offer(talk.patient(), "Tue Dec 1 3:00pm")
    assert "Reply 1 to take it" in talk.says("can you do thursday", Intent.COUNTER)
    talk.says("yes", Intent.ACCEPT)
    assert booked(talk) == ["Thu 09:00"]


def kind(tx: Tx) -> AppointmentType:
    return tx.session.scalar(select(AppointmentType)) or factories.visit_type(tx)


def test_without_working_hours_the_desk_has_it_as_before(house: House) -> None:
    talk = Talk(house)
    talk.offer(talk.patient(), "Tue Dec 1 3:00pm")
    assert talk.says("can you do thursday", Intent.COUNTER).startswith("Thanks, I've passed that")


def moving(talk: Talk) -> UUID:
    talk.run(lambda tx: works(tx, "Dr Lee", date(2026, 12, 3), 9, 12))
    return talk.visit(talk.patient(), "Wed Dec 2 3:00pm")


def test_a_visit_is_moved_to_a_day_that_was_named(house: House) -> None:
    talk = Talk(house)
    before = moving(talk)
    assert "The number moves your visit on Dec 2" in talk.says("move my visit to thursday", Intent.RESCHEDULE)
    talk.says("1", Intent.CHOICE)
    assert talk.state(before) == "cancelled"
    assert talk.says("undo", Intent.UNDO).startswith("Undone")
    assert talk.state(before) == "booked"


def test_the_day_of_the_visit_itself_only_says_which_is_meant(house: House) -> None:
    talk = Talk(house)
    moving(talk)
    found = talk.says("move my wednesday visit to thursday", Intent.RESCHEDULE)
    assert found.startswith("I have 1) Thu Dec 3")


def test_without_another_time_named_the_desk_moves_it(house: House) -> None:
    talk = Talk(house)
    moving(talk)
    assert talk.says("move my visit please", Intent.RESCHEDULE).startswith("I'll ask the desk")


def test_of_two_visits_the_desk_moves_it(house: House) -> None:
    talk = Talk(house)
    moving(talk)
    talk.visit(talk.all(Appointment)[0].patient_id, "Wed Dec 9 3:00pm")
    assert talk.says("move my visit to thursday", Intent.RESCHEDULE).startswith("I'll ask the desk")


def test_a_yes_after_times_were_shown_never_cancels(house: House) -> None:
    talk = Talk(house)
    visit = moving(talk)
    assert talk.says("I need to cancel my visit", Intent.CANCEL).startswith("Cancel Maria's visit")
    assert "The number moves your visit" in talk.says("or move it to thursday?", Intent.RESCHEDULE)
    assert talk.says("yes", Intent.ACCEPT).startswith("Which one would you like?")
    assert talk.state(visit) == "booked"


@pytest.mark.parametrize("text", ["anything sooner?", "anything earlier", "before that"])
def test_where_nothing_sooner_is_free_the_times_shown_are_shown_again(talk: Talk, text: str) -> None:
    said = talk.says(text, Intent.EARLIER)
    assert said.startswith("Nothing else is free.")
    assert said.endswith(
        "Still kept for you: 1) Thu Dec 3, 9:00am Dr Lee, 2) Thu Dec 3, 10:00am Dr Lee, "
        "3) Thu Dec 3, 11:00am Dr Lee. Reply with the number."
    )


def test_the_times_shown_again_are_kept_and_can_be_chosen(talk: Talk) -> None:
    talk.says("anything sooner?", Intent.EARLIER)
    assert {str(held.state) for held in talk.all(Hold)} == {"live"}
    talk.says("2")
    assert booked(talk) == ["Thu 10:00"]


def test_a_time_that_has_gone_meanwhile_is_not_shown_again(talk: Talk) -> None:
    talk.house.later(minutes=11)
    talk.visit(talk.all(Hold)[0].patient_id, "Thu Dec 3 9:00am")
    assert "9:00am" not in talk.says("anything sooner?", Intent.EARLIER)
