"""Pausing what goes by itself, and closing a day: by whom it may be done, what it says before and after."""

from datetime import timedelta
from uuid import UUID

import pytest

from rules.permissions import Role
from rules.states import AppointmentState
from storage.tables import Appointment, Clinic, Conversation, Message, Opening, Provider, Task, TimeOff
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import MARIA, TOMORROW, free_slot


def a_full_day(desk: Desk) -> tuple[UUID, UUID]:
    """Tomorrow Maria comes to Dr Lee, and James, who has no number, to Dr Kim."""

    def work(tx: Tx) -> tuple[UUID, UUID]:
        maria, james = factories.patient(tx, phone=MARIA), factories.patient(tx, "James Hall")
        lee, kim, kind = factories.provider(tx), factories.provider(tx, "Dr Kim"), factories.visit_type(tx)
        return (
            factories.visit(tx, maria, lee, kind, start=TOMORROW).id,
            factories.visit(tx, james, kim, kind, start=TOMORROW).id,
        )

    return desk.do(work)


def provider(desk: Desk, name: str) -> UUID:
    return desk.do(lambda tx: tx.session.query(Provider).filter_by(name=name).one().id)


def test_the_clinic_is_paused_by_one_button_and_every_page_says_by_whom(desk: Desk) -> None:
    robin = desk.sign_in(desk.staff(Role.SUPERVISOR, name="Robin Hale"))
    assert "Pause automatic texts" in robin.get("/today").text
    assert robin.post("/pause").location == "/today?note=paused"
    for page in ("/today", "/inbox", "/waitlist"):
        assert (
            "<strong>Automatic texts are paused</strong> since 10:00am, by Robin Hale."
            in robin.get(page).text
        )
    assert "Pause automatic texts" not in robin.get("/today").text
    assert desk.audited() == ["clinic.paused"]


def test_whoever_resumes_takes_the_banner_away(desk: Desk) -> None:
    robin = desk.browser(Role.SUPERVISOR)
    robin.post("/pause")
    assert 'action="/resume"' in robin.get("/inbox").text
    assert robin.post("/resume").location == "/today?note=resumed"
    assert "are paused" not in robin.get("/today").text
    assert desk.get(Clinic, desk.clinic.id).paused_at is None


def test_one_provider_is_paused_and_resumed(desk: Desk) -> None:
    a_full_day(desk)
    robin, lee = desk.sign_in(desk.staff(Role.SUPERVISOR, name="Robin Hale")), provider(desk, "Dr Lee")
    assert f'action="/providers/{lee}/pause"' in robin.get("/today?day=2026-11-25").text
    robin.post(f"/providers/{lee}/pause")
    page = robin.get("/today").text
    assert "<strong>Automatic offers are paused</strong> for Dr Lee since 10:00am, by Robin Hale." in page
    robin.post(f"/providers/{lee}/resume")
    assert desk.get(Provider, lee).paused_at is None


def test_the_front_desk_sees_a_pause_but_no_way_to_end_it(desk: Desk) -> None:
    desk.browser(Role.SUPERVISOR).post("/pause")
    page = desk.browser(Role.FRONT_DESK).get("/today").text
    assert "Automatic texts are paused" in page
    assert 'action="/resume"' not in page
    assert "Close this day" not in page


def test_before_a_day_is_closed_visits_texts_and_calls_are_named(desk: Desk) -> None:
    a_full_day(desk)
    free_slot(desk, start=TOMORROW + timedelta(hours=1))
    page = desk.browser(Role.SUPERVISOR).get("/day/close?day=2026-11-25").text
    for expected in (
        "Close Wednesday, November 25?",
        "2 visits are cancelled",
        "1 patient gets a text",
        "1 cannot be reached by text in time",
        "1 free slot is withdrawn",
        "cancel 2, text 1",
        "James Hall",
    ):
        assert expected in page


def test_looking_at_what_closing_would_do_changes_nothing(desk: Desk) -> None:
    visit, _ = a_full_day(desk)
    desk.browser(Role.SUPERVISOR).get("/day/close?day=2026-11-25")
    assert desk.get(Appointment, visit).state is AppointmentState.BOOKED
    assert desk.do(lambda tx: tx.session.query(Conversation).count()) == 0
    assert desk.audited() == []


def test_closing_a_day_cancels_its_visits_texts_who_can_be_and_leaves_the_others_to_call(desk: Desk) -> None:
    visits = a_full_day(desk)
    robin = desk.browser(Role.SUPERVISOR)
    response = robin.post("/day/close", data={"day": "2026-11-25"})
    assert response.location == "/today?note=day-closed&day=2026-11-25"
    assert {desk.get(Appointment, each).state for each in visits} == {AppointmentState.CANCELLED}
    assert desk.do(lambda tx: [each.phrase for each in tx.session.query(Message)]) == ["day_closed"]
    assert desk.do(lambda tx: tx.session.query(Task).count()) == 1
    assert "Find a new time" in robin.get("/today").text


def test_closing_for_one_provider_leaves_the_others(desk: Desk) -> None:
    with_lee, with_kim = a_full_day(desk)
    robin, lee = desk.browser(Role.SUPERVISOR), provider(desk, "Dr Lee")
    page = robin.get(f"/day/close?day=2026-11-25&provider={lee}").text
    assert "Close Wednesday, November 25 for Dr Lee?" in page
    assert "James Hall" not in page
    robin.post("/day/close", data={"day": "2026-11-25", "provider": str(lee)})
    assert desk.get(Appointment, with_lee).state is AppointmentState.CANCELLED
    assert desk.get(Appointment, with_kim).state is AppointmentState.BOOKED


def test_a_day_that_is_over_or_none_is_not_closed(desk: Desk) -> None:
    robin = desk.browser(Role.SUPERVISOR)
    assert robin.get("/day/close?day=2026-11-23").status_code == 400
    assert robin.post("/day/close", data={"day": "someday"}).status_code == 400
    assert robin.get(f"/day/close?provider={NOW.year}").status_code == 400


def test_a_closed_day_is_opened_again_by_one_button_and_its_time_offered(desk: Desk) -> None:
    a_full_day(desk)
    robin, lee = desk.browser(Role.SUPERVISOR), provider(desk, "Dr Lee")
    robin.post("/day/close", data={"day": "2026-11-25", "provider": str(lee)})
    off = desk.do(lambda tx: tx.session.query(TimeOff).one().id)
    page = robin.get("/day/close").text
    assert "Away from now on" in page
    assert f'action="/time-off/{off}/end"' in page
    assert robin.post(f"/time-off/{off}/end").location == "/day/close?note=open-again"
    assert [each.freed_by for each in desk.do(lambda tx: tx.session.query(Opening).all())] == [
        "provider_back"
    ]
    assert "Away from now on" not in robin.get("/day/close").text


def test_time_that_a_provider_adds_to_a_day_is_offered(desk: Desk) -> None:
    a_full_day(desk)
    robin, lee = desk.browser(Role.SUPERVISOR), provider(desk, "Dr Lee")
    assert 'href="/day/more?day=2026-11-25"' in robin.get("/today?day=2026-11-25").text
    assert 'value="2026-11-25"' in robin.get("/day/more?day=2026-11-25").text
    said = {"provider": str(lee), "day": "2026-11-25", "from": "17:00", "until": "18:00"}
    assert robin.post("/day/more", data=said).location == "/today?note=time-added&day=2026-11-25"
    (slot,) = desk.do(lambda tx: tx.session.query(Opening).all())
    assert (slot.provider_id, slot.ends_at - slot.starts_at) == (lee, timedelta(hours=1))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"until": "16:00"}, "It has to end after it starts, and not in the past."),
        ({"day": "2026-11-23"}, "It has to end after it starts, and not in the past."),
        ({"from": "noon"}, "Write the day and both times, such as 13:00 and 16:00."),
        ({"provider": ""}, "Choose who works then."),
    ],
)
def test_time_that_cannot_be_added_is_shown_again_with_why(
    desk: Desk, wrong: dict[str, str], why: str
) -> None:
    a_full_day(desk)
    said = {"provider": str(provider(desk, "Dr Lee")), "day": "2026-11-25", "from": "17:00", "until": "18:00"}
    page = desk.browser(Role.SUPERVISOR).post("/day/more", data=said | wrong)
    assert page.status_code == 422
    assert why in page.text
    assert desk.do(lambda tx: tx.session.query(Opening).all()) == []
