"""Scoring labelled replies, and the limits they must keep."""

import pytest

from nlu.scoring import Judged, score


def judged(gold: str, decided: str, count: int = 1) -> list[Judged]:
    return [Judged("text", gold, "group", decided)] * count


def test_a_clean_file_passes() -> None:
    assert score(judged("accept", "accept") + judged("decline", "decline")).passes()


def test_one_booked_decline_fails_however_many_there_are() -> None:
    assert not score(judged("decline", "accept") + judged("decline", "decline", 100_000)).passes()


def test_one_booked_counter_fails() -> None:
    assert not score(judged("counter", "accept") + judged("counter", "counter", 100_000)).passes()


def test_one_booked_stranger_in_a_thousand_passes() -> None:
    assert score(judged("not_accept", "accept") + judged("not_accept", "unclear", 999)).passes()


def test_two_booked_strangers_in_a_thousand_fail() -> None:
    assert not score(judged("not_accept", "accept", 2) + judged("not_accept", "unclear", 998)).passes()


def test_what_was_booked_asked_and_right_is_counted_apart() -> None:
    report = score(judged("accept", "accept", 3) + judged("accept", "check", 2) + judged("accept", "decline"))
    tally = report.by_gold["accept"]
    assert (tally.total, tally.taken, tally.asked, tally.right, tally.wrong) == (6, 3, 2, 3, 1)


def test_an_accept_that_is_asked_back_is_not_lost() -> None:
    assert score(judged("accept", "check")).lost == []


@pytest.mark.parametrize("decided", ["decline", "unclear", "thanks", "question"])
def test_an_accept_read_as_anything_else_is_lost(decided: str) -> None:
    assert len(score(judged("accept", decided)).lost) == 1


@pytest.mark.parametrize("decided", ["decline", "not_now", "preferences"])
def test_what_passes_an_offer_and_keeps_the_place_is_right_for_a_decline(decided: str) -> None:
    assert score(judged("decline", decided)).by_gold["decline"].right == 1


@pytest.mark.parametrize("decided", ["counter", "preferences", "earlier", "reschedule"])
def test_what_is_handed_the_wish_is_right_for_a_counter(decided: str) -> None:
    assert score(judged("counter", decided)).by_gold["counter"].right == 1


@pytest.mark.parametrize("decided", ["stop", "leave_list", "cancel", "unclear"])
def test_what_ends_more_than_the_offer_is_wrong_for_a_decline(decided: str) -> None:
    assert len(score(judged("decline", decided)).wrong) == 1


def test_short_accepts_are_counted_apart() -> None:
    long = Judged("a yes of rather more than six words", "accept", "group", "check")
    assert score([*judged("accept", "accept"), long]).short_accepts.total == 1


def test_anything_but_a_booking_is_right_for_a_stranger() -> None:
    assert score(judged("not_accept", "question")).by_gold["not_accept"].right == 1
