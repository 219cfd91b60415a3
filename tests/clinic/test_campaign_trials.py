"""Campaigns that try their wordings on some, and send the rest the one that wins."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic import campaign_plans, campaign_results, campaigns
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, Refused, StepPlan
from rules.campaigns import Trial, Window
from rules.states import CampaignState, RecipientState
from storage.tables import AuditEvent, Recipient
from storage.transaction import Tx
from tests.clinic.campaigning import campaign, do, go_on, lapsed, launched, recipients_of, with_steps
from tests.clinic.conftest import House

TWO = StepPlan([{"en": "One, {first_name}?"}, {"en": "Two, {first_name}?"}])
DAILY = Window(weekdays=tuple(range(7)))
TRIED = with_steps(TWO, window=DAILY, trial=Trial(percent=50, days=3))
PATIENTS = 40


@pytest.fixture
def full(house: House) -> House:
    for number in range(PATIENTS):
        do(house, lapsed, number)
    return house


def come_back(house: House, variant: str, share: float = 1.0) -> None:
    """So many of those who were texted one wording have booked, and one at least."""
    texted = house.run(
        lambda tx: list(tx.session.scalars(select(Recipient.id).where(Recipient.variant == variant)))
    )
    back = update(Recipient).where(Recipient.id.in_(texted[: max(1, round(len(texted) * share))]))
    house.run(lambda tx: tx.session.execute(back.values(rebooked_at=tx.now, state=RecipientState.REBOOKED)))


def test_only_those_it_is_tried_on_are_texted_at_first(full: House) -> None:
    made = launched(full, TRIED)
    assert {text.body[10:13] for text in go_on(full, made)} == {"One", "Two"}
    waiting = [each for each in recipients_of(full, made) if each.variant == "rest"]
    assert len(waiting) > 5
    assert {each.state for each in waiting} == {RecipientState.PENDING}


def test_a_real_winner_goes_to_the_rest_the_next_day_once_each(full: House) -> None:
    made = launched(full, TRIED)
    first = go_on(full, made)
    come_back(full, "B")
    full.later(days=1)
    rest = go_on(full, made)
    assert {text.body[10:13] for text in rest} == {"Two"}
    full.later(days=1)
    everybody = [text.address for text in [*first, *rest, *go_on(full, made)]]
    assert len(set(everybody)) == len(everybody) == PATIENTS


def test_without_a_real_difference_the_one_that_leads_is_taken_on_the_last_day(full: House) -> None:
    made = launched(full, TRIED)
    go_on(full, made)
    come_back(full, "B", 0.2)
    full.later(days=1)
    assert go_on(full, made) == []
    full.later(days=2)
    assert {text.body[10:13] for text in go_on(full, made)} == {"Two"}


def test_a_wording_that_reached_nobody_keeps_no_campaign_waiting_for_ever(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house, TRIED)
    texts = go_on(house, made)
    for _ in range(TRIED.trial.days + 1):
        house.later(days=1)
        texts += go_on(house, made)
    assert len(texts) == 1
    assert campaign(house, made).state is CampaignState.COMPLETED


def test_the_last_look_waits_for_a_wording_that_may_not_go_yet(full: House) -> None:
    saturdays = with_steps(TWO, window=Window(weekdays=(5,)), trial=Trial(percent=50, days=1))
    made = launched(full, saturdays)
    for _ in range(3):
        full.later(days=1)
        go_on(full, made)
    assert campaign(full, made).winner is None


def test_nobody_of_the_rest_gets_a_winner_while_it_is_paused(full: House) -> None:
    made = launched(full, TRIED)
    go_on(full, made)
    come_back(full, "B")
    do(full, campaigns.pause, made, SYSTEM)
    full.later(days=3)
    assert go_on(full, made) == []
    do(full, campaigns.resume, made, SYSTEM)
    assert len(go_on(full, made)) > 5


def test_the_winner_is_in_the_audit_log_once_and_in_plain_words(full: House) -> None:
    made = launched(full, TRIED)
    go_on(full, made)
    assert "on Dec 3 the one that leads is taken" in said(full, made)
    come_back(full, "A")
    full.later(days=1)
    go_on(full, made)
    full.later(days=1)
    go_on(full, made)
    lines = select(AuditEvent.after).where(AuditEvent.action == "campaign.winner")
    assert full.run(lambda tx: list(tx.session.scalars(lines))) == [{"winner": "A", "real": True, "looks": 1}]
    assert said(full, made) == "The rest get wording A, since Dec 1."


def said(house: House, made: object) -> str:
    def look(tx: Tx) -> str | None:
        return campaign_results.results(tx, campaign_plans.lock(tx, made)).rest

    return house.run(look)


def test_the_rest_are_not_counted_among_those_it_was_tried_on(full: House) -> None:
    made = launched(full, TRIED)
    go_on(full, made)
    found = full.run(lambda tx: campaign_results.results(tx, campaign(full, made)))
    assert len(found.sentences) == 1
    assert "rest" not in found.sentences[0]


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (with_steps(StepPlan([{"en": "One"}]), trial=Trial(percent=20)), "at least two wordings"),
        (with_steps(TWO, trial=Trial(percent=20)), "before the rest get the winner"),
    ],
)
def test_a_trial_that_cannot_be_decided_is_refused(house: House, plan: Plan, says: str) -> None:
    plan = with_steps(*plan.steps, trial=plan.trial, ends_at=house.now + timedelta(days=5))
    with pytest.raises(Refused, match=says):
        do(house, campaign_plans.create, plan, SYSTEM)
