"""The waitlist through the API."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bot.api import openapi
from rules.states import OfferState
from storage.tables import Offer, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town


def test_somebody_put_on_the_list_is_on_it(town: Town) -> None:
    made = town.waits(priority="high", weekdays=["tue", "thu"], times=[{"start": "09:00", "end": "12:00"}])
    found = town.program.get("/waitlist")["items"]
    assert [each["id"] for each in found] == [made["id"]]
    assert (found[0]["patient"]["first_name"], found[0]["priority"]) == ("Maria", "high")
    assert (found[0]["weekdays"], found[0]["times"]) == (
        ["tue", "thu"],
        [{"start": "09:00:00", "end": "12:00:00"}],
    )


def test_the_first_in_line_is_first(town: Town) -> None:
    assert town.waits()["position"] == 1


def test_times_carry_the_clinics_offset(town: Town) -> None:
    assert town.waits()["added_at"] == "2026-11-24T10:00:00-05:00"


def test_a_patient_waits_for_a_type_once(town: Town) -> None:
    town.waits()
    again = town.program.post(
        "/waitlist", {"patient": town.maria.external_id, "type": town.checkup.external_id}
    )
    assert (again.status_code, again.json["detail"]) == (409, "They wait for a visit of that type already.")


def test_a_patient_can_be_named_by_our_own_id(town: Town) -> None:
    body = {"patient": str(town.maria.id), "type": str(town.checkup.id)}
    assert town.program.post("/waitlist", body).status_code == 201


def test_everything_an_entry_can_say_is_said_and_told(town: Town) -> None:
    place = town.program.desk.do(lambda tx: factories.location(tx, "Uptown").id)
    said = {
        "preferred_date": "2026-12-01",
        "location": str(place),
        "auto_book": True,
        "waiting_for": "a sore tooth",
    }
    found = town.program.get(f"/waitlist/{town.waits(**said)['id']}")
    assert {name: found[name] for name in said} == said
    assert (found["language"], found["enrolled"], found["offers_accepted"]) == ("en", False, 0)


def test_a_place_of_nowhere_is_refused(town: Town) -> None:
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id, "location": str(town.lee.id)}
    response = town.program.post("/waitlist", body)
    assert [each["where"] for each in response.json["errors"]] == ["body.location"]


def test_what_is_left_out_of_a_change_stays(town: Town) -> None:
    made = town.waits(excluded_weekdays=["tue"], notes="calls from work")
    changed = town.program.call("PATCH", f"/waitlist/{made['id']}", {"notice_hours": 48}).json
    assert (changed["excluded_weekdays"], changed["notes"], changed["notice_hours"]) == (
        ["tue"],
        "calls from work",
        48,
    )


def test_what_is_said_empty_in_a_change_is_emptied(town: Town) -> None:
    made = town.waits(preferred_provider=town.lee.external_id)
    changed = town.program.call("PATCH", f"/waitlist/{made['id']}", {"preferred_provider": None}).json
    assert changed["preferred_provider"] is None


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("channels", ["email", "sms"]),
        ("preferred_date", "2026-12-09"),
        ("auto_book", True),
        ("waiting_for", "a second look"),
        ("excluded_day_times", [{"weekday": "tue", "start": "09:00:00", "end": "12:00:00"}]),
    ],
)
def test_what_is_said_of_an_entry_is_read_back(town: Town, field: str, said: object) -> None:
    made = town.waits()
    changed = town.program.call("PATCH", f"/waitlist/{made['id']}", {field: said}).json
    assert (changed[field], town.program.get(f"/waitlist/{made['id']}")[field]) == (said, said)


def test_the_place_somebody_wants_is_one_of_the_clinics(town: Town) -> None:
    here = town.program.desk.do(lambda tx: factories.location(tx, "Elmwood").id)
    assert town.waits(location=str(here))["location"] == str(here)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"priority": "soon"}, "body.priority"),
        ({"weekdays": ["someday"]}, "body.weekdays.0"),
        ({"times": [{"start": "12:00", "end": "09:00"}]}, "body.times.0"),
        ({"excluded_dates": [{"first": "2026-12-02", "last": "2026-12-01"}]}, "body.excluded_dates.0"),
        ({"notice_hours": -1}, "body.notice_hours"),
        ({"preferred_provider": "nobody"}, "body.preferred_provider"),
        ({"replaces": str(uuid4())}, "body.replaces"),
        ({"earliest": "2026-12-02", "latest": "2026-12-01"}, "body"),
        ({"boost_points": 10}, "body"),
        ({"channels": ["pigeon"]}, "body.channels.0"),
        ({"channels": ["email", "email"]}, "body"),
        ({"channels": ["chat"]}, "body"),
        ({"location": str(uuid4())}, "body.location"),
        (
            {"excluded_day_times": [{"weekday": "tue", "start": "12:00", "end": "09:00"}]},
            "body.excluded_day_times.0",
        ),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(
    town: Town, said: dict[str, object], where: str
) -> None:
    body = {"patient": town.maria.external_id, "type": town.checkup.external_id, **said}
    response = town.program.post("/waitlist", body)
    assert response.status_code == 422
    assert [each["where"] for each in response.json["errors"]] == [where]
    assert town.program.get("/waitlist")["items"] == []


def test_who_is_taken_off_waits_no_more(town: Town) -> None:
    made = town.waits()
    gone = town.program.call("DELETE", f"/waitlist/{made['id']}?reason=patient+removed")
    assert gone.status_code == 204
    entry = town.program.get(f"/waitlist/{made['id']}")
    assert (entry["state"], entry["resolution"], entry["position"]) == ("removed", "patient removed", None)


def test_an_entry_that_is_over_is_not_changed_any_more(town: Town) -> None:
    made = town.waits()
    town.program.call("DELETE", f"/waitlist/{made['id']}")
    again = town.program.call("PATCH", f"/waitlist/{made['id']}", {"notes": "x"})
    assert again.status_code == 409


def test_a_list_comes_in_pages_that_leave_nobody_out(town: Town) -> None:
    for number in range(5):
        town.waits(
            town.program.desk.do(
                lambda tx, number=number: factories.patient(tx, f"Pat {number}", phone=f"+1212555020{number}")
            )
        )
    seen, cursor = [], ""
    while cursor is not None:
        page = town.program.get(f"/waitlist?limit=2{cursor and f'&cursor={cursor}'}")
        seen += [each["patient"]["last_name"] for each in page["items"]]
        cursor = page["next"]
    assert seen == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJhIl0", "WyJhIiwiYiJd", "%00", "bnVsbA"])
def test_a_cursor_that_is_none_is_refused(town: Town, cursor: str) -> None:
    assert town.program.call("GET", f"/waitlist?cursor={cursor}").status_code == 422


def test_the_list_is_narrowed_by_what_is_asked(town: Town) -> None:
    town.waits(priority="urgent")
    town.waits(town.paul)
    found = town.program.get("/waitlist?priority=urgent")["items"]
    assert [each["patient"]["first_name"] for each in found] == ["Maria"]


def test_an_opening_that_suits_is_a_match_with_its_reasons(town: Town) -> None:
    made, slot = town.waits(preferred_provider=town.lee.external_id), town.opening()
    match = town.program.get(f"/waitlist/{made['id']}/matches")["items"][0]
    assert (match["opening_id"], match["refusal"]) == (str(slot.id), None)
    assert "prefers Dr Lee" in match["reasons"]
    assert sum(match["parts"].values()) == pytest.approx(match["score"])


def test_an_opening_that_does_not_suit_says_why(town: Town) -> None:
    made = town.waits(excluded_weekdays=["wed"])
    town.opening()
    match = town.program.get(f"/waitlist/{made['id']}/matches")["items"][0]
    assert (match["score"], match["refusal"]) == (None, "The patient cannot come on this weekday.")


def test_who_could_take_an_opening_is_listed_best_first(town: Town) -> None:
    slot = town.opening()
    town.waits(town.paul)
    town.waits(preferred_provider=town.lee.external_id)
    found = town.program.get(f"/waitlist/match/{slot.id}")["items"]
    assert [each["patient"]["first_name"] for each in found] == ["Maria", "Paul"]


def test_the_priority_score_adds_up(town: Town) -> None:
    score = town.program.get(f"/waitlist/{town.waits(referral='urgent')['id']}/priority-score")
    assert sum(score["parts"].values()) == pytest.approx(score["score"])


def test_a_stored_score_is_written_anew(town: Town) -> None:
    made = town.waits()
    score = town.program.post(f"/waitlist/{made['id']}/priority-score").json["score"]
    entry = town.program.desk.get(WaitlistEntry, made["id"])
    assert (entry.priority_score, entry.scored_at) == (score, NOW)


def test_an_offer_made_by_hand_goes_out_as_a_text(town: Town) -> None:
    made, slot = town.waits(), town.opening()
    offer = town.program.post(f"/waitlist/{made['id']}/notify", {"opening": str(slot.id)})
    assert (offer.status_code, offer.json["state"]) == (201, "queued")
    assert "Dr Lee" in town.said_to("+12125550101")[0]
    listed = town.program.get(f"/waitlist/{made['id']}/offers")["items"]
    assert [each["id"] for each in listed] == [offer.json["id"]]


def test_several_openings_go_out_in_one_text(town: Town) -> None:
    made, slots = town.waits(), [town.opening(hours=hours) for hours in (25, 24)]
    told = town.program.post(
        f"/waitlist/{made['id']}/notify", {"opening": str(slots[0].id), "also": [str(slots[1].id)]}
    ).json
    assert [each["opening_id"] for each in (told, *told["also"])] == [str(slots[1].id), str(slots[0].id)]
    (text,) = town.said_to("+12125550101")
    assert "Dr Lee has 1) " in text


def test_a_yes_said_on_the_phone_books(town: Town) -> None:
    made, slot = town.waits(), town.opening()
    offer = town.program.post(f"/waitlist/{made['id']}/notify", {"opening": str(slot.id)}).json
    town.program.desk.do(lambda tx: _hand_over(tx, offer["id"]))
    answer = town.program.post(
        f"/waitlist/{made['id']}/offer-response", {"offer": offer["id"], "response": "accept"}
    ).json
    assert (answer["outcome"], answer["offer"]["state"], answer["offer"]["answered_by"]) == (
        "booked",
        "accepted",
        "staff",
    )
    assert town.program.get(f"/waitlist/{made['id']}")["state"] == "booked"


def test_a_no_said_on_the_phone_keeps_their_place(town: Town) -> None:
    made, slot = town.waits(), town.opening()
    offer = town.program.post(f"/waitlist/{made['id']}/notify", {"opening": str(slot.id)}).json
    answer = town.program.post(
        f"/waitlist/{made['id']}/offer-response", {"offer": offer["id"], "response": "decline"}
    ).json
    assert (answer["outcome"], answer["offer"]["state"]) == ("declined", "declined")
    assert town.program.get(f"/waitlist/{made['id']}")["state"] == "active"


def test_booking_without_asking_gives_up_the_later_visit(town: Town) -> None:
    start = NOW + timedelta(days=20)
    later = town.program.desk.do(
        lambda tx: factories.visit(tx, town.maria, town.kim, town.checkup, start=start).id
    )
    made, slot = town.waits(replaces=str(later)), town.opening()
    booked = town.program.post(f"/waitlist/{made['id']}/book", {"opening": str(slot.id)})
    assert booked.status_code == 201, booked.text
    assert town.program.get(f"/appointments/{later}")["state"] == "cancelled"
    assert town.program.get(f"/openings/{slot.id}")["state"] == "filled"
    assert "Booked" in town.said_to("+12125550101")[0]


def _hand_over(tx: Tx, offer_id: str) -> None:
    offer = tx.session.get_one(Offer, UUID(offer_id))
    offer.state, offer.handed_over_at = OfferState.OPEN, tx.now


def test_the_document_lists_no_channel_that_would_be_refused() -> None:
    wish = openapi.document()["components"]["schemas"]["NewEntry"]["properties"]["channels"]
    assert wish["items"]["enum"] == ["sms", "whatsapp", "email", "voice"]
