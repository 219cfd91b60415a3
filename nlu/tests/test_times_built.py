"""Times built from parts whose meaning is known: a day, an hour, how they are joined, what stands around them.

Whoever changes the grammar lets it run for longer:
`STANDBY_TIMES=2000 .venv/bin/pytest -n 0 nlu/tests/test_times_built.py`.
"""

import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from nlu import time_words
from nlu.tests.conftest import NOW, ZONE
from nlu.times import find_times

EXAMPLES = settings(max_examples=int(os.environ.get("STANDBY_TIMES", "50")), deadline=None, database=None)

Meant = tuple[bool, datetime, datetime | None]
"""Ruled out; from; until (None: open)."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT = ("mon", "tues", "weds", "thurs", "fri", "sat", "sun")
MONTHS = {11: ("november", "nov"), 12: ("december", "dec"), 1: ("january", "jan")}
ORDINALS = {number: said.replace(" ", "-") for said, number in time_words.ORDINALS.items()}
NUMBERS = {number: said for said, number in time_words.NUMBERS.items()}
LUNES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MESES = {11: "noviembre", 12: "diciembre", 1: "enero"}

dates = st.integers(1, 60).map(lambda ahead: NOW.date() + timedelta(days=ahead))
moments = st.builds(time, st.integers(7, 18), st.sampled_from([0, 15, 30, 45]))
weeks_days = st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True).map(
    lambda ahead: [NOW.date() + timedelta(days=each) for each in sorted(ahead)]
)
"""One to three days of the coming week."""


def one_of(phrases: str) -> st.SearchStrategy[str]:
    return st.sampled_from(phrases.split("|"))


before_it = one_of(
    "|yes |can you do |do you have anything |how about |i'd like |ok |please book me |put me down |hi, |"
    "my son is 7 and needs a visit |a table for 4, |party of 6, |2 tickets please, |i need a taxi "
)
after_it = one_of(
    "|?|.| please| works| is good| for 2 people| thanks| if possible| at 215 Main St| with dr kim| in room 12|"
    " under $40| my number is 555-0142| for 3 nights| i take 20mg daily| instead"
)
no_before = one_of(
    "not|anything but|any day except|i can't do|cant make|no puedo|can't come|please avoid|any day but|nothing on|"
    "i'm away|i work|not available|dont book me|i have class|double shift"
)
no_after = one_of(
    "doesnt work|won't work for me|is no good|is out|are bad|i can't|is impossible|not possible|i'm busy|"
    "so that day is out|no puedo"
)
no_time = one_of(
    "we are {}|party of {}|table for {} please|my daughter is {}|i weigh {}0 pounds|it costs ${}|room {}|"
    "take {}mg a day|{} people|order {}471|flight {}12|i live at {}15 Main St|gate {}|my {} kids|{} stars|"
    "for {} hours|{} bags|a copay of ${}0|{}00 Elm Avenue|call 555-01{}2|row {}|somos {}|tengo {} hijos|"
    "tomo {} pastillas|apartment {}|page {} of the form|my pain is {} out of 10"
)


def th(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def days(day: date) -> Iterator[str]:
    """Ways to name a day."""
    number, (month, mon) = day.day, MONTHS[day.month]
    weekday, short = WEEKDAYS[day.weekday()], SHORT[day.weekday()]
    yield from (
        f"{month} {number}",
        f"{mon} {th(number)}",
        f"the {th(number)} of {month}",
        f"{th(number)} {mon}",
    )
    yield from (f"{day.month}/{number}", f"{day.month}/{number}/{day:%y}", f"{day.month}-{number}-{day:%y}")
    yield from (f"{month} {ORDINALS[number]}", f"{weekday}, {month} {number}")
    yield from (f"{short} {mon} {number}", f"{weekday} the {th(number)} of {month}")
    ahead = (day - NOW.date()).days
    if ahead < 7:
        yield from (weekday, short, f"this {weekday}", weekday.upper())
    if 3 <= ahead <= 9:
        yield from (f"{weekday} next week", f"next week, {weekday}")
    if ahead < 28:
        yield from (f"the {th(number)}", f"{weekday} the {th(number)}", f"the {th(number)}, {short},")


def clocks(at: time) -> Iterator[str]:
    """Ways to say an hour; those without a half of the day mean the usual one."""
    hour, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    yield from (
        f"{hour}:{at:%M}{half}",
        f"{hour}:{at:%M} {half.upper()}",
        f"{hour}:{at:%M}",
        f"{hour}:{at:%M}{half[0]}",
    )
    word, then = NUMBERS[hour], NUMBERS[hour % 12 + 1]
    if at.minute == 0:
        yield from (
            f"{hour}{half}",
            f"{hour} {half[0]}.m.",
            f"{hour} o'clock",
            f"{word} {half}",
            f"{hour}ish",
        )
        yield from (f"{hour}{half} sharp", f"{hour} in the {'morning' if half == 'am' else 'afternoon'}")
    if at.minute == 15:
        yield from (f"quarter past {hour}", f"a quarter after {word}", f"{word} fifteen {half}")
    if at.minute == 30:
        yield from (f"half past {hour}", f"half past {word}", f"{word} thirty")
    if at.minute == 45:
        yield from (f"quarter to {then}", f"a quarter till {then}", f"{word} forty-five")


def horas(at: time) -> Iterator[str]:
    hour, part = at.hour % 12 or 12, "mañana" if at.hour < 12 else "tarde"
    las = f"{'la' if hour == 1 else 'las'} {hour}"
    yield from (f"a {las}:{at:%M}", f"a {las}:{at:%M} de la {part}", f"como a {las}:{at:%M}")
    short = {0: "", 15: " y cuarto", 30: " y media"}.get(at.minute)
    if short is not None:
        yield f"a {las}{short}"


def stretches(a: int, b: int) -> Iterator[tuple[str, int | None, int | None]]:
    """Ways to say from when until when, with both hours; None is open."""
    x, y = a % 12 or 12, b % 12 or 12
    yield from ((f"between {x} and {y}", a, b), (f"from {x} to {y}", a, b), (f"{x} til {y}", a, b))
    yield from ((f"any time between {NUMBERS[x]} and {NUMBERS[y]}", a, b), (f"after {x}", a, None))
    yield from (
        (f"{x} or later", a, None),
        (f"no earlier than {x}", a, None),
        (f"but not before {x}", a, None),
    )
    yield from ((f"before {x}", None, a), (f"no later than {x}", None, a), (f"{x} at the latest", None, a))


def on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZONE)


def whole(day: date, *, excluded: bool = False) -> Meant:
    return excluded, on(day, time()), on(day + timedelta(days=1), time())


def found(text: str) -> list[Meant]:
    return [(span.excluded, span.start, span.end) for span in find_times(text, now=NOW, zone=ZONE)]


@seed(1)
@EXAMPLES
@given(st.data(), dates, moments)
def test_a_day_and_an_hour_are_one_time(data: st.DataObject, day: date, at: time) -> None:
    named, said = data.draw(st.sampled_from([*days(day)])), data.draw(st.sampled_from([*clocks(at)]))
    if data.draw(st.booleans()):
        both = f"{named}{data.draw(one_of(' at | |, | @ | around | - |, at '))}{said}"
    else:
        both = f"{said}{data.draw(one_of(' on |, '))}{named}"
    text = f"{data.draw(before_it)}{both}{data.draw(after_it)}"
    assert found(text) == [(False, on(day, at), on(day, at))], text


@seed(2)
@EXAMPLES
@given(st.data(), dates, st.integers(8, 15), st.integers(1, 3))
def test_the_hours_of_a_day_are_one_time(data: st.DataObject, day: date, first: int, length: int) -> None:
    said, start, end = data.draw(st.sampled_from([*stretches(first, first + length)]))
    both = f"{data.draw(st.sampled_from([*days(day)]))}{data.draw(one_of(' |, '))}{said}"
    text = f"{data.draw(before_it)}{both}{data.draw(after_it)}"
    assert found(text) == [(False, on(day, time(start or 0)), on(day, time(end)) if end else None)], text


@seed(3)
@EXAMPLES
@given(st.data(), weeks_days)
def test_days_with_hours_of_their_own_are_each_one_time(data: st.DataObject, of_week: list[date]) -> None:
    parts, meant = [], []
    for day in of_week:
        said, start, end = data.draw(st.sampled_from([*stretches(data.draw(st.integers(8, 13)), 15)]))
        parts.append(f"{data.draw(st.sampled_from([WEEKDAYS, SHORT]))[day.weekday()]} {said}")
        meant.append((False, on(day, time(start or 0)), on(day, time(end)) if end else None))
    text = f"{data.draw(before_it)}{data.draw(one_of(', | or | and ')).join(parts)}"
    assert found(text) == meant, text


@seed(4)
@EXAMPLES
@given(st.data(), weeks_days)
def test_what_a_no_is_said_of_is_ruled_out(data: st.DataObject, of_week: list[date]) -> None:
    named = [data.draw(st.sampled_from([WEEKDAYS, SHORT]))[day.weekday()] for day in of_week]
    if data.draw(st.booleans()):
        text = f"{data.draw(no_before)} {' or '.join(named)}"
    else:
        text = f"{' and '.join(named)} {data.draw(no_after)}"
    assert found(text) == [whole(day, excluded=True) for day in of_week], text


@seed(5)
@EXAMPLES
@given(st.data(), weeks_days, st.integers(7, 20))
def test_what_is_wished_for_beside_a_no_is_not_ruled_out(
    data: st.DataObject, of_week: list[date], ahead: int
) -> None:
    day = NOW.date() + timedelta(days=ahead)
    built = data.draw(one_of(
        "i can't do {no} but {yes} works|not {no}, can you do {yes}?|{no} won't work. {yes} is good|"
        "{yes} is fine, just not {no}|how about {yes}? i can't make {no}|no puedo {no} pero {yes} si"
    ))  # fmt: skip
    text = built.format(
        no=" or ".join(WEEKDAYS[each.weekday()] for each in of_week),
        yes=data.draw(st.sampled_from([*days(day)][:4])),
    )
    assert sorted(found(text)) == sorted([*(whole(each, excluded=True) for each in of_week), whole(day)]), (
        text
    )


@seed(6)
@EXAMPLES
@given(st.data(), dates, moments)
def test_a_day_and_an_hour_in_spanish_are_one_time(data: st.DataObject, day: date, at: time) -> None:
    number, weekday, month = day.day, LUNES[day.weekday()], MESES[day.month]
    named = [f"el {number} de {month}", f"el {weekday} {number} de {month}", f"el dia {number} de {month}"]
    if (day - NOW.date()).days < 7:
        named += [f"el {weekday}", f"este {weekday}"]
    both = f"{data.draw(st.sampled_from(named))} {data.draw(st.sampled_from([*horas(at)]))}"
    before = data.draw(one_of("|si, |me puede dar cita |tienen algo |mi hijo tiene 7 años, "))
    text = f"{before}{both}{data.draw(one_of('| por favor| está bien| gracias| si se puede|?'))}"
    assert found(text) == [(False, on(day, at), on(day, at))], text


@seed(7)
@EXAMPLES
@given(no_time, st.integers(2, 9))
def test_other_numbers_are_no_times(said: str, number: int) -> None:
    assert found(said.format(number)) == [], said.format(number)
