"""What a campaign says is written into the outbox now: to many recipients in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Text, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from clinic import messages, policies
from clinic.campaign_words import Reads, script_of
from rules.campaign_hours import next_span
from rules.campaigns import Window
from rules.channels import address_on
from rules.hours import hours_of
from rules.phones import zones_for
from rules.states import CLASS_RANK, IN_WORDS, Channel, Direction, MessageClass, OutboxState, StepChannel
from storage.bulk import insert_rows, rows
from storage.fault_points import reach
from storage.queries import campaigns as queries
from storage.queries import chat
from storage.queries.campaigns import Due
from storage.tables import Campaign, CampaignStep, Conversation, Message, Sender, new_id
from storage.transaction import Tx

LIVES = timedelta(days=7)
PHRASE = "campaign"
WITH_EXTRAS = (StepChannel.EMAIL, StepChannel.WHATSAPP)


def write(tx: Tx, campaign: Campaign, step: CampaignStep, sender: Sender, limit: int) -> int:
    """Write a step to the recipients for whom it is due; gives how many were looked at. Whoever may not be reached
    at this hour is put off until they may, and whom the channel does not reach gets the step behind it."""
    found = queries.due(tx.session, step, tx.now, limit)
    now_allowed = _put_off_others(tx, campaign, pass_over_others(tx, step, found))
    if now_allowed:
        _put_into_outbox(tx, campaign, step, sender, now_allowed)
        queries.written(tx.session, now_allowed)
        tx.wake("outbound", sender.id)
    reach("campaign.written")
    return len(found)


def pass_over_others(tx: Tx, step: CampaignStep, found: Sequence[Due]) -> list[Due]:
    """Those whom the step reaches, each number and mailbox once. For the others the step behind it is next."""
    elsewhere = [each.contact for each in found if each.contact not in (None, each.known_as)]
    taken = queries.taken(tx.session, step, elsewhere) if elsewhere else set()
    reached: list[Due] = []
    others: list[Due] = []
    for each in found:
        is_theirs = each.contact == each.known_as or each.contact not in taken
        (reached if each.contact is not None and is_theirs else others).append(each)
        taken.add(each.contact or "")
    pass_over(tx, step, others)
    return reached


def pass_over(tx: Tx, step: CampaignStep, others: Sequence[Due]) -> None:
    """For whom a step does not reach, the one behind it is next."""
    if others:
        following = queries.next_due(tx.session, step.campaign_id, step.position + 1, tx.now)
        queries.pass_over(tx.session, others, following)


def _put_into_outbox(
    tx: Tx, campaign: Campaign, step: CampaignStep, sender: Sender, found: Sequence[Due]
) -> None:
    channel = Channel(step.channel)
    addresses = _addresses(tx, channel, [each.contact or "" for each in found])
    lines = _conversations(tx, sender, addresses)
    said = reads(tx, campaign, step, found)
    in_front = f"{tx.clinic().short_name}: " if step.channel in IN_WORDS else ""
    bodies = [f"{in_front}{each.body}" for each in said]
    extras = [_extras(step.channel, each) for each in said] if step.channel in WITH_EXTRAS else None
    fresh = rows(
        id=(Uuid, [new_id() for _ in found]),
        conversation_id=(Uuid, [lines[address] for address in addresses]),
        address=(Text, addresses),
        body=(Text, bodies),
        patient_id=(Uuid, [each.patient_id for each in found]),
        about_recipient_id=(Uuid, [each.id for each in found]),
        segments=(Integer, list(map(messages.segments_on, addresses, bodies))),
        **({"extras": (JSONB, extras)} if extras else {}),
    )
    all_alike = {
        "clinic_id": tx.clinic_id,
        "sender_id": sender.id,
        "direction": Direction.OUT,
        "created_at": tx.now,
        "outbox_state": OutboxState.QUEUED,
        "klass": MessageClass.CAMPAIGN,
        "rank": CLASS_RANK[MessageClass.CAMPAIGN],
        "phrase": PHRASE,
        "campaign_step": step.position,
        "expires_at": min(filter(None, (campaign.ends_at, tx.now + LIVES))),
    }
    tx.session.execute(insert_rows(Message, fresh, all_alike))


def _addresses(tx: Tx, channel: Channel, contacts: Sequence[str]) -> list[str]:
    """Where each is written to: in the chat they wrote in last, or at their number or mailbox."""
    if channel is Channel.CHAT:
        chats = chat.open_with(tx.session, contacts, tx.now)
        return [chats[each] for each in contacts]
    return [address_on(channel, each) for each in contacts]


def _extras(channel: StepChannel, said: Reads) -> dict[str, object]:
    """What the channel needs beside the words (clinic/envelopes.py)."""
    if channel is StepChannel.EMAIL:
        return {"subject": said.subject, "language": said.language}
    return {"approved": said.template, "values": said.values, "language": said.language}


def _put_off_others(tx: Tx, campaign: Campaign, found: Sequence[Due]) -> list[Due]:
    """Those who may be texted now. The others are put off until they may; most share their hours with many."""
    window, decided = Window.model_validate(campaign.send_window), policies.current(tx)
    home = tx.clinic().timezone
    by_hours: dict[tuple[tuple[ZoneInfo, ...], str | None], list[Due]] = {}
    for each in found:
        zones = zones_for(each.zone, home, each.contact or "")
        by_hours.setdefault((zones, each.state), []).append(each)
    allowed: list[Due] = []
    for (zones, state), some in by_hours.items():
        span = next_span(tx.now, window, hours_of(decided, zones), state)
        if span is not None and span.start <= tx.now:
            allowed += some
        else:
            because = None if span else "no hour is allowed"
            queries.put_off(tx.session, some, span.start if span else None, because)
    return allowed


def reads(tx: Tx, campaign: Campaign, step: CampaignStep, found: Sequence[Due]) -> list[Reads]:
    """What each gets, filled in."""
    script = script_of(tx, campaign)
    ids = [each.patient_id for each in found]
    providers = queries.providers_of(tx.session, ids, tx.now) if script.names_provider else {}
    return [
        script.reads(step.position, each.variant, each, providers.get(each.patient_id, "")) for each in found
    ]


def _conversations(tx: Tx, sender: Sender, addresses: Sequence[str]) -> Mapping[str, UUID]:
    """The conversation with each number, made where it is new."""
    fresh = rows(id=(Uuid, [new_id() for _ in addresses]), address=(Text, sorted(addresses)))
    all_alike = {"clinic_id": tx.clinic_id, "sender_id": sender.id, "created_at": tx.now}
    tx.session.execute(insert_rows(Conversation, fresh, all_alike).on_conflict_do_nothing())
    wanted = any_(literal(list(addresses), ARRAY(Text)))
    known = select(Conversation.address, Conversation.id).where(
        Conversation.sender_id == sender.id, Conversation.address == wanted
    )
    return {address: line for address, line in tx.session.execute(known)}
