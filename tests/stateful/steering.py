"""How the desk steers: offers by hand, pauses, closed days, the list, conversations taken over."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clinic import (
    by_hand,
    closing,
    handoff,
    matching_runs,
    more_time,
    offers,
    openings,
    pausing,
    reinstating,
    steering,
    waitlist,
    withdrawing,
)
from clinic.more_time import TimeRefused
from clinic.openings import Freed
from clinic.waitlist import AlreadyWaiting
from clinic.wish import Wish
from rules.facts import Span
from rules.states import Channel, EntryPriority, FreedBy
from storage.transaction import Tx
from tests.stateful.stage import PICK, Stage
from tests.stateful.world import HALF_AN_HOUR, NEW_YORK


class Steering(Stage):
    @rule(pick=PICK, work=st.booleans())
    def staff_stop_offering_a_visit(self, pick: int, work: bool) -> None:
        self._staff(withdrawing.withdraw, self.world.types[pick % 2])
        self._then("stop offering a visit", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_offer_a_visit_again(self, pick: int, work: bool) -> None:
        self._staff(reinstating.restore, self.world.types[pick % 2])
        self._then("offer a visit again", work)

    @rule(opening=PICK, entry=PICK, channel=st.sampled_from([None, None, Channel.SMS, Channel.EMAIL]))
    def staff_offer(self, opening: int, entry: int, channel: Channel | None) -> None:
        opening_id, entry_id = self._opening(opening), self._entry(entry)
        if opening_id is not None and entry_id is not None:
            self._staff(by_hand.offer_by_hand, opening_id, entry_id, channel=channel)
        self._then("offer by hand", True)

    @rule(pick=PICK, work=st.booleans())
    def staff_offer_now(self, pick: int, work: bool) -> None:
        opening_id = self._opening(pick)
        if opening_id is not None:
            self._staff(by_hand.offer_now, opening_id)
        self._then("offer now", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_withdraw_an_opening(self, pick: int, work: bool) -> None:
        opening_id = self._opening(pick)
        if opening_id is not None:
            self._staff(by_hand.withdraw, opening_id)
        self._then("withdraw opening", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_withdraw_an_offer(self, pick: int, work: bool) -> None:
        offer_id = self._offer(pick, "('queued', 'open', 'lapsed')")
        if offer_id is not None:
            self._staff(offers.withdraw, offer_id)
        self._then("withdraw offer", work)

    @rule(pick=PICK, minutes=st.sampled_from([5, 60, 600]))
    def staff_extend(self, pick: int, minutes: int) -> None:
        offer_id = self._offer(pick)
        if offer_id is not None:
            self._staff(steering.extend, offer_id, minutes=minutes)
        self._look("extend")

    @rule(opening=PICK, entry=PICK, work=st.booleans())
    def staff_skip(self, opening: int, entry: int, work: bool) -> None:
        opening_id, entry_id = self._opening(opening), self._entry(entry)
        if opening_id is not None and entry_id is not None:
            self._staff(steering.skip, opening_id, entry_id)
        self._then("skip", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_put_back(self, pick: int, work: bool) -> None:
        offer_id = self._one(pick, "SELECT id FROM offer WHERE wave = 0 ORDER BY id")
        if offer_id is not None:
            self._staff(steering.put_back, offer_id)
        self._then("put back", work)

    @rule(pick=PICK, on=st.booleans())
    def staff_stop_or_start_the_bot(self, pick: int, on: bool) -> None:
        opening_id = self._opening(pick)
        if opening_id is not None:
            self._staff(steering.set_automatic, opening_id, on=on)
        self._then(f"automatic {on}", True)

    @rule(which=st.sampled_from([None, 0, 1]), on=st.booleans(), work=st.booleans())
    def staff_pause_or_resume(self, which: int | None, on: bool, work: bool) -> None:
        if which is None:
            self._staff(pausing.pause_clinic if on else pausing.resume_clinic)
        else:
            switch = pausing.pause_provider if on else pausing.resume_provider
            self._staff(switch, self.world.providers[which])
        self._then(f"pause {on} {which}", work)

    @rule(days=st.integers(0, 3), provider=st.sampled_from([None, 0, 1]), work=st.booleans())
    def a_day_is_closed(self, days: int, provider: int | None, work: bool) -> None:
        day = (self.world.clock() + timedelta(days=days)).astimezone(NEW_YORK).date()
        who = self.world.providers[provider] if provider is not None else None
        self._run(closing.close_day, day, self.world.staff, provider_id=who)
        self._then(f"closes {days} {provider}", work)

    @rule(provider=PICK, hours=st.integers(1, 90), halves=st.integers(1, 4), work=st.booleans())
    def time_comes_free(self, provider: int, hours: int, halves: int, work: bool) -> None:
        start = self._half_hour(hours)
        provider_id = self.world.providers[provider % 2]
        self._run(
            self._come_free,
            Freed(provider_id, Span(start, start + HALF_AN_HOUR * halves), FreedBy.NEW_AVAILABILITY),
        )
        self._then("time comes free", work)

    @rule(provider=PICK, hours=st.integers(1, 60), halves=st.integers(1, 6), work=st.booleans())
    def a_provider_works_more(self, provider: int, hours: int, halves: int, work: bool) -> None:
        start = self._half_hour(hours)
        span = Span(start, start + HALF_AN_HOUR * halves)
        with suppress(TimeRefused):
            self._staff(more_time.add, self.world.providers[provider % 2], span)
        self._then("works more", work)

    @rule(provider=PICK, day=st.integers(1, 4), half=st.integers(0, 13))
    def a_slot_comes_free(self, provider: int, day: int, half: int) -> None:
        """At a good time, on one of the next days."""
        local = self.world.clock().astimezone(NEW_YORK)
        begins = datetime.combine(local.date() + timedelta(days=day), time(10), NEW_YORK).astimezone(UTC)
        span = Span(begins + HALF_AN_HOUR * half, begins + HALF_AN_HOUR * (half + 1))
        self._run(self._come_free, Freed(self.world.providers[provider % 2], span, FreedBy.NEW_AVAILABILITY))
        self._then("slot comes free", True)

    def _come_free(self, tx: Tx, freed: Freed) -> None:
        if not openings.is_taken(tx, freed.provider_id, freed.span):
            openings.open_slot(tx, freed, self.world.staff)

    @rule(work=st.booleans())
    def the_hourly_run(self, work: bool) -> None:
        self._staff(matching_runs.process_now)
        self._then("process now", work)

    # The list and the conversations

    @rule(patient=PICK, kind=PICK, priority=st.sampled_from(list(EntryPriority)), work=st.booleans())
    def staff_add_to_the_list(self, patient: int, kind: int, priority: EntryPriority, work: bool) -> None:
        who = self.world.patients[patient % len(self.world.patients)]
        wish = Wish(who, self.world.types[kind % 2], priority=priority, auto_book=kind % 5 == 0)
        with suppress(AlreadyWaiting):
            self._staff(waitlist.add, wish)
        self._then("add", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_remove_from_the_list(self, pick: int, work: bool) -> None:
        entry_id = self._entry(pick)
        if entry_id is not None:
            self._staff(waitlist.remove, entry_id, resolution="staff removed")
        self._then("remove", work)

    @rule(pick=PICK)
    def a_person_takes_over(self, pick: int) -> None:
        conversation_id = self._conversation(pick)
        if conversation_id is not None:
            self._staff(handoff.take_over, conversation_id)
        self._then("take over", True)

    @rule(pick=PICK)
    def a_person_hands_back(self, pick: int) -> None:
        conversation_id = self._one(pick, "SELECT id FROM conversation WHERE holder = 'person' ORDER BY id")
        if conversation_id is not None:
            self._staff(handoff.hand_back, conversation_id)
        self._then("hand back", True)
