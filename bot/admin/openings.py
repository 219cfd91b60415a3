"""One free slot: who has been asked, who could be, and booking somebody into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import board
from bot.admin.frame import blueprint, by_me, done, going_out, in_clinic
from clinic import by_hand, openings
from rules.facts import Ranked, Span
from rules.openings import fits
from rules.permissions import Permission
from rules.states import LIVE_OPENING, FilledBy
from storage.queries import filled
from storage.queries import today as queries
from storage.queries import waitlist as waiting
from storage.queries.filled import Filled
from storage.queries.waitlist import Filters
from storage.tables import AppointmentType, Opening, Patient, WaitlistEntry
from storage.transaction import Tx

PAGE = 20
"""Candidates on a page; so many more each time more are asked for."""

MOST_SHOWN = 500

pages = blueprint("openings")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on the waitlist who could take the slot, with their score and its reasons."""

    ranked: Ranked
    entry: WaitlistEntry
    patient: Patient
    kind: AppointmentType


@dataclass(frozen=True, slots=True)
class Detail:
    """A free slot, who could take it best first, and the types that fit into it. `more`: so many candidates are
    shown when more are asked for; None where these are all."""

    slot: board.Slot
    live: bool
    candidates: list[Candidate]
    types: list[AppointmentType]
    shown: int
    more: int | None
    filled: Filled | None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Somebody who waits, and why they are not asked about the slot."""

    entry: WaitlistEntry
    patient: Patient
    kind: AppointmentType
    sentences: tuple[str, ...]


@pages.get("/openings/<uuid:opening_id>")
@needs(Permission.VIEW_WAITLIST)
def page(opening_id: UUID) -> str:
    return render_template("opening.html", detail=in_clinic(lambda tx: _detail(tx, opening_id)), found=None)


@pages.get("/openings/<uuid:opening_id>/state")
@needs(Permission.VIEW_WAITLIST)
def fragment(opening_id: UUID) -> str:
    return render_template("opening_state.html", detail=in_clinic(lambda tx: _detail(tx, opening_id)))


@pages.post("/openings/<uuid:opening_id>/offer")
@needs(Permission.MANAGE_WAITLIST)
def offer(opening_id: UUID) -> Response:
    entry_id = _id("entry")

    def work(tx: Tx) -> str:
        made = by_hand.offer_by_hand(tx, opening_id, entry_id, by_me())
        return going_out(tx, "offered", [opening_id]) if made else "not-offered"

    note = in_clinic(work)
    if request.form.get("page") == "entry":
        return done("entries.page", note, entry_id=entry_id)
    return done("openings.page", note, opening_id=opening_id)


@pages.post("/openings/<uuid:opening_id>/why-not")
@needs(Permission.VIEW_WAITLIST)
def why_not(opening_id: UUID) -> str:
    """ "Why not Maria?": everybody of that name who waits, with what keeps them from being asked. By POST, as any
    name."""
    words = request.form.get("whom", "")

    def work(tx: Tx) -> tuple[Detail, list[WhyNot]]:
        return _detail(tx, opening_id), _why_not(tx, opening_id, words)

    detail, answers = in_clinic(work)
    template = "why_not.html" if "HX-Request" in request.headers else "opening.html"
    return render_template(template, detail=detail, found=None, answers=answers, whom=words)


@pages.post("/openings/<uuid:opening_id>/patients")
@needs(Permission.MODIFY_APPOINTMENT)
def find_patients(opening_id: UUID) -> str:
    """Patients by name. Asked by POST: a name has no place in an address, nor in anybody's log."""
    words = request.form.get("name", "")

    def work(tx: Tx) -> tuple[Detail, Sequence[Patient]]:
        return _detail(tx, opening_id), queries.patients_named(tx.session, words)

    detail, found = in_clinic(work)
    template = "patients_found.html" if "HX-Request" in request.headers else "opening.html"
    return render_template(template, detail=detail, found=found, words_sought=words)


@pages.post("/openings/<uuid:opening_id>/fill")
@needs(Permission.MODIFY_APPOINTMENT)
def fill(opening_id: UUID) -> Response:
    patient_id, type_id = _id("patient"), _id("type")
    how = FilledBy.WALK_IN if request.form.get("walk_in") else FilledBy.STAFF

    def work(tx: Tx) -> bool:
        tx.session.get_one(Patient, patient_id)  # of this clinic, or none
        opening = tx.session.get_one(Opening, opening_id)
        if type_id not in {kind.id for kind in _types(tx, opening)}:
            abort(400)
        visit = by_hand.fill(tx, opening_id, by_me(), patient_id=patient_id, type_id=type_id, how=how)
        return visit is not None

    if in_clinic(work):
        return done("today.page", "walked-in" if how is FilledBy.WALK_IN else "filled")
    return done("openings.page", "not-filled", opening_id=opening_id)


def _id(field: str) -> UUID:
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        abort(400)


def _detail(tx: Tx, opening_id: UUID) -> Detail:
    opening = tx.session.get_one(Opening, opening_id)
    asked = queries.asked(tx.session, [opening.id])
    place = queries.places(tx.session, [opening])[0]
    live = opening.state in LIVE_OPENING and opening.starts_at > tx.now
    shown = min(max(request.args.get("shown", PAGE, type=int), PAGE), MOST_SHOWN)
    candidates = _candidates(tx, opening, shown + 1) if live else []
    return Detail(
        slot=board.describe(place, tuple(asked[opening.id]), tx.clinic(), tx.now),
        live=live,
        candidates=candidates[:shown],
        types=_types(tx, opening),
        shown=shown,
        more=shown + PAGE if len(candidates) > shown else None,
        filled=filled.of_opening(tx.session, opening),
    )


def _why_not(tx: Tx, opening_id: UUID, words: str) -> list[WhyNot]:
    if not words.strip():
        return []
    today = tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
    named = waiting.standing(tx.session, Filters(name=words), today, tx.now)[: queries.PATIENTS_FOUND]
    rows = queries.entries(tx.session, [each.id for each in named])
    return [WhyNot(*row, by_hand.why_not(tx, opening_id, row[0].id)) for row in rows.values()]


def _candidates(tx: Tx, opening: Opening, limit: int) -> list[Candidate]:
    ranked = by_hand.ranked_for_staff(tx, opening.id, limit=limit)
    entries = queries.entries(tx.session, [each.entry_id for each in ranked])
    return [Candidate(each, *entries[each.entry_id]) for each in ranked]


def _types(tx: Tx, opening: Opening) -> list[AppointmentType]:
    """What its provider does and the slot is long enough for; the freed visit's own type first."""
    span = Span(opening.starts_at, opening.ends_at)
    kinds = [
        kind
        for kind in queries.types(tx.session)
        if fits(facts := openings.type_facts(tx, kind), span)
        and (not facts.provider_ids or opening.provider_id in facts.provider_ids)
    ]
    return sorted(kinds, key=lambda kind: kind.id != opening.type_id)
