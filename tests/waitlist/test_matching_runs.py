"""The net under matching by events: the hourly look, runs somebody asks for, and the stored scores."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.due import LEASE
from clinic import filling, matching_runs, openings, rescoring, runs, together
from clinic.audit import SYSTEM
from rules.states import DueKind, EntryPriority, OfferState, OpeningState, RunState
from storage.queries.due import set_where_missing
from storage.tables import AppointmentType, DueWork, Offer, Opening, Provider, Run, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.waitlist.desk import NOW, TUESDAY_AT_THREE, Desk

PHONES = ("+12125550301", "+12125550302", "+12125550303")


def freed(desk: Desk, of: Provider, *hours: int) -> list[Opening]:
    """Openings that come free in one moment and are to be worked."""
    found = [desk.opening(of, TUESDAY_AT_THREE + timedelta(hours=each)) for each in hours]
    desk.run(lambda tx: [openings.look_at(tx, each.id, tx.now) for each in found])
    return found


def worked(desk: Desk, kind: DueKind, work: Callable[[UUID], object]) -> None:
    """Do what is due of a kind, and finish its rows, as `bot.due` does."""

    def take() -> UUID | None:
        due = select(DueWork).where(
            DueWork.kind == kind, DueWork.done_at.is_(None), DueWork.due_at <= desk.clock.now
        )
        found = desk.run(lambda tx: tx.session.scalars(due.order_by(DueWork.id)).first())
        return found.subject_id if found else None

    def finish(subject_id: UUID, again_at: object) -> None:
        def write(tx: Tx) -> None:
            row = tx.session.scalars(
                select(DueWork).where(DueWork.kind == kind, DueWork.subject_id == subject_id)
            ).one()
            row.done_at, row.due_at = (desk.clock.now, row.due_at) if again_at is None else (None, again_at)

        desk.run(write)

    while (subject_id := take()) is not None:
        finish(subject_id, work(subject_id))


def work_openings(desk: Desk) -> None:
    worked(desk, DueKind.OPENING, lambda subject: desk.run(lambda tx: filling.work(tx, subject)))


def asked(desk: Desk) -> dict[UUID, UUID]:
    """By opening, the entry that was asked."""
    return {offer.opening_id: offer.entry_id for offer in desk.all_of(Offer)}


def flexible_and_bound(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> tuple[WaitlistEntry, WaitlistEntry]:
    """One who can come at any time and is first in line, and one who can come at three only."""
    first = desk.waits(kind, phone=PHONES[0], priority=EntryPriority.HIGH, preferred_provider_id=lee.id)
    bound = desk.waits(
        kind, "Paul Ortiz", PHONES[1], preferred_provider_id=lee.id, excluded_times=[("15:30", "23:00")]
    )
    return first, bound


def test_openings_that_come_free_together_are_given_out_as_a_whole(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    first, bound = flexible_and_bound(desk, kind, lee)
    at_three, at_four = freed(desk, lee, 0, 1)
    work_openings(desk)
    assert asked(desk) == {at_three.id: bound.id, at_four.id: first.id}


def test_alone_an_opening_goes_to_who_is_first_in_line(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    first, _ = flexible_and_bound(desk, kind, lee)
    (at_three,) = freed(desk, lee, 0)
    work_openings(desk)
    assert asked(desk)[at_three.id] == first.id


def test_one_on_which_work_keeps_failing_holds_nobody_back(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    first, _ = flexible_and_bound(desk, kind, lee)
    at_three, at_four = freed(desk, lee, 0, 1)

    def fails(tx: Tx) -> None:
        row = tx.session.scalars(select(DueWork).where(DueWork.subject_id == at_four.id)).one()
        row.attempts = together.TRIES + 1

    desk.run(fails)
    desk.ask(at_three)
    assert asked(desk) == {at_three.id: first.id}


def test_what_a_worker_is_at_counts_as_coming_free_together() -> None:
    assert together.WITHIN >= LEASE


def test_every_hour_an_opening_that_nobody_looked_at_is_looked_at(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    slot = desk.opening(lee)  # nothing was woken for it
    again = desk.run(lambda tx: matching_runs.work(tx, tx.clinic_id))
    assert again == NOW + timedelta(hours=1)
    work_openings(desk)
    assert asked(desk).keys() == {slot.id}


def test_what_staff_stopped_is_not_looked_at(desk: Desk, lee: Provider) -> None:
    slot = desk.opening(lee)

    def stop(tx: Tx) -> None:
        tx.session.get_one(Opening, slot.id).automatic = False

    desk.run(stop)
    desk.run(lambda tx: matching_runs.work(tx, tx.clinic_id))
    assert desk.due(DueKind.OPENING, slot.id) is None


def run_of(desk: Desk, kind: str = runs.MATCH_ALL) -> Run:
    return desk.run(lambda tx: runs.ask(tx, kind, SYSTEM))


def steps(desk: Desk) -> None:
    worked(desk, DueKind.MATCHING, lambda subject: desk.run(lambda tx: matching_runs.work(tx, subject)))


def the_run(desk: Desk) -> Run:
    return desk.all_of(Run)[0]


def test_a_run_matches_everything_and_says_what_came_of_it(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    first, bound = flexible_and_bound(desk, kind, lee)
    at_three, at_four = (desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (0, 1))
    run_of(desk)
    steps(desk)
    assert (the_run(desk).state, the_run(desk).total) == (RunState.RUNNING, 2)
    work_openings(desk)
    desk.later(matching_runs.LOOK_AGAIN)
    steps(desk)
    run = the_run(desk)
    assert asked(desk) == {at_three.id: bound.id, at_four.id: first.id}
    assert (run.state, run.done) == (RunState.DONE, 2)
    assert run.result == {"openings": 2, "openings_offered": 2, "offers": 2, "not_looked_at": 0}


def test_a_run_under_way_is_not_begun_again(desk: Desk) -> None:
    assert run_of(desk).id == run_of(desk).id


def test_a_run_with_nothing_to_do_is_over_at_once(desk: Desk) -> None:
    run_of(desk)
    steps(desk)
    assert (the_run(desk).state, the_run(desk).total) == (RunState.DONE, 0)


def test_a_run_does_not_wait_for_ever_for_work_that_fails(desk: Desk, lee: Provider) -> None:
    slot = desk.opening(lee)
    run_of(desk)
    steps(desk)
    desk.later(matching_runs.GIVES_UP_AFTER)
    steps(desk)
    run = the_run(desk)
    assert (run.state, run.result and run.result["not_looked_at"]) == (RunState.FAILED, 1)
    assert desk.run(lambda tx: tx.session.get_one(Opening, slot.id)).state is OpeningState.OPEN


def test_scores_are_written_for_everybody_who_waits(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    fits = desk.waits(kind, preferred_provider_id=lee.id)
    never = desk.waits(kind, "Paul Ortiz", PHONES[1], excluded_weekdays=[1])
    desk.opening(lee)
    again = rescoring.rescore(desk.store, desk.clinic_id, desk.clinic_id)
    assert again == NOW + timedelta(hours=4)
    good, none = desk.entry(fits.id), desk.entry(never.id)
    assert (good.priority_score, good.scored_at) == (pytest.approx(0.55), NOW)
    assert good.matched_score is not None
    assert good.matched_score > 0.9
    assert (none.priority_score, none.matched_score) == (pytest.approx(0.55), None)


def test_scores_are_written_in_batches(
    desk: Desk, kind: AppointmentType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    for name, phone in zip(("Ann A", "Ben B", "Cleo C"), PHONES, strict=True):
        desk.waits(kind, name, phone)
    run = run_of(desk, runs.SCORES)
    assert rescoring.rescore(desk.store, desk.clinic_id, run.id) is None
    assert all(each.scored_at == NOW for each in desk.all_of(WaitlistEntry))
    run = the_run(desk)
    assert (run.state, run.done, run.result) == (RunState.DONE, 3, {"entries": 3, "with_an_opening": 0})


def test_an_entry_that_somebody_is_changing_is_passed_over(desk: Desk, kind: AppointmentType) -> None:
    entry = desk.waits(kind)
    with desk.store.unscoped() as session:
        session.get_one(WaitlistEntry, entry.id, with_for_update=True)
        rescoring.rescore(desk.store, desk.clinic_id, desk.clinic_id)
    assert desk.entry(entry.id).scored_at is None


def test_nobody_waits_and_nothing_is_free(desk: Desk) -> None:
    assert rescoring.rescore(desk.store, desk.clinic_id, desk.clinic_id) is not None


def test_a_clinic_from_before_is_given_the_work_that_comes_round(desk: Desk) -> None:
    kinds = (DueKind.MATCHING, DueKind.SCORES)
    for due_at in (NOW, NOW + timedelta(days=1)):  # the second time it has them
        with desk.store.unscoped() as session:
            set_where_missing(session, kinds, due_at)
    assert [desk.due(each, desk.clinic_id) for each in kinds] == [NOW, NOW]


def test_who_has_passed_on_an_opening_is_not_asked_about_it_again(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    first, bound = flexible_and_bound(desk, kind, lee)
    at_three, _ = freed(desk, lee, 0, 1)

    def passes(tx: Tx) -> None:
        tx.session.add(
            Offer(
                clinic_id=tx.clinic_id,
                opening_id=at_three.id,
                entry_id=bound.id,
                patient_id=bound.patient_id,
                conversation_id=factories.conversation(tx, PHONES[1]).id,
                made_at=tx.now,
                in_reply=True,
                state=OfferState.DECLINED,
            )
        )

    desk.run(passes)
    desk.ask(at_three)
    made = [each for each in desk.all_of(Offer) if each.opening_id == at_three.id]
    assert [each.entry_id for each in made if each.state is not OfferState.DECLINED] == [first.id]


def test_two_workers_at_one_moment_come_to_the_same(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    first, bound = flexible_and_bound(desk, kind, lee)
    slots = freed(desk, lee, 0, 1)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(desk.run, partial(filling.work, opening_id=each.id)) for each in slots]
        for each in done:
            each.result()
    assert asked(desk) == {slots[0].id: bound.id, slots[1].id: first.id}
