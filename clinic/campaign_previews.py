"""A campaign looked at before it goes: whom it would reach, what some would read, what it costs; and a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from uuid import UUID

from clinic import campaign_words, conversations, messages, phrases, policies, recipients
from clinic.campaign_plans import LABELS, Plan, Refused
from clinic.campaign_words import Script
from rules.campaigns import cost_cents
from rules.phones import to_e164
from rules.segments import affordable, segments
from rules.states import LeftOut, MessageClass
from storage.queries import audiences
from storage.queries import campaigns as queries
from storage.tables import Campaign, Message, Patient, Staff
from storage.transaction import Tx

SAMPLE = 5
LONG_NAME = "Alexandria"
"""What stands for a first name where a text's length is estimated: few are longer."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a launch would come to now. `texts`, `segments` and `cents` are the most there can be: steps go only to
    who has not answered."""

    texted: int
    held_out: int
    left_out: Mapping[LeftOut, int]
    texts: int
    segments: int
    cents: int
    sample: Sequence[tuple[Patient, str]]  # with what they would read first


def preview(tx: Tx, plan: Plan, campaign_id: UUID | None = None) -> Preview:
    """What a launch would come to now. Nothing is written."""
    rest = recipients.rest(tx, campaign_id)
    by_language, left = audiences.counted(tx.session, plan.audience, rest)
    script = _script(tx, plan)
    share = 1 - plan.hold_out_percent / 100
    everybody = sum(by_language.values())
    texted = round(everybody * share)
    pieces = sum(
        count * share * sum(_segments(tx, script, position, language) for position in range(len(plan.steps)))
        for language, count in by_language.items()
    )
    some = audiences.some(tx.session, plan.audience, rest, SAMPLE)
    providers = queries.providers_of(tx.session, [each.id for each in some], tx.now)
    reads = [(each, _first_text(tx, script, each, providers.get(each.id, ""))) for each in some]
    return Preview(
        texted=texted,
        held_out=everybody - texted,
        left_out=left,
        texts=texted * len(plan.steps),
        segments=round(pieces),
        cents=cost_cents(round(pieces), policies.current(tx).segment_cents),
        sample=reads,
    )


def _script(tx: Tx, plan: Plan) -> Script:
    steps = [dict(zip(LABELS, each.wordings, strict=False)) for each in plan.steps]
    return campaign_words.script(tx, steps, plan.link.strip())


def _first_text(tx: Tx, script: Script, patient: Patient, provider: str) -> str:
    return _whole(tx, script.text(0, None, patient, provider), patient.language, first=True)


def _whole(tx: Tx, text: str, language: str, *, first: bool) -> str:
    """As it goes out: the clinic's name in front, and behind the first one how to opt out."""
    language = language if language in phrases.LANGUAGES else tx.clinic().language
    notice = f" {phrases.render('stop_notice', language)}" if first else ""
    return affordable(f"{tx.clinic().short_name}: {text}{notice}")


def _segments(tx: Tx, script: Script, position: int, language: str) -> float:
    """How many segments a step takes, over its wordings."""
    somebody = Patient(first_name=LONG_NAME, language=language)
    return mean(
        segments(_whole(tx, script.text(position, label, somebody, ""), language, first=position == 0))
        for label in script.steps[position]
    )


def send_test(tx: Tx, campaign_id: UUID, staff: Staff) -> list[Message]:
    """Text every wording of a campaign to a member of staff. Raises `Refused` where they have no phone."""
    campaign = tx.session.get_one(Campaign, campaign_id)
    number = to_e164(staff.phone or "", tx.clinic().region)
    sender = conversations.texting(tx)
    if number is None or sender is None:
        raise Refused("There is no phone to send it to: put your number into your profile first.")
    script = campaign_words.script_of(tx, campaign)
    line = conversations.with_address(tx, sender, number)
    first_name = staff.name.partition(" ")[0]
    said = []
    for position, wordings in enumerate(script.steps):
        for label, texts in wordings.items():
            for language in texts:
                somebody = Patient(first_name=first_name, language=language)
                text = _whole(tx, script.text(position, label, somebody, ""), language, first=not position)
                said.append(messages.write(tx, line, text, klass=MessageClass.ALERT))
    return said
