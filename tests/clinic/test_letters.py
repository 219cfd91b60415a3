"""Letters of campaigns: written when they are due, printed once, and not for who has answered meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import campaign_results, campaigns, letters
from clinic.audit import SYSTEM
from clinic.campaign_plans import Refused, StepPlan
from rules.states import CampaignState, LeftOut, RecipientState, StepChannel
from storage.queries import letters as queries
from storage.tables import Clinic, Letter, Task
from storage.transaction import Tx
from tests.clinic.campaigning import (
    HELLO,
    book,
    campaign,
    do,
    go_on,
    lapsed,
    launched,
    preview,
    recipients_of,
    with_steps,
)
from tests.clinic.conftest import House

HOME = {"street": "12 Main St", "city": "Buffalo", "postcode": "14201"}
LETTER = StepPlan(
    [{"en": "Dear {first_name},\n\nwe would like to see you.", "es": "Hola {first_name}."}],
    channel=StepChannel.LETTER,
    subject={"en": "From {clinic}", "es": "De {clinic}"},
)
BY_LETTER = with_steps(LETTER)


@pytest.fixture
def mailing(house: House) -> House:
    """Two patients at home, and a third of whom no address is known."""
    do(house, lapsed, 1, **HOME)
    do(house, lapsed, 2, **HOME, language="es")
    do(house, lapsed, 3)
    house.run(
        lambda tx: setattr(tx.session.get_one(Clinic, tx.clinic_id), "address", "1 Lake St, Buffalo, NY")
    )
    return house


def taken(house: House, made: UUID) -> int:
    found: int = do(house, letters.take, made, SYSTEM)
    return found


def sheets(house: House, made: UUID) -> list[queries.Sheet]:
    def look(tx: Tx) -> list[queries.Sheet]:
        return [
            sheet
            for batch in queries.batches(tx.session, made)
            for sheet in queries.sheets(tx.session, made, batch.printed_at)
        ]

    return house.run(look)


def test_a_letter_goes_to_who_has_an_address_and_costs_its_postage(mailing: House) -> None:
    found = preview(mailing, BY_LETTER)
    assert (found.texted, found.left_out, found.cents) == (2, {LeftOut.BAD_NUMBER: 1}, 220)


def test_printed_each_gets_one_in_their_language_with_their_address(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    assert go_on(mailing, made) == []
    assert taken(mailing, made) == 2
    assert {(each.subject, each.body, each.language) for each in sheets(mailing, made)} == {
        ("From Lakeside", "Dear P1,\n\nwe would like to see you.", "en"),
        ("De Lakeside", "Hola P2.", "es"),
    }
    assert {
        (each.name, each.street, each.city, each.state, each.postcode) for each in sheets(mailing, made)
    } == {(f"P{number} Test", "12 Main St", "Buffalo", "NY", "14201") for number in (1, 2)}


def test_looked_at_and_printed_again_nobody_gets_a_second_one(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    go_on(mailing, made)
    assert [taken(mailing, made), taken(mailing, made)] == [2, 0]
    go_on(mailing, made)
    assert (len(sheets(mailing, made)), campaign(mailing, made).state) == (2, CampaignState.COMPLETED)


def test_staff_are_told_once_and_it_waits_for_them(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    go_on(mailing, made)
    (task,) = mailing.run(lambda tx: tx.session.scalars(select(Task)).all())
    assert "ready to be printed" in task.note
    assert campaign(mailing, made).state is CampaignState.ACTIVE


def test_who_has_booked_before_it_is_printed_gets_none(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    go_on(mailing, made)
    do(mailing, book, 1)
    assert taken(mailing, made) == 1
    assert recipients_of(mailing, made)[0].left_because == LeftOut.UPCOMING_VISIT
    assert len(mailing.run(lambda tx: tx.session.scalars(select(Letter)).all())) == 1


def test_the_step_behind_a_letter_goes_its_days_after_it_was_printed(mailing: House) -> None:
    made = launched(mailing, with_steps(LETTER, StepPlan(HELLO.wordings, after_days=3)))
    go_on(mailing, made)
    mailing.later(days=5)
    taken(mailing, made)
    mailing.later(days=2)
    assert [text.address for text in go_on(mailing, made)] == ["+12125570003"]  # whom no letter reaches
    mailing.later(days=1)
    assert {text.address for text in go_on(mailing, made)} == {"+12125570001", "+12125570002"}


def test_paused_its_letters_are_not_printed(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    go_on(mailing, made)
    do(mailing, campaigns.pause, made, SYSTEM)
    with pytest.raises(Refused, match="cannot be printed"):
        taken(mailing, made)


def test_a_printed_letter_counts_as_sent(mailing: House) -> None:
    made = launched(mailing, BY_LETTER)
    go_on(mailing, made)
    taken(mailing, made)
    found = mailing.run(lambda tx: campaign_results.results(tx, campaign(mailing, made)))
    assert [(each.channel, each.sent) for each in found.steps] == [(StepChannel.LETTER, 2)]
    assert found.cents == 220
    assert {each.state for each in recipients_of(mailing, made)} == {RecipientState.CONTACTED}
