"""The desk can stop the texts to a number, and let them come again, for a patient who says so on the phone."""

from typing import Any
from uuid import UUID

from storage.tables import ContactPoint, Message
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk

MARIA = "+12125550101"


def a_talk(desk: Desk, **point: Any) -> UUID:
    """Maria's conversation, with the bot; `point` is what is known of her number."""

    def work(tx: Tx) -> UUID:
        factories.patient(tx, phone=MARIA)
        for name, value in point.items():
            setattr(tx.session.query(ContactPoint).filter_by(address=MARIA).one(), name, value)
        return factories.conversation(tx, MARIA).id

    return desk.do(work)


def her_number(desk: Desk) -> ContactPoint:
    return desk.do(lambda tx: tx.session.query(ContactPoint).filter_by(address=MARIA).one())


def test_who_says_on_the_phone_that_they_want_no_texts_gets_none(desk: Desk) -> None:
    talk, browser = a_talk(desk), desk.browser()
    assert "Stop texts to this number" in browser.get(f"/inbox/{talk}").text
    done = browser.post(f"/inbox/{talk}/stop-texts")
    assert done.location == f"/inbox/{talk}?note=texts-stopped"
    assert her_number(desk).opted_out_at == NOW
    assert "This number opted out of texts" in browser.get(f"/inbox/{talk}").text
    assert desk.do(lambda tx: tx.session.query(Message).count()) == 0
    assert "consent.stopped" in desk.audited()


def test_who_wants_texts_again_gets_them(desk: Desk) -> None:
    talk, browser = a_talk(desk, opted_out_at=NOW), desk.browser()
    assert "Text this number again" in browser.get(f"/inbox/{talk}").text
    assert browser.post(f"/inbox/{talk}/texts-welcome").location == f"/inbox/{talk}?note=texts-welcome"
    assert her_number(desk).opted_out_at is None


def test_what_the_carrier_blocks_nobody_at_the_desk_lifts(desk: Desk) -> None:
    talk, browser = a_talk(desk, opted_out_at=NOW, carrier_blocked_at=NOW), desk.browser()
    assert "Text this number again" not in browser.get(f"/inbox/{talk}").text
    assert browser.post(f"/inbox/{talk}/texts-welcome").location == f"/inbox/{talk}?note=texts-blocked"
    assert her_number(desk).opted_out_at == NOW
