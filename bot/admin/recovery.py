"""Recovery: lost visits that should happen after all, who to win back first, and what is done about each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import recovery_words
from bot.admin.frame import asked_word, blueprint, by_me, done, going_out, in_clinic
from clinic import pausing, policies, recovery_attempts, recovery_by_hand, recovery_cases, recovery_list
from clinic.recovery_list import Line
from rules.permissions import Permission
from rules.recovery_terms import RecoveryTerms
from rules.states import OPEN_RECOVERY, AttemptChannel, AttemptResult, RecoveryEnd, RecoveryState
from storage.queries import recovery as queries
from storage.queries import recovery_list as loading
from storage.queries.recovery import Found
from storage.tables import Provider
from storage.transaction import Tx

PAGE = 50
LONGEST_PAUSE = timedelta(days=366)
LONGEST_NOTE = 2000

pages = blueprint("recovery")


class Look(StrEnum):
    """What the list may show."""

    OPEN = "open"
    RECOVERED = "recovered"
    LOST = "lost"
    NOT_NEEDED = "not_needed"


STATES: Mapping[Look, Sequence[RecoveryState]] = {
    Look.OPEN: OPEN_RECOVERY,
    Look.RECOVERED: (RecoveryState.RECOVERED,),
    Look.LOST: (RecoveryState.LOST,),
    Look.NOT_NEEDED: (RecoveryState.NOT_NEEDED,),
}


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Listing:
    look: Look
    counts: Mapping[Look, int]
    groups: Sequence[Group]
    page: int
    pages: int
    terms: RecoveryTerms


@dataclass(frozen=True, slots=True)
class Choice:
    """A time to book. `until`: it is kept for the patient until then."""

    provider: Provider
    start: datetime
    until: datetime | None = None

    @property
    def value(self) -> str:
        """How the form names it."""
        return f"{self.provider.id}/{self.start.isoformat()}"


@pages.get("/recovery")
@needs(Permission.VIEW_WAITLIST)
def page() -> str:
    return render_template("recovery.html", listing=in_clinic(_listing), said=recovery_words)


@pages.get("/recovery/list")
@needs(Permission.VIEW_WAITLIST)
def fragment() -> str:
    return render_template("recovery_list.html", listing=in_clinic(_listing), said=recovery_words)


@pages.get("/recovery/<uuid:case_id>")
@needs(Permission.VIEW_WAITLIST)
def one(case_id: UUID) -> str:
    line, choices = in_clinic(lambda tx: _card(tx, case_id))
    return render_template("recovery_card.html", line=line, choices=choices, said=recovery_words)


@pages.get("/recovery/<uuid:case_id>/standing")
@needs(Permission.VIEW_WAITLIST)
def standing_fragment(case_id: UUID) -> str:
    """How it stands, what was tried, and what comes next."""
    line = in_clinic(lambda tx: _line(tx, case_id))
    return render_template("recovery_standing.html", line=line, said=recovery_words)


@pages.post("/recovery/<uuid:case_id>/text-now")
@needs(Permission.MANAGE_WAITLIST)
def text_now(case_id: UUID) -> Response:
    def work(tx: Tx) -> str:
        _found(tx, case_id)
        if not recovery_by_hand.text_now(tx, case_id, by_me()):
            return "not-texted"
        later = _line(tx, case_id).waits_until is not None and not pausing.holds_back(tx)
        return "recovery-texted-later" if later else going_out(tx, "recovery-texted")

    return done("recovery.one", in_clinic(work), case_id=case_id)


@pages.post("/recovery/<uuid:case_id>/pause")
@needs(Permission.MANAGE_WAITLIST)
def pause(case_id: UUID) -> Response:
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(400)

    def work(tx: Tx) -> bool:
        today = tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
        if not today < until <= today + LONGEST_PAUSE:
            abort(400)
        return recovery_by_hand.pause(tx, case_id, until, by_me())

    return _done(case_id, work, "recovery-paused")


@pages.post("/recovery/<uuid:case_id>/attempt")
@needs(Permission.MANAGE_WAITLIST)
def attempt(case_id: UUID) -> Response:
    """Somebody called, or met them."""
    channel, result = asked_word(AttemptChannel, "channel"), asked_word(AttemptResult, "result")
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    if channel is None or result is None:
        abort(400)

    def work(tx: Tx) -> bool:
        made = recovery_attempts.log_attempt(tx, case_id, channel, result, note, by_me())
        return made is not None

    return _done(case_id, work, "recovery-tried")


@pages.post("/recovery/<uuid:case_id>/end")
@needs(Permission.MANAGE_WAITLIST)
def end(case_id: UUID) -> Response:
    """Nobody is to try any more, for a reason."""
    because = asked_word(RecoveryEnd, "because")
    if because not in recovery_words.BY_STAFF:
        abort(400)
    return _done(case_id, lambda tx: recovery_cases.end_case(tx, case_id, because, by_me()), "recovery-ended")


@pages.post("/recovery/<uuid:case_id>/book")
@needs(Permission.MODIFY_APPOINTMENT)
def book(case_id: UUID) -> Response:
    provider, _, start = request.form.get("time", "").partition("/")
    try:
        provider_id, moment = UUID(provider), datetime.fromisoformat(start)
    except ValueError:
        abort(400)
    if moment.tzinfo is None:
        abort(400)
    tell = "tell" in request.form

    def work(tx: Tx) -> bool:
        visit = _found(tx, case_id).visit
        return recovery_by_hand.book(tx, visit, provider_id, moment, by_me(), tell=tell) is not None

    return _done(case_id, work, "booked-told" if tell else "filled", "not-filled")


def _done(case_id: UUID, act: Callable[[Tx], bool], note: str, not_done: str = "recovery-over") -> Response:
    """Do it, and say whether it could be done, on the page of the case."""

    def work(tx: Tx) -> bool:
        _found(tx, case_id)
        return act(tx)

    return done("recovery.one", note if in_clinic(work) else not_done, case_id=case_id)


def _found(tx: Tx, case_id: UUID) -> Found:
    found = queries.find(tx.session, case_id)
    if found is None:
        abort(404)
    return found


def _line(tx: Tx, case_id: UUID) -> Line:
    return recovery_list.lines(tx, [_found(tx, case_id)])[0]


def _card(tx: Tx, case_id: UUID) -> tuple[Line, list[Choice]]:
    line = _line(tx, case_id)
    return line, list(_choices(tx, line)) if line.is_open else []


def _choices(tx: Tx, line: Line) -> Sequence[Choice]:
    """What is kept for them first, then what is free, each in the order of the calendar."""
    kept = [Choice(each.provider, each.hold.starts_at, each.hold.until) for each in line.kept]
    free = [
        Choice(tx.session.get_one(Provider, slot.provider_id), slot.span.start)
        for slot in recovery_by_hand.free_times(tx, line.found.visit)
    ]
    return [*kept, *sorted(free, key=lambda each: (each.start, each.provider.name))]


def _listing(tx: Tx) -> Listing:
    look = asked_word(Look, "look") or Look.OPEN
    standing = loading.counts(tx.session)
    counts = {each: sum(standing[state] for state in states) for each, states in STATES.items()}
    last = max(1, -(-counts[look] // PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    found = queries.listed(tx.session, STATES[look], offset=(number - 1) * PAGE, limit=PAGE)
    lines = recovery_list.lines(tx, found)
    titled = recovery_words.group if look is Look.OPEN else lambda _line: recovery_words.LOOKS[look]
    return Listing(
        look=look,
        counts=counts,
        groups=[Group(title, list(same)) for title, same in groupby(lines, titled)],
        page=number,
        pages=last,
        terms=policies.current(tx).recovery,
    )
