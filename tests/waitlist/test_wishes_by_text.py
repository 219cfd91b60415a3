"""Wishes in a text: whose they are, which provider is meant, and what becomes of an offer that is out."""

from nlu.understanding import Intent
from rules.states import OfferState, PromptKind
from storage.tables import Escalation, Offer, Prompt, WaitlistEntry
from tests.waitlist.desk import Desk

BEN = "Ben Ott"


def asked_about(desk: Desk) -> list[PromptKind]:
    return [prompt.kind for prompt in desk.all_of(Prompt) if prompt.answered_at is None]


def offered(desk: Desk) -> Offer:
    """An offer that has gone out, for whoever is first in line."""
    (offer, *_) = desk.ask(desk.opening(desk.provider()))
    desk.hand_over(offer)
    return offer


def test_a_wish_with_nothing_asked_is_kept(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    said = desk.hears("not tuesdays", Intent.PREFERENCES)
    assert said == "Got it, Maria: no Tuesdays. You keep your place on the list."
    assert desk.entry(entry.id).excluded_weekdays == [1]


def test_a_family_that_waits_is_spoken_to_by_name(desk: Desk) -> None:
    kind = desk.kind()
    desk.waits(kind), desk.waits(kind, BEN)
    said = desk.hears("mornings only", Intent.PREFERENCES)
    assert said == "Got it, Maria and Ben: mornings only. You keep your place on the list."


def test_a_wish_that_names_one_of_a_family_is_theirs(desk: Desk) -> None:
    kind = desk.kind()
    maria, ben = desk.waits(kind), desk.waits(kind, BEN)
    desk.hears("Ben can't do tuesdays", Intent.PREFERENCES)
    assert [desk.entry(each.id).excluded_weekdays for each in (maria, ben)] == [[], [1]]


def test_one_provider_only_is_kept_by_the_last_name(desk: Desk) -> None:
    lee = desk.provider("Dr Lee")
    entry = desk.waits(desk.kind())
    said = desk.hears("only Dr Lee please", Intent.PREFERENCES)
    assert said == "Got it, Maria: Dr Lee only. You keep your place on the list."
    kept = desk.entry(entry.id)
    assert (kept.preferred_provider_id, kept.only_provider) == (lee.id, True)


def test_a_name_that_two_providers_have_is_asked_back_and_the_rest_is_kept(desk: Desk) -> None:
    desk.provider("Dr Ann Lee"), desk.provider("Dr Bo Lee")
    entry = desk.waits(desk.kind())
    said = desk.hears("not tuesdays and only dr lee", Intent.PREFERENCES)
    assert said == (
        "Got it, Maria: no Tuesdays. You keep your place on the list. "
        "Which provider do you mean? 1) Dr Ann Lee, 2) Dr Bo Lee. Reply with the number."
    )
    assert desk.entry(entry.id).excluded_weekdays == [1]


def test_the_provider_chosen_from_the_list_is_kept(desk: Desk) -> None:
    desk.provider("Dr Ann Lee")
    bo = desk.provider("Dr Bo Lee")
    entry = desk.waits(desk.kind())
    desk.hears("only dr lee", Intent.PREFERENCES)
    assert desk.hears("2", Intent.CHOICE).startswith("Got it, Maria: Dr Bo Lee only.")
    assert desk.entry(entry.id).preferred_provider_id == bo.id


def test_a_name_nobody_has_is_asked_back_with_those_there_are(desk: Desk) -> None:
    desk.provider("Dr Lee"), desk.waits(desk.kind())
    said = desk.hears("only dr smith", Intent.PREFERENCES)
    assert said == "Which provider do you mean? 1) Dr Lee. Reply with the number."


def test_where_there_are_too_many_to_list_the_desk_answers(desk: Desk) -> None:
    for number in range(6):
        desk.provider(f"Dr Name{number}")
    desk.waits(desk.kind())
    desk.hears("only dr smith", Intent.PREFERENCES)
    assert [each.kind for each in desk.all_of(Escalation)] == ["question"]


def test_a_wish_that_leaves_nothing_is_asked_back(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), excluded_weekdays=[0, 2, 3, 4, 5, 6])
    said = desk.hears("not tuesdays", Intent.PREFERENCES)
    assert (
        said == "With this there would be no time left at all: no Tuesdays. Which days and times could work?"
    )
    assert 1 not in desk.entry(entry.id).excluded_weekdays


def test_a_no_that_says_why_declines_and_is_kept_in_one_text(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    said = desk.hears("no, I work tuesdays", Intent.DECLINE)
    assert said == "No problem, Maria, and got it: no Tuesdays. You keep your place on the list."
    kept = desk.entry(entry.id)
    assert (kept.excluded_weekdays, kept.offers_declined) == ([1], 1)


def test_a_no_that_leaves_no_time_at_all_still_declines(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), excluded_weekdays=[0, 2, 3, 4, 5, 6])
    offered(desk)
    said = desk.hears("no, I work tuesdays", Intent.DECLINE)
    assert said.startswith("With this there would be no time left at all")
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.DECLINED]
    assert desk.entry(entry.id).offers_declined == 1


def test_a_wish_that_the_offer_fits_leaves_it_open_and_says_so(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    said = desk.hears("any day but friday", Intent.PREFERENCES)
    assert said == (
        "Got it, Maria: no Fridays. You keep your place on the list. "
        "Your offer Tue Dec 1, 3:00pm is still open: YES or NO."
    )
    assert desk.entry(entry.id).excluded_weekdays == [4]
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.OPEN]


def test_another_time_as_a_standing_wish_is_kept_and_no_person_is_needed(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    said = desk.hears("something on thursdays would be better", Intent.COUNTER)
    assert said == "Got it, Maria: Thursdays if possible. You keep your place on the list."
    assert desk.entry(entry.id).weekdays == [3]
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.LAPSED]
    assert desk.all_of(Escalation) == []


def test_of_a_family_the_wish_is_of_whom_was_asked(desk: Desk) -> None:
    kind = desk.kind()
    maria, ben = desk.waits(kind), desk.waits(kind, BEN)
    offered(desk)
    desk.hears("no, I work tuesdays", Intent.DECLINE)
    assert [desk.entry(each.id).excluded_weekdays for each in (maria, ben)] == [[1], []]


def test_not_now_skips_the_offer_without_a_mark(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    said = desk.hears("maybe another time", Intent.NOT_NOW)
    assert said == "No problem, Maria, we'll skip this one. You keep your place on the list."
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.DECLINED]
    assert desk.entry(entry.id).offers_declined == 0


def test_not_till_a_day_pauses_until_then(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    said = desk.hears("not till january", Intent.NOT_NOW)
    assert said == (
        "Okay Maria, no offers until Fri Jan 1. You keep your place. Reply EARLIER to hear from us again before."
    )
    assert str(desk.entry(entry.id).paused_until) == "2027-01-01"
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.WITHDRAWN]


def test_who_waits_for_nothing_is_asked_and_nothing_they_said_is_lost(desk: Desk) -> None:
    patient, lee, kind = desk.on_file(), desk.provider(), desk.kind()
    desk.visit(patient, desk.days_ahead(14), with_whom=lee, kind=kind)
    said = desk.hears("mornings only", Intent.PREFERENCES)
    assert said == (
        "You're not on the waitlist yet. Want me to add you, with this in mind: mornings only? Reply YES or NO."
    )
    joined = desk.hears("yes", Intent.ACCEPT)
    assert joined.endswith("Noted: mornings only.")
    (entry,) = desk.all_of(WaitlistEntry)
    assert entry.times == [["00:00", "12:00"]]


def test_who_does_not_want_to_join_is_left_alone(desk: Desk) -> None:
    desk.on_file()
    desk.hears("mornings only", Intent.PREFERENCES)
    assert desk.hears("no", Intent.DECLINE).startswith("No problem.")
    assert (desk.all_of(WaitlistEntry), asked_about(desk)) == ([], [])


def test_undo_takes_back_a_no_and_the_wish_in_it(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    desk.hears("no, I work tuesdays", Intent.DECLINE)
    said = desk.hears("wait, scratch that", Intent.UNDO)
    assert "Just to check: book Tue Dec 1, 3:00pm with Dr Lee for Maria? Reply YES or NO." in said
    assert desk.entry(entry.id).excluded_weekdays == []


def test_a_wish_beside_a_pause_is_kept_too(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    said = desk.hears("hold off until january. mornings only", Intent.NOT_NOW)
    assert said.endswith("Got it, Maria: mornings only. You keep your place on the list.")
    kept = desk.entry(entry.id)
    assert (str(kept.paused_until), kept.earliest) == ("2027-01-01", None)


def test_a_wish_beside_a_not_now_is_kept_and_leaves_no_mark(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offered(desk)
    desk.hears("maybe another time, no fridays", Intent.NOT_NOW)
    kept = desk.entry(entry.id)
    assert (kept.excluded_weekdays, kept.offers_declined) == ([4], 0)


def test_a_wish_said_in_answer_to_wanting_to_join_is_a_yes(desk: Desk) -> None:
    desk.visit(desk.on_file(), desk.days_ahead(14), with_whom=desk.provider(), kind=desk.kind())
    desk.hears("mornings only", Intent.PREFERENCES)
    said = desk.hears("and no tuesdays", Intent.PREFERENCES)
    assert said.endswith("Noted: mornings only, no Tuesdays.")
