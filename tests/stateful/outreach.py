"""Campaigns: staff write, launch, hold up and end them, patients answer, workers die in the middle."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot import due
from clinic import campaign_plans, campaigns, consent
from clinic.campaign_plans import Plan, Refused, StepPlan
from clinic.campaign_previews import preview
from rules.campaigns import Audience, Trial, Window
from rules.states import ConsentKind, ConsentSource, StepChannel
from storage import fault_points
from storage.tables import ContactPoint
from storage.transaction import Tx
from tests.stateful.stage import PICK, Stage

SMS, EMAIL = StepChannel.SMS, StepChannel.EMAIL
SERIES = ((SMS,), (SMS, SMS), (SMS, SMS), (EMAIL, SMS), (SMS, EMAIL))
EVERY_DAY = Window(weekdays=tuple(range(7)), from_time=time(0), until_time=time(23, 59))
ANYBODY = Audience(not_seen_days=None)
SAID = (
    *(["yes"] * 3),
    "not interested",
    "who is this",
    "1",
    "STOP",
    "START",
    "last text please",
    "is there parking",
    "wrong number",
    "talk to a person",
    "I'm driving right now and will get back to you later",
    "qwrtz plmk",
)
DIES_AT = ("due.leased", "campaign.gathered", "campaign.written", "commit.unwoken")


class Died(BaseException):
    """The process is gone: nobody catches that."""


class Outreach(Stage):
    @rule(
        series=st.sampled_from(SERIES),
        wordings=st.integers(1, 2),
        trial=st.booleans(),
        hold_out=st.sampled_from([0.0, 0.0, 50.0]),
        window=st.sampled_from([Window(), EVERY_DAY]),
        begins=st.sampled_from([None, None, 6]),
        days=st.sampled_from([None, None, 3]),
        work=st.booleans(),
    )
    def staff_launch_a_campaign(
        self,
        series: tuple[StepChannel, ...],
        wordings: int,
        trial: bool,
        hold_out: float,
        window: Window,
        begins: int | None,
        days: int | None,
        work: bool,
    ) -> None:
        now = self.world.clock()
        plan = Plan(
            "Come back",
            [_step(channel, wordings) for channel in series],
            audience=ANYBODY,
            window=window,
            starts_at=now + timedelta(hours=begins) if begins else None,
            ends_at=now + timedelta(days=days) if days else None,
            hold_out_percent=hold_out,
            trial=Trial(percent=50, days=1) if trial and wordings > 1 else None,
        )
        campaign_id = self._staff(campaign_plans.create, plan).id
        self._if_it_may(_launch, campaign_id)
        self._then("launch a campaign", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_launch_it_again(self, pick: int, work: bool) -> None:
        self._to_a_campaign(pick, _launch)
        self._then("launch a campaign again", work)

    @rule(
        pick=PICK,
        what=st.sampled_from([campaigns.pause, campaigns.resume, campaigns.resume, campaigns.cancel]),
        work=st.booleans(),
    )
    def staff_hold_up_or_end_a_campaign(self, pick: int, what: Callable[..., Any], work: bool) -> None:
        self._to_a_campaign(pick, what)
        self._then(f"{what.__name__} a campaign", work)

    @rule(pick=PICK, body=st.sampled_from(SAID), work=st.sampled_from([True, True, False]))
    def a_recipient_answers(self, pick: int, body: str, work: bool) -> None:
        found = self.world.rows(
            "SELECT DISTINCT address FROM message WHERE about_recipient_id IS NOT NULL"
            " AND outbox_state = 'sent' AND address LIKE '+%%' ORDER BY 1"
        )
        if found:
            self.inbound.append(self.world.text(found[pick % len(found)]["address"], body))
        self._then(f"answers a campaign: {body}", work)

    @rule(pick=PICK, on=st.booleans(), work=st.booleans())
    def news_is_wanted_or_not(self, pick: int, on: bool, work: bool) -> None:
        consent_id = self._one(pick, "SELECT id FROM consent WHERE kind = 'marketing_text' ORDER BY id")
        said = self.world.rows(
            "SELECT patient_id, contact_point_id FROM consent WHERE id = %(id)s", id=consent_id
        )
        for row in said:
            self._run(_agree, row["patient_id"], row["contact_point_id"], on=on, by=self.world.staff)
        self._then(f"news wanted {on}", work)

    @rule(pick=PICK, point=st.sampled_from(DIES_AT))
    def a_worker_dies_on_a_campaign(self, pick: int, point: str) -> None:
        wanted = "SELECT id FROM due_work WHERE kind = 'campaign' AND done_at IS NULL ORDER BY id"
        due_id = self._one(pick, wanted)
        if due_id is not None:
            fault_points.arm(_dying_at(point))
            try:
                with suppress(Died):
                    due.do(self.world.services, due_id)
            finally:
                fault_points.arm(lambda _point: None)
        self._look(f"a worker dies at {point}")

    @rule(work=st.booleans())
    def the_next_step_is_due(self, work: bool) -> None:
        following = self.world.rows(
            "SELECT min(due_at) AS at FROM recipient WHERE due_at > %(now)s", now=self.world.clock()
        )
        if following[0]["at"] is not None:
            self.world.until(following[0]["at"], least=timedelta(minutes=20))
        self._then("the next step is due", work)

    def _to_a_campaign(self, pick: int, operation: Callable[..., Any]) -> None:
        campaign_id = self._one(pick, "SELECT id FROM campaign ORDER BY id")
        if campaign_id is not None:
            self._if_it_may(operation, campaign_id)

    def _if_it_may(self, operation: Callable[..., Any], campaign_id: UUID) -> None:
        with suppress(Refused):
            self._staff(operation, campaign_id)


def _step(channel: StepChannel, wordings: int) -> StepPlan:
    texts = [
        {"en": f"Hi {{first_name}}, time for a visit? Reply YES ({label})."} for label in "AB"[:wordings]
    ]
    return StepPlan(texts, after_days=1, channel=channel, subject={"en": "Hello"} if channel is EMAIL else {})


def _launch(tx: Tx, campaign_id: UUID, by: Any) -> None:
    found = preview(tx, campaign_plans.plan_of(tx, campaign_plans.lock(tx, campaign_id)), campaign_id)
    campaigns.launch(tx, campaign_id, by, confirmed=found.texted)


def _agree(tx: Tx, patient_id: UUID, point_id: UUID, *, on: bool, by: Any) -> None:
    point = tx.session.get_one(ContactPoint, point_id)
    kind, source = ConsentKind.MARKETING_TEXT, ConsentSource.STAFF
    consent.grant(tx, patient_id, point, kind, granted=on, source=source, by=by)


def _dying_at(point: str) -> Callable[[str], None]:
    def hook(reached: str) -> None:
        if reached == point:
            raise Died(point)

    return hook
