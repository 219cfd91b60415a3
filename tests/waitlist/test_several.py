"""Several openings go to one patient in one text, with numbers: who is sent one, and what it counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from clinic import filling
from nlu.understanding import Intent
from rules.states import (
    EntryState,
    OfferState,
    OpeningState,
)
from storage.tables import (
    AppointmentType,
    Offer,
    Opening,
    Provider,
    WaitlistEntry,
)
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk
from tests.waitlist.several import PAUL, by_staff, freed_and_asked, go, opening_states, states, texts
from tests.waitlist.test_matching_runs import freed, work_openings


@pytest.fixture
def offered(desk: Desk, kind: AppointmentType, lee: Provider) -> WaitlistEntry:
    """Maria has a text with Tuesday at three and at four."""
    maria = desk.waits(kind)
    freed_and_asked(desk, lee, 0, 1)
    return maria


# Who is sent one


def test_openings_with_nobody_else_to_ask_go_into_one_text(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    slots = freed(desk, lee, 0, 1)
    work_openings(desk)
    assert [each.opening_id for each in desk.all_of(Offer)] == [each.id for each in slots]
    assert len(texts(desk)) == 1
    assert "Dr Lee has 1) Tue Dec 1, 3:00pm, 2) Tue Dec 1, 4:00pm (30 min)" in go(desk)
    assert opening_states(desk) == [OpeningState.OFFERING, OpeningState.OFFERING]


def test_three_at_most_and_none_at_the_same_time(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    kim = desk.provider("Dr Kim")
    freed(desk, kim, 0)
    freed(desk, lee, 0, 1, 2, 3)
    work_openings(desk)
    starts = {each.id: each.starts_at for each in desk.all_of(Opening)}
    assert [starts[each.opening_id] - TUESDAY_AT_THREE for each in desk.all_of(Offer)] == [
        timedelta(hours=hours) for hours in (0, 1, 2)
    ]


def test_with_somebody_for_each_opening_each_text_offers_one(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    desk.waits(kind, "Paul Ortiz", PAUL)
    freed(desk, lee, 0, 1)
    work_openings(desk)
    assert len(texts(desk)) == len(desk.all_of(Offer)) == 2


def test_one_that_found_nobody_before_goes_into_the_next_text_it_fits(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    freed(desk, lee, 0)
    work_openings(desk)
    desk.waits(kind)
    freed(desk, lee, 1)
    work_openings(desk)
    assert len(texts(desk)) == 1
    assert len(desk.all_of(Offer)) == 2


def test_what_a_patient_does_not_want_is_not_listed(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind, excluded_times=[("15:30", "23:00")])
    at_three, _ = freed(desk, lee, 0, 1)
    work_openings(desk)
    assert [each.opening_id for each in desk.all_of(Offer)] == [at_three.id]


def test_one_that_somebody_is_at_is_left_to_them(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    at_three, at_four = freed(desk, lee, 0, 1)
    with desk.store.unscoped() as session:
        session.get_one(Opening, at_four.id, with_for_update={"key_share": True})
        desk.ask(at_three)
    assert [each.opening_id for each in desk.all_of(Offer)] == [at_three.id]


def test_two_workers_at_one_moment_make_one_text(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    slots = freed(desk, lee, 0, 1)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(desk.run, partial(filling.work, opening_id=each.id)) for each in slots]
        for each in done:
            each.result()
    assert (len(texts(desk)), len(desk.all_of(Offer))) == (1, 2)


def test_what_staff_choose_together_is_one_text(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    maria = desk.waits(kind)
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (1, 0)]
    made = by_staff(desk, maria, *slots)
    assert [each.opening_id for each in made] == [slots[1].id, slots[0].id]
    assert [each.told_with_id for each in made] == [None, made[0].id]
    assert len(texts(desk)) == 1


def test_providers_are_named_where_they_differ(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    maria, kim = desk.waits(kind), desk.provider("Dr Kim")
    by_staff(desk, maria, desk.opening(lee), desk.opening(kim, TUESDAY_AT_THREE + timedelta(hours=1)))
    assert "open now: 1) Tue Dec 1, 3:00pm Dr Lee, 2) Tue Dec 1, 4:00pm Dr Kim (30 min)" in go(desk)


# What it counts


def test_it_counts_as_one_offer(desk: Desk, offered: WaitlistEntry, kind: AppointmentType) -> None:
    assert desk.entry(offered.id).offers_made == 1


def test_no_answer_to_it_counts_once(desk: Desk, offered: WaitlistEntry) -> None:
    desk.later(timedelta(hours=3))
    desk.run_due_openings()
    entry = desk.entry(offered.id)
    assert states(desk) == [OfferState.LAPSED, OfferState.LAPSED]
    assert (entry.offers_lapsed, entry.unanswered_in_row, entry.state) == (1, 1, EntryState.ACTIVE)


def test_who_answered_one_of_it_has_answered(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("no to 2", Intent.OUT_OF_SCOPE)
    desk.later(timedelta(hours=3))
    desk.run_due_openings()
    assert states(desk) == [OfferState.LAPSED, OfferState.DECLINED]
    assert desk.entry(offered.id).unanswered_in_row == 0


def test_a_no_to_it_is_one_mark_and_is_taken_back_as_one(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("no", Intent.DECLINE)
    assert states(desk) == [OfferState.DECLINED, OfferState.DECLINED]
    assert desk.entry(offered.id).offers_declined == 1
    assert desk.take_back()
    assert states(desk) == [OfferState.OPEN, OfferState.OPEN]
    assert desk.entry(offered.id).offers_declined == 0
    assert desk.said()[-1].startswith("Which one would you like? 1) Tue Dec 1, 3:00pm, 2)")
