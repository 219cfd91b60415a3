"""Accounts: made with a password worth the name, one to an address."""

from dataclasses import replace
from uuid import uuid4

import pytest

from clinic import staff as accounts
from clinic.staff import NewStaff, SignInOutcome
from rules.permissions import Role
from storage.tables import Conversation
from tests import factories
from tests.admin.desk import NOW, Desk

PASSWORD = "twelve chars or more"


def jo() -> NewStaff:
    return NewStaff(email=f"Jo@{uuid4().hex}.Example", name="Jo", role=Role.SUPERVISOR, password=PASSWORD)


def test_somebody_new_can_sign_in(desk: Desk) -> None:
    new = jo()
    made = desk.do(lambda tx: accounts.create(tx, new))
    with desk.store.unscoped() as session:
        tried = accounts.authenticate(session, new.email, PASSWORD, NOW)
    assert tried.outcome is SignInOutcome.SIGNED_IN
    assert tried.staff is not None
    assert tried.staff.id == made.id


def test_an_account_may_become_that_of_a_provider_and_no_longer_be(desk: Desk) -> None:
    lee = desk.do(factories.provider)
    made = desk.do(lambda tx: accounts.create(tx, jo()))
    assert desk.do(lambda tx: accounts.link(tx, made.email.upper(), lee.external_id)).provider_id == lee.id
    assert desk.do(lambda tx: accounts.link(tx, made.email, None)).provider_id is None


def test_another_clinics_account_cannot_be_linked(desk: Desk) -> None:
    made = desk.do(lambda tx: accounts.create(tx, jo()))
    with desk.store.unscoped() as session:
        elsewhere = factories.clinic(session, NOW, name="Hillside")
    with pytest.raises(accounts.NoSuchStaff):
        desk.do(lambda tx: accounts.link(tx, made.email, None), at=elsewhere)


def test_an_account_may_be_that_of_a_provider(desk: Desk) -> None:
    lee = desk.do(factories.provider)
    made = desk.do(lambda tx: accounts.create(tx, replace(jo(), provider=lee.external_id)))
    assert made.provider_id == lee.id


def test_the_password_itself_is_not_kept(desk: Desk) -> None:
    assert desk.do(lambda tx: accounts.create(tx, jo())).password_hash.startswith("$argon2id$")


def test_a_short_password_is_refused(desk: Desk) -> None:
    short = NewStaff(email="a@b.example", name="A", role=Role.DOCTOR, password="elevenchars")
    with pytest.raises(accounts.WeakPassword):
        desk.do(lambda tx: accounts.create(tx, short))


def test_an_address_is_taken_once(desk: Desk) -> None:
    new = jo()
    desk.do(lambda tx: accounts.create(tx, new))
    with pytest.raises(accounts.EmailTaken):
        desk.do(lambda tx: accounts.create(tx, new))


def test_a_cheap_hash_is_replaced_when_its_owner_signs_in(desk: Desk) -> None:
    sam = desk.staff()
    with desk.store.unscoped() as session:
        tried = accounts.authenticate(session, sam.email, factories.PASSWORD, NOW)
    assert tried.staff is not None
    assert tried.staff.password_hash != sam.password_hash


def test_whoever_leaves_is_signed_out_and_cannot_sign_in(desk: Desk) -> None:
    made = desk.staff(Role.FRONT_DESK)
    browser = desk.sign_in(made)
    assert browser.get("/today").status_code == 200
    desk.do(lambda tx: accounts.leave(tx, made.email))
    assert browser.get("/today").status_code in (302, 303, 401)
    with desk.store.unscoped() as session:
        tried = accounts.authenticate(session, made.email, factories.PASSWORD, NOW)
    assert tried.outcome is SignInOutcome.UNKNOWN
    assert "staff.left" in desk.audited()


def test_what_somebody_had_who_left_is_anybodys_again(desk: Desk) -> None:
    made = desk.do(lambda tx: accounts.create(tx, replace(jo(), on_call=True, phone="+12125550188")))
    talk = desk.do(lambda tx: factories.conversation(tx, "+12125550101", staff_id=made.id))
    left = desk.do(lambda tx: accounts.leave(tx, made.email))
    assert (left.on_call, desk.get(Conversation, talk.id).staff_id) == (False, None)
