"""Plays a story on the whole system, line by line, and holds what was texted against what the story says.

A line that does something (a patient texts, time passes, staff act) is played only once every text sent so far
has been named: a text that the story does not name fails it, and so does a named one that never came.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import text

from nlu.client import NluClient
from tests.stories import when
from tests.stories.cast import Cast
from tests.stories.chatting import IN_THE_CHAT, Chats
from tests.stories.desk import Desk
from tests.stories.practice import PracticeSystem
from tests.stories.script import BadStory, Step
from tests.stories.transcript import transcript
from tests.system import System

NOBODY_LISTENS = "http://127.0.0.1:1"
OVERDUE_AGAIN = timedelta(seconds=31)
"""The sweep wakes a row at most every 30 seconds: what it left is looked at after this."""

LINK = re.compile(r"http://127\.0\.0\.1:\d+/(inbox/[0-9a-f-]{36}|today)")

NEXT_DUE = text(
    """
    SELECT min(at) FROM (
        SELECT due_at AS at FROM due_work WHERE done_at IS NULL
        UNION ALL SELECT coalesce(not_before, created_at) FROM message WHERE outbox_state = 'queued'
        UNION ALL SELECT coalesce(retry_at, created_at) FROM message WHERE inbound_state = 'unread'
    ) AS due
    """
)


class StoryFailed(AssertionError):
    """Something else happened than the story says."""


class Play:
    """One performance. `unnamed` holds texts that came to a phone and that no line has named yet."""

    def __init__(self, system: System, cast: Cast) -> None:
        self.system = system
        self.cast = cast
        self.desk = Desk(system, cast)
        self.practice = PracticeSystem(system, cast)
        self.chats = Chats(system)
        self._model = system.services.model
        self._heard = 0
        self._unnamed: dict[str, list[str]] = {phone: [] for phone in cast.phones.values()}
        self._lines: tuple[tuple[str, Callable[..., None]], ...] = (
            (r"later", self._later),
            (r"at", self._at),
            (r"the language model is down", self._model_down),
            (r"the language model is back", self._model_back),
            (r"carrier: next text to (.+) fails with (\d+)", self._next_text_fails),
            (r"carrier blocks (.+)'s phone", self._carrier_blocks),
            (r"carrier takes YES for START", self._yes_opts_in),
            (r"carrier does not know (.+)'s word", self._past_the_carrier),
            (r"practice system", self.practice.tell),
            (r"staff .+", self.desk.act),
            (r"(.+) sends a picture", self._picture),
            (rf"(.+){IN_THE_CHAT}", self._chats),
        )

    def run(self) -> None:
        """Play every line."""
        try:
            for step in self.cast.story.steps:
                self._step(step)
            self._all_named("at the end")
        finally:
            self._model_back()

    def failed(self, what: str, step: Step | None = None) -> StoryFailed:
        story = self.cast.story
        where = f"step {step.number} ({step})" if step else "the end"
        return StoryFailed(f"\n{story.name}.yml, {where}\n{what}\n\n{transcript(self.system, self.cast)}")

    def _step(self, step: Step) -> None:
        if step.head.startswith("to "):
            self._hear(step, step.head.removeprefix("to "))
            return
        self._all_named(f"before step {step.number} ({step})")
        self._act(step)
        self._listen()

    def _hear(self, step: Step, name: str) -> None:
        """The next text to that person is exactly this one."""
        if name.removesuffix(IN_THE_CHAT) not in self.cast.phones or step.text is None:
            raise BadStory(f'{self.cast.story.name}, step {step.number}: `to Name: "text"` is wanted')
        waiting = self._unnamed.setdefault(self.cast.phones.get(name, name), [])
        if not waiting:
            raise self.failed(f"No text came to {name}. The story says:\n  {step.text}", step)
        came = waiting.pop(0)
        if came != step.text:
            raise self.failed(f"Another text came to {name}.\n  story: {step.text}\n  came:  {came}", step)

    def _all_named(self, where: str) -> None:
        names = {phone: name for name, phone in self.cast.phones.items()}
        extra = [
            f'  - to {names.get(phone, phone)}: "{each}"'
            for phone, all_of in self._unnamed.items()
            for each in all_of
        ]
        if extra:
            raise self.failed("\n".join([f"Texts that the story does not name {where}:", *extra]))

    def _listen(self) -> None:
        """Collect what went to every phone since the last look."""
        for message in self.system.carrier.messages(since=self._heard):
            self._heard = max(self._heard, message["order"])
            if message["direction"] == "outbound-api":
                said = self.chats.without_code(LINK.sub("<link>", message["body"]))
                self._unnamed.setdefault(message["phone"], []).append(said)
        for name in self.chats.names():
            self._unnamed.setdefault(f"{name}{IN_THE_CHAT}", []).extend(self.chats.heard(name))

    def _act(self, step: Step) -> None:
        if step.head in self.cast.phones:
            self._patient_texts(step.head, step.text or "")
            return
        for pattern, play in self._lines:
            found = re.fullmatch(pattern, step.head) or re.fullmatch(pattern, str(step))
            if found:
                play(step, *found.groups())
                return
        raise BadStory(f"{self.cast.story.name}, step {step.number}: nobody knows how to play `{step}`")

    # Patients and the carrier

    def _patient_texts(self, name: str, body: str) -> None:
        self.system.text(self.cast.phones[name], body)

    def _picture(self, step: Step, name: str) -> None:
        self.system.text(self.cast.phones[name], step.text or "", num_media=1)

    def _chats(self, step: Step, name: str) -> None:
        if name not in self.cast.phones:
            raise BadStory(f"{self.cast.story.name}: nobody is called {name}")
        self.system.clock.forward(timedelta(seconds=1))
        self.chats.says(name, step.text or "")

    def _past_the_carrier(self, step: Step, name: str) -> None:
        """The clinic's Advanced Opt-Out leaves the word to us: it comes without OptOutType, nothing is blocked."""
        self.system.text(self.cast.phones[name], "(a word)", form={"Body": step.text})

    def _next_text_fails(self, _step: Step, name: str, code: str) -> None:
        self.system.carrier.fault("fail_code", to=self.cast.phones[name], code=int(code))

    def _carrier_blocks(self, _step: Step, name: str) -> None:
        self.system.carrier.fault("reject", to=self.cast.phones[name], code=21610)

    def _yes_opts_in(self, _step: Step) -> None:
        """As Twilio does by default, where nobody has taken YES off its list."""
        self.system.carrier.settings(yes_opts_in=True)

    # The language model

    def _model_down(self, *_: object) -> None:
        self._use(NluClient(NOBODY_LISTENS))

    def _model_back(self, *_: object) -> None:
        if self.system.services.model is not self._model:
            self.system.services.model.close()
            self._use(self._model)

    def _use(self, model: NluClient) -> None:
        self.system.services = replace(self.system.services, model=model)

    # Time

    def _later(self, step: Step) -> None:
        self._until(self.system.clock() + when.duration(step.text or ""))

    def _at(self, step: Step) -> None:
        self._until(when.moment(step.text or "", self.cast.zone, self.system.clock()))

    def _until(self, end: datetime) -> None:
        """Go on to `end`, stopping wherever something is due, as the clock on the wall would."""
        while (stop := self._next_stop()) is not None and stop < end:
            self.system.clock.set(stop)
            self.system.work()
        self.system.clock.set(max(end, self.system.clock()))
        self.system.work()

    def _next_stop(self) -> datetime | None:
        with self.system.services.store.unscoped() as session:
            due: datetime | None = session.scalar(NEXT_DUE)
        now = self.system.clock()
        return None if due is None else due if due > now else now + OVERDUE_AGAIN
