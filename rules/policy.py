"""What a clinic decides about its waitlist and its texts: one typed value, each field with its default."""

import re
from datetime import time
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator

from rules.chat_policy import ChatPolicy
from rules.facts import TimeWindow
from rules.languages import Language
from rules.match_policy import MatchPolicy
from rules.offer_policy import OfferPolicy
from rules.recovery_terms import RecoveryTerms
from rules.reminder_policy import ReminderPolicy

TEMPLATE_ID = re.compile(r"HX[0-9a-fA-F]{32}")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _usual_desk_hours() -> dict[int, TimeWindow]:
    return {weekday: TimeWindow(time(8), time(17)) for weekday in range(5)}


class Policy(MatchPolicy, OfferPolicy, ReminderPolicy, ChatPolicy):
    """A clinic's decisions. Kept in versions; an opening keeps the one it began with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_from: time = Field(
        default=time(9), description="Texts we start ourselves go out from this local time of the patient."
    )
    allowed_until: time = Field(
        default=time(20), description="Texts we start ourselves go out until this local time of the patient."
    )

    link_in_offers: bool = Field(
        default=False,
        description="Offers by text carry the one-tap link too, which makes them two segments long. Emails and "
        "WhatsApp messages always do.",
    )
    calendar_link: bool = Field(
        default=True,
        description="A booking's confirmation ends with the visit's calendar file, where that costs no more.",
    )
    whatsapp_templates: dict[str, dict[Language, str]] = Field(
        default_factory=dict,
        description="Templates that WhatsApp has approved, for sentences we start ourselves there: sentence, "
        'language, Twilio\'s id, as {"offer": {"en": "HX…"}}. docs/channels.md says what fills their places.',
    )

    invite_to_waitlist: bool = Field(
        default=True,
        description="Texts about visits that are some time off may end with how to ask for something sooner.",
    )
    auto_book_least_hours: int = Field(
        default=24,
        ge=0,
        le=720,
        description="With less notice than this nobody is booked without being asked, even where they agreed.",
    )
    auto_undo_minutes: int = Field(
        default=60,
        ge=10,
        le=1440,
        description="How long a booking that nobody was asked about can be given back by text.",
    )
    entry_expires_days: int = Field(
        default=90, ge=1, le=730, description="A waitlist entry ends by itself after this many days."
    )

    hand_back_hours: int = Field(
        default=2,
        ge=1,
        le=168,
        description="A conversation a person took goes back to the bot after this long.",
    )
    alert_repeat_minutes: int = Field(
        default=5,
        ge=1,
        le=240,
        description="The on-call list is alerted again this often until somebody looks, while the desk is there; "
        "of an emergency at any hour.",
    )
    replies_per_ten_minutes: int = Field(
        default=6,
        ge=1,
        le=60,
        description="Most automatic replies to one number in ten minutes; then a person.",
    )
    undo_minutes: int = Field(
        default=10, ge=0, le=120, description="How long a booking made by text can be taken back by text."
    )
    staff_undo_minutes: int = Field(
        default=2, ge=0, le=60, description="A visit cancelled by staff waits this long behind an undo."
    )
    approve_minutes: int = Field(
        default=30,
        ge=1,
        le=1440,
        description="A booking that staff have to approve is pressed for after this long.",
    )
    late_hours: int = Field(
        default=24,
        ge=0,
        le=336,
        description="A visit given up with less notice than this counts as cancelled late; "
        "an appointment type may say otherwise.",
    )
    mark_no_shows: bool = Field(
        default=True,
        description="Whoever has not arrived in time is written down as a no-show by itself. Of use where the "
        "desk or the practice system says who has arrived.",
    )
    no_show_minutes: int = Field(
        default=15,
        ge=5,
        le=240,
        description="A visit counts as missed this long after its start, unless its patient has arrived or texted "
        "that they are on their way.",
    )
    cascade_at_once_hours: int = Field(
        default=3,
        ge=0,
        le=72,
        description="A visit given up for an earlier one is offered on at once if it starts this soon.",
    )
    hold_shown_minutes: int = Field(
        default=10, ge=1, le=240, description="Free times shown to a patient are kept for them this long."
    )
    slot_step_minutes: int = Field(
        default=15,
        ge=5,
        le=240,
        description="Visits begin on this grid of minutes, or where one before ends.",
    )
    slot_search_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="How far ahead a free time is looked for, where no day is named.",
    )
    stop_notice_days: int = Field(
        default=30, ge=1, le=90, description='"STOP to opt out" is repeated to each number this often.'
    )

    campaign_gap_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="A patient whom one campaign has texted is left alone by all others for this many days, "
        "and so is whoever shares their number.",
    )
    segment_cents: float = Field(
        default=1.1,
        ge=0,
        le=100,
        description="What a segment of a text costs, in cents with the carrier's fees; campaigns count with it.",
    )
    whatsapp_cents: float = Field(
        default=3.0,
        ge=0,
        le=1000,
        description="What a WhatsApp message of a campaign costs, whatever its length, in cents: what the carrier "
        "takes and WhatsApp's own fee for marketing.",
    )
    call_cents: float = Field(
        default=3.0, ge=0, le=1000, description="What an automatic call of a campaign costs, in cents."
    )
    letter_cents: float = Field(
        default=110.0,
        ge=0,
        le=10_000,
        description="What a letter of a campaign costs, in cents with paper and postage.",
    )

    recovery: RecoveryTerms = Field(
        default_factory=RecoveryTerms,
        description="How patients are asked about a visit that was missed or cancelled, as JSON: touches, "
        "most_attempts, give_up_days and more; rules/recovery_terms.py says what each means.",
    )

    languages: tuple[Language, ...] = Field(
        default=tuple(Language),
        min_length=1,
        description="Languages in which the bot answers; texts in any other go to a person.",
    )
    emergency_phone: str = Field(
        default="911", pattern=r"^\+?[0-9][0-9 ]+$", description="Number named in the safety message."
    )
    crisis_phone: str = Field(
        default="988",
        pattern=r"^\+?[0-9][0-9 ]+$",
        description="Number named when somebody may harm themselves.",
    )
    desk_hours: dict[int, TimeWindow] = Field(
        default_factory=_usual_desk_hours,
        description="When the front desk is there, by weekday (0 = Monday) in the clinic's zone.",
    )

    @field_validator("allowed_from", "allowed_until")
    @classmethod
    def _is_a_wall_clock_time(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("must be a plain time of day such as 09:00, without a zone")
        return value

    @model_validator(mode="after")
    def _allowed_hours_make_sense(self) -> Self:
        if self.allowed_from >= self.allowed_until:
            raise ValueError(
                f"allowed_from ({self.allowed_from:%H:%M}) must come before "
                f"allowed_until ({self.allowed_until:%H:%M})"
            )
        return self

    @field_validator("whatsapp_templates")
    @classmethod
    def _are_template_ids(cls, templates: dict[str, dict[Language, str]]) -> dict[str, dict[Language, str]]:
        for phrase, by_language in templates.items():
            for sid in by_language.values():
                if not TEMPLATE_ID.fullmatch(sid):
                    raise ValueError(f"{phrase}: a template's id is HX and 32 characters, as Twilio shows it")
        return templates

    @field_validator("desk_hours")
    @classmethod
    def _desk_hours_make_sense(cls, hours: dict[int, TimeWindow]) -> dict[int, TimeWindow]:
        for weekday, window in hours.items():
            if not 0 <= weekday <= 6:
                raise ValueError(f"weekday {weekday} is not between 0 (Monday) and 6 (Sunday)")
            if window.start >= window.end:
                raise ValueError(f"the desk must open before it closes on {WEEKDAY_NAMES[weekday]}")
        return hours


def terms_for(policy: Policy, type_id: UUID | None) -> Policy:
    """The policy as it holds for slots that a visit of this type left."""
    terms = policy.by_type.get(type_id) if type_id is not None else None
    own: dict[str, Any] = terms.model_dump(exclude_none=True) if terms is not None else {}
    return policy.model_copy(update=own) if own else policy
