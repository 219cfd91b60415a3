"""What patients do: answer, cancel, change their minds, text twice, tap a link."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clinic import (
    direct_answers,
)
from rules.states import AnsweredBy
from tests.stateful.furnishing import PEOPLE
from tests.stateful.model import WORDS
from tests.stateful.stage import PICK, Stage

PHONES = tuple(dict.fromkeys(person.phone for person in PEOPLE if person.phone))
ODD = ("could we do another time instead", "qwrtz plmk", "1", "is there parking")


class Patients(Stage):
    @rule(pick=PICK, body=st.sampled_from(WORDS), work=st.sampled_from([True, True, True, False]))
    def patient_texts(self, pick: int, body: str, work: bool) -> None:
        self._text(PHONES[pick % len(PHONES)], body)
        self._then(f"texts {body}", work)

    @rule(pick=PICK, work=st.sampled_from([True, True, False]))
    def whoever_is_asked_says_yes(self, pick: int, work: bool) -> None:
        self._text(self._asked(pick), "yes")
        self._then("yes", work)

    @rule(pick=PICK, body=st.sampled_from(["no", "👍", "not this week", *ODD]), work=st.booleans())
    def whoever_is_asked_says_something_else(self, pick: int, body: str, work: bool) -> None:
        self._text(self._asked(pick), body)
        self._then(f"answers {body}", work)

    @rule(pick=PICK, body=st.sampled_from(["undo", "sorry wrong button", "no"]))
    def whoever_did_something_takes_it_back(self, pick: int, body: str) -> None:
        since = self.world.clock() - timedelta(minutes=20)
        done = "SELECT DISTINCT c.address FROM undoable u JOIN conversation c ON c.id = u.conversation_id"
        found = self.world.rows(f"{done} WHERE u.made_at > %(since)s ORDER BY 1", since=since)
        self._text(found[pick % len(found)]["address"] if found else None, body)
        self._then(f"takes back: {body}", True)

    @rule(pick=PICK)
    def a_patient_cancels(self, pick: int) -> None:
        for body in ("cancel", "yes"):
            self._text(PHONES[pick % len(PHONES)], body)
            self.world.work()
        self._look("cancels")

    def _asked(self, pick: int) -> str | None:
        """Who has a question of ours before them."""
        found = self.world.rows(
            "SELECT DISTINCT c.address FROM prompt p JOIN conversation c ON c.id = p.conversation_id"
            " WHERE p.answered_at IS NULL AND c.address LIKE '+1212556%%' ORDER BY 1"
        )
        return found[pick % len(found)]["address"] if found else None

    def _text(self, phone: str | None, body: str) -> None:
        if phone is not None:
            self.inbound.append(self.world.text(phone, body))

    @rule(pick=PICK, work=st.booleans())
    def carrier_repeats_a_text(self, pick: int, work: bool) -> None:
        if self.inbound:
            known = self.inbound[-1 - pick % len(self.inbound)]
            self.world.text(known.sender, known.body, known.sid)
        self._then("repeats", work)

    @rule(
        pick=PICK, words=st.lists(st.sampled_from(["yes", "no", "undo", "1", "STOP"]), min_size=2, max_size=3)
    )
    def two_texts_in_a_row(self, pick: int, words: list[str]) -> None:
        for body in words:
            self._text(PHONES[pick % len(PHONES)], body)
        self._then(f"in a row {words}", True)

    @rule(pick=PICK, yes=st.booleans(), work=st.booleans())
    def patient_taps_the_link(self, pick: int, yes: bool, work: bool) -> None:
        offer_id = self._offer(pick, "('open', 'lapsed', 'withdrawn', 'lost')")
        if offer_id is not None:
            answer = direct_answers.accept if yes else direct_answers.decline
            self._run(answer, offer_id, AnsweredBy.LINK)
        self._then(f"taps {yes}", work)
