"""kill -9 in the middle of a campaign, again and again, paused and resumed between: each recipient gets each text
once, and only once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.sweep import sweep
from clinic import campaign_plans, campaigns, consent
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.campaigns import Audience, Window
from rules.states import CampaignState, ConsentKind, ConsentSource
from storage.tables import Campaign, Message, Patient, Recipient
from storage.transaction import Tx
from tests.chaos.conftest import Kill, work_queue
from tests.chaos.house import House, fresh_house, noon_zone, phone
from tests.system import System

PATIENTS = 60
FIRST, SECOND = "First, {first_name}: would you like to come in?", "Second, {first_name}: still here for you."
PLAN = Plan(
    "Under fire",
    [StepPlan([{"en": FIRST}]), StepPlan([{"en": SECOND}], after_days=1)],
    audience=Audience(not_seen_days=None),
    window=Window(weekdays=tuple(range(7))),
)
WRITING = ("campaign.gathered", "due.leased", "campaign.written")
SENDING = ("claim.marked", "claim.committed", "send.answered", "send.recorded")
WRITING_AGAIN = ("campaign.written",)
"""Where a worker dies, one after the other: of the queue `due` while texts are written, else of `outbound`."""


def test_killed_paused_and_relaunched_everybody_gets_each_text_once(
    system: System, house: House, kill_worker: Kill
) -> None:
    campaign_id = house.store.run(house.clinic_id, launch)
    fire(system, house, kill_worker, campaign_id, WRITING)
    until_at_rest(system, house)
    system.clock.forward(timedelta(days=1))
    fire(system, house, kill_worker, campaign_id, WRITING_AGAIN)
    until_at_rest(system, house)
    system.forward(timedelta(minutes=1))

    assert state(house, campaign_id) is CampaignState.COMPLETED
    assert recipients(house) == PATIENTS
    for step, said in enumerate((FIRST, SECOND)):
        wanted = {phone(n): f"Lakeside: {said.format(first_name=f'P{n}')}" for n in range(PATIENTS)}
        assert received(system, step) == {number: [text] for number, text in wanted.items()}
    assert written(house) == Counter({(step, 1): PATIENTS for step in (0, 1)})


def fire(
    system: System, house: House, kill_worker: Kill, campaign_id: UUID, writing: tuple[str, ...]
) -> None:
    """Workers die while a text is written to everybody and sent, and staff pause and resume meanwhile."""
    for point in writing:
        due_again(system)
        kill_worker(point, "due")
    due_again(system)
    work_queue(system, "due")
    for point in SENDING:
        due_again(system)
        kill_worker(point, "outbound")
        house.store.run(house.clinic_id, lambda tx: campaigns.pause(tx, campaign_id, SYSTEM))
        house.store.run(house.clinic_id, lambda tx: campaigns.resume(tx, campaign_id, SYSTEM))


def launch(tx: Tx) -> UUID:
    made = campaign_plans.create(tx, PLAN, SYSTEM)
    campaigns.launch(tx, made.id, SYSTEM, confirmed=PATIENTS)
    return made.id


def due_again(system: System) -> None:
    """A while passes, and what is due is woken, but nobody works."""
    system.clock.forward(timedelta(seconds=70))
    sweep(system.services)


def until_at_rest(system: System, house: House) -> None:
    for _ in range(20):
        system.forward(timedelta(seconds=70))
        if house.at_rest():
            return
    raise AssertionError("texts are still on their way")


def state(house: House, campaign_id: UUID) -> CampaignState:
    with house.store.unscoped() as session:
        return session.get_one(Campaign, campaign_id).state


def recipients(house: House) -> int:
    with house.store.unscoped() as session:
        return len(session.scalars(select(Recipient.id)).all())


def received(system: System, step: int) -> dict[str, list[str]]:
    """What the carrier delivered of a step, by phone, without the notice at the end."""
    word = ("First", "Second")[step]
    found: dict[str, list[str]] = {}
    for message in system.carrier.messages():
        if message["direction"] == "outbound-api" and word in message["body"]:
            found.setdefault(message["phone"], []).append(message["body"].removesuffix(" STOP to opt out"))
    return found


def written(house: House) -> Counter[tuple[int, int]]:
    """How many recipients have so many texts of a step."""
    with house.store.unscoped() as session:
        rows = session.execute(
            select(Message.about_recipient_id, Message.campaign_step).where(
                Message.about_recipient_id.is_not(None)
            )
        )
        each = Counter((recipient, step) for recipient, step in rows)
    return Counter((step, times) for (_, step), times in each.items())


@pytest.fixture
def house(system: System) -> Iterator[House]:
    house = fresh_house(system, PATIENTS)
    house.store.run(house.clinic_id, agree)
    yield house
    system.services.redis.flushdb()


def agree(tx: Tx) -> None:
    """Everybody agreed to news, and lives where it is about noon."""
    for who in tx.session.scalars(select(Patient).order_by(Patient.id)).all():
        who.state, who.zone = "NY", noon_zone()
        number = int(who.first_name.removeprefix("P"))
        point = consent.contact_point(tx, phone(number))
        consent.grant(
            tx,
            who.id,
            point,
            ConsentKind.MARKETING_TEXT,
            granted=True,
            source=ConsentSource.INTAKE,
            by=SYSTEM,
        )
