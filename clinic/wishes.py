"""What patients wish of a visit, said by text: kept on their entries, said back in words, and matched at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from clinic import (
    declining,
    enrolment,
    messages,
    offers,
    openings,
    phrases,
    undo,
    waitlist,
    wish_words,
)
from clinic.audit import PATIENT, By
from clinic.wish import Wish, wish_of
from rules.facts import TimeWindow
from rules.states import OUTSTANDING_OFFER, WAITING_ENTRY, UndoKind
from rules.wishes import Stated, Wishes, leaves_nothing, sharpen
from storage.tables import Conversation, Offer, Patient, Provider, Undoable, WaitlistEntry
from storage.transaction import Tx, made_once

_WISHES = TypeAdapter(Wishes)
_STATED = TypeAdapter(Stated)

# Asked with every wish, so made once.

_ASKED = made_once(
    select(Offer)
    .where(
        Offer.entry_id.in_(bindparam("entry_ids", expanding=True)),
        Offer.state.in_(OUTSTANDING_OFFER),
    )
    .order_by(Offer.id)
    .execution_options(populate_existing=True)
)
_EVERYBODY = made_once(select(Provider.id))


def keep(
    tx: Tx,
    conversation: Conversation,
    entries: Sequence[WaitlistEntry],
    stated: Stated,
    by: By,
    *,
    passing: Offer | None = None,
    mark: bool = True,
) -> bool:
    """Keep what was stated on all these entries, and say it back. False, and nothing changed or said, where it
    would leave one of them no time at all.

    What is out and goes against it counts as passed, without a mark; `passing` is the offer that was declined in
    the same breath, and gets one unless told otherwise. Locks in the order openings, entries.
    """
    outstanding = _lock_outstanding(tx, [entry.id for entry in entries], passing)
    locked = [waitlist.lock(tx, entry_id) for entry_id in sorted(entry.id for entry in entries)]
    before = {entry.id: wishes_of(entry) for entry in locked}
    after = {entry_id: sharpen(wishes, stated) for entry_id, wishes in before.items()}
    if _impossible(tx, after.values()):
        return False
    _remember(tx, conversation, locked[0], before)
    for entry in locked:
        enrolment.claim(tx, entry, by)
        _write(tx, entry, after[entry.id], by)
    values = {"name": names_of(tx, locked), "wishes": in_words(tx, stated)}
    messages.say(tx, conversation, "wishes_kept" if passing is None else "wishes_passed", values)
    if passing is not None:
        declining.decline(tx, passing, by, counts=mark)
    for offer in outstanding:
        if offer is not passing and offers.against_wishes(tx, offer):
            declining.decline(tx, offer, by, counts=False)
    return True


def keep_for_new(tx: Tx, entry: WaitlistEntry, stated: Stated, by: By) -> bool:
    """The same for an entry just made, whose joining says it back. False where it would leave no time at all:
    then the entry stands without it."""
    after = sharpen(wishes_of(entry), stated)
    if not stated or _impossible(tx, [after]):
        return False
    waitlist.change(tx, entry.id, _with(wish_of(entry), after), by)
    return True


def _lock_outstanding(tx: Tx, entry_ids: Sequence[UUID], passing: Offer | None) -> Sequence[Offer]:
    """The offers these entries are being asked about, with their openings (and that of `passing`) locked."""
    asked = {"entry_ids": entry_ids}
    also = {passing.opening_id} if passing is not None else set()
    offered = {offer.opening_id for offer in tx.session.scalars(_ASKED, asked)} | also
    if not offered:
        return ()
    for opening_id in sorted(offered):
        openings.lock(tx, opening_id)
    return tx.session.scalars(_ASKED, asked).all()


def _impossible(tx: Tx, wishes: Iterable[Wishes]) -> bool:
    everybody = frozenset(tx.session.scalars(_EVERYBODY))
    today = tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
    return any(leaves_nothing(each, everybody, today) for each in wishes)


def _write(tx: Tx, locked: WaitlistEntry, wishes: Wishes, by: By) -> None:
    waitlist.change_locked(tx, locked, _with(wish_of(locked), wishes), by)


def _remember(
    tx: Tx, conversation: Conversation, first: WaitlistEntry, before: Mapping[UUID, Wishes]
) -> None:
    """One line for one text, however many entries it speaks of: they are taken back together."""
    undo.remember(
        tx,
        conversation,
        UndoKind.WISHES,
        first.id,
        patient_id=first.patient_id,
        before={str(entry_id): _WISHES.dump_python(each, mode="json") for entry_id, each in before.items()},
    )


def restore(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """The wishes are what they were before the text that is taken back. False where nobody waits any more."""
    locked = [waitlist.lock(tx, UUID(entry_id)) for entry_id in sorted(undoable.before)]
    waiting = [entry for entry in locked if entry.state in WAITING_ENTRY]
    for entry in waiting:
        _write(tx, entry, _WISHES.validate_python(undoable.before[str(entry.id)]), PATIENT)
    if waiting:
        messages.say(tx, conversation, "undo_wishes", {"name": names_of(tx, waiting)})
    return bool(waiting)


def names_of(tx: Tx, entries: Sequence[WaitlistEntry]) -> phrases.Words:
    """`Maria and Ben`: whose entries these are."""
    patients = dict.fromkeys(entry.patient_id for entry in entries)
    return phrases.both([tx.session.get_one(Patient, each).first_name for each in patients])


def in_words(tx: Tx, stated: Stated) -> phrases.Words:
    """What was stated, as it is said back."""
    spoken_of = (
        stated.provider_id,
        stated.or_provider_id,
        stated.excluded_provider_id,
        stated.again_provider_id,
    )
    names = {each: tx.session.get_one(Provider, each).name for each in spoken_of if each is not None}
    return wish_words.in_words(stated, names)


def to_text(stated: Stated) -> str:
    """What was stated, kept beside a question until it is answered."""
    return _STATED.dump_json(stated, exclude_defaults=True).decode()


def from_text(text: str) -> Stated:
    """What `to_text` had kept."""
    return _STATED.validate_json(text)


# Between an entry and the rules


def wishes_of(entry: WaitlistEntry) -> Wishes:
    """An entry's wishes as the rules want them."""
    wish = wish_of(entry)
    said: dict[str, Any] = {field.name: getattr(wish, field.name) for field in fields(Wishes)}
    return Wishes(
        **said
        | {
            "weekdays": frozenset(wish.weekdays),
            "excluded_weekdays": frozenset(wish.excluded_weekdays),
            "times": _windows(wish.times),
            "excluded_times": _windows(wish.excluded_times),
            "excluded_day_times": tuple(
                (weekday, *_windows([(start, end)])) for weekday, start, end in wish.excluded_day_times
            ),
            "excluded_dates": tuple(wish.excluded_dates),
            "alternate_provider_ids": frozenset(wish.alternate_provider_ids),
            "excluded_provider_ids": frozenset(wish.excluded_provider_ids),
        }
    )


def _with(wish: Wish, wishes: Wishes) -> Wish:
    """What the entry says, with these wishes in place of its own."""
    said: dict[str, Any] = {field.name: getattr(wishes, field.name) for field in fields(wishes)}
    return replace(
        wish,
        **said
        | {
            "times": _pairs(wishes.times),
            "excluded_times": _pairs(wishes.excluded_times),
            "excluded_day_times": [
                (weekday, *pair) for weekday, window in wishes.excluded_day_times for pair in _pairs([window])
            ],
            "alternate_provider_ids": sorted(wishes.alternate_provider_ids),
            "excluded_provider_ids": sorted(wishes.excluded_provider_ids),
        },
    )


def _windows(pairs: Sequence[tuple[str, str]]) -> tuple[TimeWindow, ...]:
    return tuple(TimeWindow(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _pairs(windows: Sequence[TimeWindow]) -> list[tuple[str, str]]:
    return [(f"{window.start:%H:%M}", f"{window.end:%H:%M}") for window in windows]
