"""Campaigns: who is meant and who is left out, what is refused, and what a launch asks for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import (
    campaign_plans,
    campaign_previews,
    campaigns,
)
from clinic.audit import SYSTEM, by_staff
from clinic.campaign_plans import Plan, Refused, StepPlan
from rules.campaigns import Audience, BadText
from rules.states import LeftOut
from storage.tables import (
    AuditEvent,
    ContactPoint,
    RiskScore,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.campaigning import (
    AGAIN,
    HELLO,
    PLAN,
    book,
    do,
    go_on,
    lapsed,
    launched,
    preview,
    pumped,
    with_steps,
)
from tests.clinic.conftest import House

# Who is meant


def test_whoever_has_not_been_here_for_long_is_meant(house: House) -> None:
    do(house, lapsed, 1)
    do(house, lapsed, 2, days=30)
    house.run(lambda tx: factories.patient(tx, phone="+12125579999"))
    assert preview(house).texted == 1


def test_each_who_is_left_out_is_counted_once_with_the_first_reason(house: House) -> None:
    do(house, lapsed, 1, no_text=True)
    do(house, lapsed, 2, news=False)
    do(house, lapsed, 3)
    do(house, lapsed, 4)
    do(house, lapsed, 5)
    do(house, lapsed, 6, phone="+12125570005")
    do(house, lapsed, 7)
    house.run(mark_number_four_and_seven)
    do(house, book, 3)
    found = preview(house)
    assert found.texted == 1
    assert found.left_out == {
        LeftOut.NO_TEXT: 1,
        LeftOut.BAD_NUMBER: 1,
        LeftOut.OPTED_OUT: 1,
        LeftOut.NO_CONSENT: 1,
        LeftOut.UPCOMING_VISIT: 1,
        LeftOut.SAME_NUMBER: 1,
    }


def mark_number_four_and_seven(tx: Tx) -> None:
    for number, mark in ((4, "opted_out_at"), (7, "undeliverable_at")):
        point = tx.session.scalars(
            select(ContactPoint).where(ContactPoint.address == f"+1212557{number:04}")
        ).one()
        setattr(point, mark, tx.now)


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(), 3),
        (Audience(not_seen_days=None), 4),
        (Audience(not_seen_days=300), 1),
        (Audience(stages=("braces",)), 1),
        (Audience(languages=("es",)), 1),
        (Audience(tags=("vip", "new")), 1),
        (Audience(age_from=30, age_until=39), 1),
        (Audience(least_no_shows=1), 0),
    ],
)
def test_all_that_an_audience_says_has_to_hold(house: House, audience: Audience, meant: int) -> None:
    do(house, lapsed, 1, stage="braces", birth_date=(house.now - timedelta(days=35 * 365)).date())
    do(house, lapsed, 2, language="es", tags=["vip"])
    do(house, lapsed, 3, days=400)
    do(house, lapsed, 4, days=20)
    assert preview(house, with_steps(HELLO, audience=audience)).texted == meant


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(risk_levels=("high", "critical")), 2),
        (Audience(risk_levels=("low",)), 0),
        (Audience(dropped_out=True), 1),
        (Audience(dropped_out=True, risk_levels=("critical",)), 1),
    ],
)
def test_who_is_at_risk_or_has_dropped_out_may_be_meant(house: House, audience: Audience, meant: int) -> None:
    levels = (("high", "active"), ("critical", "dropped_out"), ("medium", "active"))
    for number, (level, state) in enumerate(levels):
        do(house, at_risk, number, level, state)
    do(house, lapsed, 3)
    assert preview(house, with_steps(HELLO, audience=audience)).texted == meant


def at_risk(tx: Tx, number: int, level: str, state: str) -> None:
    who = lapsed(tx, number)
    score = RiskScore(patient_id=who.id, score=60, level=level, state=state, flagged=False, parts=[])
    score.computed_at = tx.now
    tx.session.add(score)


def test_whom_another_campaign_has_just_texted_is_left_alone(house: House) -> None:
    do(house, lapsed, 1)
    go_on(house, launched(house))
    assert preview(house).left_out == {LeftOut.RECENTLY_CONTACTED: 1}
    house.later(days=31)
    assert preview(house).texted == 1


def test_whose_number_another_campaign_has_just_texted_is_left_alone(house: House) -> None:
    do(house, lapsed, 1, phone="+12125570001")
    go_on(house, launched(house))
    do(house, lapsed, 2, phone="+12125570001")
    assert preview(house).left_out == {LeftOut.RECENTLY_CONTACTED: 2}


def test_a_preview_shows_what_somebody_would_read_and_what_it_costs(house: House) -> None:
    do(house, lapsed, 1)
    found = preview(house)
    (some,) = found.sample
    assert some.reads == "Lakeside: Hi P1, time for a visit? Reply YES for times. STOP to opt out"
    assert (found.texts, found.segments, found.cents) == (1, 1, 2)


# Written and launched


@pytest.mark.parametrize(
    "plan",
    [
        Plan("", [HELLO]),
        Plan("Nothing to say", []),
        Plan("Too much", [HELLO] * 6),
        Plan("All at once", [HELLO, HELLO]),
        Plan("Five wordings", [StepPlan([{"en": "a"}] * 5)]),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(house: House, plan: Plan) -> None:
    with pytest.raises(Refused):
        do(house, campaign_plans.create, plan, SYSTEM)


@pytest.mark.parametrize("texts", [{"en": "Hi {stage}"}, {"es": "Hola"}, {"en": "Book at {link}"}])
def test_a_text_that_cannot_be_filled_in_is_refused(house: House, texts: dict[str, str]) -> None:
    with pytest.raises(BadText):
        do(house, campaign_plans.create, Plan("Bad", [StepPlan([texts])]), SYSTEM)


def test_a_draft_can_be_written_anew_and_a_launched_one_cannot(house: House) -> None:
    do(house, lapsed, 1)
    made = do(house, campaign_plans.create, PLAN, SYSTEM)
    do(house, campaign_plans.update, made.id, with_steps(HELLO, AGAIN), SYSTEM)
    assert len(house.run(lambda tx: campaign_plans.plan_of(tx, made)).steps) == 2
    do(house, campaigns.launch, made.id, SYSTEM, confirmed=1)
    with pytest.raises(Refused):
        do(house, campaign_plans.update, made.id, PLAN, SYSTEM)


def test_a_launch_is_refused_where_many_more_would_get_it_than_was_confirmed(house: House) -> None:
    for number in range(10):
        do(house, lapsed, number)
    made = do(house, campaign_plans.create, PLAN, SYSTEM)
    with pytest.raises(Refused, match="It would go to 10 patients by now, not to 3"):
        do(house, campaigns.launch, made.id, SYSTEM, confirmed=3)


def test_a_launch_is_in_the_audit_log(house: House) -> None:
    do(house, lapsed, 1)
    staff = house.run(lambda tx: factories.staff(tx))
    made = do(house, campaign_plans.create, PLAN, by_staff(staff.id))
    do(house, campaigns.launch, made.id, by_staff(staff.id), confirmed=1)
    found = house.run(
        lambda tx: tx.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == made.id)).all()
    )
    assert [(each.action, each.staff_id) for each in found] == [
        ("campaign.created", staff.id),
        ("campaign.active", staff.id),
    ]


def test_a_test_goes_to_whoever_asks_for_it_at_any_hour(house: House) -> None:
    house.later(hours=12)
    sam = house.run(lambda tx: factories.staff(tx, phone="+12125550190"))
    made = do(house, campaign_plans.create, PLAN, SYSTEM)
    house.run(lambda tx: campaign_previews.send_test(tx, made.id, sam))
    assert [(text.address, text.body) for text in pumped(house)] == [
        ("+12125550190", "Lakeside: Hi Sam, time for a visit? Reply YES for times. STOP to opt out")
    ]
