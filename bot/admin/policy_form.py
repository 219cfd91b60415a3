"""What a clinic decides, as a form: every value of its policy under a heading, with what it means and is usual.

The form knows no rules of its own: what is sent is checked by `rules.policy.Policy`, as on the command line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import Enum, StrEnum
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from bot.admin.frame import sentence
from rules.policy import WEEKDAY_NAMES, Policy

Form = MultiDict[str, str]


class Group(StrEnum):
    """The headings. Each is saved by itself."""

    OFFERS = "offers"
    MATCHING = "matching"
    WAITLIST = "waitlist"
    VISITS = "visits"
    REMINDERS = "reminders"
    TEXTS = "texts"
    CHAT = "chat"
    DESK = "desk"
    CAMPAIGNS = "campaigns"


TITLES = {
    Group.OFFERS: "Offers of free slots",
    Group.MATCHING: "Who is offered what",
    Group.WAITLIST: "Places on the waitlist",
    Group.VISITS: "Visits, cancellations and no-shows",
    Group.REMINDERS: "Reminders",
    Group.TEXTS: "Texts",
    Group.CHAT: "Web chat",
    Group.DESK: "The desk and the people behind it",
    Group.CAMPAIGNS: "Campaigns",
}

FIELDS: Mapping[Group, Mapping[str, str]] = {
    Group.OFFERS: {
        "dispatch": "How people are asked",
        "hold_minutes": "Time to answer, in minutes",
        "hard_holds": "A late yes never counts",
        "give_up_minutes": "Stop asking before the start, in minutes",
        "batch_size": "People asked at once",
        "wanted_fill": "Chance of filling a slot to aim at, 0 to 1",
        "most_too_late": "Most yeses that come too late, 0 to 1",
        "fill_first": "Filling the slot comes first",
        "gap_hours": "Hours between two offers to a patient",
        "offers_per_week": "Offers to a patient in a week",
        "offers_per_entry": "Offers left unanswered",
        "declines_per_entry": "Offers declined",
        "link_in_offers": "A link in each text that offers",
    },
    Group.MATCHING: {
        "profile": "How people are ranked",
        "threshold": "Least match, 0 to 1",
        "first_come": "First come, first served",
        "search_horizon_days": "Days ahead that count",
        "backfill_threshold": "Least match with backfill, of 100",
        "backfill_least_risk": "Risk that backfill counts from, 0 to 1",
    },
    Group.WAITLIST: {
        "invite_to_waitlist": "Invite to the waitlist",
        "entry_expires_days": "A place ends after, in days",
        "auto_book_least_hours": "Notice for booking without being asked, in hours",
        "auto_undo_minutes": "Time to give such a booking back, in minutes",
    },
    Group.VISITS: {
        "late_hours": "A cancel is late within, in hours",
        "mark_no_shows": "Mark no-shows by itself",
        "no_show_minutes": "A visit is missed after, in minutes",
        "staff_undo_minutes": "Time to undo a cancel at the desk, in minutes",
        "approve_minutes": "Press for approval after, in minutes",
        "cascade_at_once_hours": "Offer a given-up visit at once within, in hours",
        "hold_shown_minutes": "Keep times that were shown, in minutes",
        "slot_step_minutes": "Visits begin every, in minutes",
        "slot_search_days": "Look for free times, in days ahead",
    },
    Group.REMINDERS: {
        "reminder_hours": "Remind, in hours before a visit",
        "reminder_channels": "Remind by",
        "remind_confirmed": "Remind those who have confirmed, too",
        "second_ask_chance": "Likely to be missed from, 0 to 1",
        "sooner_ask_hours": "Ask likely no-shows, in hours before",
    },
    Group.TEXTS: {
        "allowed_from": "Texts go out from",
        "allowed_until": "Texts go out until",
        "languages": "Languages",
        "undo_minutes": "Time to take back a booking by text, in minutes",
        "calendar_link": "A calendar file with each booking",
        "replies_per_ten_minutes": "Automatic replies in ten minutes",
        "stop_notice_days": "Say how to opt out every, in days",
    },
    Group.CHAT: {
        "chat": "A chat on the clinic's site",
        "chat_origins": "Sites it may stand on",
    },
    Group.DESK: {
        "desk_hours": "Desk hours",
        "hand_back_hours": "Hand a conversation back to the bot after, in hours",
        "alert_repeat_minutes": "Alert again every, in minutes",
        "emergency_phone": "Emergency number",
        "crisis_phone": "Crisis number",
    },
    Group.CAMPAIGNS: {
        "campaign_gap_days": "Days between two campaigns to a patient",
        "segment_cents": "A segment of a text costs, in cents",
        "whatsapp_cents": "A WhatsApp message costs, in cents",
        "call_cents": "A call costs, in cents",
        "letter_cents": "A letter costs, in cents",
    },
}
"""What is asked under each heading, and how it is called there."""

ELSEWHERE = ("by_type", "own_profile", "whatsapp_templates", "recovery")
"""What is made of several parts, and too much for a line of a form: `standby clinic policy` sets it."""


class Kind(StrEnum):
    """How a value is asked for."""

    FLAG = "flag"
    CHOICE = "choice"
    SEVERAL = "several"
    TIME = "time"
    NUMBER = "number"
    TEXT = "text"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Asked:
    """A value and how it is asked for. `value` is written as the form has it, `usual` as people read it; `choices`
    are words to choose among; `low` and `high` bound a number."""

    name: str
    label: str
    means: str
    kind: Kind
    value: Any
    usual: str
    choices: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    step: str = "1"


def asked(policy: Policy, group: Group, form: Form | None = None) -> list[Asked]:
    """The values of a group, as they are decided, or as a form that was refused has them."""
    values = policy.model_dump(mode="json")
    if form is not None:
        values |= _written(values, group, form)
    return [_ask(name, label, values[name]) for name, label in FIELDS[group].items()]


def decided(policy: Policy, group: Group, form: Form) -> tuple[Policy, dict[str, str]]:
    """The policy with what the form says of a group, and no refusals; or as it was, with a sentence for each value
    that cannot be, "" for what several of them come to. What the form leaves out stays."""
    values = policy.model_dump(mode="json")
    try:
        return Policy.model_validate(values | _written(values, group, form)), {}
    except ValidationError as error:
        return policy, dict(refusals(error))


SENTENCES = {
    "greater_than_equal": "it has to be {ge} or more",
    "greater_than": "it has to be more than {gt}",
    "less_than_equal": "it has to be {le} or less",
    "less_than": "it has to be less than {lt}",
    "int_parsing": "write a whole number, such as 24",
    "int_from_float": "write a whole number, such as 24",
    "float_parsing": "write a number, such as 0.7",
    "time_parsing": "write a time of day, such as 09:00",
    "string_too_short": "write something",
    "string_too_long": "write {max_length} letters at most",
    "too_short": "choose at least one",
    "too_long": "no more than {max_length}",
    "string_pattern_mismatch": "write a number to call, such as 911",
    "enum": "choose one of those shown",
}
"""What is said of what cannot be, by the kind of mistake; the policy's own rules have their own sentences."""


def refusals(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The name of each value that cannot be ("" for what several come to), with a sentence that says why."""
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        known = SENTENCES.get(problem["type"])
        message = known.format(**problem.get("ctx", {})) if known else problem["msg"]
        yield name, f"{sentence(message.removeprefix('Value error, '))}."


def _written(values: Mapping[str, Any], group: Group, form: Form) -> dict[str, Any]:
    return {name: _read(name, values[name], form) for name in FIELDS[group]}


def _read(name: str, before: Any, form: Form) -> Any:
    kind = _kind(name)
    if kind is Kind.WEEK:
        return _week(form, name) if f"{name}-0-start" in form else before
    if name not in form:
        return before
    if kind is Kind.SEVERAL:
        return [each for each in form.getlist(name) if each]
    return form.getlist(name)[-1].strip()  # an unticked box leaves only the hidden "no" before it


def _week(form: Form, name: str) -> dict[int, dict[str, str]]:
    """The days that have hours; one with a start alone is for the policy to refuse."""
    days = {
        day: {end: form.get(f"{name}-{day}-{end}", "").strip() for end in ("start", "end")}
        for day in range(len(WEEKDAY_NAMES))
    }
    return {day: hours for day, hours in days.items() if any(hours.values())}


def _kind(name: str) -> Kind:
    value = getattr(Policy(), name)
    if name == "desk_hours":
        return Kind.WEEK
    if isinstance(value, bool):
        return Kind.FLAG
    if isinstance(value, Enum):
        return Kind.CHOICE
    if isinstance(value, time):
        return Kind.TIME
    if isinstance(value, int | float):
        return Kind.NUMBER
    return Kind.SEVERAL if name == "languages" else Kind.TEXT


def _ask(name: str, label: str, value: Any) -> Asked:
    field, kind, usual = Policy.model_fields[name], _kind(name), getattr(Policy(), name)
    return Asked(
        name=name,
        label=label,
        means=field.description or "",
        kind=kind,
        value=_shown(kind, value),
        usual=_usual(kind, usual),
        choices=_choices(kind, field),
        low=_bound(field, "ge", "gt"),
        high=_bound(field, "le", "lt"),
        step="any" if isinstance(usual, float) else "1",
    )


def _shown(kind: Kind, value: Any) -> Any:
    if kind is Kind.WEEK:
        hours = {int(day): each for day, each in value.items()}
        return [(name, hours.get(day, {})) for day, name in enumerate(WEEKDAY_NAMES)]
    if kind is Kind.FLAG:
        return value in (True, "yes")
    if kind is Kind.TIME:
        return str(value)[:5]
    return ", ".join(map(str, value)) if kind is Kind.TEXT and isinstance(value, list) else value


def _usual(kind: Kind, value: Any) -> str:
    if kind is Kind.WEEK:
        return "weekdays 08:00 to 17:00"
    if kind is Kind.FLAG:
        return "yes" if value else "no"
    if kind is Kind.TIME:
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _choices(kind: Kind, field: FieldInfo) -> Sequence[str]:
    if kind is Kind.CHOICE:
        return [str(each) for each in field.annotation or ()]
    return [str(each) for each in get_args(field.annotation)[0]] if kind is Kind.SEVERAL else ()


def _bound(field: FieldInfo, *names: str) -> float | None:
    found = (getattr(each, name, None) for each in field.metadata for name in names)
    return next((float(each) for each in found if each is not None), None)
