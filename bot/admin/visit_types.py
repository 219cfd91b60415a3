"""Types of visit: what the clinic offers, how long each takes and who sees it; withdrawn, and offered again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import type_form
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import reinstating, visit_types, withdrawing
from clinic.visit_types import Overtaken, TypeRefused
from clinic.withdrawing import Withdrawn
from rules.permissions import Permission
from storage.queries import waitlist
from storage.tables import AppointmentType, Provider, Room
from storage.transaction import Tx

pages = blueprint("visit_types")


@dataclass(frozen=True, slots=True)
class Editing:
    """A type in a form, or a new one; who could see it, and where. `since`: the mark of the terms that whoever
    saves the form has seen. `refused`: a sentence for each field that cannot be. `theirs`: what somebody else has
    decided since then, where it is not what the form says."""

    kind: AppointmentType | None
    fields: type_form.Fields
    since: str
    providers: Sequence[Provider]
    rooms: Sequence[Room]
    refused: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What withdrawing a type would do, to be looked at before it is done."""

    kind: AppointmentType
    would: Withdrawn


@pages.get("/settings/types")
@needs(Permission.EDIT_POLICY)
def page() -> str:
    return render_template("visit_types.html", types=in_clinic(visit_types.every))


@pages.get("/settings/types/new")
@needs(Permission.EDIT_POLICY)
def new() -> str:
    return _form(in_clinic(lambda tx: _editing(tx, None, type_form.blank())))


@pages.get("/settings/types/<uuid:type_id>")
@needs(Permission.EDIT_POLICY)
def one(type_id: UUID) -> str:
    def work(tx: Tx) -> Editing:
        kind = tx.session.get_one(AppointmentType, type_id)
        terms = visit_types.terms_of(tx, kind)
        return _editing(tx, kind, type_form.fields(terms), visit_types.mark(terms))

    return _form(in_clinic(work))


@pages.post("/settings/types/new")
@needs(Permission.EDIT_POLICY)
def create() -> Response | tuple[str, int]:
    return _save(None)


@pages.post("/settings/types/<uuid:type_id>")
@needs(Permission.EDIT_POLICY)
def change(type_id: UUID) -> Response | tuple[str, int]:
    return _save(type_id)


@pages.get("/settings/types/<uuid:type_id>/withdraw")
@needs(Permission.EDIT_POLICY)
def confirm(type_id: UUID) -> str:
    """Whom it would meet: nobody withdraws a type by a slip of the finger."""

    def work(tx: Tx) -> Plan:
        would = withdrawing.would_withdraw(tx, type_id)
        return Plan(tx.session.get_one(AppointmentType, type_id), would)

    return render_template("withdraw_type.html", plan=in_clinic(work))


@pages.post("/settings/types/<uuid:type_id>/withdraw")
@needs(Permission.EDIT_POLICY)
def withdraw(type_id: UUID) -> Response:
    in_clinic(lambda tx: withdrawing.withdraw(tx, type_id, by_me()))
    return done("visit_types.page", "type-withdrawn")


@pages.post("/settings/types/<uuid:type_id>/restore")
@needs(Permission.EDIT_POLICY)
def restore(type_id: UUID) -> Response:
    in_clinic(lambda tx: reinstating.restore(tx, type_id, by_me()))
    return done("visit_types.page", "type-restored")


def _save(type_id: UUID | None) -> Response | tuple[str, int]:
    """Keep what the form says, or show it again with why not."""
    terms, refused = type_form.terms(request.form)
    since = request.form.get("since")

    def work(tx: Tx) -> Editing | None:
        kind = tx.session.get_one(AppointmentType, type_id) if type_id else None
        written = _editing(tx, kind, type_form.written(request.form), since or "")
        if terms is None:
            return replace(written, refused=refused)
        try:
            if kind is None:
                visit_types.create(tx, terms, by_me())
            else:
                visit_types.change(tx, kind.id, terms, by_me(), since=since)
        except TypeRefused as reason:
            return replace(written, refused={"": str(reason)})
        except Overtaken as by:
            names = {str(each.id): each.name for each in written.providers}
            names |= {str(each.id): each.name for each in written.rooms}
            theirs = type_form.differing(by.kept, terms, names)
            return replace(written, since=visit_types.mark(by.kept), theirs=theirs)
        return None

    editing = in_clinic(work)
    if editing is None:
        return done("visit_types.page", "type-saved")
    return _form(editing), 422 if editing.refused else 409


def _editing(tx: Tx, kind: AppointmentType | None, fields: type_form.Fields, since: str = "") -> Editing:
    return Editing(kind, fields, since, waitlist.providers(tx.session), waitlist.rooms(tx.session))


def _form(editing: Editing) -> str:
    return render_template(
        "visit_type.html", editing=editing, form=editing.fields, confirmed=type_form.CONFIRMED
    )
