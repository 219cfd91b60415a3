"""What was understood of a wish, said back: each kind of wish in its words."""

from datetime import date, time
from uuid import UUID

from clinic.wish_words import in_words
from nlu.tests.lines import line_by_line
from rules.facts import TimeWindow
from rules.wishes import Stated

LEE = UUID(int=1)
MORNING, AFTERNOON = TimeWindow(time(0), time(12)), TimeWindow(time(12), time(17))
FROM_NOON = TimeWindow(time(12), time(23, 59))

SAID = [
    ("no Tuesdays", "los martes no", Stated(excluded_weekdays=frozenset({1}))),
    ("no Tuesdays and Fridays", "los martes y viernes no", Stated(excluded_weekdays=frozenset({1, 4}))),
    ("no weekends", "los fines de semana no", Stated(excluded_weekdays=frozenset({5, 6}))),
    (
        "Tuesdays only",
        "solo los martes",
        Stated(weekdays=frozenset({1}), excluded_weekdays=frozenset({0, 2, 3, 4, 5, 6})),
    ),
    ("Tuesdays if possible", "de preferencia los martes", Stated(weekdays=frozenset({1}))),
    (
        "any day, no Fridays",
        "cualquier día, los viernes no",
        Stated(any_day=True, excluded_weekdays=frozenset({4})),
    ),
    ("Tuesdays OK again", "los martes otra vez sí", Stated(again_weekdays=frozenset({1}))),
    ("mornings only", "solo por las mañanas", Stated(times=(MORNING,), excluded_times=(FROM_NOON,))),
    ("afternoons if possible", "de preferencia por las tardes", Stated(times=(AFTERNOON,))),
    ("no mornings", "por las mañanas no", Stated(excluded_times=(MORNING,))),
    ("not before 3:00pm", "antes de las 3:00pm no", Stated(excluded_times=(TimeWindow(time(0), time(15)),))),
    (
        "not after 4:30pm",
        "después de las 4:30pm no",
        Stated(excluded_times=(TimeWindow(time(16, 30), time(23, 59)),)),
    ),
    ("not 1:00pm-2:00pm", "de 1:00pm a 2:00pm no", Stated(excluded_times=(TimeWindow(time(13), time(14)),))),
    ("no mornings on Tuesdays", "los martes por las mañanas no", Stated(excluded_day_times=((1, MORNING),))),
    (
        "no mornings on Tuesdays and Fridays",
        "los martes y viernes por las mañanas no",
        Stated(excluded_day_times=((1, MORNING), (4, MORNING))),
    ),
    (
        "not before 3:00pm on weekdays",
        "entre semana antes de las 3:00pm no",
        Stated(excluded_day_times=tuple((day, TimeWindow(time(0), time(15))) for day in range(5))),
    ),
    (
        "mornings on Tuesdays OK again",
        "los martes por las mañanas otra vez sí",
        Stated(again_day_times=((1, MORNING),)),
    ),
    ("any time of day", "a cualquier hora", Stated(any_time=True)),
    ("not Sat Dec 5", "el sáb 5 dic no", Stated(excluded_dates=((date(2026, 12, 5), date(2026, 12, 5)),))),
    (
        "not Dec 5-Dec 12",
        "del 5 dic al 12 dic no",
        Stated(excluded_dates=((date(2026, 12, 5), date(2026, 12, 12)),)),
    ),
    ("from Mon Jan 4 on", "desde el lun 4 ene", Stated(earliest=date(2027, 1, 4))),
    ("until Thu Dec 24", "hasta el jue 24 dic", Stated(latest=date(2026, 12, 24))),
    ("Dr Lee only", "solo con Dr Lee", Stated(provider_id=LEE, only_provider=True)),
    ("Dr Lee if possible", "de preferencia con Dr Lee", Stated(provider_id=LEE)),
    ("not Dr Lee", "con Dr Lee no", Stated(excluded_provider_id=LEE)),
    ("Dr Lee OK again", "con Dr Lee otra vez sí", Stated(again_provider_id=LEE)),
    ("any provider", "con quien esté disponible", Stated(any_provider=True)),
    ("24 hours' notice", "avisando 24 horas antes", Stated(notice_hours=24)),
    (
        "no Tuesdays, mornings only",
        "los martes no, solo por las mañanas",
        Stated(excluded_weekdays=frozenset({1}), times=(MORNING,), excluded_times=(FROM_NOON,)),
    ),
]


@line_by_line(("english", "spanish", "stated"), SAID)
def test_a_wish_is_said_back_as(english: str, spanish: str, stated: Stated) -> None:
    words = in_words(stated, {LEE: "Dr Lee"})
    assert (str(words), words.in_language("es")) == (english, spanish)
