"""Phone numbers: written one way (E.164), and the zones a number can be in."""

from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

_NORTH_AMERICA = 1
_PLAN_WIDE = 10  # more zones than any area code has: the answer means "somewhere in North America"
_COASTS = ("America/New_York", "America/Los_Angeles")


@lru_cache(maxsize=4096)
def to_e164(text: str, region: str | None) -> str | None:
    """`"(212) 555-0142"` read in region `"US"` is `"+12125550142"`; None where it is no whole number.

    Only the length is judged, not whether the range is assigned yet: new area codes come every year.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def find_number(text: str, region: str | None) -> str | None:
    """The first whole phone number in a text, in E.164: `"it's 212 555 0142, thanks"` has one."""
    possible = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE)
    return next(filter(None, (to_e164(match.raw_string, region) for match in possible)), None)


def known_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name, or None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder of zones
        return None


@lru_cache(maxsize=4096)
def zones_of_number(number: str) -> tuple[str, ...]:
    """Every zone an E.164 number can be in; empty where nothing is known.

    A North American number without a place (toll-free, an area code newer than our tables) would name every
    zone from Guam to Newfoundland, which are never awake together; both coasts stand for them.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ()
    zones = _without_unknown(timezone.time_zones_for_number(parsed))
    zones = zones or _without_unknown(timezone.time_zones_for_geographical_number(parsed))
    if parsed.country_code == _NORTH_AMERICA and len(zones) > _PLAN_WIDE:
        return _COASTS
    return zones


def zones_for(patient_zone: str | None, clinic_zone: str, number: str) -> tuple[ZoneInfo, ...]:
    """The zones in which a text to this patient must be allowed, all at once.

    The patient's own zone where we know it. Where not: the clinic's and every zone of the number.
    """
    own = known_zone(patient_zone)
    if own is not None:
        return (own,)
    names = dict.fromkeys((clinic_zone, *zones_of_number(number)))  # in order, each once
    return tuple(ZoneInfo(name) for name in names)


def _without_unknown(zones: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)
