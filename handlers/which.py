"""Which one? A yes, a no or a number that could answer several open questions becomes a list to choose from."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from clinic import acceptance, appointments, holds, phrases
from clinic.messages import about_visit
from handlers import fallback, offers, visits
from handlers.appointments import CONFIRM, LINE, MOVE
from handlers.guards import Awaited
from handlers.turn import Asking, Reply, Turn
from nlu.choices import refused_number, refuses_all
from nlu.understanding import Intent
from rules.states import PromptKind
from storage.queries.offers import head_of
from storage.tables import Appointment, Hold, Offer, Prompt

YES, CHANGE, NO = 1, 2, 3
"""What a text can say to a question of ours; the numbers are those a reminder names."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What choosing a line does: how the line begins where lines differ in kind, and what it points at."""

    phrase: str
    kind: str


OFFERED = {YES: Deed("book_it", offers.LINE), NO: Deed("pass_on_it", offers.DECLINE)}
REMINDED = {
    YES: Deed("confirm_it", CONFIRM),
    CHANGE: Deed("change_it", MOVE),
    NO: Deed("cancel_it", LINE),
}
CANCELLING = {YES: Deed("cancel_it", LINE)}
SHOWN = Deed("book_it", holds.LINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a text may have meant: what would be done, to which offer or visit, and when and with whom."""

    deed: Deed
    subject_id: UUID
    words: phrases.Words


def ask(turn: Turn) -> Reply | None:
    """The list, to choose from: choosing a line does to it what was said, a yes or a no. Where only one thing
    can have been meant, they are asked about that."""
    refused = _refused(turn)
    if refused is not None:
        return offers.skip(turn, refused)
    said = _said(turn)
    lines = [line for one in reversed(turn.awaited) for line in _lines(turn, one, said)]
    if not lines:  # half a yes to nothing that a yes could answer: it books nothing
        return None if turn.read.intent is Intent.TAPBACK_LIKE else fallback.not_understood(turn)
    if lines and all(line.deed is OFFERED[NO] for line in lines):
        offered = [turn.tx.session.get_one(Offer, line.subject_id) for line in lines]
        if refuses_all(turn.read.text) or len({head_of(offer) for offer in offered}) == 1:
            return offers.pass_on_all(turn, offered)
    reminder = _only_reminder(turn)
    if reminder is not None:
        return _coming(turn, reminder)
    alike = said == YES and len({line.deed.phrase for line in lines}) == 1
    listed = [line.words if alike else phrases.part(line.deed.phrase, line=line.words) for line in lines]
    wanted = alike and lines[0].deed.phrase == OFFERED[YES].phrase
    return Reply(
        "offer_which" if wanted else "which",
        {"options": phrases.numbered(listed)},
        asks=Asking(PromptKind.LIST, options=tuple(f"{line.deed.kind}:{line.subject_id}" for line in lines)),
    )


def _refused(turn: Turn) -> Offer | None:
    """The one offer of a list that is not wanted: "not the first", "no to 2"."""
    number = refused_number(turn.read.text)
    newest = max(
        (one for one in turn.awaited if one.kind is PromptKind.LIST),
        key=lambda one: one.asked_at,
        default=None,
    )
    if number is None or newest is None:
        return None
    options = turn.tx.session.get_one(Prompt, newest.id).options
    kind, _, offer_id = options[number - 1].partition(":") if number <= len(options) else ("", "", "")
    return turn.tx.session.get_one(Offer, UUID(offer_id)) if kind == offers.LINE else None


def _said(turn: Turn) -> int:
    if turn.read.choice in (CHANGE, NO) and any(one.kind is PromptKind.REMINDER for one in turn.awaited):
        return turn.read.choice
    no = turn.read.intent is Intent.DECLINE or (turn.read.signals.no and not turn.read.signals.yes)
    return NO if no else YES


def _lines(turn: Turn, one: Awaited, said: int) -> Iterator[Line]:
    """What the text would do to one open question; nothing where it cannot be meant for it."""
    shown = _shown(turn, one)
    if shown is not None:
        yield Line(SHOWN, shown.id, phrases.part("line", **holds.words(turn.tx, shown)))
    if one.subject_id is None:
        return
    if one.kind is PromptKind.OFFER and said in OFFERED:
        for offer, opening in acceptance.answerable_offers(turn.tx, [one.subject_id]):
            yield Line(OFFERED[said], offer.id, offers.line(turn, offer, opening))
    by_kind = {PromptKind.REMINDER: REMINDED, PromptKind.CANCEL_CONFIRM: CANCELLING}.get(one.kind, {})
    if said in by_kind:
        visit = turn.tx.session.get_one(Appointment, one.subject_id)
        yield Line(by_kind[said], visit.id, visits.line(turn, visit))


def _shown(turn: Turn, one: Awaited) -> Hold | None:
    """The time that a list of times has at the number they sent, beside an offer that came after it."""
    if one.kind is not PromptKind.LIST or turn.read.choice is None:
        return None
    return holds.with_number(turn.tx, turn.tx.session.get_one(Prompt, one.id), turn.read.choice)


def _only_reminder(turn: Turn) -> Appointment | None:
    """The visit of the one reminder, where nothing else is asked: the text was half an answer to it."""
    asked = turn.awaited
    if len(asked) != 1 or asked[0].kind is not PromptKind.REMINDER:
        return None
    return turn.tx.session.get(Appointment, asked[0].subject_id)


def _coming(turn: Turn, visit: Appointment) -> Reply:
    return Reply("reminder_check", appointments.words(turn.tx, visit), about=about_visit(visit))
