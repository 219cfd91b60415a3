"""One-tap links: what a tap does, and all that a look, a copy or a forgery does not."""

from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy import select

from clinic import appointments, links
from clinic.audit import SYSTEM
from rules.policy import Policy
from rules.states import AnsweredBy, CancelledBy, OfferState
from storage.tables import Appointment, Offer, Patient
from storage.transaction import Links, Tx
from tests.channels.house import ANA, BEN, Reached
from tests.chaos.house import build_house
from tests.system import SECRET


def test_a_tap_books_and_is_confirmed_by_text(reached: Reached) -> None:
    opening = reached.frees()
    page = reached.tap(reached.link_texted())
    offer = reached.offer(opening)
    assert page.says[0].startswith("Booked, P0: Dr Lee")
    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, AnsweredBy.LINK)
    assert [visit.patient_id for visit in reached.visits()] == [reached.house.patients[ANA]]
    assert reached.system.carrier.sent_to(reached.house.phones[ANA])[-1].startswith("Booked, P0: Dr Lee")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_to_look_at_a_link_books_nothing(reached: Reached, method: str) -> None:
    opening = reached.frees()
    for _ in range(3):
        assert reached.look(reached.link_texted(), method).status == 200
    assert (reached.offer(opening).state, reached.visits()) == (OfferState.OPEN, [])


def test_the_page_says_no_more_than_the_text_and_is_kept_by_nobody(reached: Reached) -> None:
    reached.frees()
    page = reached.look(reached.link_texted())
    assert page.says[0].startswith("P0, Dr Lee has ")
    assert "Check-up" not in page.text
    kept = {name: page.headers[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")}
    assert kept == {
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
    }
    assert ("<script" in page.text, "Set-Cookie" in page.headers) == (False, False)


def test_a_tap_on_no_passes_to_the_next_in_line(reached: Reached) -> None:
    opening = reached.frees()
    page = reached.tap(reached.link_texted(), "pass")
    offer = reached.offer(opening)
    assert page.says == ["No problem, P0. You keep your place on the list."]
    assert (offer.state, offer.answered_by) == (OfferState.DECLINED, AnsweredBy.LINK)
    assert reached.offer(opening, BEN).state is OfferState.OPEN


def test_a_form_sent_again_books_and_texts_nothing_more(reached: Reached) -> None:
    reached.frees()
    link = reached.link_texted()
    form = reached.look(link).form
    pages = [reached.tap(link, form=form) for _ in range(3)]
    assert {page.says[0][:6] for page in pages} == {"Booked"}
    texts = reached.system.carrier.sent_to(reached.house.phones[ANA])
    assert (len(reached.visits()), len(texts)) == (1, 2)


def test_a_no_after_the_yes_changes_nothing(reached: Reached) -> None:
    opening = reached.frees()
    link = reached.link_texted()
    form = reached.look(link).form
    reached.tap(link, form=form)
    page = reached.tap(link, "pass", form=form)
    assert page.says[0].startswith("Booked")
    assert reached.offer(opening).state is OfferState.ACCEPTED


@pytest.mark.parametrize("form", ["", "made-up", "0123456789abcdef.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_a_form_that_we_did_not_show_books_nothing(reached: Reached, form: str) -> None:
    reached.frees()
    reached.tap(reached.link_texted(), form=form)
    assert reached.visits() == []


def test_the_form_of_another_link_books_nothing(reached: Reached) -> None:
    first = reached.frees(48)
    second = reached.frees(72)
    ana, ben = (reached.link_texted(patient) for patient in (ANA, BEN))
    assert {reached.offer(first).state, reached.offer(second, BEN).state} == {OfferState.OPEN}
    reached.tap(ana, form=reached.look(ben).form)
    assert reached.visits() == []


def test_a_token_that_was_changed_leads_nowhere(reached: Reached) -> None:
    reached.frees()
    link = reached.link_texted()
    middle = len(link) - 40
    forged = link[:middle] + ("A" if link[middle] != "A" else "B") + link[middle + 1 :]
    assert reached.look(forged).status == 404
    assert reached.tap(forged, form=reached.look(link).form).status == 404
    assert reached.visits() == []


def test_a_token_for_a_calendar_file_answers_no_offer(reached: Reached) -> None:
    opening = reached.frees()
    base = reached.system.services.settings.public_url
    visit_like = Appointment(id=reached.offer(opening).id)
    token = links.calendar_link(Links(base, SECRET), visit_like).rpartition("/")[2].removesuffix(".ics")
    assert reached.look(f"{base}/o/{token}").status == 404


def test_the_offer_of_another_clinic_stays_with_that_clinic(reached: Reached) -> None:
    reached.frees()
    ours = reached.link_texted()
    with reached.house.store.unscoped() as session:
        offer_id = session.scalars(select(Offer.id)).one()
    other = Links(reached.system.services.settings.public_url, "another deployment's secret of 32 letters")
    forged = reached.run(lambda tx: links.offer_link(other, tx.session.get_one(Offer, offer_id)))
    assert (reached.look(forged).status, reached.look(ours).status) == (404, 200)
    build_house(reached.house.store, 0)  # the clinic and its offers are gone
    assert reached.look(ours).status == 404


def test_a_link_is_over_when_the_visit_has_begun(reached: Reached) -> None:
    reached.frees(5)
    link = reached.link_texted()
    form = reached.look(link).form
    reached.system.clock.forward(timedelta(hours=6))
    page = reached.tap(link, form=form)
    assert (page.status, page.form) == (410, "")
    assert reached.visits() == []


def test_a_link_shows_honestly_that_somebody_else_was_first(reached: Reached) -> None:
    opening = reached.frees()
    link = reached.link_texted()
    form = reached.look(link).form
    reached.system.forward(timedelta(minutes=121))  # the next in line is asked
    reached.tap(reached.link_texted(BEN))
    page = reached.tap(link, form=form)
    assert "has been taken" in page.says[0]
    assert reached.offer(opening).said_yes_too_late
    assert len(reached.visits()) == 1


def test_a_late_tap_still_books_while_the_slot_is_free(reached: Reached) -> None:
    reached.frees()
    link = reached.link_texted()
    reached.system.forward(timedelta(minutes=121))
    assert reached.tap(link).says[0].startswith("Booked")


def test_a_spanish_patient_reads_spanish(reached: Reached) -> None:
    def speaks(tx: Tx) -> None:
        tx.session.get_one(Patient, reached.house.patients[ANA]).language = "es"

    reached.run(speaks)
    reached.frees()
    page = reached.look(reached.link_texted())
    assert ('lang="es"' in page.text, "Sí, la tomo" in page.text) == (True, True)


def test_a_link_that_is_followed_without_end_is_refused_for_a_while(reached: Reached) -> None:
    reached.frees()
    link = reached.link_texted()
    statuses = [reached.look(link).status for _ in range(21)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_links_in_texts_are_off_unless_wanted() -> None:
    assert Policy().link_in_offers is False


def test_the_calendar_file_names_the_clinic_the_time_and_nothing_else(reached: Reached) -> None:
    reached.frees()
    page = reached.tap(reached.link_texted())
    [file] = [part.split('"')[0] for part in page.text.split('href="') if ".ics" in part.split('"')[0]]
    [event] = Calendar.from_ical(httpx.get(file).text).walk("VEVENT")
    [visit] = reached.visits()
    assert event["SUMMARY"] == "Visit at Lakeside"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (visit.starts_at, visit.ends_at)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert not {"Check-up", "Dr Lee", "P0"} & set(str(event.to_ical()).split())


def test_a_cancelled_visit_keeps_its_uid_and_is_cancelled_in_the_calendar(reached: Reached) -> None:
    reached.frees()
    reached.tap(reached.link_texted())
    [visit] = reached.visits()
    base = Links(reached.system.services.settings.public_url, SECRET)
    file = links.calendar_link(base, visit)
    before = Calendar.from_ical(httpx.get(file).text).walk("VEVENT")[0]
    reached.run(lambda tx: appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF))
    after = Calendar.from_ical(httpx.get(file).text).walk("VEVENT")[0]
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
