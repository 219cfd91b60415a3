"""Which channels reach a patient, in which order, and that matching says the same of everybody at once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import consent, handoff, policies, reaching
from clinic.audit import PATIENT, SYSTEM
from rules.channels import addresses_of, channel_of, contact_of, in_order
from rules.policy import Policy
from rules.states import Channel, ConsentKind, ConsentSource, EscalationKind, SenderKind
from storage.queries import matching
from storage.tables import (
    ContactPoint,
    Conversation,
    Patient,
    PatientContact,
    Provider,
    Sender,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

NUMBER, MAILBOX = "+12125550201", "maria@patients.example"
ALL = (Channel.SMS, Channel.WHATSAPP, Channel.EMAIL, Channel.VOICE)


@pytest.fixture
def entry(house: House) -> UUID:
    """Maria waits, in a clinic with every channel; she agreed to all of them."""
    return house.run(_furnished)


def _furnished(tx: Tx) -> UUID:
    line = tx.session.scalars(select(Sender.address)).one()
    for address, kind in (
        (f"whatsapp:{line}", SenderKind.WHATSAPP),
        (f"desk-{line}@lakeside.example", SenderKind.EMAIL),
        (f"voice:{line}", SenderKind.VOICE),
    ):
        tx.session.add(Sender(address=address, kind=kind))
    maria = factories.patient(tx, phone=NUMBER)
    mailbox = ContactPoint(address=MAILBOX)
    tx.session.add(mailbox)
    tx.session.flush()
    tx.session.add(PatientContact(patient_id=maria.id, contact_point_id=mailbox.id, position=1))
    agree(tx, maria.id, MAILBOX, ConsentKind.EMAIL)
    agree(tx, maria.id, NUMBER, ConsentKind.VOICE)
    factories.provider(tx)
    return factories.entry(tx, maria, factories.visit_type(tx)).id


def agree(tx: Tx, who: UUID, address: str, kind: ConsentKind, *, granted: bool = True) -> None:
    point = consent.contact_point(tx, address)
    consent.grant(tx, who, point, kind, granted=granted, source=ConsentSource.STAFF, by=SYSTEM)


def by(house: House, entry: UUID) -> list[Channel]:
    found = house.run(lambda tx: reaching.ways(tx, tx.session.get_one(WaitlistEntry, entry)))
    return [way.channel for way in found]


def may_be_asked(house: House, entry: UUID) -> bool:
    """What matching says."""

    def ask(tx: Tx) -> bool:
        provider = tx.session.scalars(select(Provider)).one()
        opening = factories.opening(tx, provider, start=tx.now + timedelta(days=2), minutes=60)
        facts = matching.opening_facts(tx.session, opening, tx.clinic().timezone)
        [found] = matching.candidate(tx.session, facts, entry, tx.now)
        tx.session.delete(opening)
        return found.can_text

    return house.run(ask)


def on_the_number(tx: Tx, **changed: Any) -> None:
    point = consent.contact_point(tx, NUMBER)
    for name, value in changed.items():
        setattr(point, name, value)


def talk(tx: Tx, address: str) -> Conversation:
    sender = tx.session.scalars(select(Sender).where(Sender.kind == SenderKind.WHATSAPP)).one()
    made = Conversation(sender_id=sender.id, address=address, created_at=tx.now)
    tx.session.add(made)
    tx.session.flush()
    return made


def test_without_a_wish_a_text_comes_first(house: House, entry: UUID) -> None:
    assert by(house, entry) == list(ALL)


def test_the_entrys_own_order_counts_and_nothing_else_is_tried(house: House, entry: UUID) -> None:
    house.run(lambda tx: wants(tx, entry, [Channel.EMAIL, Channel.SMS]))
    assert by(house, entry) == [Channel.EMAIL, Channel.SMS]


def wants(tx: Tx, entry: UUID, channels: Sequence[Channel]) -> None:
    tx.session.get_one(WaitlistEntry, entry).channels = list(channels)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ([], [Channel.VOICE, Channel.SMS]),
        ([Channel.SMS, Channel.VOICE], [Channel.SMS, Channel.VOICE]),
        ([Channel.EMAIL, Channel.SMS], [Channel.SMS]),
        ([Channel.EMAIL], [Channel.VOICE, Channel.SMS]),
    ],
)
def test_reminders_go_by_their_own_channels_as_far_as_the_clinic_reminds_by_them(
    house: House, entry: UUID, wanted: list[Channel], reached: list[Channel]
) -> None:
    house.run(lambda tx: wants(tx, entry, wanted))

    def remind(tx: Tx) -> list[Channel]:
        decided = Policy(reminder_channels=(Channel.VOICE, Channel.SMS))
        policies.change(tx, decided, SYSTEM)
        return [
            way.channel for way in reaching.to_remind(tx, tx.session.get_one(WaitlistEntry, entry).patient_id)
        ]

    assert house.run(remind) == reached


def refuses(kind: ConsentKind, address: str) -> Callable[[Tx, WaitlistEntry], None]:
    return lambda tx, entry: agree(tx, entry.patient_id, address, kind, granted=False)


def stops(tx: Tx, _entry: WaitlistEntry) -> None:
    consent.opt_out(tx, talk(tx, f"whatsapp:{NUMBER}"), PATIENT)


def ends_emails(tx: Tx, _entry: WaitlistEntry) -> None:
    consent.contact_point(tx, MAILBOX).opted_out_at = tx.now


def ends_calls(tx: Tx, _entry: WaitlistEntry) -> None:
    consent.no_calls(tx, talk(tx, f"voice:{NUMBER}"))


def takes_no_texts(tx: Tx, _entry: WaitlistEntry) -> None:
    on_the_number(tx, undeliverable_at=tx.now)


def changed_hands(tx: Tx, _entry: WaitlistEntry) -> None:
    on_the_number(tx, wrong_number_at=tx.now)


def wants_no_offers(tx: Tx, _entry: WaitlistEntry) -> None:
    on_the_number(tx, no_offers_at=tx.now)


def with_a_person(tx: Tx, _entry: WaitlistEntry) -> None:
    handoff.escalate(tx, talk(tx, f"whatsapp:{NUMBER}"), EscalationKind.ASKED)


def confidential(tx: Tx, entry: WaitlistEntry) -> None:
    tx.session.get_one(Patient, entry.patient_id).no_text = True


def clinic_without(*kinds: SenderKind) -> Callable[[Tx, WaitlistEntry], None]:
    def change(tx: Tx, _entry: WaitlistEntry) -> None:
        for sender in tx.session.scalars(select(Sender).where(Sender.kind.in_(kinds))):
            tx.session.delete(sender)

    return change


CASES = [
    ("all is well", lambda _tx, _entry: None, ALL),
    ("texts refused", refuses(ConsentKind.CARE_TEXT, NUMBER), (Channel.EMAIL, Channel.VOICE)),
    ("emails refused", refuses(ConsentKind.EMAIL, MAILBOX), (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)),
    ("STOP on WhatsApp", stops, (Channel.EMAIL,)),
    ("emails ended", ends_emails, (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)),
    ("calls ended", ends_calls, (Channel.SMS, Channel.WHATSAPP, Channel.EMAIL)),
    ("a landline", takes_no_texts, (Channel.WHATSAPP, Channel.EMAIL, Channel.VOICE)),
    ("a number that changed hands", changed_hands, (Channel.EMAIL,)),
    ("no offers wanted", wants_no_offers, ()),
    ("a person has a conversation", with_a_person, ()),
    ("a confidential patient", confidential, ()),
    (
        "no other senders",
        clinic_without(SenderKind.WHATSAPP, SenderKind.EMAIL, SenderKind.VOICE),
        (Channel.SMS,),
    ),
]


@pytest.mark.parametrize(("change", "reached"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_stands_against_a_channel(
    house: House, entry: UUID, change: Callable[[Tx, WaitlistEntry], None], reached: Sequence[Channel]
) -> None:
    house.run(lambda tx: change(tx, tx.session.get_one(WaitlistEntry, entry)))
    assert by(house, entry) == list(reached)
    assert may_be_asked(house, entry) is bool(reached)
    for channel in ALL:
        house.run(lambda tx, only=channel: wants(tx, entry, [only]))
        assert may_be_asked(house, entry) is (channel in reached), channel


def test_a_person_at_another_clinic_stands_against_nothing(house: House, entry: UUID) -> None:
    with house.store.unscoped() as session:
        other = factories.clinic(session, house.now, name="Hillside")
    house.store.run(
        other.id,
        lambda tx: handoff.escalate(tx, factories.conversation(tx, NUMBER), EscalationKind.ASKED),
    )
    assert may_be_asked(house, entry)
    assert by(house, entry) == list(ALL)


def test_a_template_lets_our_words_into_whatsapp(house: House, entry: UUID) -> None:
    sid = "HX" + "a" * 32
    house.run(
        lambda tx: policies.change(tx, Policy(whatsapp_templates={"reminder": {"en": sid}}), SYSTEM)  # type: ignore[dict-item]
    )

    def place(tx: Tx, phrase: str) -> str | None:
        found = reaching.place_for(tx, talk(tx, f"whatsapp:{NUMBER}"), phrase, "en")
        return found.address if found else None

    assert house.run(lambda tx: place(tx, "reminder")) == f"whatsapp:{NUMBER}"


def test_what_whatsapp_would_not_take_is_texted(house: House, entry: UUID) -> None:
    def place(tx: Tx) -> str | None:
        found = reaching.place_for(tx, talk(tx, f"whatsapp:{NUMBER}"), "booked", "en")
        return found.address if found else None

    assert house.run(place) == NUMBER


@pytest.mark.parametrize(
    ("address", "channel", "contact"),
    [
        (NUMBER, Channel.SMS, NUMBER),
        (f"whatsapp:{NUMBER}", Channel.WHATSAPP, NUMBER),
        (f"voice:{NUMBER}", Channel.VOICE, NUMBER),
        (MAILBOX, Channel.EMAIL, MAILBOX),
    ],
)
def test_an_address_tells_its_channel(address: str, channel: Channel, contact: str) -> None:
    assert (channel_of(address), contact_of(address)) == (channel, contact)
    assert address in addresses_of(contact)


def test_a_channel_named_twice_is_tried_once() -> None:
    assert in_order(["email", "sms", "email"]) == (Channel.EMAIL, Channel.SMS)
