"""The form in which staff write what somebody on the waitlist wants: from a `Wish` to its fields, and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from clinic.imports import cells
from clinic.imports.cells import DAY_PARTS, Place, Unreadable
from clinic.waitlist import Wish
from clinic.wish import Unfit, check
from rules.channels import WRITES_FIRST
from rules.states import Channel, EntryPriority, Referral

WANTED, NOT = "wanted", "not"
MOST_CHANNELS = len(WRITES_FIRST)

Form = Mapping[str, str]


class Unclear(ValueError):
    """A field that cannot be taken as it is. What it says is a sentence for whoever filled it in."""


def filled(wish: Wish) -> dict[str, str]:
    """The fields of the form, as they stand for a wish."""
    wanted = wish.preferred_provider_id or wish.requested_provider_id
    fields: dict[str, Any] = {
        "priority": wish.priority,
        "referral": wish.referral or "",
        "wanted": wanted or "",
        "only": "yes" if wish.only_provider else "",
        "earliest": wish.earliest or "",
        "latest": wish.latest or "",
        "preferred_date": wish.preferred_date or "",
        "location": wish.location_id or "",
        "times": _exact(wish.times),
        "not_times": _exact(wish.excluded_times),
        "notice_hours": wish.notice_hours or "",
        "max_wait_days": wish.max_wait_days or "",
        "replaces": wish.replaces_id or "",
        "boost_points": wish.boost_points or "",
        "boost_reason": wish.boost_reason,
        "auto": "yes" if wish.auto_match else "",
        "auto_book": "yes" if wish.auto_book else "",
        "waiting_for": wish.waiting_for,
        "notes": wish.notes,
    }
    for prefix, wanted_ones, ruled_out in (
        ("day", wish.weekdays, wish.excluded_weekdays),
        ("part", _parts(wish.times), _parts(wish.excluded_times)),
        ("with", wish.alternate_provider_ids, wish.excluded_provider_ids),
    ):
        fields |= {f"{prefix}-{each}": WANTED for each in wanted_ones}
        fields |= {f"{prefix}-{each}": NOT for each in ruled_out}
    for weekday, start, end in wish.excluded_day_times:
        fields[f"never-{weekday}-{start}-{end}"] = "yes"
    fields |= {f"channel-{place}": channel for place, channel in enumerate(wish.channels, 1)}
    for first, last in wish.excluded_dates:
        fields[f"away-{first}-{last}"] = "yes"
    return {name: str(value) for name, value in fields.items()}


def read(form: Form, wish: Wish, place: Place) -> Wish:
    """What the form says, on top of `wish`. May raise `Unclear`."""
    changed = replace(
        wish,
        priority=_choice(EntryPriority, form.get("priority")) or EntryPriority.STANDARD,
        referral=_choice(Referral, form.get("referral")),
        weekdays=_weekdays(form, WANTED),
        excluded_weekdays=_weekdays(form, NOT),
        times=_times(form, "times", WANTED, place),
        excluded_times=_times(form, "not_times", NOT, place),
        excluded_day_times=[
            (weekday, start, end)
            for weekday, start, end in wish.excluded_day_times
            if form.get(f"never-{weekday}-{start}-{end}") == "yes"
        ],
        excluded_dates=_away(form, wish),
        alternate_provider_ids=[_id(each) for each in _marked(form, "with", WANTED)],
        excluded_provider_ids=[_id(each) for each in _marked(form, "with", NOT)],
        only_provider=form.get("only") == "yes",
        earliest=_day(form, "earliest"),
        latest=_day(form, "latest"),
        preferred_date=_day(form, "preferred_date"),
        location_id=_id(form["location"]) if form.get("location") else None,
        notice_hours=_number(form, "notice_hours") or 0,
        max_wait_days=_number(form, "max_wait_days"),
        replaces_id=_id(form["replaces"]) if form.get("replaces") else None,
        boost_points=_number(form, "boost_points") or 0,
        boost_reason=form.get("boost_reason", "").strip(),
        auto_match=form.get("auto") == "yes",
        auto_book=form.get("auto_book") == "yes",
        channels=_channels(form),
        waiting_for=form.get("waiting_for", "").strip(),
        notes=form.get("notes", "").strip(),
    )
    changed = _with_provider(changed, form.get("wanted", ""))
    try:
        check(changed)
    except Unfit as unfit:
        raise Unclear(str(unfit)) from None
    return changed


def _with_provider(wish: Wish, chosen: str) -> Wish:
    """A provider newly chosen is preferred; one that was asked for stays asked for."""
    wanted = _id(chosen) if chosen else None
    if wanted == (wish.preferred_provider_id or wish.requested_provider_id):
        return wish
    return replace(wish, preferred_provider_id=wanted, requested_provider_id=None)


def _channels(form: Form) -> list[Channel]:
    """In the order chosen, each once."""
    chosen = (_choice(Channel, form.get(f"channel-{place}")) for place in range(1, MOST_CHANNELS + 1))
    return list(dict.fromkeys(each for each in chosen if each is not None))


def _weekdays(form: Form, mark: str) -> list[int]:
    return [day for day in range(7) if form.get(f"day-{day}") == mark]


def _parts(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [part for part, pair in DAY_PARTS.items() if pair in pairs]


def _exact(pairs: Sequence[tuple[str, str]]) -> str:
    """What is not a whole part of the day, as it is written in a field: `14:00-16:00`."""
    return " ".join(f"{start}-{end}" for start, end in pairs if (start, end) not in DAY_PARTS.values())


def _times(form: Form, field: str, mark: str, place: Place) -> list[tuple[str, str]]:
    words = " ".join((*_marked(form, "part", mark), form.get(field, "")))
    try:
        return [(start, end) for start, end in cells.times(words, place)]
    except Unreadable:
        raise Unclear("Write times such as 14:00-16:00, with spaces between.") from None


def _away(form: Form, wish: Wish) -> list[tuple[date, date]]:
    """Days they are away: those known that are still ticked, and new ones."""
    kept = [(first, last) for first, last in wish.excluded_dates if form.get(f"away-{first}-{last}") == "yes"]
    first, last = _day(form, "away_first"), _day(form, "away_last")
    if first is None and last is None:
        return kept
    if first is None or (last is not None and last < first):
        raise Unclear("Say from which day they are away, and until which.")
    return [*kept, (first, last or first)]


def _marked(form: Form, prefix: str, mark: str) -> Iterable[str]:
    start = f"{prefix}-"
    return [
        name.removeprefix(start) for name, value in form.items() if name.startswith(start) and value == mark
    ]


def _choice(words: Any, text: str | None) -> Any:
    try:
        return words(text) if text else None
    except ValueError:
        raise Unclear("Choose one of what the list shows.") from None


def _day(form: Form, field: str) -> date | None:
    text = form.get(field, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unclear("Write a day such as 2026-12-01.") from None


def _number(form: Form, field: str) -> int | None:
    text = form.get(field, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Unclear("Write a whole number.")
    return int(text) if text else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unclear("Choose one of what the list shows.") from None
