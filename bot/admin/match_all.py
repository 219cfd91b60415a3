"""Smart match for all: what would be offered to whom as a whole, to look at and to thin out before it is sent."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, going_out, in_clinic
from clinic import by_hand, proposing
from rules.facts import Ranked
from rules.permissions import Permission
from storage.queries import today as queries
from storage.queries.today import Place
from storage.tables import AppointmentType, Patient, WaitlistEntry
from storage.transaction import Tx

pages = blueprint("match_all")


@dataclass(frozen=True, slots=True)
class Line:
    """A slot and who would be offered it."""

    place: Place
    ranked: Ranked
    entry: WaitlistEntry
    patient: Patient
    kind: AppointmentType


@dataclass(frozen=True, slots=True)
class Proposed:
    """All lines, soonest slot first, and the slots that nobody may be offered."""

    lines: list[Line]
    nobody: list[Place]


@pages.get("/waitlist/match-all")
@needs(Permission.RUN_MATCHING)
def page() -> str:
    return render_template("match_all.html", proposed=in_clinic(_proposed))


@pages.post("/waitlist/match-all")
@needs(Permission.RUN_MATCHING)
def send() -> Response:
    """Each line in a transaction of its own. One that is sent again, or that somebody was quicker with, makes no
    offer: an entry is asked about a slot once."""
    pairs = [_pair(value) for value in request.form.getlist("line")]
    made = [opening_id for opening_id, entry_id in pairs if _offered(opening_id, entry_id)]
    if not made:
        return done("match_all.page", "none-offered" if pairs else "nothing-chosen")
    note = "all-offered" if len(made) == len(pairs) else "some-offered"
    return done("match_all.page", in_clinic(lambda tx: going_out(tx, note, made)))


def _offered(opening_id: UUID, entry_id: UUID) -> bool:
    by = by_me()
    return in_clinic(lambda tx: by_hand.offer_by_hand(tx, opening_id, entry_id, by) is not None)


def _pair(value: str) -> tuple[UUID, UUID]:
    """ "opening/entry"."""
    opening, _, entry = value.partition("/")
    try:
        return UUID(opening), UUID(entry)
    except ValueError:
        abort(400)


def _proposed(tx: Tx) -> Proposed:
    found = proposing.propose(tx)
    places = queries.places(tx.session, [each.opening for each in found])
    ranked = [each.ranked for each in found]
    rows = queries.entries(tx.session, [each.entry_id for each in ranked if each is not None])
    return Proposed(
        lines=[
            Line(place, each, *rows[each.entry_id])
            for place, each in zip(places, ranked, strict=True)
            if each is not None
        ],
        nobody=[place for place, each in zip(places, ranked, strict=True) if each is None],
    )
