"""The Recovery page: lost visits, who to win back first, and what staff do about them."""

from datetime import date, time

import pytest
from sqlalchemy import select, update

from clinic import policies
from clinic.audit import SYSTEM
from rules.permissions import Role
from rules.policy import Policy
from rules.states import (
    AttemptChannel,
    RecoveryEnd,
    RecoveryState,
    TaskKind,
)
from storage.tables import (
    Message,
    RecoveryAttempt,
    RecoveryCase,
    Task,
    TreatmentPlan,
)
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.lost_visits import PHONE, Lost, hold, post, state, visit_of


def shown(text: str) -> list[str]:
    names = ("Maria Lopez", "Paul Chen", "Ana Ruiz", "Eve Ott")
    return sorted((name for name in names if name in text), key=text.index)


def test_whose_visit_we_cancelled_comes_first_then_who_is_to_be_called(desk: Desk, cases: Lost) -> None:
    page = desk.browser().get("/recovery").text
    assert shown(page) == ["Paul Chen", "Ana Ruiz", "Maria Lopez"]
    titles = ["We cancelled their visit", "To call", "Being asked"]
    assert sorted(titles, key=page.index) == titles


def test_each_says_what_happened_what_was_tried_and_what_comes_next(desk: Desk, cases: Lost) -> None:
    page = desk.browser().get("/recovery").text
    for expected in (
        "Mon Nov 23, 4:00am",
        "no way to get here",
        "<strong>No answer yet</strong>",
        "first, after a missed visit",
        "Next try: ",
        "Given up by itself: ",
    ):
        assert expected in page


@pytest.mark.parametrize(
    ("look", "names"),
    [("recovered", ["Eve Ott"]), ("lost", []), ("nonsense", ["Paul Chen", "Ana Ruiz", "Maria Lopez"])],
)
def test_the_list_is_filtered_by_how_they_stand(desk: Desk, cases: Lost, look: str, names: list[str]) -> None:
    assert shown(desk.browser().get(f"/recovery?look={look}").text) == names


def test_it_counts_how_many_stand_in_each_way(desk: Desk, cases: Lost) -> None:
    page = desk.browser().get("/recovery").text
    assert "May yet be won back</a> <strong>3</strong>" in page
    assert "Won back</a> <strong>1</strong>" in page


def test_a_long_list_has_pages(desk: Desk, cases: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.admin.recovery.PAGE", 2)
    assert shown(desk.browser().get("/recovery?page=2").text) == ["Maria Lopez"]


def test_a_page_without_lost_visits_says_so(desk: Desk) -> None:
    assert "every lost visit is settled" in desk.browser().get("/recovery").text


def test_it_says_what_the_loss_does_to_a_treatment(desk: Desk, cases: Lost) -> None:
    def planned(tx: Tx) -> None:
        case = tx.session.get_one(RecoveryCase, cases.maria)
        visit = visit_of(tx, case)
        plan = TreatmentPlan(
            external_id="p",
            stage="active",
            patient_id=visit.patient_id,
            type_id=visit.type_id,
            visits_planned=12,
            interval_days=14,
            started_on=date(2026, 11, 3),
        )
        tx.session.add(plan)

    desk.do(planned)
    assert "Visit 1 of 12, plan now 3 weeks behind." in desk.browser().get(f"/recovery/{cases.maria}").text


def test_times_kept_for_them_are_shown_with_how_long(desk: Desk, cases: Lost) -> None:
    hold(desk, cases.maria)
    page = desk.browser().get("/recovery").text
    assert "Wed Nov 25, 2:00pm" in page
    assert ">15:00</span> left" in page


def test_they_are_texted_now(desk: Desk, cases: Lost) -> None:
    desk.do(lambda tx: tx.session.execute(RecoveryAttempt.__table__.delete()))
    page = post(desk.browser(), cases.maria, "text-now")
    assert "It goes out now" in page
    assert "not sent yet" in page
    said = desk.do(lambda tx: tx.session.scalars(select(Message.address)).all())
    assert said == [PHONE]
    assert "recovery.texted_now" in desk.audited()


def test_out_of_their_hours_staff_hear_when_the_text_goes(desk: Desk, cases: Lost) -> None:
    def from_eleven(tx: Tx) -> None:
        policies.change(tx, Policy(allowed_from=time(11)), SYSTEM)
        tx.session.execute(RecoveryAttempt.__table__.delete())

    desk.do(from_eleven)
    page = post(desk.browser(), cases.maria, "text-now")
    assert "They may not be asked right now." in page
    assert "Next try: 11:00am, as soon as they may be asked" in page
    assert desk.do(lambda tx: tx.session.scalars(select(Message.id)).all()) == []


def test_who_has_a_text_on_its_way_is_not_texted_again(desk: Desk, cases: Lost) -> None:
    desk.do(lambda tx: tx.session.execute(RecoveryAttempt.__table__.delete()))
    browser = desk.browser()
    post(browser, cases.maria, "text-now")
    assert "Not asked" in post(browser, cases.maria, "text-now")
    assert len(desk.do(lambda tx: tx.session.scalars(select(Message.id)).all())) == 1


def test_a_case_is_paused_until_a_day(desk: Desk, cases: Lost) -> None:
    page = post(desk.browser(), cases.ana, "pause", until="2026-12-07")
    assert "Left alone until Mon Dec 7" in page
    assert "Call them" not in page


@pytest.mark.parametrize("until", ["", "soon", "2026-11-24", "2028-01-01"])
def test_a_pause_has_to_end_on_a_day_to_come(desk: Desk, cases: Lost, until: str) -> None:
    answer = desk.browser().post(f"/recovery/{cases.maria}/pause", data={"until": until})
    assert answer.status_code == 400


def test_a_call_is_written_down(desk: Desk, cases: Lost) -> None:
    said = {"channel": "phone", "result": "no_response", "note": " Left a message "}
    page = post(desk.browser(), cases.maria, "attempt", **said)
    assert "by staff: Sam Rivera" in page
    assert '<p class="soft">Left a message</p>' in page
    assert desk.audited()[-1] == "recovery.attempted"


def test_a_call_of_a_machine_and_one_of_staff_are_told_apart(desk: Desk, cases: Lost) -> None:
    by_phone = update(RecoveryAttempt).values(channel=AttemptChannel.PHONE)
    desk.do(lambda tx: tx.session.execute(by_phone.where(RecoveryAttempt.case_id == cases.maria)))
    page = post(desk.browser(), cases.maria, "attempt", channel="phone", result="no_response")
    by_machine, by_staff = (page.index(each) for each in ("<p>Automatic call ", "<p>Phone call "))
    assert "first, after a missed visit, " in page[by_machine:by_staff]
    assert "by staff: Sam Rivera, " in page[by_staff:]


def test_who_declines_on_the_phone_is_asked_no_more(desk: Desk, cases: Lost) -> None:
    page = post(desk.browser(), cases.maria, "attempt", channel="phone", result="declined")
    assert "Lost" in page
    assert state(desk, cases.maria) is RecoveryState.LOST


@pytest.mark.parametrize("form", [{"channel": "pigeon", "result": "declined"}, {"channel": "phone"}])
def test_an_attempt_needs_to_make_sense(desk: Desk, cases: Lost, form: dict[str, str]) -> None:
    assert desk.browser().post(f"/recovery/{cases.maria}/attempt", data=form).status_code == 400


@pytest.mark.parametrize(
    ("because", "ends"),
    [
        (RecoveryEnd.GIVEN_UP, RecoveryState.LOST),
        (RecoveryEnd.CHANGED_PROVIDER, RecoveryState.NOT_NEEDED),
    ],
)
def test_a_case_is_ended_with_a_reason(
    desk: Desk, cases: Lost, because: RecoveryEnd, ends: RecoveryState
) -> None:
    post(desk.browser(), cases.maria, "end", because=because)
    assert state(desk, cases.maria) is ends


@pytest.mark.parametrize("because", ["", "rebooked", "no idea"])
def test_staff_cannot_end_it_for_what_only_happens(desk: Desk, cases: Lost, because: str) -> None:
    answer = desk.browser().post(f"/recovery/{cases.maria}/end", data={"because": because})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("pause", {"until": "2026-12-07"}),
        ("attempt", {"channel": "phone", "result": "pending"}),
        ("end", {"because": "given_up"}),
    ],
)
def test_what_is_over_is_changed_no_more(desk: Desk, cases: Lost, deed: str, form: dict[str, str]) -> None:
    browser = desk.browser()
    post(browser, cases.maria, "end", because="declined")
    assert "nobody tries any more" in post(browser, cases.maria, deed, **form)


def test_the_texts_are_a_link_away(desk: Desk, cases: Lost) -> None:
    talk = desk.do(lambda tx: factories.conversation(tx, PHONE).id)
    assert f"/inbox/{talk}" in desk.browser().get(f"/recovery/{cases.maria}").text


def test_the_card_beside_a_conversation_leads_to_the_lost_visit(desk: Desk, cases: Lost) -> None:
    talk = desk.do(lambda tx: factories.conversation(tx, PHONE).id)
    assert f'"/recovery/{cases.maria}">Mon Nov 23</a>' in desk.browser().get(f"/inbox/{talk}").text


def test_a_task_to_call_leads_to_the_lost_visit(desk: Desk, cases: Lost) -> None:
    def task(tx: Tx) -> None:
        visit = visit_of(tx, tx.session.get_one(RecoveryCase, cases.ana))
        about = {"patient_id": visit.patient_id, "appointment_id": visit.id}
        tx.session.add(Task(kind=TaskKind.RECOVERY, made_at=NOW, **about))

    desk.do(task)
    assert f'"/recovery/{cases.ana}">Book, or write the call down' in desk.browser().get("/today").text


def test_a_doctor_sees_it_and_may_book_but_not_steer(desk: Desk, cases: Lost) -> None:
    page = desk.browser(Role.DOCTOR).get(f"/recovery/{cases.maria}").text
    assert "Book a time" in page
    assert "Ask them now" not in page


def test_the_numbers_have_a_page_and_csv(desk: Desk, cases: Lost) -> None:
    browser = desk.browser(Role.SUPERVISOR)
    page = browser.get("/recovery/numbers").text
    assert "1 of 4 lost visits · 5–70%" in page
    assert "<strong>$120</strong>" in page
    said = browser.get("/recovery/reason.csv").text.splitlines()
    assert said[0] == "reason,of,won_back,share,low,high"
    assert said[1] == "transportation,1,0,0.0000,0.0000,0.7935"
