"""What staff do in a story, by the same operations of the clinic that their pages call."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic import (
    appointments,
    approvals,
    by_hand,
    campaign_plans,
    campaign_previews,
    campaigns,
    closing,
    handoff,
    offers,
    openings,
    pausing,
    reinstating,
    reminders,
    staff_cancels,
    waitlist,
    withdrawing,
)
from clinic.appointments import Booking
from clinic.campaign_plans import Plan, StepPlan
from rules.states import OUTSTANDING_OFFER, UPCOMING_APPOINTMENT, WAITING_ENTRY, AppointmentState, StepChannel
from rules.trials import variant_of
from storage.tables import Appointment, AppointmentType, Conversation, Offer, WaitlistEntry
from storage.transaction import Tx
from tests.stories import when
from tests.stories.cast import CHECK_UP, Cast, provider, visit_type
from tests.stories.script import BadStory, Step
from tests.system import System

OTHER_TYPE = "cleaning"
IN_CHATS = "by chat: "


class Desk:
    def __init__(self, system: System, cast: Cast) -> None:
        self._system = system
        self._cast = cast
        self._deeds: dict[str, Callable[..., object]] = {
            r"staff cancel (.+)'s visit": self._cancel,
            r"staff undo the cancel of (.+)'s visit": self._undo_cancel,
            r"staff approve (.+)'s visit": self._approve,
            r"staff refuse (.+)'s visit": self._refuse,
            r"staff pause the texts": self._pause,
            r"staff resume the texts": self._resume,
            r"staff pause (.+)'s offers": self._pause_provider,
            r"staff resume (.+)'s offers": self._resume_provider,
            r"staff close the day": self._close,
            r"staff withdraw the opening": self._withdraw_opening,
            r"staff withdraw (.+)'s offer": self._withdraw_offer,
            r"staff stop offering (.+)": self._stop_offering,
            r"staff offer (.+) again": self._offer_again,
            r"staff fill the opening with (.+)": self._fill,
            r"staff book (.+)": self._book,
            r"staff offer the opening to (.+)": self._offer,
            r"staff take (.+) off the list": self._remove,
            r"staff remind (.+)": self._remind,
            r"staff look at (.+)": self._look,
            r"staff reply to (.+)": self._reply,
            r"staff hand back (.+)": self._hand_back,
            r"staff launch a campaign": self._launch,
            r"staff launch a campaign that holds (.+) out": self._launch,
        }

    def act(self, step: Step) -> None:
        deed, names = self._deed(step)
        self._system.services.store.run(self._cast.clinic_id, lambda tx: deed(tx, step, *names))
        self._system.work()

    def _deed(self, step: Step) -> tuple[Callable[..., object], tuple[str, ...]]:
        for pattern, deed in self._deeds.items():
            found = re.fullmatch(pattern, step.head)
            if found:
                return deed, found.groups()
        raise BadStory(f"{self._cast.story.name}, step {step.number}: staff cannot do `{step}`")

    def _cancel(self, tx: Tx, _step: Step, name: str) -> None:
        assert staff_cancels.cancel(tx, self._visit(tx, name), self._cast.staff, tell=True)

    def _undo_cancel(self, tx: Tx, _step: Step, name: str) -> None:
        assert staff_cancels.undo(tx, self._visit(tx, name), self._cast.staff)

    def _approve(self, tx: Tx, _step: Step, name: str) -> None:
        assert approvals.approve(tx, self._visit(tx, name, AppointmentState.REQUESTED), self._cast.staff)

    def _refuse(self, tx: Tx, _step: Step, name: str) -> None:
        assert approvals.refuse(tx, self._visit(tx, name, AppointmentState.REQUESTED), self._cast.staff)

    def _pause(self, tx: Tx, _step: Step) -> None:
        assert pausing.pause_clinic(tx, self._cast.staff)

    def _resume(self, tx: Tx, _step: Step) -> None:
        assert pausing.resume_clinic(tx, self._cast.staff)

    def _pause_provider(self, tx: Tx, _step: Step, name: str) -> None:
        assert pausing.pause_provider(tx, provider(tx, name).id, self._cast.staff)

    def _resume_provider(self, tx: Tx, _step: Step, name: str) -> None:
        assert pausing.resume_provider(tx, provider(tx, name).id, self._cast.staff)

    def _close(self, tx: Tx, step: Step) -> None:
        """`staff close the day: Tue Dec 1`, for everybody, or `Tue Dec 1 of Dr Lee`."""
        day, _, name = (step.text or "").partition(" of ")
        closed = when.moment(f"{day} 12:00pm", self._cast.zone, tx.now).date()
        of = provider(tx, name).id if name else None
        closing.close_day(tx, closed, self._cast.staff, provider_id=of)

    def _withdraw_opening(self, tx: Tx, _step: Step) -> None:
        by_hand.withdraw(tx, _the_opening(tx), self._cast.staff)

    def _withdraw_offer(self, tx: Tx, _step: Step, name: str) -> None:
        theirs = select(Offer.id).where(
            Offer.patient_id == self._cast.who(name), Offer.state.in_(OUTSTANDING_OFFER)
        )
        offers.withdraw(tx, tx.session.scalars(theirs).one(), self._cast.staff)

    def _stop_offering(self, tx: Tx, _step: Step, name: str) -> None:
        withdrawing.withdraw(tx, visit_type(tx, name).id, self._cast.staff)

    def _offer_again(self, tx: Tx, _step: Step, name: str) -> None:
        reinstating.restore(tx, visit_type(tx, name).id, self._cast.staff)

    def _fill(self, tx: Tx, step: Step, name: str) -> None:
        """`staff fill the opening with Ana`, or of several `staff fill the opening with Ana: Tue Dec 1 3:00pm`."""
        kind = select(AppointmentType.id).where(AppointmentType.name == CHECK_UP)
        who, what = self._cast.who(name), tx.session.scalars(kind).one()
        start = when.moment(step.text, self._cast.zone, tx.now) if step.text else None
        assert by_hand.fill(tx, _the_opening(tx, start), self._cast.staff, patient_id=who, type_id=what)

    def _remove(self, tx: Tx, _step: Step, name: str) -> None:
        for entry in waitlist.waiting_of(tx, [self._cast.who(name)]):
            waitlist.remove(tx, entry.id, self._cast.staff, resolution="staff removed")

    def _book(self, tx: Tx, step: Step, name: str) -> None:
        """`staff book Maria: Tue Dec 1 2:45pm with Dr Lee`: a visit of another kind than she waits for."""
        start, _, with_whom = (step.text or "").partition(" with ")
        booking = Booking(
            patient_id=self._cast.who(name),
            provider_id=provider(tx, with_whom).id,
            type_id=visit_type(tx, OTHER_TYPE).id,
            start=when.moment(start, self._cast.zone, tx.now),
        )
        assert appointments.book(tx, booking, self._cast.staff)

    def _offer(self, tx: Tx, _step: Step, name: str) -> None:
        entry = select(WaitlistEntry.id).where(
            WaitlistEntry.patient_id == self._cast.who(name), WaitlistEntry.state.in_(WAITING_ENTRY)
        )
        entry_id = tx.session.scalars(entry).one()
        assert by_hand.offer_by_hand(tx, _the_opening(tx), entry_id, self._cast.staff)

    def _remind(self, tx: Tx, step: Step, name: str) -> None:
        """`staff remind Maria`, or where she has several visits `staff remind Maria: Tue Dec 1 3:00pm`."""
        theirs = appointments.coming(tx, [self._cast.who(name)])
        wanted = when.moment(step.text, self._cast.zone, tx.now) if step.text else None
        (visit,) = [each for each in theirs if wanted in (None, each.starts_at)]
        assert reminders.remind(tx, visit.id, self._cast.staff)

    def _launch(self, tx: Tx, step: Step, held_out: str | None = None) -> None:
        """`Hi {first_name} …`, or `by chat: Hi {first_name} …`, then behind ` // ` the same in Spanish (`es: …`),
        or a later text."""
        plan = _plan(step.text or "", hold_out_percent=50 if held_out else 0)
        for _ in range(200):  # who is held out is drawn by the campaign's id
            made = campaign_plans.create(tx, plan, self._cast.staff)
            if self._held_out(made.id, plan.hold_out_percent) == ({held_out} if held_out else set()):
                break
        meant = campaign_previews.preview(tx, plan).texted
        campaigns.launch(tx, made.id, self._cast.staff, confirmed=meant)

    def _held_out(self, campaign_id: UUID, percent: float) -> set[str]:
        people = self._cast.patients.items()
        return {name for name, who in people if variant_of(campaign_id, who, "A", percent) is None}

    def _look(self, tx: Tx, _step: Step, name: str) -> None:
        handoff.opened_by_staff(tx, self._conversation(tx, name), self._cast.staff)

    def _reply(self, tx: Tx, step: Step, name: str) -> None:
        handoff.reply_as_staff(tx, self._conversation(tx, name), step.text or "", self._cast.staff)

    def _hand_back(self, tx: Tx, _step: Step, name: str) -> None:
        handoff.hand_back(tx, self._conversation(tx, name), self._cast.staff)

    def _visit(self, tx: Tx, name: str, *states: AppointmentState) -> UUID:
        """The one visit a patient has ahead (in one of these states)."""
        return tx.session.scalars(
            select(Appointment.id).where(
                Appointment.patient_id == self._cast.who(name),
                Appointment.state.in_(states or UPCOMING_APPOINTMENT),
            )
        ).one()

    def _conversation(self, tx: Tx, name: str) -> UUID:
        phone = self._cast.phones[name]
        return tx.session.scalars(select(Conversation.id).where(Conversation.address == phone)).one()


def _the_opening(tx: Tx, start: datetime | None = None) -> UUID:
    """The one opening still to be filled; of several the one that begins then."""
    return next(opening.id for opening in openings.live(tx) if start in (None, opening.starts_at))


def _plan(words: str, **more: float) -> Plan:
    steps: list[StepPlan] = []
    for part in words.split(" // "):
        after = re.fullmatch(r"after (\d+) days: (.+)", part)
        if part.startswith("es: "):
            texts = {**steps[-1].wordings[0], "es": part.removeprefix("es: ")}
            steps[-1] = StepPlan([texts], steps[-1].after_days)
        elif after:
            steps.append(StepPlan([{"en": after[2]}], int(after[1])))
        elif part.startswith(IN_CHATS):
            steps.append(StepPlan([{"en": part.removeprefix(IN_CHATS)}], channel=StepChannel.CHAT))
        else:
            steps.append(StepPlan([{"en": part}]))
    return Plan("Come back", steps, **more)  # type: ignore[arg-type]
