"""The hard filters: who must not be offered an opening, and why.

Each filter is a small predicate that is true where it refuses. `FILTERS` below is the whole list, in the
order they are tried: what staff would name first comes first. `rules/arrays/filters.py` says the same for a
whole list at once; a property test holds the two together.

How long a patient was ready to wait at most is no filter: who has waited longer than that needs the slot more, not
less. Staff see it on the Waitlist page. A location is a preference, unless the clinic's profile requires it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from rules.factors import FACTORS, Match
from rules.facts import EntryFacts, OpeningFacts, Span
from rules.own_profile import FactorName
from rules.policy import Policy
from rules.profiles import way_of
from rules.refusals import Refusal
from rules.states import LIVE_OPENING
from rules.view import View, look_at

WEEK = timedelta(days=7)

Filter = Callable[[EntryFacts, View], bool]


def why_not(
    entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime, *, automatic: bool = True
) -> Refusal | None:
    """The first reason not to offer the opening to the entry, or None if it may be offered."""
    return first_refusal(entry, look_at(opening, policy, now, automatic=automatic))


def why_not_all(
    entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime, *, automatic: bool = True
) -> tuple[Refusal, ...]:
    """Every reason not to offer the opening to the entry, in the order staff would name them."""
    view = look_at(opening, policy, now, automatic=automatic)
    return tuple(refusal for refusal, refuses in FILTERS if refuses(entry, view))


def first_refusal(entry: EntryFacts, view: View) -> Refusal | None:
    """The same for many entries: the opening is looked at once, by the caller."""
    for refusal, refuses in FILTERS:
        if refuses(entry, view):
            return refusal
    return None


# The opening itself


def _not_free(_entry: EntryFacts, view: View) -> bool:
    return view.opening.state not in LIVE_OPENING


def _started(_entry: EntryFacts, view: View) -> bool:
    return view.notice <= timedelta(0)


# Whether the patient may be asked at all


def _cannot_text(entry: EntryFacts, _view: View) -> bool:
    return not entry.can_text


def _auto_match_off(entry: EntryFacts, view: View) -> bool:
    """The one filter that staff who offer by hand may pass; the others hold for them too."""
    return view.automatic and not entry.auto_match


def _paused(entry: EntryFacts, view: View) -> bool:
    """Until that date, not on it: "not till January 5" hears from us on January 5."""
    return entry.paused_until is not None and view.today < entry.paused_until


def _already_asked(entry: EntryFacts, _view: View) -> bool:
    return entry.already_asked


# Whether the visit fits the slot


def _type_withdrawn(entry: EntryFacts, _view: View) -> bool:
    return entry.type.withdrawn


def _other_specialty(entry: EntryFacts, view: View) -> bool:
    """Only where both name one. A type may fill a slot another type left, if it fits."""
    wanted, given = entry.type.specialty, view.opening.specialty
    return wanted is not None and given is not None and wanted.casefold() != given.casefold()


def _too_long(entry: EntryFacts, view: View) -> bool:
    return entry.type.minutes + entry.type.buffer_minutes > view.minutes


def _provider_not_for_type(entry: EntryFacts, view: View) -> bool:
    allowed = entry.type.provider_ids
    return bool(allowed) and view.opening.provider_id not in allowed


def _new_patients_only(entry: EntryFacts, _view: View) -> bool:
    return entry.type.new_patients_only and not entry.new_patient


def _kept_for_new(entry: EntryFacts, view: View) -> bool:
    """Whatever they wait for: a slot that the clinic keeps for new patients would be gone for them."""
    return view.opening.for_new_patients and not entry.new_patient


# What the patient said, as far as it is hard


def _other_provider(entry: EntryFacts, view: View) -> bool:
    if not entry.only_provider:
        return False
    wanted = {entry.preferred_provider_id, entry.requested_provider_id} - {None}
    return bool(wanted) and view.opening.provider_id not in wanted


def _excluded_provider(entry: EntryFacts, view: View) -> bool:
    return view.opening.provider_id in entry.excluded_provider_ids


def _insurance(entry: EntryFacts, view: View) -> bool:
    """No list: anything is taken. No insurance on file: staff sort it out, it is not a reason to pass by."""
    if not view.insurance_accepted or entry.insurance is None:
        return False
    return entry.insurance.casefold() not in view.insurance_accepted


def _too_early(entry: EntryFacts, view: View) -> bool:
    return entry.earliest is not None and view.day < entry.earliest


def _too_late(entry: EntryFacts, view: View) -> bool:
    return entry.latest is not None and view.day > entry.latest


def _not_sooner(entry: EntryFacts, view: View) -> bool:
    return entry.replaces_start is not None and view.start >= entry.replaces_start


def _excluded_day(entry: EntryFacts, view: View) -> bool:
    return view.weekday in entry.excluded_weekdays


def _excluded_date(entry: EntryFacts, view: View) -> bool:
    return any(first <= view.day <= last for first, last in entry.excluded_dates)


def _excluded_time(entry: EntryFacts, view: View) -> bool:
    """Any part of the visit counts: "not before 3" refuses 2:45 to 3:15."""
    windows = [
        *entry.excluded_times,
        *(window for weekday, window in entry.excluded_day_times if weekday == view.weekday),
    ]
    if not windows:
        return False
    ends = _visit(entry, view).end.astimezone(view.zone)
    past_midnight = ends.date() > view.day
    return any(view.at < window.end and (past_midnight or window.start < ends.time()) for window in windows)


# What the clinic's profile asks for


def _requires(factor: FactorName) -> Filter:
    """Refuses who the factor counts for nothing, where the profile requires it."""

    def lacks(entry: EntryFacts, view: View) -> bool:
        return factor in way_of(view.policy).required and FACTORS[factor](Match(entry, view))[0] <= 0

    return lacks


# Time to get ready


def _notice(entry: EntryFacts, view: View) -> bool:
    return entry.notice_hours > 0 and view.notice < timedelta(hours=entry.notice_hours)


def _lead_time(entry: EntryFacts, view: View) -> bool:
    return entry.type.lead_time_hours > 0 and view.notice < timedelta(hours=entry.type.lead_time_hours)


# What else the patient has


def _clash(entry: EntryFacts, view: View) -> bool:
    return bool(entry.busy) and _overlaps_any(_visit(entry, view), entry.busy)


def _holds_another(entry: EntryFacts, view: View) -> bool:
    return bool(entry.holding) and _overlaps_any(_visit(entry, view), entry.holding)


# How often we may ask


def _entry_cap(entry: EntryFacts, view: View) -> bool:
    return entry.offers >= view.policy.offers_per_entry


def _week_cap(entry: EntryFacts, view: View) -> bool:
    if entry.said_yes:
        return False  # they asked for it themselves
    since = view.now - WEEK
    return sum(at > since for at in entry.offered_at) >= _a_week(entry, view)


def _gap(entry: EntryFacts, view: View) -> bool:
    """Who asked for fewer texts gets them further apart, in proportion."""
    if not entry.offered_at or entry.said_yes:
        return False
    return max(entry.offered_at) > view.now - least_gap(view.policy, _a_week(entry, view))


def least_gap(policy: Policy, a_week: int) -> timedelta:
    """Least time between two offers to somebody who may have so many a week."""
    return timedelta(hours=policy.gap_hours * policy.offers_per_week / a_week)


def _a_week(entry: EntryFacts, view: View) -> int:
    """The clinic's cap, or the patient's own where that is lower."""
    return min(entry.offers_per_week or view.policy.offers_per_week, view.policy.offers_per_week)


FILTERS: tuple[tuple[Refusal, Filter], ...] = (
    (Refusal.NOT_FREE, _not_free),
    (Refusal.STARTED, _started),
    (Refusal.CANNOT_TEXT, _cannot_text),
    (Refusal.AUTO_MATCH_OFF, _auto_match_off),
    (Refusal.PAUSED, _paused),
    (Refusal.ALREADY_ASKED, _already_asked),
    (Refusal.TYPE_WITHDRAWN, _type_withdrawn),
    (Refusal.SPECIALTY, _other_specialty),
    (Refusal.TOO_LONG, _too_long),
    (Refusal.PROVIDER_NOT_FOR_TYPE, _provider_not_for_type),
    (Refusal.NEW_PATIENTS_ONLY, _new_patients_only),
    (Refusal.KEPT_FOR_NEW, _kept_for_new),
    (Refusal.OTHER_PROVIDER, _other_provider),
    (Refusal.EXCLUDED_PROVIDER, _excluded_provider),
    (Refusal.INSURANCE, _insurance),
    (Refusal.TOO_EARLY, _too_early),
    (Refusal.TOO_LATE, _too_late),
    (Refusal.NOT_SOONER, _not_sooner),
    (Refusal.EXCLUDED_DAY, _excluded_day),
    (Refusal.EXCLUDED_DATE, _excluded_date),
    (Refusal.EXCLUDED_TIME, _excluded_time),
    (Refusal.NAMED_PROVIDER, _requires(FactorName.PROVIDER)),
    (Refusal.NAMED_DAY, _requires(FactorName.DAY)),
    (Refusal.NAMED_TIME, _requires(FactorName.TIME)),
    (Refusal.NEEDS_SPECIALTY, _requires(FactorName.SPECIALTY)),
    (Refusal.NAMED_LOCATION, _requires(FactorName.LOCATION)),
    (Refusal.NOTICE, _notice),
    (Refusal.LEAD_TIME, _lead_time),
    (Refusal.CLASH, _clash),
    (Refusal.HOLDS_ANOTHER, _holds_another),
    (Refusal.ENTRY_CAP, _entry_cap),
    (Refusal.WEEK_CAP, _week_cap),
    (Refusal.GAP, _gap),
)

WISHES = (
    Refusal.OTHER_PROVIDER,
    Refusal.EXCLUDED_PROVIDER,
    Refusal.TOO_EARLY,
    Refusal.TOO_LATE,
    Refusal.EXCLUDED_DAY,
    Refusal.EXCLUDED_DATE,
    Refusal.EXCLUDED_TIME,
)
"""What the patient's own words forbid: an offer that is out already ends over these, and over nothing else. Their
notice is not among them: it was long enough when they were asked, and only time has passed since."""


def against_wishes(entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime) -> Refusal | None:
    """The first wish of the entry that the opening goes against."""
    view = look_at(opening, policy, now)
    return next((each for each, refuses in FILTERS if each in WISHES and refuses(entry, view)), None)


def _visit(entry: EntryFacts, view: View) -> Span:
    """The patient's own time: without the buffer, which is the provider's."""
    return Span(view.start, view.start + timedelta(minutes=entry.type.minutes))


def _overlaps_any(visit: Span, others: tuple[Span, ...]) -> bool:
    return any(visit.overlaps(other) for other in others)
