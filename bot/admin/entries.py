"""One entry of the waitlist: what somebody wants, what they were offered, and putting somebody on the list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import matches, wish_form
from bot.admin import waitlist as lists
from bot.admin.frame import blueprint, by_me, done, in_clinic, me
from bot.admin.wish_form import Unclear
from bot.admin.words import REMOVED
from clinic import appointments, comments
from clinic import waitlist as operations
from clinic.comments import Comment
from clinic.imports.cells import Place
from clinic.waitlist import AlreadyWaiting, Wish
from clinic.wish import wish_of
from rules.permissions import Permission
from rules.states import WAITING_ENTRY
from storage.queries import today as clinic_rows
from storage.queries import waitlist as queries
from storage.queries.waitlist import Past
from storage.tables import Appointment, AppointmentType, Location, Patient, Provider, WaitlistEntry
from storage.transaction import Tx

LONGEST_COMMENT = 2000

pages = blueprint("entries")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers to choose from, for one patient."""

    patient: Patient
    types: Sequence[AppointmentType]
    providers: Sequence[Provider]
    visits: Sequence[Appointment]
    locations: Sequence[Location]


@dataclass(frozen=True, slots=True)
class Detail:
    """An entry, how it stands, and every offer it had."""

    line: lists.Line
    live: bool
    history: list[Past]
    comments: Sequence[Comment]
    choices: Choices
    wish: Wish


@pages.get("/waitlist/<uuid:entry_id>")
@needs(Permission.VIEW_WAITLIST)
def page(entry_id: UUID) -> str:
    return _entry(in_clinic(lambda tx: _detail(tx, entry_id)))


@pages.get("/waitlist/<uuid:entry_id>/standing")
@needs(Permission.VIEW_WAITLIST)
def fragment(entry_id: UUID) -> str:
    return render_template("entry_standing.html", detail=in_clinic(lambda tx: _detail(tx, entry_id)))


@pages.post("/waitlist/<uuid:entry_id>/change")
@needs(Permission.MANAGE_WAITLIST)
def change(entry_id: UUID) -> Response | tuple[str, int]:
    def work(tx: Tx) -> tuple[Detail, str]:
        entry = _waiting(tx, entry_id)
        try:
            wish = _read(tx, wish_of(entry))
        except Unclear as unclear:
            return _detail(tx, entry_id), str(unclear)
        operations.change(tx, entry_id, wish, by_me())
        return _detail(tx, entry_id), ""

    detail, unclear = in_clinic(work)
    if unclear:
        return _entry(detail, form=request.form.to_dict(), unclear=unclear), 422
    return _back(entry_id, "entry-changed")


@pages.post("/waitlist/<uuid:entry_id>/pause")
@needs(Permission.MANAGE_WAITLIST)
def pause(entry_id: UUID) -> Response:
    """Until a day; without one, the pause is over."""
    try:
        until = date.fromisoformat(request.form["until"]) if request.form.get("until") else None
    except ValueError:
        abort(400)

    def work(tx: Tx) -> None:
        wish = wish_of(_waiting(tx, entry_id))
        operations.change(tx, entry_id, replace(wish, paused_until=until), by_me())

    in_clinic(work)
    return _back(entry_id, "entry-paused" if until else "entry-resumed")


@pages.post("/waitlist/<uuid:entry_id>/remove")
@needs(Permission.MANAGE_WAITLIST)
def remove(entry_id: UUID) -> Response:
    if request.form.get("reason") not in REMOVED:
        abort(400)
    in_clinic(lambda tx: operations.remove(tx, entry_id, by_me(), request.form["reason"]))
    return done("waitlist.page", "entry-removed")


@pages.post("/waitlist/<uuid:entry_id>/comment")
@needs(Permission.MANAGE_WAITLIST)
def comment(entry_id: UUID) -> Response:
    """Of an entry that is over too: why it ended may be worth a note."""
    text = request.form.get("comment", "").strip()

    def work(tx: Tx) -> None:
        entry = tx.session.get_one(WaitlistEntry, entry_id)
        if not 0 < len(text) <= LONGEST_COMMENT:
            abort(400)
        comments.add(tx, entry.id, text, me().id)

    in_clinic(work)
    return _back(entry_id, "entry-commented")


@pages.get("/waitlist/new")
@needs(Permission.MANAGE_WAITLIST)
def choose_patient() -> str:
    return render_template("entry_patient.html", found=None, sought="")


@pages.post("/waitlist/new/patients")
@needs(Permission.MANAGE_WAITLIST)
def find_patients() -> str:
    """Patients by name, asked by POST: a name has no place in an address."""
    sought = request.form.get("name", "")
    found = in_clinic(lambda tx: clinic_rows.patients_named(tx.session, sought))
    template = "entry_patients_found.html" if "HX-Request" in request.headers else "entry_patient.html"
    return render_template(template, found=found, sought=sought)


@pages.get("/waitlist/new/<uuid:patient_id>")
@needs(Permission.MANAGE_WAITLIST)
def new(patient_id: UUID) -> str:
    choices = in_clinic(lambda tx: _choices(tx, patient_id))
    return _new(choices, wish_form.filled(_blank(choices)))


@pages.post("/waitlist/new/<uuid:patient_id>")
@needs(Permission.MANAGE_WAITLIST)
def add(patient_id: UUID) -> Response | tuple[str, int]:
    def work(tx: Tx) -> tuple[Choices, UUID | None, str]:
        choices = _choices(tx, patient_id)
        try:
            wish = _read(tx, _blank(choices))
            return choices, operations.add(tx, wish, by_me()).id, ""
        except Unclear as unclear:
            return choices, None, str(unclear)
        except AlreadyWaiting:
            return choices, None, "They wait for a visit of that type already."

    choices, entry_id, unclear = in_clinic(work)
    if entry_id is None:
        return _new(choices, request.form.to_dict(), unclear), 422
    return _back(entry_id, "entry-added")


def _entry(detail: Detail, *, form: dict[str, str] | None = None, unclear: str = "") -> str:
    form = wish_form.filled(detail.wish) if form is None else form
    return render_template(
        "entry.html",
        detail=detail,
        entry=detail.line.waiting.entry,
        matches=matches.shown(detail.line.waiting.entry.id) if detail.live else None,
        choices=detail.choices,
        form=form,
        unclear=unclear,
        wish=detail.wish,
    )


def _new(choices: Choices, form: dict[str, str], unclear: str = "") -> str:
    return render_template("entry_new.html", choices=choices, form=form, unclear=unclear, wish=None)


def _back(entry_id: UUID, note: str) -> Response:
    return done("entries.page", note, entry_id=entry_id)


def _waiting(tx: Tx, entry_id: UUID) -> WaitlistEntry:
    """The entry, if it still waits: one that is over is not changed any more."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state not in WAITING_ENTRY:
        abort(409)
    return entry


def _detail(tx: Tx, entry_id: UUID) -> Detail:
    tx.session.flush()
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    choices = _choices(tx, entry.patient_id)
    names = {provider.id: provider.name for provider in choices.providers}
    return Detail(
        line=lists.line(queries.waiting(tx.session, [entry_id])[0], names, tx),
        live=entry.state in WAITING_ENTRY,
        history=queries.history(tx.session, entry_id),
        comments=comments.of_entry(tx, entry_id),
        choices=choices,
        wish=wish_of(entry),
    )


def _choices(tx: Tx, patient_id: UUID) -> Choices:
    return Choices(
        patient=tx.session.get_one(Patient, patient_id),
        types=clinic_rows.types(tx.session),
        providers=queries.providers(tx.session),
        visits=appointments.coming(tx, [patient_id]),
        locations=queries.locations(tx.session),
    )


def _blank(choices: Choices) -> Wish:
    """Somebody new on the list gives up a later visit of theirs, unless staff say otherwise."""
    kind = choices.types[0] if choices.types else None
    if kind is None:
        abort(409)  # a clinic without types has nothing to wait for
    later = choices.visits[0].id if len(choices.visits) == 1 else None
    return Wish(choices.patient.id, kind.id, replaces_id=later)


def _read(tx: Tx, wish: Wish) -> Wish:
    """What the form says, naming only rows of this clinic and visits of this patient. May raise `Unclear`."""
    choices = _choices(tx, wish.patient_id)
    place = Place(tx.clinic().region, ZoneInfo(tx.clinic().timezone), tx.now)
    changed = wish_form.read(request.form, wish, place)
    if "type" in request.form:
        chosen = [kind.id for kind in choices.types if str(kind.id) == request.form["type"]]
        if not chosen:
            raise Unclear("Choose a type of visit.")
        changed = replace(changed, type_id=chosen[0])
    named = {*changed.alternate_provider_ids, *changed.excluded_provider_ids, changed.preferred_provider_id}
    known = {provider.id for provider in choices.providers}
    visits = {visit.id for visit in choices.visits} | {wish.replaces_id}
    places = {location.id for location in choices.locations} | {None, wish.location_id}
    fits = changed.replaces_id in {None, *visits} and changed.location_id in places
    if not named - {None} <= known or not fits:
        raise Unclear("Choose one of what the list shows.")
    return changed
