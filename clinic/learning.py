"""What a clinic's patients teach about how they answer: read when offers go out, written anew every night."""

from datetime import datetime, time, timedelta
from uuid import UUID

from clinic import policies
from clinic.nights import next_night
from rules.hours import Hours, hours_of, minutes_allowed_between
from rules.phones import zones_for
from rules.response import PUBLISHED, Observation, Response, learn
from rules.states import DueKind, OfferState
from storage.queries.due import set_due
from storage.queries.responses import Sent, newest_model, sent_between
from storage.tables import Offer, Opening, ResponseModel
from storage.transaction import Tx

LEARNED_FROM = timedelta(days=365)
AT_NIGHT = time(3, 20)

_ANSWERED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED)


def current(tx: Tx) -> Response:
    """What is believed of the clinic's patients: the published figures until something was learned."""
    newest = newest_model(tx.session)
    return Response.model_validate(newest.data) if newest else PUBLISHED


def work(tx: Tx, _clinic_id: UUID) -> datetime:
    """Learn from the clinic's own offers of the last year; gives when to do so again. What was learned is kept
    only where it is something new."""
    policy, zone = policies.current(tx), tx.clinic().timezone
    seen = [
        _observed(each, hours_of(policy, zones_for(each.patient_zone, zone, each.address)))
        for each in sent_between(tx.session, tx.now - LEARNED_FROM, tx.now)
    ]
    learned = learn(each for each in seen if each.answerable)
    if learned != current(tx):
        data = learned.model_dump(mode="json")
        tx.session.add(ResponseModel(clinic_id=tx.clinic_id, learned_at=tx.now, data=data))
    return next_night(tx, AT_NIGHT)


def begin(tx: Tx) -> None:
    """A new clinic learns from its first night on."""
    set_due(tx.session, tx.clinic_id, DueKind.LEARNING, tx.clinic_id, next_night(tx, AT_NIGHT))


def _observed(sent: Sent, hours: Hours) -> Observation:
    """What one offer tells."""
    offer, opening = sent.offer, sent.opening
    yes = offer.state is OfferState.ACCEPTED or offer.said_yes_too_late
    replied_at = offer.responded_at if yes or offer.state in _ANSWERED else None
    replied = minutes_allowed_between(sent.at, replied_at, hours) if replied_at else None
    answerable = minutes_allowed_between(sent.at, _answerable_until(offer, opening), hours)
    return Observation(
        score=offer.score,
        notice_hours=(opening.starts_at - sent.at) / timedelta(hours=1),
        answerable=max(answerable, replied or 0.0),
        yes=yes,
        replied_after=replied,
        channel=offer.channel,
    )


def _answerable_until(offer: Offer, opening: Opening) -> datetime:
    """Until it was taken back, somebody else had the slot, or its time came."""
    until = opening.starts_at
    if opening.filled_at is not None and offer.state is not OfferState.ACCEPTED:
        until = min(until, opening.filled_at)
    if offer.state is OfferState.WITHDRAWN and offer.responded_at is not None:
        until = min(until, offer.responded_at)
    return until
