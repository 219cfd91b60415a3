"""Everybody who waits, as columns: one array a fact, entry i at place i of each."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from itertools import chain, repeat
from typing import Any, NamedTuple, Self, overload
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rules.facts import DayWindow, EntryFacts, Span, TimeWindow, TypeFacts
from rules.priority import REFERRAL, URGENCY
from rules.states import EntryPriority

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE, UNKNOWN = -1, -2  # codes of "none stated", and of something nobody on the list names
LONG_AGO, FAR_OFF = np.iinfo(np.int64).min, np.iinfo(np.int64).max
FIELDS = tuple(each.name for each in fields(EntryFacts))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Several(NamedTuple):
    """What an entry can have several of: row j belongs to entry `owner[j]`, and runs from `start` to `end`.

    A thing without length (a provider, a moment) has it in both.
    """

    owner: Ints
    start: Ints
    end: Ints

    def any(self, hit: Bools, count: int) -> Bools:
        """Which of `count` entries own a row that is hit."""
        found = np.zeros(count, dtype=np.bool_)
        found[self.owner[hit]] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class EntryArrays(Sequence[EntryFacts]):
    """Moments are microseconds since 1970, dates ordinals, times of day microseconds since midnight, sets of
    weekdays a bit a day, providers, places and insurers codes. A missing date is one that never matters.

    As a sequence it gives the entries themselves, each put together when it is asked for.
    """

    entry_at: Callable[[int], EntryFacts]
    id_high: NDArray[np.uint64]
    id_low: NDArray[np.uint64]
    patient: Ints
    kinds: tuple[TypeFacts, ...]
    kind: Ints
    added: Ints
    is_urgent: Bools
    urgency: Floats
    referral: Floats
    earliest: Ints
    has_earliest: Bools
    latest: Ints
    has_latest: Bools
    best_date: Ints
    has_best_date: Bools
    weekdays: Ints
    not_weekdays: Ints
    times: Several
    not_times: Several
    not_day_times: Several  # counted from Monday, midnight
    not_dates: Several
    providers: Mapping[Hashable, int]
    preferred: Ints
    requested: Ints
    alternates: Several
    not_providers: Several
    only_provider: Bools
    locations: Mapping[Hashable, int]
    location: Ints
    insurers: Mapping[Hashable, int]
    insurer: Ints
    notice_hours: Ints
    boost: Ints
    declines: Ints
    offers: Ints
    auto_match: Bools
    own_a_week: Ints  # 0: the clinic's
    displaced: Bools
    said_yes: Bools
    paused_until: Ints
    new_patient: Bools
    can_text: Bools
    busy: Several
    holding: Several
    offered: Several
    already_asked: Bools
    replaces: Ints
    risk: Floats  # NaN: unknown

    @classmethod
    def of(cls, entries: Iterable[EntryFacts]) -> Self:
        given = list(entries)
        return cls.from_columns({name: [getattr(each, name) for each in given] for name in FIELDS}, given)

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, Sequence[Any]], entries: Sequence[EntryFacts] | None = None
    ) -> Self:
        """From one sequence for each field of `EntryFacts`, by its name; the values are those of the field."""

        def put_together(place: int) -> EntryFacts:
            return EntryFacts(**{name: columns[name][place] for name in FIELDS})

        high, low = _id_halves(columns["id"])
        providers: dict[Hashable, int] = {None: NONE}
        _, patient = _coded(columns["patient_id"])
        locations, location = _coded(columns["location_id"])
        insurers, insurer = _coded([name and name.casefold() for name in columns["insurance"]])
        kinds, kind = _kinds(columns["type"])
        return cls(
            entry_at=put_together if entries is None else entries.__getitem__,
            id_high=high,
            id_low=low,
            patient=patient,
            kinds=kinds,
            kind=kind,
            added=_moments(columns["added_at"], FAR_OFF),
            is_urgent=np.array(
                [each is EntryPriority.URGENT for each in columns["priority"]], dtype=np.bool_
            ),
            urgency=np.array([URGENCY[each] for each in columns["priority"]], dtype=np.float64),
            referral=np.array([REFERRAL[each] for each in columns["referral"]], dtype=np.float64),
            earliest=_days(columns["earliest"], LONG_AGO),
            has_earliest=_stated(columns["earliest"]),
            latest=_days(columns["latest"], FAR_OFF),
            has_latest=_stated(columns["latest"]),
            best_date=_days(columns["preferred_date"], 0),
            has_best_date=_stated(columns["preferred_date"]),
            weekdays=_bits(columns["weekdays"]),
            not_weekdays=_bits(columns["excluded_weekdays"]),
            times=_several(columns["times"], _window),
            not_times=_several(columns["excluded_times"], _window),
            not_day_times=_several(columns["excluded_day_times"], _window_of_the_week),
            not_dates=_several(
                columns["excluded_dates"], lambda pair: (pair[0].toordinal(), pair[1].toordinal())
            ),
            providers=providers,
            preferred=_codes(columns["preferred_provider_id"], providers),
            requested=_codes(columns["requested_provider_id"], providers),
            alternates=_several_codes(columns["alternate_provider_ids"], providers),
            not_providers=_several_codes(columns["excluded_provider_ids"], providers),
            only_provider=_bools(columns["only_provider"]),
            locations=locations,
            location=location,
            insurers=insurers,
            insurer=insurer,
            notice_hours=_ints(columns["notice_hours"]),
            boost=_ints(columns["boost_points"]),
            declines=_ints(columns["declines"]),
            offers=_ints(columns["offers"]),
            auto_match=_bools(columns["auto_match"]),
            own_a_week=_ints([each or 0 for each in columns["offers_per_week"]]),
            displaced=_bools(columns["displaced"]),
            said_yes=_bools(columns["said_yes"]),
            paused_until=_days(columns["paused_until"], LONG_AGO),
            new_patient=_bools(columns["new_patient"]),
            can_text=_bools(columns["can_text"]),
            busy=_several(columns["busy"], _span),
            holding=_several(columns["holding"], _span),
            offered=_several(columns["offered_at"], lambda at: (microseconds(at),) * 2),
            already_asked=_bools(columns["already_asked"]),
            replaces=_moments(columns["replaces_start"], FAR_OFF),
            risk=np.array(
                [np.nan if each is None else each for each in columns["no_show_risk"]], dtype=np.float64
            ),
        )

    def __len__(self) -> int:
        return len(self.added)

    @overload
    def __getitem__(self, place: int) -> EntryFacts: ...

    @overload
    def __getitem__(self, place: slice) -> list[EntryFacts]: ...

    def __getitem__(self, place: int | slice) -> EntryFacts | list[EntryFacts]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self.entry_at(place % len(self))

    def places_of(self, entry_id: UUID) -> Ints:
        """Where an entry is: one place, or none."""
        (high,), (low,) = _id_halves([entry_id])
        return np.flatnonzero((self.id_high == high) & (self.id_low == low))

    def ids(self) -> list[UUID]:
        """The id of each entry."""
        halves = zip(self.id_high.tolist(), self.id_low.tolist(), strict=True)
        return [UUID(int=high << 64 | low) for high, low in halves]

    def by_kind(self, holds: Callable[[TypeFacts], bool]) -> Bools:
        """Whether something holds of each entry's appointment type."""
        return np.array([holds(kind) for kind in self.kinds], dtype=np.bool_)[self.kind]


DAY = 86_400_000_000


def microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def of_the_day(at: time) -> int:
    """Microseconds since midnight."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _id_halves(ids: Sequence[Any]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The two halves of each id, which sort as the ids do."""
    halves = np.frombuffer(b"".join([each.bytes for each in ids]), dtype=">u8").astype(np.uint64)
    return halves[0::2], halves[1::2]


def _kinds(given: Sequence[TypeFacts]) -> tuple[tuple[TypeFacts, ...], Ints]:
    """Told apart by identity, which is quick; the same type twice does no harm."""
    kinds = {id(kind): kind for kind in given}
    places = {each: place for place, each in enumerate(kinds)}
    return tuple(kinds.values()), _ints([places[id(kind)] for kind in given])


def _coded(values: Sequence[Hashable]) -> tuple[dict[Hashable, int], Ints]:
    codes: dict[Hashable, int] = {None: NONE}
    return codes, _codes(values, codes)


def _codes(values: Iterable[Hashable], codes: dict[Hashable, int]) -> Ints:
    return _ints([codes.setdefault(each, len(codes)) for each in values])


def _several_codes(lists: Sequence[Iterable[Hashable]], codes: dict[Hashable, int]) -> Several:
    return _several(lists, lambda each: (codes.setdefault(each, len(codes)),) * 2)


def _several(lists: Sequence[Iterable[Any]], ends: Callable[[Any], tuple[int, int]]) -> Several:
    filled = [(place, each) for place, each in enumerate(lists) if each]
    owner = chain.from_iterable(repeat(place, len(tuple(each))) for place, each in filled)
    pairs = [ends(item) for _, each in filled for item in each]
    start, end = zip(*pairs, strict=True) if pairs else ((), ())
    return Several(_ints(list(owner)), _ints(start), _ints(end))


def _window(window: TimeWindow) -> tuple[int, int]:
    return of_the_day(window.start), of_the_day(window.end)


def _window_of_the_week(of_a_day: DayWindow) -> tuple[int, int]:
    weekday, window = of_a_day
    start, end = _window(window)
    return weekday * DAY + start, weekday * DAY + end


def _span(span: Span) -> tuple[int, int]:
    return microseconds(span.start), microseconds(span.end)


def _bits(sets: Sequence[Iterable[int]]) -> Ints:
    return _ints([sum(1 << day for day in each) if each else 0 for each in sets])


def _days(dates: Sequence[date | None], missing: int) -> Ints:
    return _ints([missing if each is None else each.toordinal() for each in dates])


def _moments(moments: Sequence[datetime | None], missing: int) -> Ints:
    return _ints([missing if each is None else microseconds(each) for each in moments])


def _stated(values: Sequence[object]) -> Bools:
    return np.array([each is not None for each in values], dtype=np.bool_)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _bools(values: Sequence[bool]) -> Bools:
    return np.array(values, dtype=np.bool_)
