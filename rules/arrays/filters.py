"""The hard filters over columns: true where an entry is refused. Why each stands: `rules.eligibility`."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from rules.arrays.columns import (
    DAY,
    NONE,
    UNKNOWN,
    Bools,
    EntryArrays,
    Ints,
    Several,
    microseconds,
    of_the_day,
)
from rules.arrays.factors import FACTORS
from rules.eligibility import WEEK, least_gap
from rules.facts import TypeFacts
from rules.own_profile import FactorName
from rules.profiles import way_of
from rules.refusals import Refusal
from rules.states import LIVE_OPENING
from rules.view import View

Filter = Callable[[EntryArrays, View], Bools]


def eligible(waiting: EntryArrays, view: View) -> Bools:
    """Who may be offered the opening."""
    refused = np.zeros(len(waiting), dtype=np.bool_)
    for refuses in FILTERS.values():
        refused |= refuses(waiting, view)
    return ~refused


def _not_free(waiting: EntryArrays, view: View) -> Bools:
    return _all(waiting, view.opening.state not in LIVE_OPENING)


def _started(waiting: EntryArrays, view: View) -> Bools:
    return _all(waiting, view.notice <= timedelta(0))


def _auto_match_off(waiting: EntryArrays, view: View) -> Bools:
    return ~waiting.auto_match & view.automatic


def _paused(waiting: EntryArrays, view: View) -> Bools:
    return view.today.toordinal() < waiting.paused_until


def _type_withdrawn(waiting: EntryArrays, _view: View) -> Bools:
    return waiting.by_kind(lambda kind: kind.withdrawn)


def _other_specialty(waiting: EntryArrays, view: View) -> Bools:
    given = view.opening.specialty

    def other(kind: TypeFacts) -> bool:
        return (
            kind.specialty is not None and given is not None and kind.specialty.casefold() != given.casefold()
        )

    return waiting.by_kind(other)


def _too_long(waiting: EntryArrays, view: View) -> Bools:
    return waiting.by_kind(lambda kind: kind.minutes + kind.buffer_minutes > view.minutes)


def _provider_not_for_type(waiting: EntryArrays, view: View) -> Bools:
    given = view.opening.provider_id
    return waiting.by_kind(lambda kind: bool(kind.provider_ids) and given not in kind.provider_ids)


def _new_patients_only(waiting: EntryArrays, _view: View) -> Bools:
    return waiting.by_kind(lambda kind: kind.new_patients_only) & ~waiting.new_patient


def _kept_for_new(waiting: EntryArrays, view: View) -> Bools:
    return ~waiting.new_patient & view.opening.for_new_patients


def _other_provider(waiting: EntryArrays, view: View) -> Bools:
    given = waiting.providers.get(view.opening.provider_id, UNKNOWN)
    named = (waiting.preferred != NONE) | (waiting.requested != NONE)
    wanted = (waiting.preferred == given) | (waiting.requested == given)
    found: Bools = waiting.only_provider & named & ~wanted
    return found


def _excluded_provider(waiting: EntryArrays, view: View) -> Bools:
    ruled_out = waiting.not_providers
    given = waiting.providers.get(view.opening.provider_id, UNKNOWN)
    return ruled_out.any(ruled_out.start == given, len(waiting))


def _insurance(waiting: EntryArrays, view: View) -> Bools:
    if not view.insurance_accepted:
        return _all(waiting, False)
    taken = [waiting.insurers.get(name, UNKNOWN) for name in view.insurance_accepted]
    found: Bools = (waiting.insurer != NONE) & ~np.isin(waiting.insurer, taken)
    return found


def _too_early(waiting: EntryArrays, view: View) -> Bools:
    return view.day.toordinal() < waiting.earliest


def _too_late(waiting: EntryArrays, view: View) -> Bools:
    return view.day.toordinal() > waiting.latest


def _not_sooner(waiting: EntryArrays, view: View) -> Bools:
    return microseconds(view.start) >= waiting.replaces


def _excluded_day(waiting: EntryArrays, view: View) -> Bools:
    found: Bools = (waiting.not_weekdays & (1 << view.weekday)) != 0
    return found


def _excluded_date(waiting: EntryArrays, view: View) -> Bools:
    dates, day = waiting.not_dates, view.day.toordinal()
    return dates.any((dates.start <= day) & (day <= dates.end), len(waiting))


def _excluded_time(waiting: EntryArrays, view: View) -> Bools:
    """A visit of each type ends at its own time, or past midnight: then nothing of the day comes after it."""
    ends = [(view.start + timedelta(minutes=kind.minutes)).astimezone(view.zone) for kind in waiting.kinds]
    until = [_PAST_MIDNIGHT if end.date() > view.day else of_the_day(end.time()) for end in ends]
    end = np.array(until, dtype=np.int64)[waiting.kind]
    at, every, of_a_day = of_the_day(view.at), waiting.not_times, waiting.not_day_times
    monday = view.weekday * DAY
    today = of_a_day.start // DAY == view.weekday
    on_any = (at < every.end) & (every.start < end[every.owner])
    on_this = today & (monday + at < of_a_day.end) & (of_a_day.start < monday + end[of_a_day.owner])
    return every.any(on_any, len(waiting)) | of_a_day.any(on_this, len(waiting))


_PAST_MIDNIGHT = 2 * DAY


def _requires(factor: FactorName) -> Filter:
    def lacks(waiting: EntryArrays, view: View) -> Bools:
        if factor not in way_of(view.policy).required:
            return _all(waiting, False)
        return FACTORS[factor](waiting, view) <= 0

    return lacks


def _notice(waiting: EntryArrays, view: View) -> Bools:
    needed = waiting.notice_hours
    return (needed > 0) & (view.notice // _MICROSECOND < needed * _HOUR)


_MICROSECOND, _HOUR = timedelta(microseconds=1), 3_600_000_000


def _lead_time(waiting: EntryArrays, view: View) -> Bools:
    return waiting.by_kind(
        lambda kind: kind.lead_time_hours > 0 and view.notice < timedelta(hours=kind.lead_time_hours)
    )


def _clash(waiting: EntryArrays, view: View) -> Bools:
    return _overlaps(waiting, waiting.busy, view)


def _holds_another(waiting: EntryArrays, view: View) -> Bools:
    return _overlaps(waiting, waiting.holding, view)


def _overlaps(waiting: EntryArrays, spans: Several, view: View) -> Bools:
    """The patient's own time: without the buffer."""
    start = microseconds(view.start)
    lengths = np.array([kind.minutes * 60_000_000 for kind in waiting.kinds], dtype=np.int64)
    end = start + lengths[waiting.kind[spans.owner]]
    return spans.any((start < spans.end) & (spans.start < end), len(waiting))


def _entry_cap(waiting: EntryArrays, view: View) -> Bools:
    return waiting.offers >= view.policy.offers_per_entry


def _week_cap(waiting: EntryArrays, view: View) -> Bools:
    offered = waiting.offered
    recent = offered.owner[offered.start > microseconds(view.now - WEEK)]
    counts = np.bincount(recent, minlength=len(waiting))
    return (counts >= _a_week(waiting, view)) & ~waiting.said_yes


def _gap(waiting: EntryArrays, view: View) -> Bools:
    """Who may have how many a week is one of a few numbers, so the gap is worked out once for each."""
    offered, a_week = waiting.offered, _a_week(waiting, view)
    since = np.zeros(view.policy.offers_per_week + 1, dtype=np.int64)
    for number in range(1, len(since)):
        since[number] = microseconds(view.now - least_gap(view.policy, number))
    return offered.any(offered.start > since[a_week[offered.owner]], len(waiting)) & ~waiting.said_yes


def _a_week(waiting: EntryArrays, view: View) -> Ints:
    most = view.policy.offers_per_week
    return np.minimum(np.where(waiting.own_a_week == 0, most, waiting.own_a_week), most)


def _all(waiting: EntryArrays, value: bool) -> Bools:
    return np.full(len(waiting), value)


FILTERS: dict[Refusal, Filter] = {
    Refusal.NOT_FREE: _not_free,
    Refusal.STARTED: _started,
    Refusal.CANNOT_TEXT: lambda waiting, _view: ~waiting.can_text,
    Refusal.AUTO_MATCH_OFF: _auto_match_off,
    Refusal.PAUSED: _paused,
    Refusal.ALREADY_ASKED: lambda waiting, _view: waiting.already_asked,
    Refusal.TYPE_WITHDRAWN: _type_withdrawn,
    Refusal.SPECIALTY: _other_specialty,
    Refusal.TOO_LONG: _too_long,
    Refusal.PROVIDER_NOT_FOR_TYPE: _provider_not_for_type,
    Refusal.NEW_PATIENTS_ONLY: _new_patients_only,
    Refusal.KEPT_FOR_NEW: _kept_for_new,
    Refusal.OTHER_PROVIDER: _other_provider,
    Refusal.EXCLUDED_PROVIDER: _excluded_provider,
    Refusal.INSURANCE: _insurance,
    Refusal.TOO_EARLY: _too_early,
    Refusal.TOO_LATE: _too_late,
    Refusal.NOT_SOONER: _not_sooner,
    Refusal.EXCLUDED_DAY: _excluded_day,
    Refusal.EXCLUDED_DATE: _excluded_date,
    Refusal.EXCLUDED_TIME: _excluded_time,
    Refusal.NAMED_PROVIDER: _requires(FactorName.PROVIDER),
    Refusal.NAMED_DAY: _requires(FactorName.DAY),
    Refusal.NAMED_TIME: _requires(FactorName.TIME),
    Refusal.NEEDS_SPECIALTY: _requires(FactorName.SPECIALTY),
    Refusal.NAMED_LOCATION: _requires(FactorName.LOCATION),
    Refusal.NOTICE: _notice,
    Refusal.LEAD_TIME: _lead_time,
    Refusal.CLASH: _clash,
    Refusal.HOLDS_ANOTHER: _holds_another,
    Refusal.ENTRY_CAP: _entry_cap,
    Refusal.WEEK_CAP: _week_cap,
    Refusal.GAP: _gap,
}
