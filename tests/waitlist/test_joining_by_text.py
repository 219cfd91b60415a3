"""Joining from nothing by text: for whom, for what, asked only where it is open."""

from datetime import timedelta

from nlu.understanding import Intent
from rules.states import EntryState
from storage.tables import ContactPoint, Escalation, Patient, WaitlistEntry
from tests.waitlist.desk import NOW, Desk

SOONER = "We'll send openings, 3 a week at most. Reply LEAVE LIST to get off it."


def earlier(desk: Desk, text: str = "anything sooner?") -> str:
    return desk.hears(text, Intent.EARLIER)


def test_who_has_a_visit_to_come_joins_to_have_it_sooner(desk: Desk) -> None:
    lee, kind = desk.provider(), desk.kind()
    visit = desk.visit(desk.on_file(), NOW + timedelta(days=8), with_whom=lee, kind=kind)
    assert earlier(desk) == f"Maria, you're on the list for a visit before Tue Dec 8, 10:00am. {SOONER}"
    (entry,) = desk.all_of(WaitlistEntry)
    assert (entry.replaces_id, entry.type_id, entry.preferred_provider_id) == (visit.id, kind.id, lee.id)


def test_of_two_visits_we_ask_which(desk: Desk) -> None:
    patient, lee, first, second = desk.on_file(), desk.provider(), desk.kind(), desk.kind("physical")
    desk.visit(patient, NOW + timedelta(days=8), with_whom=lee, kind=first)
    later = desk.visit(patient, NOW + timedelta(days=9), with_whom=lee, kind=second)
    assert earlier(desk) == (
        "Which visit would you like sooner? 1) Tue Dec 8, 10:00am Dr Lee, 2) Wed Dec 9, 10:00am Dr Lee. "
        "Reply with the number."
    )
    assert desk.hears("2", Intent.CHOICE).startswith("Maria, you're on the list for a visit before Wed Dec 9")
    assert [entry.replaces_id for entry in desk.all_of(WaitlistEntry)] == [later.id]


def test_a_wish_said_along_survives_the_question_which(desk: Desk) -> None:
    patient, lee, first, second = desk.on_file(), desk.provider(), desk.kind(), desk.kind("physical")
    desk.visit(patient, NOW + timedelta(days=8), with_whom=lee, kind=first)
    desk.visit(patient, NOW + timedelta(days=9), with_whom=lee, kind=second)
    earlier(desk, "anything sooner? mornings only")
    assert desk.hears("1", Intent.CHOICE).endswith("Noted: mornings only.")


def test_with_no_visit_to_come_they_wait_for_one_like_their_last(desk: Desk) -> None:
    desk.kind("physical")
    kind = desk.kind()
    desk.visit(desk.on_file(), NOW - timedelta(days=99), with_whom=desk.provider(), kind=kind)
    assert earlier(desk) == f"Maria, you're on the waitlist. {SOONER}"


def test_a_last_visit_of_a_kind_no_longer_offered_is_no_guide(desk: Desk) -> None:
    gone = desk.kind("gone", withdrawn_at=NOW)
    desk.visit(desk.on_file(), NOW - timedelta(days=99), with_whom=desk.provider(), kind=gone)
    desk.kind("check-up"), desk.kind("physical")
    assert earlier(desk).startswith("What kind of visit? 1) check-up, 2) physical.")


def test_who_never_came_is_asked_what_for(desk: Desk) -> None:
    desk.on_file(), desk.kind("check-up")
    physical = desk.kind("physical")
    assert earlier(desk) == (
        "What kind of visit? 1) check-up, 2) physical. Reply with the number, or ask for a person."
    )
    desk.hears("2", Intent.CHOICE)
    assert [entry.type_id for entry in desk.all_of(WaitlistEntry)] == [physical.id]


def test_of_a_family_we_ask_who_and_then_what_for(desk: Desk) -> None:
    desk.on_file(), desk.kind("check-up"), desk.kind("physical")
    ben = desk.on_file("Ben Ott")
    assert earlier(desk) == "Who is it for? 1) Maria, 2) Ben. Reply with the number."
    assert desk.hears("2", Intent.CHOICE).startswith("What kind of visit?")
    desk.hears("1", Intent.CHOICE)
    assert [entry.patient_id for entry in desk.all_of(WaitlistEntry)] == [ben.id]


def test_where_there_is_nothing_to_wait_for_the_desk_looks(desk: Desk) -> None:
    desk.on_file()
    earlier(desk)
    assert [each.kind for each in desk.all_of(Escalation)] == ["book"]


def test_who_is_on_the_list_hears_where_they_stand(desk: Desk) -> None:
    desk.waits(desk.kind())
    assert earlier(desk) == (
        "On the list already. You're 1st in line; it's too early to say how long it takes."
    )


def test_who_is_on_the_list_and_says_a_wish_has_it_kept(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    assert earlier(desk, "anything sooner? not tuesdays").startswith("Got it, Maria: no Tuesdays.")
    assert desk.entry(entry.id).excluded_weekdays == [1]


def test_one_of_a_family_who_is_named_joins_beside_the_other(desk: Desk) -> None:
    kind = desk.kind()
    desk.waits(kind)
    desk.visit(desk.on_file("Ben Ott"), NOW + timedelta(days=8), with_whom=desk.provider(), kind=kind)
    assert earlier(desk, "anything sooner for Ben?").startswith("Ben, you're on the list")


def test_who_wanted_fewer_texts_hears_how_many_they_get(desk: Desk) -> None:
    patient, kind = desk.on_file(), desk.kind()
    desk.visit(patient, NOW + timedelta(days=8), with_whom=desk.provider(), kind=kind)
    desk.hears("fewer texts please", Intent.FEWER_TEXTS)
    assert "1 a week at most" in earlier(desk)
    assert desk.run(lambda tx: tx.session.get_one(Patient, patient.id)).offers_per_week == 1


def test_asking_for_something_sooner_switches_offers_on_again(desk: Desk) -> None:
    desk.waits(desk.kind())
    desk.hears("no more offers", Intent.NO_OFFERS)
    assert earlier(desk) == "You get offers again."
    assert [point.no_offers_at for point in desk.all_of(ContactPoint)] == [None]


def test_a_join_is_taken_back(desk: Desk) -> None:
    desk.visit(desk.on_file(), NOW + timedelta(days=8), with_whom=desk.provider(), kind=desk.kind())
    earlier(desk)
    assert desk.hears("undo", Intent.UNDO) == "Undone: Maria is off the waitlist again."
    assert [entry.state for entry in desk.all_of(WaitlistEntry)] == [EntryState.REMOVED]


def test_a_yes_to_joining_switches_offers_on_again(desk: Desk) -> None:
    desk.visit(desk.on_file(), NOW + timedelta(days=8), with_whom=desk.provider(), kind=desk.kind())
    desk.hears("no more offers", Intent.NO_OFFERS)
    desk.hears("mornings only", Intent.PREFERENCES)
    assert desk.hears("yes", Intent.ACCEPT).startswith("You get offers again. Maria, you're on the list")
