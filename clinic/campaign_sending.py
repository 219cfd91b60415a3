"""A campaign under way: its recipients are gathered, their texts written a little ahead of what the number can
send, and it ends or stops by itself.

All of it is due work in small transactions, and may run at any time and any number of times: who is a recipient,
and which step has been written to them, the database holds once. What has been written goes out as any other text,
behind everything more urgent (bot/outbox.py), and is looked at again before it goes (clinic/gate.py).
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid

from clinic import campaign_trials, chats, letters, policies, reaching, recipients
from clinic.audit import SYSTEM, record
from clinic.campaign_plans import lock
from clinic.campaign_writing import write
from rules.campaigns import Audience, stops_because
from rules.states import CampaignState, RecipientState, StepChannel, TaskKind
from rules.trials import REST, variant_of
from storage.bulk import insert_rows, rows
from storage.fault_points import reach
from storage.queries import audiences
from storage.queries import campaigns as queries
from storage.queries import letters as letter_queries
from storage.queries.audiences import Meant
from storage.tables import Campaign, Recipient, Sender, Task, new_id
from storage.transaction import Store, Tx

GATHERED_AT_ONCE = 2000
WRITTEN_AT_ONCE = 2000
AHEAD = timedelta(seconds=30)
LEAST_AHEAD = 20
"""Texts are written for so long ahead of a number's rate, and at least so many: whoever pauses a campaign stops it
at once, and no more than these have to be looked at."""

LOOK_AGAIN = timedelta(seconds=5)
LOOK_FOR_STAFF = timedelta(hours=1)
"""How soon staff may have done what is waited for: printed letters, or given the clinic something to send with."""

WORKS_FOR = timedelta(seconds=15)
"""Due work is leased for half a minute: whoever has not finished by then goes on with the next lease."""


@dataclass(frozen=True, slots=True)
class More:
    """There is more to do right now."""


def run(store: Store, clinic_id: UUID, campaign_id: UUID) -> datetime | None:
    """Go on with a campaign. Gives when to do so again; None where it is over or waits for staff. What due rows
    call."""
    until = store.clock() + WORKS_FOR
    while True:
        came = store.run(clinic_id, lambda tx: step(tx, campaign_id))
        if not isinstance(came, More):
            return came
        if store.clock() >= until:
            return store.clock()


def step(tx: Tx, campaign_id: UUID) -> datetime | More | None:
    """One transaction's worth of a campaign."""
    campaign = lock(tx, campaign_id)
    if campaign.state is CampaignState.SCHEDULED:
        if campaign.starts_at is not None and campaign.starts_at > tx.now:
            return campaign.starts_at
        become(tx, campaign, CampaignState.ACTIVE)
    if campaign.state is not CampaignState.ACTIVE:
        return None
    if campaign.ends_at is not None and campaign.ends_at <= tx.now:
        _complete(tx, campaign)
        return None
    because = stops_because(queries.last_sends(tx.session, campaign.id, campaign.watched_from))
    if because is not None:
        _stop(tx, campaign, because)
        return None
    if campaign.prepared_at is None:
        gather(tx, campaign)
        return More()
    campaign_trials.look(tx, campaign)
    return _write_on(tx, campaign)


def become(tx: Tx, campaign: Campaign, state: CampaignState) -> None:
    """By itself, into another state."""
    before, campaign.state = campaign.state, state
    record(tx, SYSTEM, f"campaign.{state}", campaign, before={"state": before}, after={"state": state})


def _complete(tx: Tx, campaign: Campaign) -> None:
    campaign.ended_at = tx.now
    become(tx, campaign, CampaignState.COMPLETED)


def _stop(tx: Tx, campaign: Campaign, because: str) -> None:
    """Too many opt-outs or failures: nothing goes out until somebody has looked."""
    campaign.stopped_because = because
    become(tx, campaign, CampaignState.PAUSED)
    note = f"The campaign “{campaign.name}” stopped by itself: {because}."
    tx.session.add(Task(clinic_id=tx.clinic_id, kind=TaskKind.LOOK_AT, note=note, made_at=tx.now))


# Who gets it


def gather(tx: Tx, campaign: Campaign, limit: int = GATHERED_AT_ONCE) -> int:
    """Add the next patients of the audience as recipients; gives how many were looked at."""
    audience = Audience.model_validate(campaign.audience)
    rest = recipients.rest(tx, campaign.id)
    channels = [each.channel for each in queries.steps(tx.session, campaign.id)]
    found = audiences.next_meant(tx.session, audience, rest, channels, campaign.prepared_to, limit)
    labels = queries.labels(tx.session, campaign.id)
    if found:
        _add(tx, campaign, found, labels)
        campaign.prepared_to = found[-1].patient_id
    if len(found) < limit:
        campaign.prepared_at = tx.now
    tx.session.flush()
    reach("campaign.gathered")
    tx.wake("live", tx.clinic_id)
    return len(found)


def _add(tx: Tx, campaign: Campaign, found: Sequence[Meant], labels: Sequence[str]) -> None:
    """Recipients, each with a wording; who is one already stays as they are. Who is held out, or waits for a
    winner, has nothing due."""
    drawn = [
        variant_of(campaign.id, each.patient_id, labels, campaign.hold_out_percent, campaign.try_percent)
        for each in found
    ]
    fresh = rows(
        id=(Uuid, [new_id() for _ in found]),
        patient_id=(Uuid, [each.patient_id for each in found]),
        address=(Text, [each.address for each in found]),
        variant=(Text, drawn),
        due_at=(DateTime(timezone=True), [None if label in (None, REST) else tx.now for label in drawn]),
    )
    all_alike = {
        "clinic_id": tx.clinic_id,
        "campaign_id": campaign.id,
        "state": RecipientState.PENDING,
        "step": 0,
    }
    tx.session.execute(insert_rows(Recipient, fresh, all_alike).on_conflict_do_nothing())


# What they get


def _write_on(tx: Tx, campaign: Campaign) -> datetime | More | None:
    """Write what may be written ahead; gives when to look again."""
    steps = queries.steps(tx.session, campaign.id)
    senders = _senders(tx, {each.channel for each in steps})
    missing, looked_at = False, 0
    for step in steps:
        sender = senders.get(step.channel)
        if step.channel is StepChannel.LETTER:
            looked_at += letters.write(tx, campaign, step, WRITTEN_AT_ONCE)
        elif sender is None:
            missing = True
        elif room := _room(tx, sender):
            looked_at += write(tx, campaign, step, sender, min(room, WRITTEN_AT_ONCE))
    if looked_at:
        return More()
    following = queries.next_due_at(tx.session, campaign.id)
    under_way = queries.on_their_way(tx.session, campaign.id, tx.now)
    winner_at = campaign_trials.next_look_at(campaign)
    printing = tx.now + LOOK_FOR_STAFF if letter_queries.waiting(tx.session, campaign.id) else None
    moments = (following, under_way, winner_at, printing)
    ahead_of_us = [moment for moment in moments if moment is not None]
    if not ahead_of_us:
        _complete(tx, campaign)
        return None
    return max(min(ahead_of_us), tx.now + (LOOK_FOR_STAFF if missing else LOOK_AGAIN))


def _senders(tx: Tx, wanted: Set[StepChannel]) -> Mapping[StepChannel, Sender]:
    """What the clinic sends from, on the channels wanted at least. Its chat may be one that nobody has begun yet,
    or be turned off by now."""
    found = {StepChannel(channel): sender for channel, sender in reaching.senders(tx).items()}
    found.pop(StepChannel.CHAT, None)
    if StepChannel.CHAT in wanted and policies.current(tx).chat:
        found[StepChannel.CHAT] = chats.line(tx)
    return found


def _room(tx: Tx, sender: Sender) -> int:
    """How many texts may be written for a number so that they wait no longer than need be."""
    ahead = max(LEAST_AHEAD, int(sender.rate_per_second * AHEAD.total_seconds()))
    return max(0, ahead - queries.waiting_at(tx.session, sender.id, tx.now))
