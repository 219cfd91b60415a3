"""Plain values the rules work on: what storage loads, and what a test writes by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from rules.response import MEAN_CHANCE
from rules.states import EntryPriority, OfferState, OpeningState, Referral


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A stretch of the local day, `start` included, `end` not."""

    start: time
    end: time


DayWindow = tuple[int, TimeWindow]
"""A stretch of one day of the week, 0 = Monday: Tuesday mornings."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, both ends aware; `start` included, `end` not."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """An appointment type. `minutes` of visit, then `buffer_minutes` free. `provider_ids` empty: any."""

    id: UUID
    minutes: int
    buffer_minutes: int = 0
    specialty: str | None = None
    lead_time_hours: int = 0
    new_patients_only: bool = False
    give_up_minutes: int | None = None
    provider_ids: frozenset[UUID] = frozenset()
    withdrawn: bool = False  # the clinic offers it no more


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """A freed slot. `give_up_at`: after it nobody is asked any more. `zone` is the clinic's (IANA name)."""

    id: UUID
    provider_id: UUID
    start: datetime
    end: datetime
    give_up_at: datetime
    zone: str
    state: OpeningState = OpeningState.OPEN
    type_id: UUID | None = None
    specialty: str | None = None
    location_id: UUID | None = None
    for_new_patients: bool = False  # the type of visit it is for is for them only
    insurance_accepted: frozenset[str] = frozenset()  # empty: anything
    provider_name: str = "this provider"  # only for the reasons staff read: "prefers Dr Lee"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """A waitlist entry with what matching must know of its patient.

    Weekdays are 0 = Monday … 6 = Sunday in the clinic's zone. Empty preferences mean "none stated".
    """

    id: UUID
    patient_id: UUID
    type: TypeFacts
    added_at: datetime
    priority: EntryPriority = EntryPriority.STANDARD
    referral: Referral | None = None
    earliest: date | None = None
    latest: date | None = None
    preferred_date: date | None = None
    weekdays: frozenset[int] = frozenset()
    times: tuple[TimeWindow, ...] = ()
    excluded_weekdays: frozenset[int] = frozenset()
    excluded_times: tuple[TimeWindow, ...] = ()
    excluded_day_times: tuple[DayWindow, ...] = ()  # on that day of the week only
    excluded_dates: tuple[tuple[date, date], ...] = ()  # the last day included
    excluded_provider_ids: frozenset[UUID] = frozenset()
    preferred_provider_id: UUID | None = None
    requested_provider_id: UUID | None = None
    alternate_provider_ids: frozenset[UUID] = frozenset()
    only_provider: bool = False  # nobody but the preferred (or requested) provider
    location_id: UUID | None = None
    insurance: str | None = None
    notice_hours: int = 0
    boost_points: int = 0  # 0–40, by staff
    declines: int = 0
    offers: int = 0
    auto_match: bool = True
    offers_per_week: int | None = None  # the patient's own cap, where they asked for fewer texts
    displaced: bool = False  # the clinic cancelled their visit
    said_yes: bool = False  # to this very slot, too late, when it was free before
    paused_until: date | None = None
    new_patient: bool = False  # looked at only where the type, or a slot, is for them
    can_text: bool = True  # consent, not opted out, a number that works, conversation not with a person
    busy: tuple[Span, ...] = ()  # the patient's own visits, the one to be replaced left out
    holding: tuple[Span, ...] = ()  # openings of other offers outstanding to this patient
    offered_at: tuple[datetime, ...] = ()  # proactive offers to this patient in the last 7 days
    already_asked: bool = False  # had an offer for this very opening
    replaces_start: datetime | None = None  # start of the later visit that would be given up
    no_show_risk: float | None = None  # 0–1, of the patient's own visit; None: unknown


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer of the opening at hand. `held_until` is None while it waits to be sent.

    `chance`: of a yes, before anything was heard. `zones`: where it must be an allowed hour (IANA names); empty
    for the clinic's own.
    """

    id: UUID
    entry_id: UUID
    state: OfferState
    urgent: bool = False
    held_until: datetime | None = None
    handed_over_at: datetime | None = None
    chance: float = MEAN_CHANCE
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate in order: what `rules.matching.rank()` gives and `rules.dispatch.step()` takes.

    `chance` and `zones` as in `OfferFacts`; who ranks may leave them as they are, who dispatches fills them in.
    """

    entry_id: UUID
    score: float
    urgent: bool = False
    parts: dict[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    chance: float = MEAN_CHANCE
    zones: tuple[str, ...] = ()
