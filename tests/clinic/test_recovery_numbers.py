"""Recovery in numbers: what became of lost visits, and which way of asking brings somebody back."""

from datetime import timedelta

from clinic import recovery_numbers
from clinic.recovery_numbers import Numbers, Split, interval
from rules.states import RecoveryState
from rules.trials import Tally
from storage.queries.recovery_numbers import Came
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.clinic.lost_visits import lost, some, tried

MONTH = timedelta(days=30)


def counted(desk: Desk) -> Numbers:
    def work(tx: Tx) -> Numbers:
        some(tx)
        return recovery_numbers.numbers(tx, NOW - MONTH, NOW)

    return desk.do(work)


def test_what_became_of_lost_visits_is_counted_with_what_they_would_have_brought(desk: Desk) -> None:
    found = counted(desk)
    assert found.came == {
        RecoveryState.PENDING: Came(),
        RecoveryState.IN_PROGRESS: Came(1, 12_000),
        RecoveryState.RECOVERED: Came(2, 24_000),
        RecoveryState.LOST: Came(1, 12_000),
        RecoveryState.NOT_NEEDED: Came(1, 12_000),
    }
    assert found.open == Came(1, 12_000)


def test_what_is_not_needed_counts_for_no_share(desk: Desk) -> None:
    found = counted(desk)
    assert found.won == Tally("all", 2, 4)
    assert found.tables[Split.REASON] == [Tally("illness", 2, 2), Tally("not said", 0, 2)]


def test_attempts_are_told_apart_by_text_channel_and_wording(desk: Desk) -> None:
    tables = counted(desk).tables
    assert tables[Split.TOUCH] == [Tally("1", 1, 2), Tally("2", 1, 1)]
    assert tables[Split.CHANNEL] == [Tally("phone", 0, 1), Tally("sms", 2, 3)]
    assert [each.name for each in tables[Split.WORDING]] == ["again", "no_show", "reply", "staff"]


def test_the_clinics_own_words_are_told_apart_from_ours_and_from_each_other(desk: Desk) -> None:
    def work(tx: Tx) -> Numbers:
        case = lost(tx, factories.patient(tx))
        for touch, words in enumerate(
            [None, "{first_name}, hi.", "{first_name}, hi.", "{first_name}, hello."]
        ):
            tried(tx, case, touch=touch, wording="again", words=words)
        return recovery_numbers.numbers(tx, NOW - MONTH, NOW)

    assert desk.do(work).tables[Split.WORDING] == [
        Tally("again", 0, 1),
        Tally("again: {first_name}, hello.", 0, 1),
        Tally("again: {first_name}, hi.", 0, 2),
    ]


def test_a_period_without_lost_visits_has_nothing(desk: Desk) -> None:
    desk.do(some)
    found = desk.do(lambda tx: recovery_numbers.numbers(tx, NOW - 2 * MONTH, NOW - MONTH))
    assert (found.won.of, found.tables[Split.CHANNEL]) == (0, [])


def test_few_of_few_leave_the_true_share_wide_open() -> None:
    found = interval(Tally("sms", 2, 3))
    assert (round(found.low, 2), round(found.high, 2)) == (0.21, 0.94)
