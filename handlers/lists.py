"""Numbered lists: a number picks a line, and what the line points at decides what happens.

A line is written `kind:id`; `LINES` says what choosing one of each kind does.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from clinic import acceptance, conversations
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from handlers import (
    appointments,
    fallback,
    handoff,
    joining,
    moving,
    offers,
    times,
    visits,
    waitlist,
    wishing,
)
from handlers.because import BECAUSE
from handlers.turn import Reply, Turn, answered
from nlu.choices import Pointing, accepted_number, chosen_numbers, pointing
from rules.states import PromptKind
from storage.tables import Appointment, Hold, Offer, Opening, Prompt


def choose(turn: Turn) -> Reply | None:
    """A number out of the newest list, or words that come to one: what its line points at is done. A list is
    answered once."""
    prompt = answered(turn)
    several = _several(turn, prompt)
    if several is not None:
        return several
    number = turn.read.choice or accepted_number(turn.read.text) or _pointed_at(turn, prompt)
    if not 1 <= number <= len(prompt.options):
        return fallback.not_understood(turn)
    return _do(turn, prompt, *_points_at(prompt.options[number - 1]))


def _pointed_at(turn: Turn, prompt: Prompt) -> int:
    """The number that words like "the earlier one" come to; 0 where they come to none or to several."""
    lines = [_points_at(option) for option in prompt.options]
    match pointing(turn.read.text):
        case Pointing.LAST:
            return len(lines)
        case Pointing.EITHER:
            return 1 if all(kind in (offers.LINE, times.LINE) for kind, _ in lines) else 0
        case Pointing.EARLIER:
            return _only_place(min, [_start(turn, *line) for line in lines])
        case Pointing.LATER:
            return _only_place(max, [_start(turn, *line) for line in lines])
    return 0


def _only_place(pick: Callable[[list[datetime]], datetime], starts: list[datetime | None]) -> int:
    """The number of the line with the first or last start, where every line has one and only one has that."""
    known = [start for start in starts if start is not None]
    if not known or len(known) < len(starts) or known.count(pick(known)) > 1:
        return 0
    return known.index(pick(known)) + 1


def _start(turn: Turn, kind: str, subject: UUID) -> datetime | None:
    """When what a line points at begins; None where it has no time."""
    if kind == times.LINE:
        return turn.tx.session.get_one(Hold, subject).starts_at
    if kind in (offers.LINE, offers.DECLINE):
        return turn.tx.session.get_one(Opening, _offer(turn, subject).opening_id).starts_at
    return _visit(turn, subject).starts_at if kind in POINTED_AT else None


def by_words(turn: Turn) -> Reply | None:
    """ "The one with Dr Lee", "Ben's": words that pick one line out of a list of visits or times. Anything else is
    not understood: an offer is never taken by words that only point."""
    if times.answers_these(turn):
        return times.in_words(turn)
    prompt = answered(turn)
    several = _several(turn, prompt)
    if several is not None:
        return several
    lines = {subject: kind for kind, subject in map(_points_at, prompt.options) if kind in POINTED_AT}
    found = visits.meant(turn)
    picked = [visit.id for visit in found.visits if visit.id in lines]
    if found.missing or len(picked) != 1 or len(lines) < 2:
        return fallback.not_understood(turn)
    return _do(turn, prompt, lines[picked[0]], picked[0])


def _several(turn: Turn, prompt: Prompt) -> Reply | None:
    """More than one of the visits that may be given up ("both", "1 and 3"): asked back together. None where the
    text does not say so, or the list is one of something else."""
    lines = [_points_at(option) for option in prompt.options]
    chosen = chosen_numbers(turn.read.text, most=len(lines))
    if len(chosen) < 2 or any(lines[number - 1][0] != appointments.LINE for number in chosen):
        return None
    prompt.answered_at = turn.tx.now
    return appointments.check_all(turn, [_visit(turn, lines[number - 1][1]) for number in chosen])


def earlier(turn: Turn) -> Reply | None:
    """Something sooner: than the times shown, else than what they have."""
    return times.in_words(turn) if times.answers_these(turn) else waitlist.earlier(turn)


def book(turn: Turn) -> Reply | None:
    """A visit is wanted: one of the times shown, or others; else a new one."""
    return times.in_words(turn) if times.answers_these(turn) else moving.book(turn)


def reschedule(turn: Turn) -> Reply | None:
    """Another time: than those shown, else for a visit they have."""
    return times.in_words(turn) if times.answers_these(turn) else moving.reschedule(turn)


def preferences(turn: Turn) -> Reply | None:
    """A wish: the times shown are narrowed by it; else it is only kept."""
    return times.in_words(turn) if times.answers_these(turn) else waitlist.preferences(turn)


def none_of_them(turn: Turn) -> Reply | None:
    """No: to the times shown, else to nothing that was asked."""
    return times.refuse(turn) if times.answers_these(turn) else appointments.second_thoughts(turn)


def _points_at(option: str) -> tuple[str, UUID]:
    kind, _, subject = option.partition(BECAUSE)[0].partition(":")
    return kind, UUID(subject)


def _do(turn: Turn, prompt: Prompt, kind: str, subject: UUID) -> Reply | None:
    prompt.answered_at = turn.tx.now
    return LINES[kind](turn, subject)


def _take(turn: Turn, offer_id: UUID) -> Reply | None:
    """Where it turns out to be taken, the other numbers still stand."""
    outcome = acceptance.accept(turn.tx, turn.conversation, _offer(turn, offer_id), PATIENT)
    if outcome in (Outcome.TOO_LATE, Outcome.GONE):
        answered(turn).answered_at = None
    return None


def late(turn: Turn) -> Reply | None:
    """Nothing that was listed can be had any more: a number is answered honestly, as a late yes is."""
    over = (one for one in conversations.open_prompts(turn.tx, turn.conversation.id) if _lists_offers(one))
    prompt = next(over, None)
    number = turn.read.choice or 0
    if prompt is None and wishing.names_alone(turn):
        return waitlist.preferences(turn)
    if prompt is None and number:
        return times.booked_meanwhile(turn, number) or fallback.not_understood(turn)
    if prompt is None or not 1 <= number <= len(prompt.options):
        return fallback.not_understood(turn)
    _, offer_id = _points_at(prompt.options[number - 1])
    acceptance.accept(turn.tx, turn.conversation, _offer(turn, offer_id), PATIENT)
    return None


def some_of_them(turn: Turn) -> Reply | None:
    """Words of no clear meaning to "Cancel all of these?": the one that they name."""
    return appointments.some_of_several(turn) or late(turn)


def _lists_offers(prompt: Prompt) -> bool:
    return prompt.kind is PromptKind.LIST and all(
        _points_at(each)[0] == offers.LINE for each in prompt.options
    )


def _offer(turn: Turn, offer_id: UUID) -> Offer:
    return turn.tx.session.get_one(Offer, offer_id)


def _visit(turn: Turn, visit_id: UUID) -> Appointment:
    return turn.tx.session.get_one(Appointment, visit_id)


LINES: dict[str, Callable[[Turn, UUID], Reply | None]] = {
    offers.LINE: _take,
    offers.DECLINE: lambda turn, offer_id: offers.pass_on(turn, _offer(turn, offer_id)),
    appointments.LINE: lambda turn, visit_id: appointments.check(turn, _visit(turn, visit_id)),
    appointments.CONFIRM: lambda turn, visit_id: appointments.confirm_visit(turn, _visit(turn, visit_id)),
    appointments.MOVE: lambda turn, visit_id: handoff.move(turn, _visit(turn, visit_id)),
    times.LINE: times.take,
    joining.SOONER: joining.sooner,
    joining.PATIENT_LINE: joining.for_patient,
    joining.TYPE: joining.for_type,
    waitlist.LEAVE: waitlist.leave_of,
    wishing.ONLY: wishing.only,
    wishing.IF_POSSIBLE: wishing.if_possible,
    wishing.WITHOUT: wishing.without,
}

POINTED_AT = (appointments.LINE, appointments.CONFIRM, appointments.MOVE)
"""Lines that words may pick as well as numbers."""
