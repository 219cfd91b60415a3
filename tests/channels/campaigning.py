"""A campaign of a step or more by any channel, and what became of whom it went to."""

from uuid import UUID

from sqlalchemy import select

from clinic import campaign_plans, campaign_previews, campaigns
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.campaigns import Audience, Window
from rules.states import StepChannel
from storage.tables import (
    Patient,
    Recipient,
)
from storage.transaction import Tx
from tests.channels.house import Reached

MAILBOX = "ana@patients.example"
TEMPLATE = "HX" + "2" * 32
BODY = "Hi {first_name}, it has been a while.\n\nCall us: {phone}"
EMAIL = StepPlan([{"en": BODY}], channel=StepChannel.EMAIL, subject={"en": "{first_name}, time for a visit?"})
TEXT = StepPlan([{"en": "Hi {first_name}, time for a visit?"}])
CALL = StepPlan([{"en": "{first_name}, it is time for a visit."}], channel=StepChannel.VOICE)
CHAT = StepPlan(TEXT.wordings, channel=StepChannel.CHAT)
WHATSAPP = StepPlan(TEXT.wordings, channel=StepChannel.WHATSAPP, templates=[{"en": TEMPLATE}])


def launch(town: Reached, *steps: StepPlan) -> UUID:
    """A campaign to everybody, on any day; everything that follows at once has happened."""
    plan = Plan("Come back", steps, Audience(not_seen_days=None), Window(weekdays=tuple(range(7))))

    def work(tx: Tx) -> UUID:
        made = campaign_plans.create(tx, plan, SYSTEM)
        campaigns.launch(tx, made.id, SYSTEM, confirmed=campaign_previews.preview(tx, plan).texted)
        return made.id

    made: UUID = town.run(work)
    town.system.work()
    return made


def recipients(town: Reached) -> dict[str, Recipient]:
    """By first name."""

    def look(tx: Tx) -> dict[str, Recipient]:
        rows = tx.session.execute(select(Patient.first_name, Recipient).join(Recipient))
        return {name: recipient for name, recipient in rows}

    found: dict[str, Recipient] = town.run(look)
    return found
