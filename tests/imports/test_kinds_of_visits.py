"""What files of visits, treatment plans and waitlist entries bring into the clinic."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from rules.states import (
    AppointmentState,
    EntryPriority,
    Referral,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Patient,
    Provider,
    TreatmentPlan,
    WaitlistEntry,
)
from tests.imports.conftest import Desk


def test_a_visit_keeps_what_it_is_for(desk: Desk) -> None:
    desk.load(
        "visits",
        "external_id,patient,provider,type,start,status,reason\n"
        "v1,p1,lee,check,2026-12-01T15:00,booked,knee pain\n",
    )
    assert desk.run(lambda tx: tx.session.scalars(select(Appointment.reason)).one()) == "knee pain"


def test_a_plan_says_how_many_visits_and_how_far_apart(desk: Desk) -> None:
    desk.load(
        "plans",
        "external_id,patient,type,stage,visits_planned,interval_days,started_on,milestones\n"
        'pl1,p1,long,active,12,14,2026-10-05,"x-ray, half-way review"\n',
    )
    plan, patient, kind = desk.run(
        lambda tx: tx.session.execute(
            select(TreatmentPlan, Patient.external_id, AppointmentType.external_id)
            .join(Patient, Patient.id == TreatmentPlan.patient_id)
            .join(AppointmentType, AppointmentType.id == TreatmentPlan.type_id)
        ).one()
    )
    assert (patient, kind, plan.stage, plan.visits_planned, plan.interval_days) == (
        "p1",
        "long",
        "active",
        12,
        14,
    )
    assert (plan.started_on, plan.milestones) == (date(2026, 10, 5), ["x-ray", "half-way review"])


def test_a_visit_is_read_on_the_clinics_clock(desk: Desk) -> None:
    desk.load(
        "visits",
        "external_id,patient,provider,type,start,minutes,status,booked_at\n"
        "v1,p1,lee,check,2026-12-01T15:00,,confirmed,2026-11-10T09:00\n"
        "v2,p2,kim,long,2026-07-01T15:00,45,completed,\n",
    )
    first, second = desk.run(
        lambda tx: tx.session.scalars(select(Appointment).order_by(Appointment.external_id)).all()
    )
    assert first.starts_at == datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    assert first.ends_at == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
    assert (first.state, first.booked_at) == (
        AppointmentState.CONFIRMED,
        datetime(2026, 11, 10, 14, 0, tzinfo=UTC),
    )
    assert first.room_id is not None
    assert second.starts_at == datetime(2026, 7, 1, 19, 0, tzinfo=UTC)
    assert (second.ends_at - second.starts_at).seconds == 45 * 60
    assert second.booked_at == second.starts_at


def test_a_waitlist_entry_keeps_every_wish(desk: Desk) -> None:
    desk.load(
        "waitlist",
        "patient,type,priority,provider,earliest,latest,days,times,excluded_days,referral,alternates,"
        "notice_hours,max_wait_days,added_at,notes\n"
        "p1,check,high,lee,2026-11-23,2026-12-24,mon tue,morning 14:00-16:00,fri,urgent,kim,24,60,"
        "2026-10-01,works nights\n",
    )
    entry, ids = desk.run(
        lambda tx: (
            tx.session.scalars(select(WaitlistEntry)).one(),
            {each.external_id: each.id for each in tx.session.scalars(select(Provider))},
        )
    )
    assert (entry.priority, entry.referral) == (EntryPriority.HIGH, Referral.URGENT)
    assert (entry.earliest, entry.latest) == (date(2026, 11, 23), date(2026, 12, 24))
    assert (entry.weekdays, entry.excluded_weekdays) == ([0, 1], [4])
    assert entry.times == [["00:00", "12:00"], ["14:00", "16:00"]]
    assert (entry.preferred_provider_id, entry.alternate_provider_ids) == (ids["lee"], [str(ids["kim"])])
    assert (entry.notice_hours, entry.max_wait_days, entry.notes) == (24, 60, "works nights")
    assert entry.added_at == datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


def test_whoever_waits_with_a_later_visit_is_to_be_moved_up(desk: Desk) -> None:
    desk.load(
        "visits", "external_id,patient,provider,type,start,status\nv1,p1,lee,check,2026-12-20T15:00,booked\n"
    )
    desk.load("waitlist", "patient,type\np1,check\n")
    visit, entry = desk.run(
        lambda tx: (
            tx.session.scalars(select(Appointment)).one(),
            tx.session.scalars(select(WaitlistEntry)).one(),
        )
    )
    assert entry.replaces_id == visit.id
