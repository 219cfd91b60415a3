"""A campaign under way: its recipients are gathered, their texts written a little ahead of what the number can
send, and it ends or stops by itself.

All of it is due work in small transactions, and may run at any time and any number of times: who is a recipient,
and which step has been written to them, the database holds once. What has been written goes out as any other text,
behind everything more urgent (bot/outbox.py), and is looked at again before it goes (clinic/gate.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Table, TableValuedAlias, Text, Uuid, any_, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from clinic import conversations, phrases, policies, recipients
from clinic.audit import SYSTEM, record
from rules.campaign_hours import next_span
from rules.campaigns import Audience, Window, in_language, merged, named_in, stops_because
from rules.hours import hours_of
from rules.phones import zones_for
from rules.segments import segments
from rules.states import (
    CLASS_RANK,
    CampaignState,
    Direction,
    MessageClass,
    OutboxState,
    RecipientState,
    TaskKind,
)
from rules.trials import variant_of
from storage.fault_points import reach
from storage.queries import campaigns as queries
from storage.queries.campaigns import Due
from storage.tables import (
    Base,
    Campaign,
    Conversation,
    Message,
    Recipient,
    Sender,
    Task,
    new_id,
)
from storage.transaction import Store, Tx

GATHERED_AT_ONCE = 2000
WRITTEN_AT_ONCE = 500
AHEAD = timedelta(seconds=30)
LEAST_AHEAD = 20
"""Texts are written for so long ahead of a number's rate, and at least so many: whoever pauses a campaign stops it
at once, and no more than these have to be looked at."""

LOOK_AGAIN = timedelta(seconds=5)
WORKS_FOR = timedelta(seconds=15)
"""Due work is leased for half a minute: whoever has not finished by then goes on with the next lease."""

LIVES = timedelta(days=7)
PHRASE = "campaign"


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
    return _write_on(tx, campaign)


def lock(tx: Tx, campaign_id: UUID) -> Campaign:
    return tx.session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


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


def _table(of: type[Base]) -> Table:
    """For many rows at once, which the unit of work would only slow down."""
    return cast(Table, of.__table__)


# Who gets it


def gather(tx: Tx, campaign: Campaign, limit: int = GATHERED_AT_ONCE) -> int:
    """Add the next patients of the audience as recipients; gives how many were looked at."""
    audience = Audience.model_validate(campaign.audience)
    rest = recipients.rest(tx, campaign.id)
    found = queries.next_meant(tx.session, audience, rest, campaign.prepared_to, limit)
    first_step = queries.steps(tx.session, campaign.id)[0]
    labels = [each.label for each in queries.variants(tx.session, [first_step.id])]
    rows = [_recipient(tx, campaign, each, labels) for each in found]
    if rows:
        tx.session.execute(insert(_table(Recipient)).on_conflict_do_nothing(), rows)
        campaign.prepared_to = found[-1].patient_id
    if len(found) < limit:
        campaign.prepared_at = tx.now
    tx.session.flush()
    reach("campaign.gathered")
    tx.wake("live", tx.clinic_id)
    return len(found)


def _recipient(tx: Tx, campaign: Campaign, meant: queries.Meant, labels: Sequence[str]) -> dict[str, object]:
    label = variant_of(campaign.id, meant.patient_id, labels, campaign.hold_out_percent)
    return {
        "id": new_id(),
        "clinic_id": tx.clinic_id,
        "campaign_id": campaign.id,
        "patient_id": meant.patient_id,
        "address": meant.address,
        "variant": label,
        "state": RecipientState.PENDING,
        "step": 0,
        "due_at": None if label is None else tx.now,
    }


# What they get


class Reader(Protocol):
    """Whoever is written to: a patient, or what is known of one."""

    @property
    def first_name(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Script:
    """A campaign's texts, by step and variant; and what its fields become of themselves."""

    steps: Sequence[Mapping[str, Mapping[str, str]]]
    clinic: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, str]]
    usual_language: str

    def text(self, step: int, variant: str | None, reader: Reader, provider: str) -> str:
        wordings = self.steps[step]
        texts = wordings.get(variant or "") or next(iter(wordings.values()))
        body = in_language(texts, reader.language, self.usual_language)
        values = {**self.clinic, "first_name": reader.first_name, "provider": provider}
        language = reader.language if reader.language in self.defaults else self.usual_language
        return merged(body, values, self.defaults.get(language, self.defaults["en"]))

    @property
    def names_provider(self) -> bool:
        return any(
            "provider" in named_in(body)
            for wordings in self.steps
            for texts in wordings.values()
            for body in texts.values()
        )


def script_of(tx: Tx, campaign: Campaign) -> Script:
    """The texts of a campaign, ready to be filled in."""
    steps = queries.steps(tx.session, campaign.id)
    found: dict[UUID, dict[str, Mapping[str, str]]] = {each.id: {} for each in steps}
    for variant in queries.variants(tx.session, found):
        found[variant.step_id][variant.label] = variant.texts
    return script(tx, [found[each.id] for each in steps], campaign.link)


def script(tx: Tx, steps: Sequence[Mapping[str, Mapping[str, str]]], link: str) -> Script:
    clinic = tx.clinic()
    defaults = {
        language: {
            "first_name": phrases.render("campaign_first_name", language),
            "provider": phrases.render("campaign_provider", language),
        }
        for language in phrases.LANGUAGES
    }
    said = {"clinic": clinic.short_name, "phone": phrases.phone(clinic.phone), "link": link}
    return Script(steps, said, defaults, clinic.language)


def _write_on(tx: Tx, campaign: Campaign) -> datetime | More | None:
    """Write what may be written ahead; gives when to look again."""
    sender = conversations.texting(tx)
    if sender is None:
        return tx.now + timedelta(hours=1)
    ahead = max(LEAST_AHEAD, int(sender.rate_per_second * AHEAD.total_seconds()))
    room = ahead - queries.waiting_at(tx.session, sender.id, tx.now)
    if room > 0 and write(tx, campaign, sender, min(room, WRITTEN_AT_ONCE)):
        return More()
    following = queries.next_due_at(tx.session, campaign.id)
    under_way = queries.on_their_way(tx.session, campaign.id, tx.now)
    ahead_of_us = [moment for moment in (following, under_way) if moment is not None]
    if not ahead_of_us:
        _complete(tx, campaign)
        return None
    return max(min(ahead_of_us), tx.now + LOOK_AGAIN)


def write(tx: Tx, campaign: Campaign, sender: Sender, limit: int) -> int:
    """Write the next texts of a campaign into the outbox; gives how many recipients were looked at. Whoever may
    not be texted at this hour is put off until they may."""
    found = queries.due(tx.session, campaign.id, tx.now, limit)
    now_allowed = _put_off_others(tx, campaign, found)
    if now_allowed:
        _put_into_outbox(tx, campaign, sender, now_allowed)
        queries.written(tx.session, now_allowed)
        tx.wake("outbound", sender.id)
    reach("campaign.written")
    return len(found)


def _put_into_outbox(tx: Tx, campaign: Campaign, sender: Sender, found: Sequence[Due]) -> None:
    lines = _conversations(tx, sender, [each.address for each in found])
    bodies = [f"{tx.clinic().short_name}: {text}" for text in _texts(tx, campaign, found)]
    each = _rows(
        id=(Uuid, [new_id() for _ in found]),
        conversation_id=(Uuid, [lines[one.address] for one in found]),
        address=(Text, [one.address for one in found]),
        body=(Text, bodies),
        patient_id=(Uuid, [one.patient_id for one in found]),
        about_recipient_id=(Uuid, [one.id for one in found]),
        campaign_step=(Integer, [one.step for one in found]),
        segments=(Integer, [segments(body) for body in bodies]),
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
        "expires_at": min(filter(None, (campaign.ends_at, tx.now + LIVES))),
    }
    tx.session.execute(_insert(Message, each, all_alike))


def _rows(**columns: tuple[Any, Sequence[Any]]) -> TableValuedAlias:
    """Columns of values as rows, in one parameter a column however many there are: each with its type."""
    arrays = [literal(list(values), ARRAY(kind)) for kind, values in columns.values()]
    names = [column(name, kind) for name, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*names, name="fresh").render_derived()


def _insert(of: type[Base], rows: TableValuedAlias, all_alike: Mapping[str, Any]) -> Insert:
    """Many rows in one statement, with what they have in common."""
    table = _table(of)
    same = [literal(value, table.c[name].type).label(name) for name, value in all_alike.items()]
    wanted = select(*rows.c, *same)
    return insert(table).from_select([*(each.name for each in rows.c), *all_alike], wanted)


def _put_off_others(tx: Tx, campaign: Campaign, found: Sequence[Due]) -> list[Due]:
    """Those who may be texted now. The others are put off until they may; most share their hours with many."""
    window, decided = Window.model_validate(campaign.send_window), policies.current(tx)
    home = tx.clinic().timezone
    by_hours: dict[tuple[tuple[ZoneInfo, ...], str | None], list[Due]] = {}
    for each in found:
        zones = zones_for(each.zone, home, each.address)
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


def _texts(tx: Tx, campaign: Campaign, found: Sequence[Due]) -> list[str]:
    script = script_of(tx, campaign)
    ids = [each.patient_id for each in found]
    providers = queries.providers_of(tx.session, ids, tx.now) if script.names_provider else {}
    return [script.text(each.step, each.variant, each, providers.get(each.patient_id, "")) for each in found]


def _conversations(tx: Tx, sender: Sender, addresses: Sequence[str]) -> Mapping[str, UUID]:
    """The conversation with each number, made where it is new."""
    rows = _rows(id=(Uuid, [new_id() for _ in addresses]), address=(Text, sorted(addresses)))
    all_alike = {"clinic_id": tx.clinic_id, "sender_id": sender.id, "created_at": tx.now}
    tx.session.execute(_insert(Conversation, rows, all_alike).on_conflict_do_nothing())
    wanted = any_(literal(list(addresses), ARRAY(Text)))
    known = select(Conversation.address, Conversation.id).where(
        Conversation.sender_id == sender.id, Conversation.address == wanted
    )
    return {address: line for address, line in tx.session.execute(known)}
