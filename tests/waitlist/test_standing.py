"""Where they stand, by text: visits, place, and a wait that is not a guess."""

from datetime import timedelta

from clinic import standing
from nlu.understanding import Intent
from rules.states import AppointmentState, FilledBy, OpeningState
from storage.tables import AppointmentType, Provider, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.waitlist.desk import NOW, Desk


def status(desk: Desk) -> str:
    return desk.hears("where am I on the list?", Intent.STATUS)


def history(desk: Desk, kind: AppointmentType, of: Provider, times: int) -> None:
    """The list has filled that many openings of that type and provider lately."""
    for number in range(times):
        start = NOW - timedelta(days=number + 1)
        who = desk.on_file(f"Past {number}", f"+1212555050{number}")
        visit = desk.visit(who, start, with_whom=of, kind=kind)
        desk.run(
            lambda tx, visit=visit, start=start: factories.opening(
                tx,
                of,
                start=start,
                state=OpeningState.FILLED,
                filled_by=FilledBy.WAITLIST,
                filled_at=start,
                appointment_id=visit.id,
            )
        )


def test_the_place_and_the_wait_at_the_usual_pace(desk: Desk) -> None:
    lee, kind = desk.provider(), desk.kind()
    history(desk, kind, lee, 4)
    desk.waits(kind, "Ana Ott", "+12125550302", added_at=NOW - timedelta(days=50))
    desk.waits(kind, added_at=NOW - timedelta(days=20))
    assert status(desk) == "You're 2nd in line; about 30 days at the usual pace."


def test_with_too_little_history_no_number_is_said(desk: Desk) -> None:
    kind = desk.kind()
    history(desk, kind, desk.provider(), 2)
    desk.waits(kind)
    assert status(desk) == "You're 1st in line; it's too early to say how long it takes."


def test_what_happened_longer_ago_is_not_counted(desk: Desk) -> None:
    kind = desk.kind()
    history(desk, kind, desk.provider(), 4)
    desk.later(timedelta(days=70))
    desk.waits(kind)
    assert "too early to say" in status(desk)


def test_who_sees_one_provider_only_stands_in_line_for_that_one(desk: Desk) -> None:
    lee, roy, kind = desk.provider(), desk.provider("Dr Roy"), desk.kind()
    history(desk, kind, lee, 3)
    long_ago = NOW - timedelta(days=50)
    desk.waits(
        kind, "Ana Ott", "+12125550302", added_at=long_ago, preferred_provider_id=roy.id, only_provider=True
    )
    desk.waits(kind, "Cleo Ott", "+12125550303", added_at=long_ago, excluded_provider_ids=[str(lee.id)])
    desk.waits(kind, preferred_provider_id=lee.id, only_provider=True)
    assert status(desk) == "You're 1st in line for Dr Lee; about 20 days at the usual pace."


def test_a_coming_visit_is_told_with_its_time_and_provider(desk: Desk) -> None:
    desk.visit(desk.on_file(), NOW + timedelta(days=8), with_whom=desk.provider(), kind=desk.kind())
    assert status(desk) == "You're booked with Dr Lee Tue Dec 8, 10:00am."


def test_a_visit_that_staff_have_not_approved_is_not_called_booked(desk: Desk) -> None:
    who, lee, kind = desk.on_file(), desk.provider(), desk.kind()
    visit = desk.visit(who, NOW + timedelta(days=8), with_whom=lee, kind=kind)

    def requested(tx: Tx) -> None:
        tx.session.get_one(type(visit), visit.id).state = AppointmentState.REQUESTED

    desk.run(requested)
    assert status(desk) == "You're down for Tue Dec 8, 10:00am with Dr Lee, waiting for the desk's OK."


def test_an_offer_that_is_out_is_told_with_how_to_answer(desk: Desk) -> None:
    desk.waits(desk.kind())
    (offer,) = desk.ask(desk.opening(desk.provider()))
    desk.hand_over(offer)
    assert status(desk) == (
        "Tue Dec 1, 3:00pm with Dr Lee is open to Maria: YES takes it, NO passes. "
        "You're 1st in line; it's too early to say how long it takes."
    )


def test_a_pause_is_told_instead_of_a_place(desk: Desk) -> None:
    desk.waits(desk.kind())
    desk.hears("not till january", Intent.NOT_NOW)
    assert status(desk) == "You're on the list, with offers paused until Fri Jan 1."


def test_that_offers_are_off_is_told(desk: Desk) -> None:
    desk.waits(desk.kind())
    desk.hears("no more offers", Intent.NO_OFFERS)
    assert status(desk).endswith("Offers are off for this number: reply EARLIER to get them.")


def test_who_has_nothing_hears_so(desk: Desk) -> None:
    desk.on_file()
    said = "Maria has no coming visit and is not on the waitlist. Reply EARLIER to join it."
    assert status(desk) == said


def test_of_a_family_each_is_named_in_one_text(desk: Desk) -> None:
    kind = desk.kind()
    desk.waits(kind)
    desk.visit(desk.on_file("Ben Ott"), NOW + timedelta(days=8), with_whom=desk.provider(), kind=kind)
    assert status(desk) == (
        "Maria is 1st in line; it's too early to say how long it takes. "
        "Ben is booked with Dr Lee Tue Dec 8, 10:00am."
    )


def test_the_places_of_all_who_wait_are_one_to_the_last(desk: Desk) -> None:
    kind = desk.kind()
    for number, priority in enumerate(("standard", "urgent", "flexible", "high", "standard")):
        desk.waits(kind, f"Pat {number}", f"+1212555040{number}", priority=priority)
    desk.waits(desk.kind("physical"), "Else Ott", "+12125550410")
    entries = [each for each in desk.all_of(WaitlistEntry) if each.type_id == kind.id]
    places = desk.run(lambda tx: [standing.of(tx, each).place for each in entries])
    assert sorted(places) == [1, 2, 3, 4, 5]
    assert places[1] == 1
