"""The clinic's own answers: written, changed, removed, and what is said without any."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from clinic import answers, policies
from clinic.answers import AnswerRefused
from clinic.audit import SYSTEM, by_staff
from rules.facts import TimeWindow
from rules.policy import Policy
from rules.segments import segments
from rules.states import AnswerTopic
from storage.tables import AuditEvent
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

PARKING = "Free parking behind the building."


def test_what_the_clinic_wrote_is_the_answer(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.PARKING)) == PARKING


def test_written_again_the_newer_answer_counts(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, "On the street.", SYSTEM))
    assert [each.text for each in house.run(answers.every)] == ["On the street."]


def test_an_answer_is_kept_as_one_tidy_line(house: House) -> None:
    kept = house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, "  Behind\nthe  building. ", SYSTEM))
    assert kept.text == "Behind the building."


def test_an_answer_says_who_changed_it_and_when(house: House) -> None:
    def change(tx: Tx) -> None:
        sam = factories.staff(tx)
        kept = answers.put(tx, AnswerTopic.FEES, "A missed visit costs $50.", by_staff(sam.id))
        assert (kept.changed_by, kept.changed_at) == (sam.id, tx.now)

    house.run(change)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 301], ids=["empty", "blank", "too long"])
def test_a_text_that_cannot_be_an_answer_is_refused(house: House, text: str) -> None:
    with pytest.raises(AnswerRefused):
        house.run(lambda tx: answers.put(tx, AnswerTopic.FEES, text, SYSTEM))


def test_removed_there_is_no_answer_any_more(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    assert house.run(lambda tx: answers.remove(tx, AnswerTopic.PARKING, SYSTEM))
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.PARKING)) is None


def test_removing_what_is_not_there_changes_nothing(house: House) -> None:
    assert not house.run(lambda tx: answers.remove(tx, AnswerTopic.PARKING, SYSTEM))


def test_each_language_has_its_own_answer(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, "Hay estacionamiento gratis.", SYSTEM, "es"))
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.PARKING, "es")) == "Hay estacionamiento gratis."


def test_without_an_answer_in_a_language_the_clinics_own_is_given(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.PARKING, "es")) == PARKING


def test_the_hours_are_the_desks_where_nothing_is_written(house: House) -> None:
    said = house.run(lambda tx: answers.of(tx, AnswerTopic.HOURS))
    assert said == "The front desk is open Mon-Fri 8am-5pm."


def test_a_desk_that_never_opens_has_no_hours_to_tell(house: House) -> None:
    house.run(lambda tx: policies.change(tx, Policy(desk_hours={}), SYSTEM))
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.HOURS)) is None


def test_changed_desk_hours_are_told_at_once(house: House) -> None:
    saturdays = Policy(desk_hours={5: TimeWindow(time(9, 30), time(12))})
    house.run(lambda tx: policies.change(tx, saturdays, SYSTEM))
    assert (
        house.run(lambda tx: answers.of(tx, AnswerTopic.HOURS)) == "The front desk is open Sat 9:30am-12pm."
    )


def test_the_address_is_the_clinics_where_nothing_is_written(house: House) -> None:
    def move(tx: Tx) -> None:
        tx.clinic().address = "12 Harbor Street"

    house.run(move)
    assert house.run(lambda tx: answers.of(tx, AnswerTopic.ADDRESS)) == "We're at 12 Harbor Street."


@pytest.mark.parametrize("topic", sorted(set(AnswerTopic) - {AnswerTopic.HOURS}))
def test_nothing_is_made_up(house: House, topic: AnswerTopic) -> None:
    assert house.run(lambda tx: answers.of(tx, topic)) is None


def test_the_audit_log_names_the_topic_and_not_the_words(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    logged = house.run(
        lambda tx: tx.session.scalars(
            select(AuditEvent.after).where(AuditEvent.action == "answer.changed")
        ).all()
    )
    assert logged == [{"topic": "parking", "language": "en"}]


def test_another_clinic_does_not_see_the_answer(house: House) -> None:
    house.run(lambda tx: answers.put(tx, AnswerTopic.PARKING, PARKING, SYSTEM))
    with house.store.unscoped() as session:
        hilltop = factories.clinic(session, house.now, name="Hilltop").id
    assert house.store.run(hilltop, lambda tx: answers.of(tx, AnswerTopic.PARKING)) is None


def test_a_letter_that_makes_texts_dear_is_named() -> None:
    curly = "We’re open every day of the week but Sunday, and parking behind the house is free."
    assert "“’”" in (answers.warning(curly) or "")


@given(st.text(min_size=1, max_size=300))
def test_whoever_writes_is_warned_exactly_of_what_costs_more(text: str) -> None:
    assert (answers.warning(text) is None) == (segments(text) == 1)
