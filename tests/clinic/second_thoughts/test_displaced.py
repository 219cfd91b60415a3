"""We took a visit away: the best other times are offered before the patient falls to the waitlist."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from clinic import choosing, closing
from clinic.closing import Closed
from rules.facts import Span
from rules.states import AppointmentState, EntryPriority, HoldState, TaskKind
from storage.tables import (
    Appointment,
    Availability,
    Cancellation,
    Conversation,
    Hold,
    Opening,
    Task,
    TimeOff,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.second_thoughts.conftest import NOW, Office


def away(office: Office, start: float = 20, end: float = 30) -> Closed:
    """Dr Lee is away between so many hours from now."""
    span = Span(office.ahead(start), office.ahead(end))
    done = office.do(lambda tx: closing.be_away(tx, span, office.sam, provider_id=office.lee, note="ill"))
    office.settle()
    return done


def works(office: Office, provider: UUID, *weekdays: int) -> None:
    """In the mornings of these days of every week."""

    def work(tx: Tx) -> None:
        for weekday in weekdays:
            tx.session.add(
                Availability(
                    clinic_id=tx.clinic_id,
                    provider_id=provider,
                    weekday=weekday,
                    from_time=time(9),
                    until_time=time(12),
                )
            )

    office.do(work)


@pytest.fixture
def tom(office: Office) -> UUID:
    return office.patient("Tom Reed")


@pytest.fixture
def okoye(office: Office) -> UUID:
    return office.do(lambda tx: factories.provider(tx, "Dr Okoye").id)


def _half_an_hour(tx: Tx, provider: UUID) -> Availability:
    return Availability(
        clinic_id=tx.clinic_id,
        provider_id=provider,
        on_date=date(2026, 12, 2),
        from_time=time(9),
        until_time=time(9, 30),
    )


def kept(office: Office) -> list[tuple[UUID, datetime]]:
    return [(held.provider_id, held.starts_at) for held in office.all(Hold) if held.state is HoldState.LIVE]


def test_other_days_and_other_providers_that_day_are_offered(office: Office, tom: UUID, okoye: UUID) -> None:
    works(office, office.lee, 1, 2, 3)
    works(office, okoye, 1)
    office.visit(tom)
    assert away(office) == Closed(visits=1, texted=1, to_call=0, openings=0, offered=1)
    days = [(whom, (start - NOW).days) for whom, start in kept(office)]
    assert {whom for whom, _ in days} == {okoye, office.lee}
    assert all(whom == office.lee or day <= 1 for whom, day in days)
    (text,) = office.texts(tom)
    assert text.startswith("Lakeside: Tom, we're sorry: Tue Dec 1, 10:00am with Dr Lee is cancelled")
    assert "Instead: 1) " in text
    assert office.all(WaitlistEntry) == []


def test_a_time_that_is_chosen_is_booked_and_nobody_waits(office: Office, tom: UUID) -> None:
    works(office, office.lee, 2, 3)
    office.visit(tom)
    away(office)
    first = office.all(Hold)[0]

    def choose(tx: Tx) -> None:
        conversation = tx.session.get_one(Conversation, first.conversation_id)
        assert choosing.choose(tx, conversation, first.id) is choosing.Outcome.BOOKED

    office.do(choose)
    office.later(hours=3)
    assert office.all(WaitlistEntry) == []
    assert [each.kind for each in office.all(Task)] == []
    assert sorted(each.state for each in office.all(Appointment)) == ["booked", "cancelled"]


def test_who_chooses_none_is_first_in_line_and_called(office: Office, tom: UUID) -> None:
    works(office, office.lee, 2, 3)
    office.visit(tom)
    away(office)
    office.later(hours=2, minutes=1)
    (entry,) = office.all(WaitlistEntry)
    assert (entry.displaced, entry.priority) == (True, EntryPriority.HIGH)
    assert [each.kind for each in office.all(Task)] == [TaskKind.NEW_TIME]


def test_where_nothing_is_free_they_are_first_in_line_at_once(office: Office, tom: UUID) -> None:
    office.visit(tom)
    assert away(office).offered == 0
    assert [entry.displaced for entry in office.all(WaitlistEntry)] == [True]
    assert "We'll message you here as soon as we have another time" in office.texts(tom)[0]


def test_whoever_needs_it_most_is_shown_times_first(office: Office, tom: UUID) -> None:
    office.do(lambda tx: tx.session.add(_half_an_hour(tx, office.lee)))
    urgent = office.patient("Ada Bell")
    office.visit(tom)
    office.visit(urgent, hours=25)
    office.waits(urgent, priority=EntryPriority.URGENT)
    assert away(office).offered == 1
    assert [held.patient_id for held in office.all(Hold)] == [urgent]


def test_a_visit_outside_the_time_stays(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=31)
    assert away(office).visits == 0
    assert office.get(Appointment, visit).state == "booked"


def test_a_visit_that_reaches_into_the_time_is_met(office: Office, tom: UUID) -> None:
    office.visit(tom, hours=19.75)
    assert away(office).visits == 1


def test_no_opening_is_made_of_the_time_and_the_note_is_kept(office: Office, tom: UUID) -> None:
    office.visit(tom)
    away(office)
    away(office)  # said twice
    assert office.all(Opening) == []
    assert [(each.note, each.ends_at - each.starts_at) for each in office.all(TimeOff)] == [
        ("ill", timedelta(hours=10))
    ]


def test_a_visit_that_stands_again_by_then_needs_no_other_time(office: Office, tom: UUID) -> None:
    """The practice's own system may say so while the times are shown."""
    works(office, office.lee, 0, 1, 2, 3, 4)
    office.visit(tom)
    away(office)
    office.do(stands_again)
    office.later(hours=24)
    assert office.all(WaitlistEntry) == []


def stands_again(tx: Tx) -> None:
    tx.session.execute(delete(Cancellation))
    (visit,) = tx.session.scalars(select(Appointment)).all()
    visit.state = AppointmentState.BOOKED
