"""What a waitlist entry says, as a plain value, and how the table keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from rules.states import Channel, EntryPriority, Referral
from storage.tables import WaitlistEntry


@dataclass(frozen=True, slots=True)
class Wish:
    """What an entry says; the fields are named after the columns of the table, but that `excluded_day_times` stand
    in its `excluded_times`.

    Weekdays are 0 = Monday … 6; times are ("14:00", "16:00") pairs, clinic time, and (1, "14:00", "16:00") on
    Tuesdays only; `excluded_dates` are stretches of days, the last included. What is excluded is hard.
    `channels`: the first is tried first; none said: all, a text first. `waiting_for` is why, in the clinic's
    words, and never stands in a text.
    """

    patient_id: UUID
    type_id: UUID
    priority: EntryPriority = EntryPriority.STANDARD
    referral: Referral | None = None
    earliest: date | None = None
    latest: date | None = None
    preferred_date: date | None = None
    weekdays: Sequence[int] = ()
    times: Sequence[tuple[str, str]] = ()
    excluded_weekdays: Sequence[int] = ()
    excluded_times: Sequence[tuple[str, str]] = ()
    excluded_day_times: Sequence[tuple[int, str, str]] = ()
    excluded_dates: Sequence[tuple[date, date]] = ()
    excluded_provider_ids: Sequence[UUID] = ()
    preferred_provider_id: UUID | None = None
    requested_provider_id: UUID | None = None
    alternate_provider_ids: Sequence[UUID] = ()
    only_provider: bool = False
    location_id: UUID | None = None
    notice_hours: int = 0
    max_wait_days: int | None = None
    replaces_id: UUID | None = None
    boost_points: int = 0
    boost_reason: str = ""
    auto_match: bool = True
    auto_book: bool = False
    channels: Sequence[Channel] = ()
    paused_until: date | None = None
    waiting_for: str = ""
    notes: str = ""


WORDS = ("notes", "boost_reason", "waiting_for")
"""What staff wrote in their own words: the audit log says that it changed, not what it says."""

PREFERENCES = frozenset(
    {
        "earliest",
        "latest",
        "preferred_date",
        "weekdays",
        "times",
        "excluded_weekdays",
        "excluded_times",
        "excluded_dates",
        "excluded_provider_ids",
        "preferred_provider_id",
        "requested_provider_id",
        "alternate_provider_ids",
        "only_provider",
        "location_id",
        "notice_hours",
        "channels",
    }
)
"""What of it is the patient's own wish, as the table names it: other offers suit them once it has changed."""

MOST_BOOST = 40


class Unfit(ValueError):
    """A wish that cannot stand. What it says is a sentence for whoever made it."""


def check(wish: Wish) -> None:
    """Raises `Unfit` where parts of a wish contradict one another, or somebody is moved up too far or without a
    reason that others can read."""
    if wish.earliest and wish.latest and wish.earliest > wish.latest:
        raise Unfit("The last day has to come after the first.")
    if wish.only_provider and not (wish.preferred_provider_id or wish.requested_provider_id):
        raise Unfit("Choose the provider they want to see only.")
    if {wish.preferred_provider_id, wish.requested_provider_id} & set(wish.excluded_provider_ids):
        raise Unfit("A provider cannot be wanted and ruled out.")
    if not 0 <= wish.boost_points <= MOST_BOOST:
        raise Unfit(f"Somebody can be moved up by {MOST_BOOST} points at most.")
    if len(set(wish.channels)) < len(wish.channels):
        raise Unfit("Name each channel once, the one to try first in front.")
    if Channel.CHAT in wish.channels:
        raise Unfit("Nobody is at a web chat all the time: choose text, WhatsApp, email or a call.")
    if wish.boost_points and not wish.boost_reason.strip():
        raise Unfit("Say why they are moved up.")


def wish_of(entry: WaitlistEntry) -> Wish:
    """What an entry says now: what `change` takes, once a field or two are replaced."""
    said = {field.name: getattr(entry, field.name) for field in fields(Wish)}
    return Wish(
        **{
            **said,
            "channels": [Channel(each) for each in entry.channels],
            "times": [(start, end) for start, end in entry.times],
            "excluded_times": entry.excluded_every_day,
            "excluded_dates": [
                (date.fromisoformat(first), date.fromisoformat(last)) for first, last in entry.excluded_dates
            ],
            "excluded_provider_ids": [UUID(each) for each in entry.excluded_provider_ids],
            "alternate_provider_ids": [UUID(each) for each in entry.alternate_provider_ids],
        }
    )


def columns(wish: Wish) -> dict[str, Any]:
    """A wish as the table keeps it: what goes into JSON as JSON holds it."""
    said = {field.name: getattr(wish, field.name) for field in fields(wish)}
    of_a_day = [[start, end, weekday] for weekday, start, end in said.pop("excluded_day_times")]
    return said | {
        "channels": [str(each) for each in wish.channels],
        "weekdays": sorted(wish.weekdays),
        "excluded_weekdays": sorted(wish.excluded_weekdays),
        "times": [list(pair) for pair in wish.times],
        "excluded_times": [*(list(pair) for pair in wish.excluded_times), *of_a_day],
        "excluded_dates": [[first.isoformat(), last.isoformat()] for first, last in wish.excluded_dates],
        "excluded_provider_ids": [str(each) for each in wish.excluded_provider_ids],
        "alternate_provider_ids": [str(each) for each in wish.alternate_provider_ids],
    }


def audited(said: dict[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    """What the audit log keeps of it: ids and times as text; of people's own words, only that there are some."""
    kept = {name: bool(said[name]) if name in WORDS else said[name] for name in changed}
    return {name: str(value) if isinstance(value, date | UUID) else value for name, value in kept.items()}
