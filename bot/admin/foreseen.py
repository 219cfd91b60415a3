"""Foreseeing no-shows: how well it is done for this clinic, and whether it is fair to every group of patients."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import select

from bot.access import needs
from bot.admin.frame import blueprint, in_clinic
from rules.no_show.judging import FLAGGED
from rules.permissions import Permission
from storage.tables import NoShowModel
from storage.transaction import Tx

NIGHTS = 14

pages = blueprint("foreseen")


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest nights, newest first, and the newest on which something could be judged."""

    nights: Sequence[NoShowModel]
    judged: NoShowModel | None


@pages.get("/cancellations/foreseen")
@needs(Permission.VIEW_ANALYTICS)
def page() -> str:
    return render_template("foreseen.html", standing=in_clinic(_standing), flagged=FLAGGED)


def _standing(tx: Tx) -> Standing:
    newest_first = select(NoShowModel).order_by(NoShowModel.trained_at.desc(), NoShowModel.id.desc())
    nights = tx.session.scalars(newest_first.limit(NIGHTS)).all()
    judged = newest_first.where(NoShowModel.verdict.is_not(None)).limit(1)
    return Standing(nights, tx.session.scalar(judged))
