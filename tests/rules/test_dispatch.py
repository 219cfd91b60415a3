"""What to do next about an opening."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dispatch import Step, step
from rules.facts import OfferFacts, OpeningFacts, Ranked
from rules.offer_policy import Dispatch
from rules.policy import Policy
from rules.states import OUTSTANDING_OFFER, OfferState, OpeningState
from tests.rules.make import NEW_YORK, NOW, offer, opening, ranked

ONE_BY_ONE = Policy(dispatch=Dispatch.SEQUENTIAL)
IN_BATCHES = Policy(dispatch=Dispatch.BATCH, batch_size=3)
ADAPTIVE = Policy()
GIVE_UP = opening().give_up_at
LATER = NOW + timedelta(minutes=30)
HELD: dict[str, Any] = {"held_until": LATER}
OVER: dict[str, Any] = {"held_until": NOW}
ENDED = [state for state in OfferState if state not in OUTSTANDING_OFFER]


def ids(candidates: Sequence[Ranked]) -> tuple[Any, ...]:
    return tuple(each.entry_id for each in candidates)


def test_one_by_one_the_best_is_asked_first() -> None:
    line = ranked(3)
    assert step(opening(), [], line, ONE_BY_ONE, NOW) == Step(ask=ids(line[:1]), look_again_at=GIVE_UP)


def test_in_batches_the_best_few_are_asked_at_once() -> None:
    line = ranked(5)
    assert step(opening(), [], line, IN_BATCHES, NOW).ask == ids(line[:3])


@pytest.mark.parametrize("policy", [ONE_BY_ONE, IN_BATCHES], ids=["one by one", "in batches"])
@pytest.mark.parametrize(
    "waiting", [offer(**HELD), offer(OfferState.QUEUED)], ids=["being held", "still to be sent"]
)
def test_while_somebody_is_being_asked_nobody_else_is(policy: Policy, waiting: OfferFacts) -> None:
    others = [offer(OfferState.DECLINED), waiting]
    assert step(opening(), others, ranked(3), policy, NOW).ask == ()


def test_an_offer_lapses_when_its_time_is_up_and_the_next_in_line_is_asked() -> None:
    late, line = offer(**OVER), ranked(2)
    expected = Step(lapse=(late.id,), ask=ids(line[:1]), look_again_at=GIVE_UP)
    assert step(opening(), [late], line, ONE_BY_ONE, NOW) == expected


def test_a_batch_waits_for_the_last_of_it() -> None:
    late, held = offer(**OVER), offer(**HELD)
    expected = Step(lapse=(late.id,), ask=(), look_again_at=LATER)
    assert step(opening(), [late, held], ranked(3), IN_BATCHES, NOW) == expected


@pytest.mark.parametrize("state", ENDED)
def test_when_an_offer_has_ended_the_next_in_line_is_asked(state: OfferState) -> None:
    line = ranked(1)
    assert step(opening(), [offer(state, **OVER)], line, ONE_BY_ONE, NOW).ask == ids(line)


@pytest.mark.parametrize("state", OfferState)
def test_an_entry_that_had_an_offer_is_not_asked_again(state: OfferState) -> None:
    (again,) = ranked(1)
    had = offer(state, entry_id=again.entry_id, **OVER)
    assert step(opening(), [had], [again], ONE_BY_ONE, NOW).ask == ()


def test_an_offer_still_to_be_sent_has_no_deadline() -> None:
    found = step(opening(), [offer(OfferState.QUEUED)], [], ONE_BY_ONE, NOW)
    assert found == Step(look_again_at=GIVE_UP)


def test_the_next_look_is_when_the_first_hold_ends() -> None:
    out = [offer(held_until=LATER + timedelta(minutes=5)), offer(**HELD)]
    assert step(opening(), out, [], IN_BATCHES, NOW).look_again_at == LATER


def test_without_candidates_the_next_look_is_at_give_up() -> None:
    assert step(opening(), [], [], ONE_BY_ONE, NOW) == Step(look_again_at=GIVE_UP)


def test_urgent_entries_are_asked_without_the_others() -> None:
    urgent = ranked(2, urgent=True)
    assert step(opening(), [], [*urgent, *ranked(4)], IN_BATCHES, NOW).ask == ids(urgent)


def test_urgent_entries_are_asked_first_however_the_line_is_sorted() -> None:
    urgent = ranked(1, urgent=True)
    assert step(opening(), [], [*ranked(4), *urgent], ONE_BY_ONE, NOW).ask == ids(urgent)


def test_an_urgent_entry_is_not_made_to_race_a_standard_one_that_is_out() -> None:
    assert step(opening(), [offer(**HELD)], ranked(1, urgent=True), IN_BATCHES, NOW).ask == ()


@pytest.mark.parametrize("now", [GIVE_UP, GIVE_UP + timedelta(minutes=1)], ids=["just then", "after it"])
def test_at_give_up_all_that_is_out_lapses_and_nobody_is_asked(now: datetime) -> None:
    held, queued = offer(held_until=GIVE_UP), offer(OfferState.QUEUED)
    expected = Step(lapse=(held.id, queued.id), give_up=True)
    assert step(opening(), [held, queued], ranked(3), ONE_BY_ONE, now) == expected


@pytest.mark.parametrize("state", [OpeningState.FILLED, OpeningState.WITHDRAWN, OpeningState.EXPIRED])
def test_an_opening_no_longer_being_filled_asks_nobody(state: OpeningState) -> None:
    held = offer(**HELD)
    assert step(opening(state=state), [held], ranked(3), ONE_BY_ONE, NOW) == Step(lapse=(held.id,))


def test_giving_up_is_said_once() -> None:
    given_up = opening(state=OpeningState.EXPIRED)
    assert step(given_up, [], ranked(3), ONE_BY_ONE, GIVE_UP) == Step()


def closing_in(**left: float) -> datetime:
    """The moment when so much is left until give-up, which is at one in the afternoon."""
    return GIVE_UP - timedelta(**left)


def out(line: Sequence[Ranked], at: datetime) -> list[OfferFacts]:
    """Those of the line have been handed their offers, with two hours to answer."""
    held = min(at + timedelta(hours=2), GIVE_UP)
    return [
        offer(
            entry_id=each.entry_id, urgent=each.urgent, handed_over_at=at, held_until=held, chance=each.chance
        )
        for each in line
    ]


def test_adaptively_a_week_ahead_one_is_asked_and_the_next_when_the_hold_is_over() -> None:
    line = ranked(40)
    assert step(opening(), [], line, ADAPTIVE, NOW).ask == ids(line[:1])
    asked = out(line[:1], NOW)
    assert step(opening(), asked, line[1:], ADAPTIVE, NOW + timedelta(minutes=90)).ask == ()
    assert step(opening(), asked, line[1:], ADAPTIVE, NOW + timedelta(minutes=120)).ask == ids(line[1:2])


def test_adaptively_an_hour_before_give_up_several_are_asked_at_once() -> None:
    assert len(step(opening(), [], ranked(40), ADAPTIVE, closing_in(hours=1)).ask) > 1


def test_adaptively_the_next_is_asked_while_holds_still_run() -> None:
    line, now = ranked(40), closing_in(hours=3)
    asked = out(line[:2], now)
    found = step(opening(), asked, line[2:], ADAPTIVE, now)
    again_at = found.look_again_at
    assert found.ask == ()
    assert again_at is not None
    assert again_at < now + timedelta(hours=1)
    assert step(opening(), asked, line[2:], ADAPTIVE, again_at).ask == ids(line[2:3])


def test_filling_first_asks_as_many_as_it_takes() -> None:
    line, now = ranked(40), closing_in(hours=1)
    first = Policy(fill_first=True)
    assert len(step(opening(), [], line, first, now).ask) > len(step(opening(), [], line, ADAPTIVE, now).ask)


def test_adaptively_nobody_is_asked_where_no_allowed_hour_is_left() -> None:
    early = opening(give_up_at=datetime(2026, 12, 1, 8, 0, tzinfo=NEW_YORK))
    night = datetime(2026, 12, 1, 6, 0, tzinfo=NEW_YORK)
    assert step(early, [], ranked(3), ADAPTIVE, night) == Step(look_again_at=early.give_up_at)


def test_adaptively_who_still_sleeps_until_give_up_is_passed_by() -> None:
    slot = opening(give_up_at=datetime(2026, 12, 1, 11, 0, tzinfo=NEW_YORK))
    nine = datetime(2026, 12, 1, 9, 0, tzinfo=NEW_YORK)
    awake, far_west = ranked(2)
    line = [replace(far_west, zones=("America/Los_Angeles",)), awake]
    assert step(slot, [], line, ADAPTIVE, nine).ask == ids([awake])


def test_adaptively_a_text_that_cannot_go_before_give_up_stops_nobody() -> None:
    slot = opening(give_up_at=datetime(2026, 12, 1, 11, 0, tzinfo=NEW_YORK))
    nine, line = datetime(2026, 12, 1, 9, 0, tzinfo=NEW_YORK), ranked(5)
    asleep = [offer(OfferState.QUEUED, zones=("America/Los_Angeles",)) for _ in range(3)]
    assert step(slot, asleep, line, ADAPTIVE, nine).ask == step(slot, [], line, ADAPTIVE, nine).ask


def test_adaptively_standard_entries_wait_until_the_holds_of_urgent_ones_are_over() -> None:
    now = closing_in(hours=5)
    urgent = ranked(1, urgent=True)
    assert step(opening(), [], [*ranked(9), *urgent], ADAPTIVE, now).ask == ids(urgent)
    asked = out(urgent, now)
    found = step(opening(), asked, ranked(9), ADAPTIVE, now)
    assert (found.ask, found.look_again_at) == ((), asked[0].held_until)


policies = st.builds(
    Policy,
    dispatch=st.sampled_from(Dispatch),
    batch_size=st.integers(1, 6),
    fill_first=st.booleans(),
    hard_holds=st.booleans(),
)
lines = st.lists(st.booleans(), max_size=12).map(
    lambda urgent: [Ranked(entry_id=uuid4(), score=0.9, urgent=each) for each in urgent]
)
answers = st.sampled_from([OfferState.DECLINED, OfferState.UNDELIVERABLE, OfferState.WITHDRAWN, None, None])
"""How an offer ends, or that it is left to lapse."""


@given(policies, lines, st.lists(st.tuples(st.integers(1, 400), answers), max_size=60))
def test_a_whole_filling_keeps_every_promise(
    policy: Policy, line: list[Ranked], events: list[tuple[int, OfferState | None]]
) -> None:
    """Looks at an opening again and again while offers are sent, answered, and left to lapse."""
    slot, offers, now = opening(), list[OfferFacts](), NOW
    for minutes, answer in events:
        found = step(slot, offers, line, policy, now)
        check_promises(found, offers, line, policy, now)
        offers = carried_out(found, offers, line)
        repeated = step(slot, offers, line, policy, now)
        assert (repeated.lapse, repeated.ask) == ((), ())
        offers = handed_over_and_answered(offers, slot, now, answer)
        now += timedelta(minutes=minutes)


def check_promises(
    found: Step, offers: list[OfferFacts], line: list[Ranked], policy: Policy, now: datetime
) -> None:
    still_out = [each for each in offers if each.state in OUTSTANDING_OFFER and each.id not in found.lapse]
    most = {Dispatch.SEQUENTIAL: 1, Dispatch.BATCH: policy.batch_size, Dispatch.ADAPTIVE: len(line)}
    assert len(still_out) + len(found.ask) <= most[policy.dispatch]
    assert not set(found.ask) & {each.entry_id for each in offers}
    assert len(set(found.ask)) == len(found.ask)
    urgent = {each.entry_id: each.urgent for each in line}
    assert (
        len({*(urgent[each] for each in found.ask), *(each.urgent for each in still_out if found.ask)}) <= 1
    )
    if now >= GIVE_UP:
        assert found.give_up
        assert (found.ask, still_out, found.look_again_at) == ((), [], None)
    else:
        assert found.look_again_at is not None
        assert now < found.look_again_at <= GIVE_UP


def carried_out(found: Step, offers: list[OfferFacts], line: list[Ranked]) -> list[OfferFacts]:
    urgent = {each.entry_id: each.urgent for each in line}
    kept = [replace(each, state=OfferState.LAPSED) if each.id in found.lapse else each for each in offers]
    return kept + [
        offer(OfferState.QUEUED, entry_id=entry_id, urgent=urgent[entry_id]) for entry_id in found.ask
    ]


def handed_over_and_answered(
    offers: list[OfferFacts], slot: OpeningFacts, now: datetime, answer: OfferState | None
) -> list[OfferFacts]:
    """Every queued offer is sent; the newest one out is answered, if there is an answer."""
    held = min(now + timedelta(hours=2), slot.give_up_at)
    sent = [
        replace(each, state=OfferState.OPEN, held_until=held, handed_over_at=now)
        if each.state is OfferState.QUEUED
        else each
        for each in offers
    ]
    if answer is not None and sent and sent[-1].state is OfferState.OPEN:
        sent[-1] = replace(sent[-1], state=answer)
    return sent
