"""Letters of a campaign: taken to print, as pages and as a file of addresses."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response as Answer
from flask import abort
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from bot.admin.spreadsheet import csv_file
from clinic import letters
from clinic.campaign_plans import Refused
from rules.permissions import Permission
from storage.queries import letters as queries
from storage.queries.letters import Batch, Sheet
from storage.tables import Campaign, Clinic
from storage.transaction import Tx

pages = blueprint("letters")

MAY = Permission.MANAGE_CAMPAIGNS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HEADER = ("name", "street", "city", "state", "postcode")


@pages.post("/campaigns/<uuid:campaign_id>/letters")
@needs(MAY)
def take(campaign_id: UUID) -> Response:
    """All that wait, as one batch."""

    def work(tx: Tx) -> int:
        return letters.take(tx, tx.session.get_one(Campaign, campaign_id).id, by_me())

    try:
        note = "letters-taken" if in_clinic(work) else "letters-none"
    except Refused:
        note = "campaign-not-so"
    return done("campaigns.one", note, campaign_id=campaign_id)


@pages.get("/campaigns/<uuid:campaign_id>/letters/<int:batch>.pdf")
@needs(MAY)
def pdf(campaign_id: UUID, batch: int) -> Answer:
    """A page for each letter of a batch."""
    from bot.admin import letter_pdf  # here: who prints nothing need not load a PDF library

    clinic, sheets = in_clinic(lambda tx: _sheets(tx, campaign_id, batch))
    on = _moment(batch).astimezone(ZoneInfo(clinic.timezone)).date()
    return Answer(
        letter_pdf.pages(clinic, sheets, on),
        mimetype="application/pdf",
        headers={"Content-Disposition": "attachment; filename=letters.pdf"},
    )


@pages.get("/campaigns/<uuid:campaign_id>/letters/<int:batch>.csv")
@needs(MAY)
def addresses(campaign_id: UUID, batch: int) -> Answer:
    """Where the letters of a batch go, in the order of its pages."""
    _, sheets = in_clinic(lambda tx: _sheets(tx, campaign_id, batch))
    rows = [[getattr(sheet, name) for name in HEADER] for sheet in sheets]
    return csv_file("letters", HEADER, rows)


def number_of(batch: Batch) -> int:
    """What names a batch in an address."""
    return (batch.printed_at - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime:
    try:
        return EPOCH + number * MICROSECOND
    except OverflowError:
        abort(404)


def _sheets(tx: Tx, campaign_id: UUID, batch: int) -> tuple[Clinic, list[Sheet]]:
    campaign = tx.session.get_one(Campaign, campaign_id)
    return tx.clinic(), queries.sheets(tx.session, campaign.id, _moment(batch)) or abort(404)
