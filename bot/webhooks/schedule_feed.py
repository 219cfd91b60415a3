"""A practice system tells what happened in its schedule. Verified, stored once, taken in after the answer."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, current_app, request

from bot import signatures
from bot.access import signed
from bot.services import Services
from rules import feed as rules
from storage.queries import feed as queries
from storage.queries.feed import Arrived

webhooks = Blueprint("schedule_feed", __name__, url_prefix="/webhooks/schedule")
log = structlog.get_logger()

LONGEST_BODY = 64_000


@webhooks.post("/<slug>")
@signed
def event(slug: str) -> Response:
    """One event. A feed that is not there is answered like a signature that does not hold."""
    services: Services = current_app.extensions["services"]
    request.max_content_length = LONGEST_BODY
    body, now = request.get_data(), services.clock()
    header = request.headers.get(signatures.HEADER, "")
    with services.store.unscoped() as session:
        found = queries.by_slug(session, slug)
        if found is None or not signatures.holds(header, found[0].secret, body, now):
            return Response(status=403)
        feed, zone = found
        said = rules.read(body)
        if said is None:
            log.warning("webhook.malformed", kind="schedule", feed=str(feed.id))
            return Response(status=200)
        due_id = queries.store_once(session, feed, _arrived(said, ZoneInfo(zone), now), now)
    if due_id is not None:
        services.store.wake("due", due_id)
    return Response(status=200)


def _arrived(said: rules.Event, zone: ZoneInfo, now: datetime) -> Arrived:
    """The event with every time in UTC. What happens in the future, by a clock that is fast, happens now."""
    return Arrived(
        event_id=said.event_id,
        type=said.type,
        subject=rules.subject_of(said),
        payload=_payload(said, zone),
        at=min(_utc(said.at, zone), now) if said.at else now,
    )


def _payload(said: rules.Event, zone: ZoneInfo) -> dict[str, Any]:
    if isinstance(said, rules.AvailabilityChanged):
        return said.availability.model_dump(mode="json")
    visit = said.visit.model_dump(mode="json")
    if said.visit.start is not None:
        visit["start"] = _utc(said.visit.start, zone).isoformat()
    return visit


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
