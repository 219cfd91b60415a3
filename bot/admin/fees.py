"""Fees: what is owed for visits given up late or missed, for billing. A clinic admin may waive one, saying why."""

from uuid import UUID

from flask import Response as Page
from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import periods
from bot.admin.frame import blueprint, by_me, clinic, done, in_clinic
from bot.admin.spreadsheet import csv_file
from clinic import cancellations
from rules.permissions import Permission
from storage.queries import fees as queries
from storage.transaction import Tx

COLUMNS = (
    "patient_external_id",
    "first_name",
    "last_name",
    "provider",
    "type",
    "start",
    "kind",
    "at",
    "fee_cents",
    "waived_at",
    "waived_why",
)

pages = blueprint("fees")


@pages.get("/fees")
@needs(Permission.VIEW_FEES)
def page() -> str:
    asked = periods.asked("90 days")
    start, end = asked.moments(clinic().timezone)
    owed = in_clinic(lambda tx: queries.owed(tx.session, start, end))
    stand = sum(each.cancellation.fee_cents for each in owed if each.cancellation.fee_waived_at is None)
    return render_template("fees.html", owed=owed, stand=stand, asked=asked, spans=periods.spans())


@pages.get("/fees.csv")
@needs(Permission.VIEW_FEES)
def download() -> Page:
    """The same, a line each; amounts in cents."""
    asked = periods.asked("90 days")
    start, end = asked.moments(clinic().timezone)
    owed = in_clinic(lambda tx: queries.owed(tx.session, start, end))
    return csv_file(f"standby-fees-{asked.first}-{asked.last}", COLUMNS, map(_line, owed))


@pages.post("/fees/<uuid:cancellation_id>/waive")
@needs(Permission.WAIVE_FEES)
def waive(cancellation_id: UUID) -> Response:
    why = request.form.get("why", "").strip()

    def work(tx: Tx) -> str:
        cancellations.lock(tx, cancellation_id)
        if not why:
            return "say-why"
        waived = cancellations.waive_fee(tx, cancellation_id, why, by_me())
        return "fee-waived" if waived else "fee-not-waived"

    return done("fees.page", in_clinic(work), at=f"fee-{cancellation_id}")


def _line(each: queries.Owed) -> list[str | int | None]:
    record = each.cancellation
    return [
        each.patient.external_id,
        each.patient.first_name,
        each.patient.last_name,
        each.provider.name,
        each.kind.name,
        each.visit.starts_at.isoformat(),
        record.kind,
        record.at.isoformat(),
        record.fee_cents,
        record.fee_waived_at.isoformat() if record.fee_waived_at else None,
        record.fee_waived_why,
    ]
