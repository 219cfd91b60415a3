"""Numbers: what the clinic texts from, how much of today is sent, and how much the carrier takes in a day."""

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import daily_caps
from clinic.daily_caps import CapRefused
from rules.permissions import Permission
from storage.tables import Sender
from storage.transaction import Tx

pages = blueprint("numbers")


@pages.get("/settings/numbers")
@needs(Permission.EDIT_POLICY)
def page() -> str:
    return render_template("numbers.html", numbers=in_clinic(daily_caps.of_texting), refused={})


@pages.post("/settings/numbers/<uuid:sender_id>")
@needs(Permission.EDIT_POLICY)
def save(sender_id: UUID) -> Response | tuple[str, int]:
    """Keep what the carrier takes in a day; nothing written is as much as is wanted."""
    written = request.form.get("segments", "").replace(",", "").strip()

    def work(tx: Tx) -> str:
        tx.session.get_one(Sender, sender_id)
        try:
            daily_caps.put(tx, sender_id, int(written) if written else None, by_me())
        except ValueError:
            return "Write a whole number, such as 2000, or nothing."
        except CapRefused as refused:
            return str(refused)
        return ""

    why_not = in_clinic(work)
    if not why_not:
        return done("numbers.page", "settings-saved")
    refused = {sender_id: (why_not, written)}
    return render_template("numbers.html", numbers=in_clinic(daily_caps.of_texting), refused=refused), 422
