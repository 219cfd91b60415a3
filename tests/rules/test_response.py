"""How patients answer: the published figures, and a clinic's own beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.response import (
    MEAN_CHANCE,
    PUBLISHED,
    Observation,
    Response,
    learn,
    published_chance,
    published_share,
)
from rules.states import Channel

ALL_DAY = 600.0


def offer(**changes: object) -> Observation:
    own: dict[str, object] = {"score": 0.82, "notice_hours": 48.0, "answerable": ALL_DAY, **changes}
    return Observation(**own)  # type: ignore[arg-type]


@pytest.mark.parametrize(("minutes", "share"), [(12.5, 0.50), (41, 0.75), (99, 0.90), (153, 0.95)])
def test_the_published_quantiles_come_out(minutes: float, share: float) -> None:
    assert PUBLISHED.share(minutes) == pytest.approx(share, abs=0.002)


@pytest.mark.parametrize("minutes", [0, 0.5, 0.79])
def test_nobody_replies_before_the_text_is_read(minutes: float) -> None:
    assert PUBLISHED.share(minutes) == 0


@given(st.floats(0, 5000), st.floats(0, 500))
def test_replies_only_become_more(minutes: float, later: float) -> None:
    own = learn([offer(replied_after=minutes)] * 7)
    assert 0 <= PUBLISHED.share(minutes) <= PUBLISHED.share(minutes + later) <= 1
    assert 0 <= own.share(minutes) <= own.share(minutes + later) <= 1


def test_the_chance_goes_from_a_twentieth_to_a_fifth_with_the_match() -> None:
    assert [published_chance(score) for score in (0.5, 0.70, 0.85, 1.0, 1.2)] == pytest.approx(
        [0.05, 0.05, 0.125, 0.20, 0.20]
    )


def test_a_patients_own_answers_count_beside_ten_imagined_ones() -> None:
    usual = PUBLISHED.chance(0.85, 48)
    assert usual == pytest.approx(0.125)
    assert PUBLISHED.chance(0.85, 48, accepted=2, asked=2) == pytest.approx((1.25 + 2) / 12)
    assert PUBLISHED.chance(0.85, 48, asked=10) == pytest.approx(usual / 2)


def test_nothing_seen_is_the_published_figures() -> None:
    assert learn([]) == PUBLISHED


def test_a_clinic_whose_patients_say_yes_twice_as_often_is_believed_more_and_more() -> None:
    chance = published_chance(0.82)
    beliefs = []
    for offers in (100, 1_000, 10_000):
        yeses = round(2 * chance * offers)
        seen = [offer(yes=True, replied_after=10.0)] * yeses + [offer()] * (offers - yeses)
        beliefs.append(learn(seen).overall.times)
    assert 1 < beliefs[0] < beliefs[1] < beliefs[2]
    assert beliefs[-1] == pytest.approx(2, rel=0.05)


def test_silence_after_five_minutes_says_less_than_silence_all_day() -> None:
    short, long = learn([offer(answerable=5.0)] * 200), learn([offer()] * 200)
    assert long.overall.times < short.overall.times < 1


def test_a_channel_that_does_better_than_the_rest_is_told_apart() -> None:
    texts = [offer(yes=True)] * 20 + [offer()] * 180
    calls = [offer(channel=Channel.VOICE, yes=True)] * 60 + [offer(channel=Channel.VOICE)] * 140
    own = learn([*texts, *calls])
    assert own.chance(0.82, 48, channel=Channel.VOICE) > 1.5 * own.chance(0.82, 48)


def test_slower_patients_pull_the_curve_their_way() -> None:
    own = learn([offer(replied_after=100.0)] * 100)
    assert own.share(60) == pytest.approx(published_share(60) / 2, abs=0.01)
    assert own.share(ALL_DAY) > 0.99


def test_offers_that_were_taken_at_once_say_nothing_of_the_curve() -> None:
    assert learn([offer(answerable=30.0, replied_after=2.0)] * 100).share(60) == published_share(60)


def test_what_was_learned_is_kept_as_json_and_read_back() -> None:
    own = learn([offer(yes=True, replied_after=12.0), offer(channel=Channel.EMAIL)])
    assert Response.model_validate(own.model_dump(mode="json")) == own


def test_people_can_look_at_everything_that_is_believed() -> None:
    rows = {row.what: row for row in learn([offer(yes=True, replied_after=4.0)] * 3).describe()}
    assert rows["replied within 5 min"].own == 3
    assert rows["replied within 5 min"].published == published_share(5)
    assert rows["says yes"].learned > rows["says yes"].published == MEAN_CHANCE
    assert {"match 0.75–0.8, times", "notice under 4 h, times", "by email, times"} <= set(rows)
