"""Times that are told only by one said before them: "feb 4th is bad, how about the 6th", "the saturday after", "an
hour later"."""

from dataclasses import replace
from datetime import date, timedelta

from nlu.time_days import days, month_start
from nlu.time_groups import Group, following, preceding, words_between
from nlu.time_mentions import Mention, in_month
from nlu.time_places import on_the_wall
from nlu.time_words import Clock, Named, Piece
from nlu.words import wording

_WEEKLY = ("weekday", "weeks", "weekend")
"""How what comes weekly is named: "the one after" is a week later."""
_AFTER_DINNER_OR_BEFORE_NOON = range(5, 12)
"""Hours that may be either."""


def by_times_before(groups: list[Group], today: date) -> None:
    """Place them."""
    _in_month_said(groups, today)
    _in_week_said(groups)
    _after_day_said(groups, today)
    _after_hour_said(groups)


def _in_month_said(groups: list[Group], today: date) -> None:
    """Put a mere day of the month into that of the date said before it: "feb 4th is bad, how about the 6th"."""
    month = None
    for group in groups:
        day = group.mention.day
        if day is not None and day.how in ("date", "feast", "month", "months"):
            month = days(day, today).first
        elif month is not None:
            group.mention = in_month(group.mention, month, today)


def _in_week_said(groups: list[Group]) -> None:
    """Put a weekday that is ruled out of a week into that week: "the week of the 14th, except wednesday"."""
    week: Named | None = None
    for group in groups:
        day = group.mention.day
        if not group.excluded:
            week = day if day is not None and day.how in ("weeks", "week_of") else None
        elif week and day and day.how == "weekday" and not (day.plural or day.pinned or group.mention.date):
            group.mention = replace(group.mention, date=week)


def _after_day_said(groups: list[Group], today: date) -> None:
    """Put "2 days later" behind the day said before it: "not the 12th, the saturday after"."""
    said: Named | None = None
    for group in groups:
        day = group.mention.day
        if day is not None and day.how in ("weekday_after", "after_said"):
            behind = _behind(day, said, today)
            if behind is not None:
                group.mention = replace(group.mention, day=behind)
            elif day.how == "after_said":
                group.mention = Mention(vague="week" if day.cut == "week" else "day")
        said = group.mention.date or group.mention.day or said


def _after_hour_said(groups: list[Group]) -> None:
    """Put "an hour later" behind the hour said before it: "3 is too early, an hour later?"."""
    said: Mention | None = None
    for group in groups:
        mention = group.mention
        if mention.day is not None and mention.day.how == "shift":
            clock = _shifted(said.clock, mention.day.number) if said and said.clock else None
            group.mention = replace(said, clock=clock) if said and clock else Mention(vague="minute")
        elif mention.clock and not mention.until:
            said = mention


def _shifted(clock: Clock, minutes: int) -> Clock | None:
    """The hour so much later on the same day; None where the one said is the clinic's own, or the day ends."""
    if clock[2] in ("open", "close"):
        return None
    then = (on_the_wall(clock, None, ()) + timedelta(minutes=minutes)) // timedelta(minutes=1)
    return (then // 60, then % 60, "exact", bool(then % 60)) if 0 < then < 24 * 60 else None


def join_lengths(said: list[Piece], groups: list[Group], today: date) -> list[Group]:
    """The groups, with so many days and the first of them as one stretch: "away for 2 weeks starting the 5th"."""
    joined: list[Group] = []
    for group in groups:
        length = joined[-1] if joined else None
        if length is None or not _begins(said, length, group):
            joined.append(group)
            continue
        length.mention = _so_long(group.mention, length.mention, today)
        length.take_in(group)
    return joined


def _so_long(begin: Mention, length: Mention, today: date) -> Mention:
    """From the day of the one on, as many days as the other says."""
    if begin.day is None or length.day is None:
        return length
    first = days(begin.date or begin.day, today).first
    last = _dated("date", first + timedelta(days=length.day.number - 1))
    return Mention(day=replace(begin.day, pinned=True), date=begin.date, until=Mention(day=last))


def _begins(said: list[Piece], length: Group, first: Group) -> bool:
    """Whether the one is so many days and the other the day from which on."""
    if length.mention.day is None or length.mention != Mention(day=replace(length.mention.day, how="ahead")):
        return False
    from_then = first.mention.bound == "from" and _BEGINNING.issuperset(words_between(said, length, first))
    return from_then and replace(first.mention, bound="").is_day_alone


_BEGINNING = {"starting", "beginning", "from", "on", "the"}


def _behind(day: Named, said: Named | None, today: date) -> Named | None:
    """The day or week so far behind the one said; None where none was."""
    if said is None:
        return None
    first = days(said, today).first
    if day.how == "weekday_after":
        return _dated("date", days(replace(day, how="weekday"), first + timedelta(days=1)).first)
    if day.cut == "month":
        return Named("month", month=month_start(first.year, first.month + day.steps).month)
    weekly = day.cut in ("week", "weekend") or (day.cut == "one" and said.how in _WEEKLY)
    then = first + timedelta(days=day.steps * (7 if weekly else 1))
    if day.cut == "one":
        return _dated({"weeks": "week_of", "weekend": "weekend_of"}.get(said.how, "date"), then)
    return _dated({"week": "week_of", "weekend": "weekend_of"}.get(day.cut, "date"), then)


def _dated(how: str, day: date) -> Named:
    return Named(how, day.day, day.month, day.year)


def by_meals(said: list[Piece], groups: list[Group]) -> None:
    """A bare hour beside dinner or a show is one of the evening, beside breakfast one of the morning."""
    for group in groups:
        clock = group.mention.clock
        if clock is None or clock[2] is not None or clock[0] not in _AFTER_DINNER_OR_BEFORE_NOON:
            continue
        around = " ".join([*preceding(said, group), "#", following(said, group)])
        half = next((half for half in ("pm", "am") if wording("times", f"meals_{half}").search(around)), None)
        group.mention = replace(group.mention, clock=(clock[0], clock[1], half, clock[3]))
