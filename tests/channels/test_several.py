"""Several openings for one patient, by channel: one text where it can make several offers, else the best alone."""

import re
from typing import Any

from sqlalchemy import select

from clinic import by_hand, openings, policies, waitlist
from clinic.audit import SYSTEM
from rules.policy import Policy
from rules.states import Channel, ConsentKind, OfferState
from storage.tables import Offer, Provider
from storage.transaction import Tx
from tests import factories
from tests.channels.house import ANA, BEN, Reached
from tests.channels.mail import MailServer
from tests.channels.test_email import MAILBOX
from tests.channels.test_voice import heard
from tests.channels.test_whatsapp import OFFER, OURS, WORDS
from tests.chaos.house import hours_ahead

NUMBERED = re.compile(r"1\) .*, 2\) ")
TO_TAP = re.compile(r"<(https?://\S+/o/\S+)>")


def offers_two(reached: Reached) -> list[Offer]:
    """Staff offer Ana two slots together, and everything that follows at once has happened."""

    def make(tx: Tx) -> list[Offer]:
        lee = tx.session.get_one(Provider, reached.house.provider_id)
        slots = [factories.opening(tx, lee, start=hours_ahead(hours)) for hours in (48, 49)]
        for slot in slots:
            slot.automatic = False
        ids = [slot.id for slot in slots]
        return by_hand.offer_several(tx, ids, reached.house.entries[ANA], SYSTEM)

    made: list[Offer] = reached.run(make)
    reached.system.work()
    return made


def now(reached: Reached, *offers: Offer) -> list[tuple[OfferState, Channel]]:
    found = reached.run(lambda tx: [tx.session.get_one(Offer, each.id) for each in offers])
    return [(each.state, each.channel) for each in found]


def phone(reached: Reached) -> str:
    return reached.house.phones[ANA]


def wants_email(reached: Reached, *others: Channel) -> None:
    reached.opens(Channel.EMAIL)
    reached.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    reached.wants(ANA, Channel.EMAIL, *others)


def test_an_email_has_a_link_for_each(reached: Reached, mail: MailServer) -> None:
    wants_email(reached)
    first, second = offers_two(reached)
    [offered] = mail.texts(MAILBOX)
    assert NUMBERED.search(offered)
    links = TO_TAP.findall(offered)
    page = mail.got[0].get_body(("html",))
    assert page is not None
    assert re.findall(r'href="([^"]*/o/[^"]*)"', page.get_content()) == links
    assert "&lt;http" not in page.get_content()
    reached.tap(links[1])
    assert [state for state, _ in now(reached, first, second)] == [OfferState.WITHDRAWN, OfferState.ACCEPTED]
    assert mail.texts(MAILBOX)[1].startswith("Booked, P0: Dr Lee")


def test_an_email_that_does_not_arrive_becomes_one_text(reached: Reached, mail: MailServer) -> None:
    wants_email(reached, Channel.SMS)
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    made = offers_two(reached)
    [offered] = reached.system.carrier.sent_to(phone(reached))
    assert NUMBERED.search(offered)
    assert now(reached, *made) == [(OfferState.OPEN, Channel.SMS)] * 2


def test_a_call_offers_the_one_that_suits_best(reached: Reached) -> None:
    reached.opens(Channel.VOICE)
    reached.agrees(ANA, ConsentKind.VOICE)
    reached.wants(ANA, Channel.VOICE, Channel.SMS)
    [made] = offers_two(reached)
    assert now(reached, made) == [(OfferState.OPEN, Channel.VOICE)]
    assert "Dr Lee has" in heard(reached)
    assert len(reached.system.carrier.calls(phone(reached))) == 1


def test_by_itself_a_call_offers_only_the_slot_whose_turn_it_is(reached: Reached) -> None:
    reached.opens(Channel.VOICE)
    reached.agrees(ANA, ConsentKind.VOICE)
    reached.wants(ANA, Channel.VOICE, Channel.SMS)

    def free_two(tx: Tx) -> None:
        waitlist.remove(tx, reached.house.entries[BEN], SYSTEM, "for this test")
        lee = tx.session.get_one(Provider, reached.house.provider_id)
        for hours in (48, 49):
            openings.look_at(tx, factories.opening(tx, lee, start=hours_ahead(hours)).id, tx.now)

    reached.run(free_two)
    reached.system.work()
    made = reached.run(lambda tx: tx.session.scalars(select(Offer)).all())
    assert [(each.channel, each.told_with_id) for each in made] == [(Channel.VOICE, None)]


def test_an_email_that_does_not_arrive_becomes_one_call(reached: Reached, mail: MailServer) -> None:
    reached.opens(Channel.VOICE)
    reached.agrees(ANA, ConsentKind.VOICE)
    wants_email(reached, Channel.VOICE)
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    made = offers_two(reached)
    assert sorted(state for state, _ in now(reached, *made)) == [OfferState.OPEN, OfferState.UNDELIVERABLE]
    assert len(reached.system.carrier.calls(phone(reached))) == 1


def test_whatsapp_lists_them_within_a_day_of_their_own_words(reached: Reached) -> None:
    on_whatsapp(reached)
    reached.system.carrier.text(f"whatsapp:{phone(reached)}", "hello", to=OURS)
    reached.system.work()
    made = offers_two(reached)
    assert len(made) == 2
    assert NUMBERED.search(reached.system.carrier.sent_to(f"whatsapp:{phone(reached)}")[-1])


def test_whatsapp_takes_the_best_as_a_template_at_other_times(reached: Reached) -> None:
    on_whatsapp(reached)
    [made] = offers_two(reached)
    assert now(reached, made) == [(OfferState.OPEN, Channel.WHATSAPP)]
    [offered] = reached.system.carrier.sent_to(f"whatsapp:{phone(reached)}")
    assert offered.startswith("P0: Dr Lee on ")


def on_whatsapp(reached: Reached) -> None:
    reached.opens(Channel.WHATSAPP)
    reached.wants(ANA, Channel.WHATSAPP, Channel.SMS)
    decided: dict[str, Any] = {"calendar_link": False, "whatsapp_templates": {"offer": {"en": OFFER}}}
    reached.run(lambda tx: policies.change(tx, Policy.model_validate(decided), SYSTEM))
    reached.system.carrier.templates({OFFER: WORDS})
