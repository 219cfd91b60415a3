"""When a feast is: public holidays of the United States and the days everybody keeps there, from a library."""

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays
from holidays.constants import PUBLIC, UNOFFICIAL


def feast(name: str, year: int) -> date | None:
    """The day of a feast by the library's name for it; "Thanksgiving Day +1" is the day after. None where that
    year has none."""
    known, _, ahead = name.partition(" +")
    day = _named_days(year).get(known)
    return day + timedelta(days=int(ahead or 0)) if day else None


@cache
def _named_days(year: int) -> dict[str, date]:
    kept = country_holidays("US", years=year, observed=False, categories=(PUBLIC, UNOFFICIAL))
    return {name: day for day, names in kept.items() for name in names.split("; ")}
