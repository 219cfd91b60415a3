"""Visits through the API."""

from datetime import timedelta
from typing import Any

from storage.tables import Appointment
from tests import factories
from tests.admin.desk import NOW
from tests.api.conftest import Town


def visit(town: Town, *, hours: float = 48, minutes: int = 30, **more: Any) -> Appointment:
    start = NOW + timedelta(hours=hours)
    return town.program.desk.do(
        lambda tx: factories.visit(tx, town.maria, town.lee, town.checkup, start=start, **more)
    )


def at(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).isoformat()


def body(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "patient": town.maria.external_id,
        "provider": town.lee.external_id,
        "type": town.checkup.external_id,
        "start": at(48),
        **more,
    }


def test_a_visit_is_booked(town: Town) -> None:
    made = town.program.post("/appointments", body(town))
    assert (made.status_code, made.json["state"]) == (201, "booked")
    assert [each["id"] for each in town.program.get("/appointments")["items"]] == [made.json["id"]]


def test_two_at_one_time_are_refused(town: Town) -> None:
    town.program.post("/appointments", body(town))
    again = town.program.post("/appointments", body(town, patient=town.paul.external_id, start=at(48.25)))
    assert again.status_code == 409


def test_one_that_takes_an_opening_fills_it(town: Town) -> None:
    slot = town.opening(hours=48)
    town.program.post("/appointments", body(town))
    assert town.program.get(f"/openings/{slot.id}")["state"] == "filled"


def test_who_is_booked_waits_no_more(town: Town) -> None:
    entry = town.waits()
    town.program.post("/appointments", body(town))
    assert town.program.get(f"/waitlist/{entry['id']}")["state"] == "booked"


def test_the_patient_is_texted_where_that_is_asked(town: Town) -> None:
    town.program.post("/appointments", body(town, tell=True))
    assert [text.partition(":")[0] for text in town.said_to("+12125550101")] == ["Lakeside"]


def test_a_visit_is_confirmed(town: Town) -> None:
    assert town.program.post(f"/appointments/{visit(town).id}/confirm").json["state"] == "confirmed"


def test_a_cancel_waits_behind_its_undo(town: Town) -> None:
    of = visit(town).id
    waits = town.program.post(f"/appointments/{of}/cancel", {}).json
    assert (waits["state"], waits["cancels_at"]) == ("booked", "2026-11-24T10:02:00-05:00")
    assert town.program.post(f"/appointments/{of}/undo").json["cancels_at"] is None


def test_a_visit_that_is_over_is_not_cancelled(town: Town) -> None:
    assert town.program.post(f"/appointments/{visit(town, hours=-2).id}/cancel", {}).status_code == 409


def test_a_visit_moved_leaves_its_old_time_free(town: Town) -> None:
    of = visit(town)
    moved = town.program.post(f"/appointments/{of.id}/reschedule", {"start": at(72)}).json
    assert moved["start"] == "2026-11-27T10:00:00-05:00"
    free = town.program.get("/openings")["items"]
    assert [(each["start"], each["freed_by"]) for each in free] == [
        ("2026-11-26T10:00:00-05:00", "reschedule")
    ]
    assert "moved" in town.said_to("+12125550101")[0]


def test_a_visit_moved_into_a_taken_time_stays(town: Town) -> None:
    of = visit(town)
    visit(town, hours=72)
    refused = town.program.post(f"/appointments/{of.id}/reschedule", {"start": at(72.25)})
    assert refused.status_code == 409
    assert town.program.get(f"/appointments/{of.id}")["start"] == "2026-11-26T10:00:00-05:00"
    assert town.program.get("/openings")["items"] == []
    assert town.said_to("+12125550101") == []


def test_a_visit_moved_by_a_little_frees_only_what_it_left(town: Town) -> None:
    of = visit(town)
    town.program.post(f"/appointments/{of.id}/reschedule", {"start": at(48.25), "tell": False})
    assert town.program.get("/openings")["items"] == []  # a quarter of an hour is no visit of anybody's


def test_a_visit_moved_onto_an_opening_fills_it(town: Town) -> None:
    of, slot = visit(town), town.opening(hours=72)
    town.program.post(f"/appointments/{of.id}/reschedule", {"start": at(72)})
    assert town.program.get(f"/openings/{slot.id}")["state"] == "filled"


def test_a_visit_moved_to_another_provider_is_theirs(town: Town) -> None:
    moved = town.program.post(
        f"/appointments/{visit(town).id}/reschedule",
        {"start": at(48), "provider": town.kim.external_id},
    ).json
    assert moved["provider"]["name"] == "Dr Kim"


def test_a_no_show_can_be_taken_back(town: Town) -> None:
    of = visit(town, hours=-0.1)
    assert town.program.post(f"/appointments/{of.id}/no-show").json["state"] == "no_show"
    assert town.program.post(f"/appointments/{of.id}/undo").json["state"] == "arrived"


def test_a_visit_to_come_is_no_no_show(town: Town) -> None:
    assert town.program.post(f"/appointments/{visit(town).id}/no-show").status_code == 409


def test_what_is_left_of_a_missed_long_visit_is_free(town: Town) -> None:
    of = visit(town, hours=-0.1, minutes=30)
    town.program.desk.do(lambda tx: _longer(tx.session.get_one(Appointment, of.id)))
    town.program.post(f"/appointments/{of.id}/no-show")
    free = town.program.get("/openings")["items"]
    assert [(each["start"], each["freed_by"]) for each in free] == [("2026-11-24T10:05:00-05:00", "no_show")]
    town.program.post(f"/appointments/{of.id}/undo")
    assert town.program.get("/openings")["items"] == []


def _longer(of: Appointment) -> None:
    of.ends_at += timedelta(hours=1)


def test_visits_are_found_by_time_and_provider(town: Town) -> None:
    first, second = visit(town), visit(town, hours=72)
    found = town.program.get(f"/appointments?until={at(60).replace('+', '%2B')}")["items"]
    assert [each["id"] for each in found] == [str(first.id)]
    found = town.program.get(f"/appointments?from={at(60).replace('+', '%2B')}")["items"]
    assert [each["id"] for each in found] == [str(second.id)]
    assert town.program.get(f"/appointments?provider={town.kim.external_id}")["items"] == []
