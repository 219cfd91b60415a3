"""Scoring labelled replies, and the limits they must keep."""

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
    tally = report.by_gold()["accept"]
    assert (tally.total, tally.taken, tally.asked, tally.right) == (6, 3, 2, 3)


def test_an_accept_that_is_asked_back_is_not_lost() -> None:
    assert score(judged("accept", "check")).wrong == []


def test_anything_but_a_booking_is_right_for_a_stranger() -> None:
    assert score(judged("not_accept", "question")).by_gold()["not_accept"].right == 1
