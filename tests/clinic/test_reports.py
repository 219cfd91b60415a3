"""The waitlist in numbers: counted from rows, over a period, in the clinic's zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.admin.periods import Asked
from clinic import reports
from rules.states import Channel, FilledBy, OfferState, OpeningState
from storage.queries.reports import By
from storage.tables import Offer, Opening, Patient, Provider
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk

START, END = NOW - timedelta(days=7), NOW


class Week:
    """A week of openings and offers, written down as they would stand afterwards."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.lee, self.kim = factories.provider(tx, "Dr Lee"), factories.provider(tx, "Dr Kim")
        self.kind = factories.visit_type(tx, price_cents=12_000)
        self._made = 0

    def opening(self, *, days_ago: float = 2, of: Provider | None = None, **more: Any) -> Opening:
        """One whose time has passed."""
        self._made += 1
        opened = NOW - timedelta(days=days_ago)
        start = opened + timedelta(hours=self._made)
        own = {"opened_at": opened, "offer_from": opened, "state": OpeningState.EXPIRED, **more}
        return factories.opening(self.tx, of or self.lee, start=start, **own)

    def offer(
        self, opening: Opening, *, after: float = 1, answered: float | None = None, **more: Any
    ) -> Offer:
        """Handed over and answered so many minutes after the slot came free."""
        self._made += 1
        phone = f"+1212555{self._made:04}"
        who: Patient = factories.patient(self.tx, phone=phone)
        entry = factories.entry(self.tx, who, self.kind)
        talk = factories.conversation(self.tx, phone)
        sent = opening.opened_at + timedelta(minutes=after)
        made = Offer(
            opening_id=opening.id,
            entry_id=entry.id,
            patient_id=who.id,
            conversation_id=talk.id,
            made_at=opening.opened_at,
            handed_over_at=sent,
            responded_at=sent + timedelta(minutes=answered) if answered is not None else None,
            **{"state": OfferState.LAPSED, "score": 0.8, **more},
        )
        self.tx.session.add(made)
        self.tx.session.flush()
        return made

    def filled(
        self, opening: Opening, by: Offer, *, minutes: float = 30, moved_up: float | None = None
    ) -> None:
        """The offer's yes got the slot; `moved_up`: a visit so many days later was given up for it."""
        patient = self.tx.session.get_one(Patient, by.patient_id)
        provider = self.tx.session.get_one(Provider, opening.provider_id)
        visit = factories.visit(self.tx, patient, provider, self.kind, start=opening.starts_at)
        opening.state, opening.filled_by = OpeningState.FILLED, FilledBy.WAITLIST
        opening.filled_at, opening.appointment_id = opening.opened_at + timedelta(minutes=minutes), visit.id
        by.state, by.appointment_id = OfferState.ACCEPTED, visit.id
        if moved_up is not None:
            later = opening.starts_at + timedelta(days=moved_up)
            factories.visit(
                self.tx, patient, provider, self.kind, start=later, state="cancelled", replaced_by_id=visit.id
            )
        self.tx.session.flush()


def numbers(tx: Tx, start: datetime = START, end: datetime = END) -> reports.Numbers:
    return reports.numbers(tx, start, end)


def test_a_week_in_which_nothing_happened_divides_by_nothing(desk: Desk) -> None:
    found = desk.do(numbers)
    assert (found.filling.openings, found.curve, found.mean_score) == (0, [], None)
    assert reports.fill_rate(found.filling) is None
    assert reports.too_late_share(found.filling) is None


def test_the_fill_rate_leaves_out_what_staff_filled_or_took_back(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.filled(slot, week.offer(slot, answered=5))
        week.opening()
        week.opening(state=OpeningState.FILLED, filled_by=FilledBy.STAFF, filled_at=NOW)
        week.opening(state=OpeningState.WITHDRAWN)
        return numbers(tx)

    found = desk.do(work).filling
    assert (found.openings, found.filled, found.filled_by_staff, found.withdrawn) == (4, 1, 1, 1)
    assert reports.fill_rate(found) == pytest.approx(1 / 2)


def test_one_that_is_still_being_filled_does_not_count_against_it(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.filled(slot, week.offer(slot, answered=5))
        factories.opening(tx, week.lee, start=NOW + timedelta(days=1), opened_at=NOW - timedelta(hours=1))
        return numbers(tx)

    assert reports.fill_rate(desk.do(work).filling) == pytest.approx(1.0)


def test_an_offer_that_reached_nobody_is_none(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.offer(slot, state=OfferState.UNDELIVERABLE).handed_over_at = None
        tx.session.flush()
        return numbers(tx)

    assert desk.do(work).filling.offers == 0


def test_yeses_that_came_too_late_are_a_share_of_all_yeses(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.filled(slot, week.offer(slot, answered=5))
        week.offer(slot, answered=50, state=OfferState.LOST, said_yes_too_late=True)
        return numbers(tx)

    assert reports.too_late_share(desk.do(work).filling) == pytest.approx(1 / 2)


def test_times_are_medians_from_when_the_slot_came_free(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        for first, minutes in ((1, 10), (2, 20), (9, 90)):
            slot = week.opening()
            week.filled(slot, week.offer(slot, after=first, answered=1), minutes=minutes)
        return numbers(tx)

    found = desk.do(work).filling
    assert (found.first_offer_seconds, found.fill_seconds) == (120.0, 1200.0)


def test_what_came_in_is_what_the_visits_cost(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.filled(slot, week.offer(slot, answered=5))
        return numbers(tx)

    assert desk.do(work).filling.revenue_cents == 12_000


def test_days_moved_up_are_counted_from_the_visit_given_up(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        for days in (10, 20, 40):
            slot = week.opening()
            week.filled(slot, week.offer(slot, answered=5), moved_up=days)
        return numbers(tx)

    assert desk.do(work).days_moved_up == pytest.approx(20)


def test_the_curve_is_the_share_of_answers_that_had_come(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        for minutes in (3, 12, 40, 200):
            week.offer(slot, answered=minutes, state=OfferState.DECLINED)
        week.offer(slot)
        return numbers(tx)

    found = desk.do(work)
    shares = {point.minutes: point.share for point in found.curve}
    assert found.answers == 4
    assert (shares[2], shares[5], shares[15], shares[45], shares[240]) == (0, 0.25, 0.5, 0.75, 1)


def test_each_channel_has_its_own_line(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        slot = week.opening()
        week.offer(slot, channel=Channel.EMAIL)
        week.filled(slot, week.offer(slot, answered=5))
        return numbers(tx)

    found = {each.channel: (each.offers, each.accepted) for each in desk.do(work).channels}
    assert found == {"email": (1, 0), "sms": (1, 1)}


def test_who_waited_and_was_offered_something_found_a_match(desk: Desk) -> None:
    def work(tx: Tx) -> reports.Numbers:
        week = Week(tx)
        week.offer(week.opening())
        factories.entry(tx, factories.patient(tx), week.kind)
        gone = factories.entry(tx, factories.patient(tx), week.kind)
        gone.ended_at = START - timedelta(days=1)
        tx.session.flush()
        return numbers(tx)

    found = desk.do(work)
    assert (found.waited.entries, found.match_rate) == (2, 0.5)


def test_openings_are_told_apart(desk: Desk) -> None:
    def work(tx: Tx) -> dict[By, list[tuple[str, int]]]:
        week = Week(tx)
        week.opening(of=week.kim, type_id=week.kind.id)
        week.opening()
        return {
            by: [(row.name, row.filling.openings) for row in reports.told_apart(tx, START, END, by)]
            for by in By
        }

    found = desk.do(work)
    assert sorted(found[By.PROVIDER]) == [("Dr Kim", 1), ("Dr Lee", 1)]
    assert sorted(found[By.TYPE]) == [("Check-up", 1), ("None named", 1)]
    assert found[By.WEEKDAY] == [("Sunday", 2)]


def test_a_weekday_is_that_of_the_clinic(desk: Desk) -> None:
    def work(tx: Tx) -> list[str]:
        week = Week(tx)
        late = datetime.fromisoformat("2026-11-21T03:00:00+00:00")  # Friday evening in New York
        factories.opening(tx, week.lee, start=late, opened_at=late - timedelta(hours=5))
        return [row.name for row in reports.told_apart(tx, START, END, By.WEEKDAY)]

    assert desk.do(work) == ["Friday"]


def test_what_came_free_before_or_after_does_not_count(desk: Desk) -> None:
    def work(tx: Tx) -> int:
        week = Week(tx)
        week.opening(days_ago=8)
        week.opening(days_ago=-1)
        return numbers(tx).filling.openings

    assert desk.do(work) == 0


def test_the_days_of_a_report_are_those_of_the_clinics_zone() -> None:
    """The night on which clocks go back on the West Coast: a day of 25 hours, from its own midnight."""
    asked = Asked(date(2026, 11, 1), date(2026, 11, 1))
    start, end = (moment.astimezone(UTC) for moment in asked.moments("America/Los_Angeles"))
    assert (start, end) == (datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC))


@pytest.mark.parametrize(("at", "weekday"), [((30, 7, 59), "Sunday"), ((30, 8, 1), "Monday")])
def test_a_visit_around_midnight_counts_on_its_day_in_the_clinics_zone(
    desk: Desk, at: tuple[int, int, int], weekday: str
) -> None:
    def work(tx: Tx) -> list[str]:
        tx.clinic().timezone = "America/Los_Angeles"
        tx.session.flush()
        day, hour, minute = at
        start = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
        opened = start - timedelta(days=2)
        factories.opening(tx, factories.provider(tx), start=start, opened_at=opened, offer_from=opened)
        since = opened - timedelta(days=1)
        return [row.name for row in reports.told_apart(tx, since, start, By.WEEKDAY)]

    assert desk.do(work) == [weekday]
