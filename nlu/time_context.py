"""Days that are told only by one said before them: "feb 4th is bad, how about the 6th", "the saturday after"."""

from dataclasses import replace
from datetime import date, timedelta

from nlu.time_days import days, month_start
from nlu.time_groups import Group, following, preceding
from nlu.time_mentions import Mention, in_month
from nlu.time_words import Named, Piece
from nlu.words import wording

_WEEKLY = ("weekday", "weeks", "weekend")
"""How what comes weekly is named: "the one after" is a week later."""
_AFTER_DINNER_OR_BEFORE_NOON = range(5, 12)
"""Hours that may be either."""


def by_days_before(groups: list[Group], today: date) -> None:
    """Place them."""
    _in_month_said(groups, today)
    _after_day_said(groups, today)


def _in_month_said(groups: list[Group], today: date) -> None:
    """Put a mere day of the month into that of the date said before it: "feb 4th is bad, how about the 6th"."""
    month = None
    for group in groups:
        day = group.mention.day
        if day is not None and day.how in ("date", "feast", "month", "months"):
            month = days(day, today).first
        elif month is not None:
            group.mention = in_month(group.mention, month, today)


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
