"""Free times of providers: working hours, less whatever takes them up, on a grid that leaves no odd ends.

Worked out on a line of minutes, one cell each, from the first minute that is searched: true where the provider is
there and nobody has them. A visit fits where as many cells in a row are true as it and its buffer take. Times are
minutes since 1970 in UTC; working hours lie on the clinic's wall and are laid onto the line by its local clock,
so a day of 23 or 25 hours needs no case of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from rules.facts import Span, TimeWindow

Minutes = NDArray[np.int64]
Cells = NDArray[np.bool_]

DAY = 1440
WEEK = 7 * DAY
_LOOK = 30  # clocks change on the half hour at the finest
_MONDAY = 3 * DAY  # 1 January 1970 was a Thursday
_EPOCH_DAY = date(1970, 1, 1).toordinal()

NEVER: Minutes = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class ProviderTime:
    """A provider as the search sees them.

    `weekly` are the working hours by weekday (0 = Monday), replaced on a date by those of `dated`. `taken` has a
    row (from, until) for all that takes them up: visits with their buffer, time off, holds, openings. `room_ids`:
    one of these has to be free too, the first of them if it can; empty where no room is needed, None where there
    is none for this type.
    """

    id: UUID
    weekly: Mapping[int, tuple[TimeWindow, ...]] = field(default_factory=dict)
    dated: Mapping[date, tuple[TimeWindow, ...]] = field(default_factory=dict)
    taken: Minutes = field(default_factory=lambda: NEVER)
    room_ids: tuple[UUID, ...] | None = ()
    location_id: UUID | None = None


@dataclass(frozen=True, eq=False)
class Need:
    """What is looked for: a visit of so many minutes, then the buffer, beginning from `earliest` on and before
    `until`. `busy` has a row (from, until) for what the patient does otherwise."""

    minutes: int
    buffer_minutes: int
    earliest: datetime
    until: datetime
    zone: ZoneInfo
    step_minutes: int = 15
    busy: Minutes = field(default_factory=lambda: NEVER)

    @property
    def length(self) -> int:
        return self.minutes + self.buffer_minutes


class Line:
    """The line of minutes of one search: where it begins, and the clinic's local clock along it."""

    def __init__(self, need: Need) -> None:
        self.need = need
        # A little before the earliest minute, to see whether a gap begins there or has begun already.
        self.first = minute(need.earliest) // _LOOK * _LOOK - _LOOK
        self.starts = max(_minute_after(need.until) - self.first, 0)  # a visit may begin in these cells
        self.size = self.starts + need.length
        self.local = self._local()

    @cached_property
    def of_week(self) -> Minutes:
        """Minutes since Monday midnight on the local clock."""
        since: Minutes = (self.local + _MONDAY) % WEEK
        return since

    @cached_property
    def on_grid(self) -> Cells:
        """Where a visit may begin on the local clock."""
        cells: Cells = self.local[: self.starts] % self.need.step_minutes == 0
        return cells

    @cached_property
    def in_time(self) -> Cells:
        """From the earliest minute on."""
        line = np.arange(self.first, self.first + self.starts, dtype=np.int64)
        cells: Cells = line >= _minute_after(self.need.earliest)
        return cells

    @cached_property
    def for_patient(self) -> Cells:
        """Where a visit leaves the patient's other ones alone."""
        return in_a_row(~self.cells(self.need.busy), self.need.minutes)[: self.starts]

    def room_free(self, taken: Minutes) -> Cells:
        """Where a visit can begin in a room that is taken then."""
        return in_a_row(~self.cells(taken), self.need.length)[: self.starts]

    def cells(self, stretches: Minutes) -> Cells:
        """The line with these stretches (from, until) marked."""
        inside = np.clip(stretches - self.first, 0, self.size)
        steps = np.bincount(inside[:, 0], minlength=self.size + 1)
        steps -= np.bincount(inside[:, 1], minlength=self.size + 1)
        marked: Cells = np.cumsum(steps)[: self.size] > 0
        return marked

    def open_hours(self, provider: ProviderTime) -> Cells:
        """Where the provider works."""
        week = np.zeros(WEEK, dtype=np.bool_)
        for weekday, windows in provider.weekly.items():
            for window in windows:
                week[weekday * DAY + _of_day(window.start) : weekday * DAY + _of_day(window.end)] = True
        cells: Cells = week[self.of_week]
        for day, windows in provider.dated.items():
            midnight = (day.toordinal() - _EPOCH_DAY) * DAY
            of_day = self.local - midnight
            that_day = (of_day >= 0) & (of_day < DAY)
            if that_day.any():
                cells[that_day] = False
            for window in windows:
                cells |= that_day & (of_day >= _of_day(window.start)) & (of_day < _of_day(window.end))
        return cells

    def _local(self) -> Minutes:
        line = np.arange(self.first, self.first + self.size, dtype=np.int64)
        for begin in range(0, self.size, DAY):
            day = line[begin : begin + DAY]  # a view: what is added here is added to the line
            first, last = _offset(int(day[0]), self.need.zone), _offset(int(day[-1]), self.need.zone)
            if first == last:
                day += first
                continue
            for look in range(0, len(day), _LOOK):
                day[look : look + _LOOK] += _offset(int(day[look]), self.need.zone)
        return line


def free_starts(provider: ProviderTime, line: Line, rooms: Mapping[UUID, Minutes]) -> Minutes:
    """When a visit can begin with this provider, in order: on the grid, and where a gap begins (the very end of
    the visit before), so that every gap long enough has one. `rooms` says when each room is taken."""
    fits = fitting(provider, line, rooms)
    gap_begins = fits.copy()
    gap_begins[1:] &= ~fits[:-1]
    return np.flatnonzero(fits & line.in_time & (line.on_grid | gap_begins)) + line.first


def fitting(provider: ProviderTime, line: Line, rooms: Mapping[UUID, Minutes]) -> Cells:
    """Where a visit can begin with this provider, on the grid or off it."""
    if provider.room_ids is None:
        return np.zeros(line.starts, dtype=np.bool_)
    free = line.open_hours(provider) & ~line.cells(provider.taken)
    fits = in_a_row(free, line.need.length)[: line.starts] & line.for_patient
    if provider.room_ids:
        taken = (rooms.get(room_id, NEVER) for room_id in provider.room_ids)
        fits &= np.logical_or.reduce([line.room_free(each) for each in taken])
    return fits


def is_free(provider: ProviderTime, need: Need, rooms: Mapping[UUID, Minutes]) -> bool:
    """Whether a visit can begin at just the earliest moment of the need."""
    line = Line(need)
    return bool(fitting(provider, line, rooms)[minute(need.earliest) - line.first])


def room_for(provider: ProviderTime, start: int, length: int, rooms: Mapping[UUID, Minutes]) -> UUID | None:
    """The first of the provider's rooms that is free from `start` on; None where none is, or none is needed."""
    for room_id in provider.room_ids or ():
        taken = rooms.get(room_id, NEVER)
        if not bool(np.any((taken[:, 0] < start + length) & (taken[:, 1] > start))):
            return room_id
    return None


def in_a_row(cells: Cells, length: int) -> Cells:
    """Where `length` true cells begin."""
    total = np.concatenate(([0], np.cumsum(cells)))
    row: Cells = np.zeros(len(cells), dtype=np.bool_)
    if length <= len(cells):
        row[: len(cells) - length + 1] = total[length:] - total[:-length] == length
    return row


def stretches(spans: Iterable[Span]) -> Minutes:
    """Spans as rows (from, until), rounded outward to whole minutes."""
    rows = [(minute(span.start), _minute_after(span.end)) for span in spans]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def minute(moment: datetime) -> int:
    """The minute in which a moment lies."""
    return int(moment.timestamp()) // 60


def _minute_after(moment: datetime) -> int:
    """The first minute that does not begin before a moment."""
    return -(-int(moment.timestamp()) // 60)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at * 60, UTC)


def _of_day(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _offset(at: int, zone: ZoneInfo) -> int:
    return int((moment(at).astimezone(zone).utcoffset() or timedelta()) / timedelta(minutes=1))
