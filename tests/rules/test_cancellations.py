"""What makes a cancel late, which kind it is, and what is then owed."""

import pytest

from rules.cancellations import fee_cents, is_late, kind_of, recovery_of
from rules.policy import Policy
from rules.states import CancellationKind as Kind
from rules.states import CancelledBy, CancelReason, RecoveryState
from tests.rules.make import NEW_YORK, local

VISIT = "2026-12-01 15:00"


@pytest.mark.parametrize(
    ("cancelled", "type_hours", "late"),
    [
        pytest.param("2026-11-30 15:00", None, False, id="just a day before"),
        pytest.param("2026-11-30 15:01", None, True, id="a minute less than a day"),
        pytest.param("2026-12-01 14:59", None, True, id="a minute before"),
        pytest.param("2026-11-30 10:00", 48, True, id="the type wants two days"),
        pytest.param("2026-12-01 12:00", 2, False, id="the type wants two hours"),
        pytest.param("2026-12-01 14:59", 0, False, id="the type does not mind"),
    ],
)
def test_a_cancel_with_less_notice_than_wanted_is_late(
    cancelled: str, type_hours: int | None, late: bool
) -> None:
    assert is_late(local(NEW_YORK, VISIT), local(NEW_YORK, cancelled), Policy(), type_hours) is late


def test_the_clinic_decides_what_is_late_where_the_type_says_nothing() -> None:
    strict = Policy(late_hours=48)
    assert is_late(local(NEW_YORK, VISIT), local(NEW_YORK, "2026-11-30 10:00"), strict, None)


def test_a_day_is_24_hours_on_the_night_clocks_go_back_too() -> None:
    start = local(NEW_YORK, "2026-11-01 15:00")
    assert is_late(start, local(NEW_YORK, "2026-10-31 16:01"), Policy(), None)
    assert not is_late(start, local(NEW_YORK, "2026-10-31 15:59"), Policy(), None)


@pytest.mark.parametrize(
    ("who", "reason", "late", "kind"),
    [
        pytest.param("patient", None, False, Kind.CANCELLED, id="in time"),
        pytest.param("patient", None, True, Kind.LATE_CANCEL, id="late"),
        pytest.param(
            "patient", "provider_unavailable", True, Kind.LATE_CANCEL, id="theirs, whatever they say"
        ),
        pytest.param("staff", None, True, Kind.CANCELLED, id="staff, who do not say why: nobody was late"),
        pytest.param("staff", "illness", True, Kind.LATE_CANCEL, id="staff, for a patient who called late"),
        pytest.param("staff", "illness", False, Kind.CANCELLED, id="staff, for a patient who called in time"),
        pytest.param("staff", "practice_closure", True, Kind.PRACTICE_CANCEL, id="we are closed"),
        pytest.param("provider", None, True, Kind.PRACTICE_CANCEL, id="the provider is away"),
        pytest.param("system", "replaced", True, Kind.CANCELLED, id="another visit took its place"),
    ],
)
def test_whose_it_was_and_how_much_notice_makes_the_kind(
    who: str, reason: str | None, late: bool, kind: Kind
) -> None:
    assert kind_of(CancelledBy(who), reason, missed=False, late=late) is kind


def test_a_missed_visit_is_a_no_show_whoever_wrote_it_down() -> None:
    assert kind_of(CancelledBy.STAFF, CancelReason.ILLNESS, missed=True, late=True) is Kind.NO_SHOW


def test_only_late_and_missed_ones_cost_what_the_type_takes() -> None:
    owed = {kind: fee_cents(kind, late_fee=2500, no_show_fee=5000) for kind in Kind}
    assert owed == {Kind.CANCELLED: 0, Kind.LATE_CANCEL: 2500, Kind.NO_SHOW: 5000, Kind.PRACTICE_CANCEL: 0}


@pytest.mark.parametrize("reason", ["changed_provider", "replaced", "undone", "refused"])
def test_what_is_not_wanted_any_more_needs_no_recovery(reason: str) -> None:
    assert recovery_of(reason) is RecoveryState.NOT_NEEDED
    assert recovery_of("illness") is recovery_of(None) is RecoveryState.PENDING
