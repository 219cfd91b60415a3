"""The texts of a campaign that are written into the outbox now: many recipients in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Table, TableValuedAlias, Text, Uuid, any_, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from clinic import policies
from clinic.campaign_words import script_of
from rules.campaign_hours import next_span
from rules.campaigns import Window
from rules.hours import hours_of
from rules.phones import zones_for
from rules.segments import segments
from rules.states import CLASS_RANK, Direction, MessageClass, OutboxState
from storage.fault_points import reach
from storage.queries import campaigns as queries
from storage.queries.campaigns import Due
from storage.tables import Base, Campaign, Conversation, Message, Sender, new_id
from storage.transaction import Tx

LIVES = timedelta(days=7)
PHRASE = "campaign"


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


def _table(of: type[Base]) -> Table:
    """For many rows at once, which the unit of work would only slow down."""
    return cast(Table, of.__table__)
