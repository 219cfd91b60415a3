"""One tap on a free slot, or on somebody who is asked about it: on Today and on the slot's own page."""

from uuid import UUID

from flask import abort, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, going_out, in_clinic
from bot.admin.today import back
from bot.admin.words import LONGER
from clinic import by_hand, offers, steering
from rules.permissions import Permission
from rules.states import LIVE_OPENING
from storage.tables import Offer, Opening
from storage.transaction import Tx

pages = blueprint("controls")


@pages.post("/openings/<uuid:opening_id>/offer-now")
@needs(Permission.MANAGE_WAITLIST)
def offer_now(opening_id: UUID) -> Response:
    def work(tx: Tx) -> str:
        by_hand.offer_now(tx, opening_id, by_me())
        return going_out(tx, "offering", [opening_id])

    return _back(opening_id, in_clinic(work))


@pages.post("/openings/<uuid:opening_id>/withdraw")
@needs(Permission.MANAGE_WAITLIST)
def withdraw_opening(opening_id: UUID) -> Response:
    in_clinic(lambda tx: by_hand.withdraw(tx, opening_id, by_me()))
    return _back(opening_id, "withdrawn")


@pages.post("/openings/<uuid:opening_id>/stop")
@needs(Permission.MANAGE_WAITLIST)
def stop(opening_id: UUID) -> Response:
    changed = in_clinic(lambda tx: steering.set_automatic(tx, opening_id, by_me(), on=False))
    return _back(opening_id, "stopped" if changed else "not-changed")


@pages.post("/openings/<uuid:opening_id>/go-on")
@needs(Permission.MANAGE_WAITLIST)
def go_on(opening_id: UUID) -> Response:
    def work(tx: Tx) -> str:
        changed = steering.set_automatic(tx, opening_id, by_me(), on=True)
        return going_out(tx, "going-on", [opening_id]) if changed else "not-changed"

    return _back(opening_id, in_clinic(work))


@pages.post("/openings/<uuid:opening_id>/skip")
@needs(Permission.MANAGE_WAITLIST)
def skip(opening_id: UUID) -> Response:
    try:
        entry_id = UUID(request.form.get("entry", ""))
    except ValueError:
        abort(400)
    skipped = in_clinic(lambda tx: steering.skip(tx, opening_id, entry_id, by_me()))
    return _back(opening_id, "skipped" if skipped else "not-skipped")


@pages.post("/offers/<uuid:offer_id>/put-back")
@needs(Permission.MANAGE_WAITLIST)
def put_back(offer_id: UUID) -> Response:
    opening_id = _opening_of(offer_id)
    again = in_clinic(lambda tx: steering.put_back(tx, offer_id, by_me()))
    return _back(opening_id, "put-back" if again else "not-put-back")


@pages.post("/offers/<uuid:offer_id>/extend")
@needs(Permission.MANAGE_WAITLIST)
def extend(offer_id: UUID) -> Response:
    minutes = request.form.get("minutes", 15, type=int)
    if minutes not in LONGER:
        abort(400)
    longer = in_clinic(lambda tx: steering.extend(tx, offer_id, by_me(), minutes=minutes))
    return _back(_opening_of(offer_id), "extended" if longer else "not-extended")


@pages.post("/offers/<uuid:offer_id>/withdraw")
@needs(Permission.MANAGE_WAITLIST)
def withdraw_offer(offer_id: UUID) -> Response:
    withdrawn = in_clinic(lambda tx: offers.withdraw(tx, offer_id, by_me()))
    return _back(_opening_of(offer_id), "offer-withdrawn" if withdrawn else "not-withdrawn")


def _opening_of(offer_id: UUID) -> UUID:
    return in_clinic(lambda tx: tx.session.get_one(Offer, offer_id).opening_id)


def _back(opening_id: UUID, note: str) -> Response:
    """Back to the page it was done on, at the slot."""
    if request.form.get("page") == "opening":
        return done("openings.page", note, opening_id=opening_id)
    live = in_clinic(lambda tx: _is_live(tx, opening_id))
    return back(note, f"slot-{opening_id}" if live else None)


def _is_live(tx: Tx, opening_id: UUID) -> bool:
    return tx.session.get_one(Opening, opening_id).state in LIVE_OPENING
