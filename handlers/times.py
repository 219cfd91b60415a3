"""Real times instead of a promise: up to three are shown, numbered and kept some minutes. A number, or words that
point at one, book it; other words ask on; and where nothing is free the desk takes over."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import appointments, choosing, conversations, holds, messages, phrases, policies, slots, waitlist
from clinic.choosing import Outcome
from clinic.messages import About, about_visit
from clinic.slots import Search
from handlers import fallback, pointing_out, visits, wishing
from handlers.decide import DecisionKind
from handlers.guards import Awaited
from handlers.turn import Asking, Reply, Turn, by_desk_hours, escalate
from handlers.wanting import (
    Seen,
    asks_for_a_day,
    names_something,
    wanted_in,
    wishes_for,
)
from nlu.choices import lets_it_be
from rules.states import AppointmentState, EscalationKind, PromptKind
from rules.wanted import Stretch, Wanted
from rules.wishes import Wishes
from storage.tables import Appointment, Hold, Offer, Opening, Prompt, WaitlistEntry

LINE = holds.LINE

YES = (DecisionKind.CHECK, DecisionKind.ACCEPT, DecisionKind.CONFIRM, DecisionKind.UNASKED_YES)


# Showing


def for_offer(turn: Turn, offer: Offer, opening: Opening) -> Reply | None:
    """Times in the place of the one that was offered; None where there are none."""
    entry = turn.tx.session.get_one(WaitlistEntry, offer.entry_id)
    return _show_for_entry(turn, entry, Seen(opening.starts_at, opening.starts_at))


def beside_a_wish(turn: Turn, entries: Sequence[WaitlistEntry]) -> Reply | None:
    """A wish was kept, and a day is asked for besides: its times, where it is plain for whom."""
    if len(entries) != 1 or not asks_for_a_day(turn):
        return None
    return _show_for_entry(turn, entries[0], None)


def for_visit(turn: Turn, visit: Appointment) -> Reply | None:
    """Times to which a visit could be moved; None where there are none. Its own time only says which is meant."""
    wishes = wishes_for(_entry(turn, visit.patient_id, visit.type_id), visit.provider_id)
    others = visits.other_times(turn, [visit])
    wanted = wanted_in(turn, wishes, Seen(visit.starts_at, visit.starts_at), among=others)
    if wanted is None:
        return None
    # A yes from now on is said of the times, never of a "Cancel your visit?" from before.
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CANCEL_CONFIRM)
    return _show_or_say_so(turn, Search(visit.patient_id, visit.type_id, wanted, replaces_id=visit.id))


def for_who_waits(turn: Turn) -> Reply | None:
    """Nothing was offered: times for the one thing that the people on this phone wait for, or else for their one
    visit; None where it could be several, or there are none."""
    waiting = waitlist.waiting_of(turn.tx, turn.patient_ids)
    if len(waiting) == 1:
        return _show_for_entry(turn, waiting[0], None)
    found = visits.meant(turn).visits
    return for_visit(turn, found[0]) if len(found) == 1 and not waiting else None


def for_patient(turn: Turn, patient_id: UUID, type_id: UUID, wishes: Wishes) -> Reply | None:
    """Times for somebody with no such visit: those the text asks for, else any; None where there are none."""
    wanted = wanted_in(turn, wishes)
    found = _show(turn, Search(patient_id, type_id, wanted)) if wanted is not None else None
    if found is not None or not names_something(turn):
        return found
    others = _show(turn, Search(patient_id, type_id, Wanted(wishes=wishes)))
    if others is not None:
        messages.say(turn.tx, turn.conversation, "nothing_then")
    return others


def sooner(turn: Turn, entry: WaitlistEntry) -> Reply | None:
    """Times for somebody who waits, before the visit that one would replace; None where there are none."""
    wanted = wanted_in(turn, wishes_for(entry))
    if wanted is None:
        return None
    if entry.replaces_id is not None:
        wanted = replace(wanted, before=turn.tx.session.get_one(Appointment, entry.replaces_id).starts_at)
    return _show(turn, Search(entry.patient_id, entry.type_id, wanted, replaces_id=entry.replaces_id))


def _show_for_entry(turn: Turn, entry: WaitlistEntry, seen: Seen | None) -> Reply | None:
    wanted = wanted_in(turn, wishes_for(entry), seen)
    if wanted is None:
        return None
    search = Search(entry.patient_id, entry.type_id, wanted, replaces_id=entry.replaces_id)
    return _show_or_say_so(turn, search)


def _show_or_say_so(turn: Turn, search: Search) -> Reply | None:
    found = _show(turn, search)
    if found is None and slots.can_be_searched(turn.tx):
        messages.say(turn.tx, turn.conversation, "nothing_then")
    return found


def _show(turn: Turn, search: Search) -> Reply | None:
    kept = holds.show(turn.tx, turn.conversation, search)
    return _list(turn, kept) if kept else None


def _list(turn: Turn, kept: Sequence[Hold]) -> Reply:
    """The times as a numbered list that a number answers; on a family's phone it says for whom."""
    held, lines, one = kept[0], _lines(turn, kept), len(kept) == 1
    values: dict[str, phrases.Words] = {
        "options": phrases.numbered(lines),
        "line": lines[0],
        "minutes": str(policies.current(turn.tx).hold_shown_minutes),
    }
    about = About(patient_id=held.patient_id)
    if len(turn.patients) > 1:
        name = {"name": holds.words(turn.tx, held)["name"]}
        messages.say(turn.tx, turn.conversation, "times_whose", name, about=about)
    if held.replaces_id is None:
        return Reply("times_one" if one else "times", values, about=about, asks=_asking(kept))
    visit = turn.tx.session.get_one(Appointment, held.replaces_id)
    values["day"] = phrases.short_day(visit.starts_at.astimezone(_zone(turn)).date())
    return Reply("times_one_instead" if one else "times_instead", values, about=about, asks=_asking(kept))


def _lines(turn: Turn, shown: Sequence[Hold]) -> list[phrases.Words]:
    return [phrases.part("line", **holds.words(turn.tx, held)) for held in shown]


# Answers to what was shown


def take(turn: Turn, hold_id: UUID) -> Reply | None:
    """One of the times was chosen: it is booked; where it has gone meanwhile, the next ones are shown."""
    held = turn.tx.session.get_one(Hold, hold_id)
    if choosing.choose(turn.tx, turn.conversation, hold_id) is not Outcome.GONE:
        return None
    local = held.starts_at.astimezone(_zone(turn))
    wishes = wishes_for(_entry(turn, held.patient_id, held.type_id), held.provider_id)
    near = Wanted(wishes=wishes, at=local.time())
    on_that_day = replace(near, any_of=(Stretch(local.date(), local.date()),))
    search = Search(held.patient_id, held.type_id, on_that_day, replaces_id=held.replaces_id)
    found = _show(turn, search) or _show(turn, replace(search, wanted=near))
    return found or _nothing_else(turn, held)


def in_words(turn: Turn) -> Reply | None:
    """Words while times are shown: one of them, some of them, other ones, or not understood."""
    shown = _shown(turn)
    picked = pointing_out.picked(turn, shown)
    if picked is not None:
        return take(turn, picked.id)
    named = pointing_out.named(turn, shown)
    if named:
        return _list(turn, named)
    if turn.decision.kind in YES and turn.read.signals.yes and not turn.read.times:
        return take(turn, shown[0].id) if len(shown) == 1 else _which(turn, shown)
    return again(turn) if names_something(turn) else fallback.not_understood(turn)


def again(turn: Turn) -> Reply | None:
    """Other times than those shown: narrowed, sooner or later; else the desk. A wish for good is kept."""
    shown = _shown(turn)
    held = shown[0]
    entry = _entry(turn, held.patient_id, held.type_id)
    if entry is not None and turn.read.preferences:
        wishing.keep(turn, [entry])
    seen = Seen(shown[0].starts_at, shown[-1].starts_at)
    for around in (seen.on_its_day(_zone(turn)), seen):
        wanted = wanted_in(turn, wishes_for(entry, held.provider_id), around)
        if wanted is None:
            return refuse(turn)
        search = Search(held.patient_id, held.type_id, wanted, replaces_id=held.replaces_id)
        found = _show(turn, search)
        if found is not None:
            return found
    return _still_kept(turn, shown) or _nothing_else(turn, held)


def _still_kept(turn: Turn, shown: Sequence[Hold]) -> Reply | None:
    """Nothing else is free and the desk looks, but what was shown can still be had: shown again. None where it
    cannot."""
    kept = holds.keep_on(turn.tx, turn.conversation, shown)
    if not kept:
        return None
    over = _nothing_else(turn, kept[0])
    messages.say(turn.tx, turn.conversation, over.phrase, over.values)
    values = {"options": phrases.numbered(_lines(turn, kept))}
    return Reply("times_still", values, about=About(patient_id=kept[0].patient_id), asks=_asking(kept))


def refuse(turn: Turn) -> Reply | None:
    """None of them: the desk finds a time. "Never mind" keeps the visit that was to be moved."""
    shown = _shown(turn)
    holds.release_all(turn.tx, turn.conversation.id)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LIST)
    visit = turn.tx.session.get(Appointment, shown[0].replaces_id) if shown[0].replaces_id else None
    if visit is not None and visit.state is AppointmentState.BOOKED and lets_it_be(turn.read.text):
        return Reply("cancel_kept", appointments.words(turn.tx, visit), about=about_visit(visit))
    _to_desk(turn, shown[0])
    return by_desk_hours(turn.tx, "times_refused")


def answers_these(turn: Turn, offer: Awaited | None = None) -> bool:
    """Whether times are shown, since the offer that the text would else answer."""
    asked = _asked(turn)
    return asked is not None and (offer is None or asked.asked_at > offer.asked_at)


def booked_meanwhile(turn: Turn, number: int) -> Reply | None:
    """A number out of a list that waits no more, since the desk has booked them: they hear for when. None where it
    has not."""
    asked = conversations.last_asked(turn.tx, turn.conversation.id, PromptKind.LIST)
    held = holds.with_number(turn.tx, asked, number) if asked else None
    if asked is None or held is None:
        return None
    found = (
        visit
        for visit in appointments.coming(turn.tx, [held.patient_id])
        if visit.type_id == held.type_id and visit.booked_at >= asked.asked_at
    )
    visit = next(found, None)
    if visit is None:
        return None
    requested = visit.state is AppointmentState.REQUESTED
    words = appointments.words(turn.tx, visit)
    return Reply("requested" if requested else "already_booked", words, about=about_visit(visit))


def _asked(turn: Turn) -> Prompt | None:
    """The list of times that waits for an answer, if the newest list is one."""
    awaited = next((one for one in turn.awaited if one.kind is PromptKind.LIST), None)
    prompt = turn.tx.session.get_one(Prompt, awaited.id) if awaited else None
    return prompt if prompt and holds.lists_times(prompt) else None


def _shown(turn: Turn) -> list[Hold]:
    """What is on that list."""
    asked = _asked(turn)
    ids = [UUID(option.partition(":")[2]) for option in asked.options] if asked else []
    return [turn.tx.session.get_one(Hold, each) for each in ids]


def once_more(turn: Turn) -> Reply:
    """Which of the times shown would they like?"""
    return _which(turn, _shown(turn))


def _which(turn: Turn, shown: Sequence[Hold]) -> Reply:
    return Reply("offer_which", {"options": phrases.numbered(_lines(turn, shown))}, asks=_asking(shown))


def _asking(shown: Sequence[Hold]) -> Asking:
    options = tuple(f"{LINE}:{held.id}" for held in shown)
    return Asking(PromptKind.LIST, patient_id=shown[0].patient_id, options=options)


def _entry(turn: Turn, patient_id: UUID, type_id: UUID) -> WaitlistEntry | None:
    return next(iter(waitlist.waiting_for(turn.tx, patient_id, type_id)), None)


def _zone(turn: Turn) -> ZoneInfo:
    return ZoneInfo(turn.tx.clinic().timezone)


def _nothing_else(turn: Turn, held: Hold) -> Reply:
    _to_desk(turn, held)
    return by_desk_hours(turn.tx, "times_over")


def _to_desk(turn: Turn, held: Hold) -> None:
    kind = EscalationKind.RESCHEDULE if held.replaces_id else EscalationKind.COUNTER
    escalate(turn, kind)
