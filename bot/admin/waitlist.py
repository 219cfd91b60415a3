"""Waitlist: everybody who waits, by urgency, with how pressing each is and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request

from bot.access import needs
from bot.admin import wishes
from bot.admin.frame import asked_id, asked_word, blueprint, in_clinic
from clinic import policies
from rules.facts import EntryFacts
from rules.permissions import Permission
from rules.priority import PRIORITY_TOP, priority_score
from rules.scoring import Score
from rules.states import EntryPriority
from storage.queries import today as clinic_rows
from storage.queries import waitlist as queries
from storage.queries.waitlist import Filters, Look, Waiting
from storage.tables import AppointmentType, Provider, WaitlistEntry
from storage.transaction import Tx

PAGE = 100
"""Lines on a page: a list of thousands stays quick."""

pages = blueprint("waitlist")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who waits. `share` is their priority score as a share of the most there can be."""

    waiting: Waiting
    score: Score
    share: float
    wishes: list[str]
    paused: bool
    overdue: bool
    """They have waited longer than they can: staff have a look, nothing is dropped."""


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one urgency: how many there are, and those of them on this page."""

    priority: EntryPriority
    count: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the page shows."""

    groups: list[Group]
    total: int
    page: int
    pages: int
    filters: Filters
    types: Sequence[AppointmentType]
    providers: Sequence[Provider]

    @property
    def chosen(self) -> dict[str, str | None]:
        """The filters as they stand in the page's address. Never the name."""
        return {
            "type": str(self.filters.type_id) if self.filters.type_id else None,
            "provider": str(self.filters.provider_id) if self.filters.provider_id else None,
            "urgency": self.filters.priority,
            "look": self.filters.look,
        }


@pages.get("/waitlist")
@needs(Permission.VIEW_WAITLIST)
def page() -> str:
    return render_template("waitlist.html", listing=in_clinic(_listing))


@pages.post("/waitlist/find")
@needs(Permission.VIEW_WAITLIST)
def find() -> str:
    """The list again, for a name too. Asked by POST: a name has no place in an address, nor in anybody's log."""
    template = "waitlist_list.html" if "HX-Request" in request.headers else "waitlist.html"
    return render_template(template, listing=in_clinic(_listing))


def _listing(tx: Tx) -> Listing:
    filters, today = _filters(), tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
    standing = in_order(
        queries.standing(tx.session, filters, today, tx.now),
        first_come=policies.current(tx).first_come,
        now=tx.now,
    )
    last = max(1, -(-len(standing) // PAGE))
    number = 1 if filters.name else min(max(request.values.get("page", 1, type=int), 1), last)
    shown = standing[(number - 1) * PAGE : number * PAGE]
    providers = queries.providers(tx.session)
    names = {provider.id: provider.name for provider in providers}
    lines = [line(each, names, tx) for each in queries.waiting(tx.session, [entry.id for entry in shown])]
    return Listing(
        groups=_groups(lines, standing),
        total=len(standing),
        page=number,
        pages=last,
        filters=filters,
        types=clinic_rows.types(tx.session),
        providers=providers,
    )


def in_order(entries: Sequence[EntryFacts], *, first_come: bool, now: datetime) -> list[EntryFacts]:
    """By urgency; within it, those whose visit we cancelled come first, then the clinic's own order."""
    urgencies = list(EntryPriority)

    def place(entry: EntryFacts) -> tuple[int, bool, float, datetime, UUID]:
        score = 0.0 if first_come else -priority_score(entry, now).total
        return urgencies.index(entry.priority), not entry.displaced, score, entry.added_at, entry.id

    return sorted(entries, key=place)


def line(waiting: Waiting, providers: Mapping[UUID, str], tx: Tx) -> Line:
    """An entry as the pages show it."""
    entry = waiting.entry
    score = priority_score(queries.facts(entry), tx.now)
    today = tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
    return Line(
        waiting=waiting,
        score=score,
        share=score.total / PRIORITY_TOP,
        wishes=wishes.of_entry(entry, providers),
        overdue=is_overdue(entry, tx.now),
        paused=entry.paused_until is not None and today < entry.paused_until,
    )


def is_overdue(entry: WaitlistEntry, now: datetime) -> bool:
    """Whether they have waited longer than they said they can."""
    return entry.max_wait_days is not None and now > entry.added_at + timedelta(days=entry.max_wait_days)


def _groups(lines: Sequence[Line], standing: Sequence[EntryFacts]) -> list[Group]:
    counts = {priority: len(list(same)) for priority, same in groupby(standing, lambda each: each.priority)}
    by_urgency = groupby(lines, lambda each: each.waiting.entry.priority)
    return [Group(priority, counts[priority], list(same)) for priority, same in by_urgency]


def _filters() -> Filters:
    """What is asked for, in the address or in the form. What makes no sense is left out."""
    return Filters(
        type_id=asked_id("type"),
        provider_id=asked_id("provider"),
        priority=asked_word(EntryPriority, "urgency"),
        look=asked_word(Look, "look"),
        name=request.form.get("name", "").strip(),
    )
