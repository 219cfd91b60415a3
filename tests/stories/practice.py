"""The practice system of a story: what its desk does in it comes to us by the schedule feed, signed, over HTTP."""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import select

from bot import signatures
from clinic.audit import SYSTEM
from clinic.feed import feeds
from rules.states import ACTIVE_APPOINTMENT
from storage.tables import Appointment, Feed, Patient
from storage.transaction import Tx
from tests.stories import when
from tests.stories.cast import CHECK_UP, Cast, provider, visit_type
from tests.stories.script import BadStory, Step
from tests.system import System


class PracticeSystem:
    """Each line is one event. A visit that the story has from the start is known over there by our own id."""

    def __init__(self, system: System, cast: Cast) -> None:
        self._system = system
        self._cast = cast
        self._feed: Feed | None = None
        self._numbers = count(1)
        self._last: dict[str, Any] = {}
        self._lines: dict[str, Callable[..., dict[str, Any]]] = {
            r"(.+) is booked (.+) with (.+)": self._booked,
            r"(.+)'s visit is moved to (.+)": self._moved,
            r"(.+)'s visit is cancelled": self._cancelled,
            r"(.+) has arrived": self._arrived,
            r"(.+) did not come": self._missed,
            r"the same again": self._again,
        }

    def tell(self, step: Step) -> None:
        """Send what the line says, and have everything happen that follows at once."""
        self._last = self._event(step)
        feed = self._made()
        body = json.dumps(self._last).encode()
        address = f"{self._system.services.settings.public_url}/webhooks/schedule/{feed.slug}"
        signature = signatures.sign(feed.secret, body, self._system.clock())
        answer = self._system.http.post(address, content=body, headers={signatures.HEADER: signature})
        assert answer.status_code == 200
        self._system.work()

    def _event(self, step: Step) -> dict[str, Any]:
        for pattern, event in self._lines.items():
            found = re.fullmatch(pattern, step.text or "")
            if found:
                return self._run(lambda tx: event(tx, *found.groups()))  # noqa: B023  called at once
        raise BadStory(f"{self._cast.story.name}, step {step.number}: no practice system tells `{step}`")

    def _made(self) -> Feed:
        if self._feed is None:
            self._feed = self._run(lambda tx: feeds.create(tx, "Practice", SYSTEM))
        return self._feed

    def _run(self, work: Callable[[Tx], Any]) -> Any:
        return self._system.services.store.run(self._cast.clinic_id, work)

    def _booked(self, tx: Tx, name: str, start: str, with_whom: str) -> dict[str, Any]:
        patient = tx.session.get_one(Patient, self._cast.who(name))
        return self._said(
            "visit.booked",
            external_id=f"ps-{next(self._numbers)}",
            patient=patient.external_id,
            provider=provider(tx, with_whom).external_id,
            type=visit_type(tx, CHECK_UP).external_id,
            start=self._moment(tx, start),
        )

    def _moved(self, tx: Tx, name: str, start: str) -> dict[str, Any]:
        return self._said("visit.moved", external_id=self._visit(tx, name), start=self._moment(tx, start))

    def _cancelled(self, tx: Tx, name: str) -> dict[str, Any]:
        return self._said("visit.cancelled", external_id=self._visit(tx, name))

    def _arrived(self, tx: Tx, name: str) -> dict[str, Any]:
        return self._said("visit.arrived", external_id=self._visit(tx, name))

    def _missed(self, tx: Tx, name: str) -> dict[str, Any]:
        return self._said("visit.no_show", external_id=self._visit(tx, name))

    def _again(self, _tx: Tx) -> dict[str, Any]:
        return self._last

    def _said(self, kind: str, **visit: str) -> dict[str, Any]:
        return {"event_id": f"e{next(self._numbers)}", "type": kind, "visit": visit}

    def _moment(self, tx: Tx, words: str) -> str:
        return when.moment(words, self._cast.zone, tx.now).isoformat()

    def _visit(self, tx: Tx, name: str) -> str:
        """The id over there of somebody's visit; of several the one that was last heard of."""
        theirs = tx.session.scalars(
            select(Appointment)
            .where(Appointment.patient_id == self._cast.who(name))
            .order_by(Appointment.state.in_(ACTIVE_APPOINTMENT).desc(), Appointment.id.desc())
        ).first()
        if theirs is None:
            raise BadStory(f"{self._cast.story.name}: {name} has no visit")
        theirs.external_id = theirs.external_id or str(theirs.id)
        return theirs.external_id
