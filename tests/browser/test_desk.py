"""A morning at the front desk, in a real browser."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from clinic import appointments, handoff
from clinic import staff as accounts
from clinic.audit import by_staff
from rules.states import CancelledBy, Direction, EscalationKind, InboundState, OfferState, OpeningState
from storage.tables import Conversation, Message, Offer, Opening
from storage.transaction import Tx
from tests import factories
from tests.browser.conftest import Site, Visitor

MARIA = "+12125550101"


def says(tx: Tx, talk: Conversation, body: str) -> None:
    message = Message(
        conversation_id=talk.id,
        sender_id=talk.sender_id,
        address=talk.address,
        direction=Direction.IN,
        inbound_state=InboundState.DONE,
        body=body,
        created_at=tx.now,
    )
    tx.session.add(message)
    tx.wake("live", tx.clinic_id)


def maria_asks(site: Site) -> UUID:
    def work(tx: Tx) -> UUID:
        factories.patient(tx, "Maria Lopez", phone=MARIA)
        talk = factories.conversation(tx, MARIA)
        says(tx, talk, "do you take Aetna?")
        handoff.escalate(tx, talk, EscalationKind.QUESTION)
        return talk.id

    return site.do(work)


def a_visit(site: Site, name: str = "Maria Lopez") -> UUID:
    """With Dr Lee, some days ahead."""

    def work(tx: Tx) -> UUID:
        kind, lee = factories.visit_type(tx), factories.provider(tx)
        start = tx.now + timedelta(days=3)
        return factories.visit(tx, factories.patient(tx, name), lee, kind, start=start).id

    return site.do(work)


def cancel(site: Site, visit: UUID) -> None:
    site.do(lambda tx: appointments.cancel(tx, visit, by_staff(site.sam.id), who=CancelledBy.STAFF))


def being_asked(site: Site) -> None:
    def work(tx: Tx) -> None:
        maria, kind = factories.patient(tx, "Maria Lopez", phone=MARIA), factories.visit_type(tx)
        own: dict[str, Any] = {"state": OpeningState.OFFERING}
        slot = factories.opening(tx, factories.provider(tx), start=tx.now + timedelta(days=1), **own)
        offer = Offer(
            opening_id=slot.id,
            entry_id=factories.entry(tx, maria, kind).id,
            patient_id=maria.id,
            conversation_id=factories.conversation(tx, MARIA).id,
            state=OfferState.OPEN,
            made_at=tx.now,
            handed_over_at=tx.now,
            held_until=tx.now + timedelta(minutes=45),
        )
        tx.session.add(offer)

    site.do(work)


def test_sam_signs_in_by_keyboard_and_answers_a_patient(sam: Visitor) -> None:
    talk = maria_asks(sam.site)
    sam.sign_in()
    page = sam.page
    page.get_by_role("link", name="A patient is waiting for a person").press("Enter")
    page.get_by_role("link", name="Maria Lopez").press("Enter")
    expect(page.get_by_text("Has a question").last).to_be_visible()
    sam.runs_scripts()
    page.get_by_label("Your reply").press_sequentially("Yes, we do.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log").get_by_text("Yes, we do.")).to_be_visible()
    expect(page.get_by_text("You have this conversation.")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")
    assert sam.site.do(lambda tx: tx.session.get_one(Conversation, talk).staff_id) == sam.site.sam.id


def test_a_slot_that_comes_free_appears_without_a_reload(sam: Visitor) -> None:
    visit = a_visit(sam.site)
    sam.sign_in()
    expect(sam.page.get_by_text("No free slot right now")).to_be_visible()
    sam.listens()
    sam.page.evaluate("window.sameLoad = true")
    cancel(sam.site, visit)
    expect(sam.page.get_by_role("article").get_by_role("heading", name="Dr Lee")).to_be_visible()
    assert sam.page.evaluate("window.sameLoad")


def test_a_text_that_comes_in_appears_and_nothing_typed_is_lost(sam: Visitor) -> None:
    talk = maria_asks(sam.site)
    sam.sign_in(f"/inbox/{talk}")
    sam.listens()
    reply = sam.page.get_by_label("Your reply")
    reply.fill("Half a sent")
    sam.site.do(lambda tx: says(tx, tx.session.get_one(Conversation, talk), "hello? anybody there?"))
    expect(sam.page.get_by_role("log").get_by_text("hello? anybody there?")).to_be_visible()
    expect(reply).to_have_value("Half a sent")
    expect(reply).to_be_focused()


def test_a_colleague_who_takes_over_is_seen_while_typing(sam: Visitor) -> None:
    talk = maria_asks(sam.site)
    jo = sam.site.do(lambda tx: factories.staff(tx, name="Jo Whitfield"))
    sam.sign_in(f"/inbox/{talk}")
    sam.listens()
    sam.page.get_by_label("Your reply").fill("Half a sent")
    sam.site.do(lambda tx: handoff.take_over(tx, talk, by_staff(jo.id)))
    expect(sam.page.get_by_role("alert")).to_contain_text("Jo Whitfield has this conversation")
    expect(sam.page.get_by_role("button", name="Send")).to_be_disabled()
    expect(sam.page.get_by_label("Your reply")).to_have_value("Half a sent")


def test_the_count_in_the_menu_follows(sam: Visitor) -> None:
    sam.sign_in()
    sam.listens()
    maria_asks(sam.site)
    expect(sam.page.get_by_role("navigation", name="Pages").get_by_text("not opened yet")).to_be_attached()


def test_an_open_question_stays_open_while_the_page_brings_itself_up_to_date(sam: Visitor) -> None:
    being_asked(sam.site)
    visit = a_visit(sam.site, "James Hall")
    sam.sign_in()
    sam.listens()
    sam.page.get_by_text("Withdraw…").click()
    expect(sam.page.get_by_role("button", name="Withdraw the slot")).to_be_visible()
    cancel(sam.site, visit)
    expect(sam.page.get_by_role("article")).to_have_count(2)
    expect(sam.page.get_by_role("button", name="Withdraw the slot")).to_be_visible()


def test_withdrawing_a_slot_says_so_in_place(sam: Visitor) -> None:
    being_asked(sam.site)
    sam.sign_in()
    sam.page.evaluate("window.sameLoad = true")
    sam.page.get_by_text("Withdraw…").click()
    sam.page.get_by_role("button", name="Withdraw the slot").click()
    expect(sam.page.locator("#note")).to_contain_text("taken off the board")
    expect(sam.page.get_by_role("article")).to_have_count(0)
    assert sam.page.evaluate("window.sameLoad")


def test_a_countdown_runs_to_its_end_and_stops_there(sam: Visitor) -> None:
    being_asked(sam.site)
    sam.page.clock.install()
    sam.sign_in()
    sam.page.wait_for_load_state()  # scripts have read the server's clock by then
    sam.page.clock.run_for(3_600_000)
    expect(sam.page.locator(".headline .countdown")).to_have_text("0:00")


def test_patients_are_found_while_their_name_is_typed(sam: Visitor) -> None:
    being_asked(sam.site)
    sam.sign_in()
    sam.page.get_by_role("link", name="Choose a patient").click()
    sam.page.get_by_label("Patient’s name").press_sequentially("lope")
    sam.page.get_by_role("button", name="Book Maria Lopez").click()
    expect(sam.page.locator("#note")).to_contain_text("Booked.")
    assert sam.site.do(lambda tx: tx.session.query(Opening).filter_by(state="filled").count()) == 1


def test_a_session_ended_elsewhere_leads_to_the_sign_in_page_by_itself(sam: Visitor) -> None:
    sam.sign_in()
    sam.listens()
    sam.site.do(lambda tx: accounts.sign_out_everywhere(tx, sam.site.sam.id, by_staff(sam.site.sam.id)))
    expect(sam.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert sam.page.url.endswith("/sign-in?next=/today")


def test_the_main_actions_work_without_scripts(sam_without_scripts: Visitor) -> None:
    sam, talk = sam_without_scripts, maria_asks(sam_without_scripts.site)
    visit = a_visit(sam.site, "James Hall")
    sam.sign_in()
    page = sam.page
    page.goto(f"{sam.site.address}/inbox/{talk}")
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Your reply").fill("Yes, we do.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text("Yes, we do.")).to_be_visible()
    page.get_by_role("link", name="Today").first.click()
    page.get_by_role("navigation", name="Day").get_by_role("link").nth(3).click()
    row = page.locator(f"#visit-{visit}")
    row.get_by_text("More").first.click()
    row.get_by_role("button", name="Cancel the visit").click()
    expect(row.get_by_text("Cancelling in")).to_be_visible()
    row.get_by_role("button", name="Undo").click()
    expect(page.locator("#note")).to_contain_text("The visit stays as it is")


@pytest.mark.parametrize("width", [1440, 1024, 420])
def test_no_page_scrolls_sideways_or_makes_the_browser_complain(sam: Visitor, width: int) -> None:
    talk = maria_asks(sam.site)
    visit = a_visit(sam.site, "Bartholomew Featherstonehaugh-Cholmondeley")
    cancel(sam.site, visit)
    slot = sam.site.do(lambda tx: tx.session.query(Opening).one().id)
    sam.page.set_viewport_size({"width": width, "height": 768})
    sam.sign_in()
    for path in ("/today", f"/openings/{slot}", "/inbox", f"/inbox/{talk}"):
        sam.page.goto(sam.site.address + path)
        wide = sam.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        assert not wide, path
    assert sam.complaints == []
