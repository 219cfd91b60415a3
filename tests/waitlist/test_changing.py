"""Staff change what an entry says, and every way an entry ends leaves its time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import declining, waitlist
from clinic.audit import PATIENT, SYSTEM
from clinic.waitlist import Wish
from clinic.wish import Unfit, columns, wish_of
from rules.states import Channel, DueKind, EntryState
from storage.tables import AuditEvent, Offer
from tests.waitlist.desk import NOW, Desk


def changed(desk: Desk, entry_id: UUID, **fields: object) -> None:
    wish = replace(wish_of(desk.entry(entry_id)), **fields)  # type: ignore[arg-type]
    desk.run(lambda tx: waitlist.change(tx, entry_id, wish, SYSTEM))


def last_audit(desk: Desk, action: str) -> AuditEvent | None:
    newest = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc()).limit(1)
    return desk.run(lambda tx: tx.session.scalar(newest))


def test_an_entry_says_again_what_it_was_made_from(desk: Desk) -> None:
    lee, kind = desk.provider(), desk.kind()
    who = desk.waits(desk.kind("other")).patient_id
    wish = Wish(
        who,
        kind.id,
        earliest=date(2026, 12, 7),
        weekdays=[0, 2],
        times=[("09:00", "12:00")],
        excluded_weekdays=[1],
        excluded_times=[("16:00", "17:00")],
        excluded_dates=[(date(2026, 12, 24), date(2026, 12, 31))],
        excluded_provider_ids=[lee.id],
        boost_points=10,
        boost_reason="in pain",
        paused_until=date(2026, 12, 3),
        preferred_date=date(2026, 12, 9),
        channels=[Channel.EMAIL, Channel.SMS],
        auto_book=True,
        waiting_for="a second look",
    )
    entry_id = desk.run(lambda tx: waitlist.add(tx, wish, SYSTEM).id)
    assert columns(wish_of(desk.entry(entry_id))) == columns(wish)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("excluded_weekdays", [1]),
        ("excluded_dates", [(date(2026, 12, 1), date(2026, 12, 2))]),
        ("excluded_times", [("14:00", "16:00")]),
        ("notice_hours", 24),
        ("auto_match", False),
        ("paused_until", date(2026, 12, 24)),
    ],
)
def test_what_staff_change_is_kept(desk: Desk, field: str, value: object) -> None:
    entry = desk.waits(desk.kind())
    changed(desk, entry.id, **{field: value})
    assert getattr(wish_of(desk.entry(entry.id)), field) == value


def test_who_wants_one_provider_only_has_to_name_one(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    with pytest.raises(Unfit, match="Choose the provider they want to see only"):
        changed(desk, entry.id, only_provider=True)


def test_a_change_has_free_openings_looked_at_again(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider()), desk.waits(desk.kind())
    changed(desk, entry.id, weekdays=[1])
    assert desk.due(DueKind.OPENING, opening.id) == NOW


def test_a_change_that_changes_nothing_leaves_no_audit_line(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    changed(desk, entry.id)
    assert last_audit(desk, "entry.changed") is None


def test_the_audit_line_has_before_and_after_and_nobodys_words(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), boost_reason="")
    changed(desk, entry.id, latest=date(2026, 12, 24), boost_points=5, boost_reason="lives far away")
    line = last_audit(desk, "entry.changed")
    assert line is not None
    assert line.before == {"latest": None, "boost_points": 0, "boost_reason": False}
    assert line.after == {"latest": "2026-12-24", "boost_points": 5, "boost_reason": True}


def test_an_entry_cannot_be_handed_to_somebody_else(desk: Desk) -> None:
    entry, other = desk.waits(desk.kind()), desk.waits(desk.kind("other"), "Ben Ott", "+12125550302")
    changed(desk, entry.id, patient_id=other.patient_id, type_id=other.type_id, notes="moved")
    assert desk.entry(entry.id).patient_id == entry.patient_id


def test_switched_on_again_by_staff_forgives_what_went_unanswered(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_match=False, unanswered_in_row=3)
    changed(desk, entry.id, auto_match=True)
    assert desk.entry(entry.id).unanswered_in_row == 0


def test_a_pause_ends_on_its_day_at_midnight_of_the_clinic(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    changed(desk, entry.id, paused_until=date(2026, 12, 4))
    assert desk.due(DueKind.RESUME, entry.id) == datetime(2026, 12, 4, 5, tzinfo=UTC)


def test_a_pause_taken_back_is_due_no_more(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    changed(desk, entry.id, paused_until=date(2026, 12, 4))
    changed(desk, entry.id, paused_until=None)
    assert desk.due(DueKind.RESUME, entry.id) is None


def test_when_a_pause_is_over_free_openings_are_looked_at(desk: Desk) -> None:
    opening = desk.opening(desk.provider(), NOW + timedelta(days=7))
    entry = desk.waits(desk.kind(), paused_until=date(2026, 12, 1))
    desk.later(timedelta(days=1))
    desk.run(lambda tx: waitlist.resume(tx, entry.id))
    assert desk.due(DueKind.OPENING, opening.id) == desk.clock.now


def test_an_entry_taken_off_the_list_has_the_time_it_ended(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    desk.run(lambda tx: waitlist.remove(tx, entry.id, SYSTEM, "staff removed"))
    assert desk.entry(entry.id).ended_at == NOW


def test_a_booked_entry_has_the_time_it_ended(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    desk.run(lambda tx: waitlist.leave_as_booked(tx, entry.patient_id, entry.type_id, SYSTEM))
    assert desk.entry(entry.id).ended_at == NOW


def test_an_entry_that_declined_once_too_often_has_the_time_it_ended(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), offers_declined=2)
    (offer,) = desk.ask(desk.opening(desk.provider()))
    desk.run(lambda tx: declining.decline(tx, tx.session.get_one(Offer, offer.id), PATIENT))
    ended = desk.entry(entry.id)
    assert (ended.state, ended.ended_at) == (EntryState.DECLINED, NOW)
