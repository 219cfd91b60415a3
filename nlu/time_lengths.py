"""Times counted from now or from a day: "in 2 weeks", "within the hour", "a week from tuesday"."""

from nlu.time_numbers import LOOSE, count_of, whole
from nlu.time_words import WEEKDAYS, Found, Named

_DAYS_OF = {"d": 1, "w": 7, "f": 14}
_MINUTES_OF = {"h": 60, "m": 1}


def _is_of_day(unit: str) -> bool:
    """Minutes or hours."""
    return unit[0] in "hm" and not unit.startswith("mo")


def stretch(group: Found) -> Named | None:
    """So many hours, days or weeks from now on, all of them: "in the next 2 weeks", "not for 3 weeks"."""
    count, unit = count_of(group.get("count") or "a"), group["unit"]
    loose = group.get("count") in LOOSE
    if not 0 < count < 100:
        return None
    if _is_of_day(unit):
        return Named("within", int(count * _MINUTES_OF[unit[0]]), loose=loose)
    days = 365 if unit.startswith("y") else 30 if unit.startswith("mo") else _DAYS_OF[unit[0]]
    return Named("ahead", int(count * days), loose=loose)


def in_units(group: Found) -> Named | None:
    """A number of minutes, hours, days or weeks from now."""
    count, unit = count_of(group["count"]), group["unit"]
    count += 0.5 if group.get("half") else 0
    if not 0 < count < 400:
        return None
    if group.get("side") == "within":
        return stretch(group)
    loose = group["count"] in LOOSE
    if _is_of_day(unit):
        return Named("minutes", int(count * _MINUTES_OF[unit[0]]), loose=loose)
    if unit.startswith(("mo", "y")):
        return Named("months_on", int(count * (12 if unit.startswith("y") else 1)), loose=loose)
    return Named("offset", int(count * _DAYS_OF[unit[0]]), loose=loose)


def shift(group: Found) -> Named | None:
    """ "an hour later", "30 minutes earlier": so many minutes on, or back, from the hour said before."""
    minutes = int(count_of(group["count"]) * _MINUTES_OF[group["unit"][0]])
    return (
        Named("shift", minutes if group["side"] == "later" else -minutes) if 0 < minutes < 12 * 60 else None
    )


def week_from(group: Found) -> Named:
    """ "tuesday week", "two weeks from monday", "a fortnight from tomorrow"; without a day, from today."""
    weeks = (whole(group["count"] or "a") or 1) * (2 if group["span"].startswith("f") else 1)
    said = group["weekday"]
    if said in WEEKDAYS:
        return Named("weekday_week", WEEKDAYS[said], month=weeks)
    return Named("offset", 7 * weeks + (said == "tomorrow"))
