"""A campaign looked at before it goes: whom it would reach, what some would read, what it costs; and a test."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from uuid import UUID

from clinic import campaign_words, conversations, messages, phrases, policies, reaching, recipients
from clinic.campaign_plans import LABELS, Plan, Refused, plan_of
from clinic.campaign_words import Reads, Script
from rules.campaigns import cost_cents
from rules.phones import to_e164
from rules.policy import Policy
from rules.segments import affordable, segments
from rules.states import IN_WORDS, ON_PAPER, Channel, LeftOut, MessageClass, StepChannel
from storage.queries import audiences
from storage.queries import campaigns as queries
from storage.queries.audiences import Count
from storage.tables import Campaign, Message, Patient, Staff
from storage.transaction import Tx

SAMPLE = 5
LONG_NAME = "Alexandria"
"""What stands for a first name where a text's length is estimated: few are longer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What somebody would read first, or hear. `segments`: of a text; None by any other channel."""

    patient: Patient
    reads: str
    segments: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a launch would come to now. `texts`, of them so many `by_channel`, `segments` and `cents` are the most
    there can be: steps go only to who has not answered."""

    texted: int
    held_out: int
    left_out: Mapping[LeftOut, int]
    texts: int
    by_channel: Mapping[StepChannel, int]
    segments: int
    cents: int
    sample: Sequence[Sample]


def preview(tx: Tx, plan: Plan, campaign_id: UUID | None = None) -> Preview:
    """What a launch would come to now. Nothing is written."""
    rest = recipients.rest(tx, campaign_id)
    channels = [step.channel for step in plan.steps]
    by_language, left = audiences.counted(tx.session, plan.audience, rest, channels)
    script = campaign_words.script(tx, plan)
    share = 1 - plan.hold_out_percent / 100
    everybody = sum(count.recipients for count in by_language.values())
    texted = round(everybody * share)
    pieces, in_segments = _most(tx, script, by_language, share)
    some = audiences.some(tx.session, plan.audience, rest, channels, SAMPLE)
    providers = queries.providers_of(tx.session, [each.id for each, _ in some], tx.now)
    return Preview(
        texted=texted,
        held_out=everybody - texted,
        left_out=left,
        texts=sum(pieces.values()),
        by_channel=pieces,
        segments=in_segments,
        cents=cost(policies.current(tx), pieces, in_segments),
        sample=[
            _sample(tx, script, channels.index(channel), each, providers.get(each.id, ""))
            for each, channel in some
        ],
    )


def cost(policy: Policy, pieces: Mapping[StepChannel, int], in_segments: int) -> int:
    """In cents: texts by the segment, WhatsApp messages, calls and letters by the piece; emails and chats cost
    nothing."""
    each = {
        StepChannel.WHATSAPP: policy.whatsapp_cents,
        StepChannel.VOICE: policy.call_cents,
        StepChannel.LETTER: policy.letter_cents,
    }
    by_piece = ((pieces.get(channel, 0), cents) for channel, cents in each.items())
    return cost_cents((in_segments, policy.segment_cents), *by_piece)


def _most(
    tx: Tx, script: Script, by_language: Mapping[str, Count], share: float
) -> tuple[Counter[StepChannel], int]:
    """How many texts, calls and so on there can be at most, and how many segments the texts take."""
    pieces: Counter[StepChannel] = Counter()
    in_segments = 0.0
    for position, step in enumerate(script.plan.steps):
        pieces[step.channel] += round(
            share * sum(count.reached[step.channel] for count in by_language.values())
        )
        if step.channel is StepChannel.SMS:
            in_segments += share * sum(
                count.reached[step.channel] * _segments(tx, script, position, language)
                for language, count in by_language.items()
            )
    return pieces, round(in_segments)


def _segments(tx: Tx, script: Script, position: int, language: str) -> float:
    """How many segments a step takes, over its wordings."""
    somebody = Patient(first_name=LONG_NAME, language=language)
    return mean(
        segments(_texted(tx, script.reads(position, label, somebody, ""), first=position == 0))
        for label in _labels(script, position)
    )


def _labels(script: Script, position: int) -> str:
    return LABELS[: len(script.plan.steps[position].wordings)]


def _sample(tx: Tx, script: Script, position: int, patient: Patient, provider: str) -> Sample:
    said, channel = script.reads(position, None, patient, provider), script.plan.steps[position].channel
    if channel in ON_PAPER:
        return Sample(patient, f"{said.subject}\n{said.body}", None)
    reads = _texted(tx, said, first=True) if channel in IN_WORDS else said.body
    return Sample(patient, reads, segments(reads) if channel is StepChannel.SMS else None)


def _texted(tx: Tx, said: Reads, *, first: bool) -> str:
    """As it goes out: the clinic's name in front, and behind the first one how to opt out."""
    notice = f" {phrases.render('stop_notice', said.language)}" if first else ""
    return affordable(f"{tx.clinic().short_name}: {said.body}{notice}")


# A test


def send_test(tx: Tx, campaign_id: UUID, staff: Staff) -> list[Message]:
    """Send every wording of a campaign to a member of staff: emails to their mailbox, what is texted or said in a
    call to their phone. Letters are looked at as they are printed, and what is said in chats in the preview.
    Raises `Refused` where they have no phone, or all is said in chats."""
    script = campaign_words.script(tx, plan_of(tx, tx.session.get_one(Campaign, campaign_id)))
    if {step.channel for step in script.plan.steps} == {StepChannel.CHAT}:
        raise Refused("No test can be sent: what is said in a web chat is looked at in the preview.")
    number = to_e164(staff.phone or "", tx.clinic().region)
    sent = []
    for position, said in _all_wordings(script, staff.name.partition(" ")[0]):
        channel = script.plan.steps[position].channel
        if channel is StepChannel.EMAIL:
            sent.append(_write(tx, Channel.EMAIL, staff.email, said.body))
            sent[-1].extras = {"subject": said.subject}
        elif channel not in (StepChannel.LETTER, StepChannel.CHAT):
            sent.append(_write(tx, Channel.SMS, number, _texted(tx, said, first=position == 0)))
    return sent


def _all_wordings(script: Script, first_name: str) -> Iterator[tuple[int, Reads]]:
    for position, step in enumerate(script.plan.steps):
        for label, texts in zip(LABELS, step.wordings, strict=False):
            for language in texts:
                somebody = Patient(first_name=first_name, language=language)
                yield position, script.reads(position, label, somebody, "")


def _write(tx: Tx, channel: Channel, address: str | None, text: str) -> Message:
    sender = reaching.senders(tx).get(channel)
    if address is None or sender is None:
        raise Refused("There is no phone to send it to: put your number into your profile first.")
    line = conversations.with_address(tx, sender, address)
    return messages.write(tx, line, text, klass=MessageClass.ALERT)
