"""Smart match for one: the free slots of the next days for somebody who waits, best first, and why not others."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template

from bot.access import needs
from bot.admin.frame import blueprint, in_clinic
from clinic import suiting
from rules.permissions import Permission
from rules.scoring import Score
from storage.queries import today as queries
from storage.queries.today import Place
from storage.tables import WaitlistEntry
from storage.transaction import Tx

pages = blueprint("matches")


@dataclass(frozen=True, slots=True)
class Match:
    """A free slot held against an entry: its score, or why it is not for them."""

    place: Place
    score: Score | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Matches:
    """Best first; `refused` soonest first."""

    suit: list[Match]
    refused: list[Match]
    days: int = suiting.DAYS_AHEAD


@pages.get("/waitlist/<uuid:entry_id>/matches")
@needs(Permission.VIEW_WAITLIST)
def fragment(entry_id: UUID) -> str:
    entry = in_clinic(lambda tx: tx.session.get_one(WaitlistEntry, entry_id))
    return render_template("entry_matches.html", entry=entry, matches=shown(entry_id))


def shown(entry_id: UUID) -> Matches:
    return in_clinic(lambda tx: of_entry(tx, entry_id))


def of_entry(tx: Tx, entry_id: UUID) -> Matches:
    found = suiting.of_entry(tx, entry_id)
    places = queries.places(tx.session, [each.opening for each in found])
    matches = [Match(place, each.score, each.refusal) for place, each in zip(places, found, strict=True)]
    return Matches(
        suit=[each for each in matches if each.score is not None],
        refused=[each for each in matches if each.score is None],
    )
