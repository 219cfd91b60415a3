"""What a clinic may decide, and what is refused."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from nlu.tests.lines import line_by_line
from rules.facts import TimeWindow
from rules.offer_policy import Dispatch, DispatchTerms
from rules.policy import Policy, terms_for
from rules.states import Channel


def own(**more: Any) -> dict[str, Any]:
    return {"name": "ours", "factors": [{"factor": "day", "weight": 1}], **more}


def test_every_decision_has_a_default() -> None:
    assert Policy().allowed_from == time(9)
    assert Policy().dispatch is Dispatch.ADAPTIVE


@line_by_line("name", Policy.model_fields)
def test_every_decision_is_explained(name: str) -> None:
    assert Policy.model_fields[name].description


def test_a_policy_survives_being_stored() -> None:
    policy = Policy(hold_minutes=45, dispatch=Dispatch.BATCH, desk_hours={5: TimeWindow(time(9), time(12))})
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_an_own_profile_survives_being_stored() -> None:
    policy = Policy.model_validate({"profile": "own", "own_profile": own(required=["specialty"])})
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_a_policy_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Policy().hold_minutes = 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"allowed_from": time(20), "allowed_until": time(9)},
            r"allowed_from \(20:00\) must come before allowed_until \(09:00\)",
            id="night for day",
        ),
        pytest.param(
            {"allowed_from": "09:00:00+02:00"}, "a plain time of day such as 09:00", id="a time with a zone"
        ),
        pytest.param({"hold_minutes": 0}, "greater than or equal to 1", id="no time to answer"),
        pytest.param({"threshold": 70}, "less than or equal to 1", id="a threshold in percent"),
        pytest.param({"profile": "lucky"}, "balanced", id="an unknown profile"),
        pytest.param({"profile": "own"}, "profile own needs own_profile", id="an own profile that is none"),
        pytest.param({"own_profile": own(factors=[])}, "at least 1 item", id="an own profile of nothing"),
        pytest.param(
            {"own_profile": own(factors=[{"factor": "luck", "weight": 1}])},
            "'provider', 'named_provider', 'day'",
            id="a factor that does not exist",
        ),
        pytest.param(
            {"own_profile": own(factors=[{"factor": "day", "weight": 0}])},
            "greater than 0",
            id="a factor that counts nothing",
        ),
        pytest.param(
            {"own_profile": own(factors=[{"factor": "day", "weight": 1}, {"factor": "day", "weight": 2}])},
            "each factor counts once, and day stands there twice",
            id="a factor twice",
        ),
        pytest.param(
            {"own_profile": own(required=["wait"])},
            "wait cannot be required, only provider, day",
            id="a condition that cannot be one",
        ),
        pytest.param(
            {"dispatch": "all"}, "'sequential', 'batch' or 'adaptive'", id="an unknown way of asking"
        ),
        pytest.param({"hold_minuts": 5}, "Extra inputs are not permitted", id="a misspelt name"),
        pytest.param({"emergency_phone": "911 or 112"}, "match pattern", id="two numbers in one"),
        pytest.param(
            {"desk_hours": {7: TimeWindow(time(8), time(17))}},
            r"weekday 7 is not between 0 \(Monday\) and 6 \(Sunday\)",
            id="an eighth day",
        ),
        pytest.param(
            {"desk_hours": {0: TimeWindow(time(17), time(8))}},
            "must open before it closes on Monday",
            id="a desk open by night",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Policy(**given)


CHECKUP, CLEANING = UUID(int=1), UUID(int=2)
TWO_WAYS = Policy(batch_size=3, by_type={CHECKUP: DispatchTerms(dispatch=Dispatch.BATCH, give_up_minutes=30)})


def test_a_type_is_offered_in_its_own_way() -> None:
    own = terms_for(TWO_WAYS, CHECKUP)
    assert (own.dispatch, own.give_up_minutes, own.batch_size) == (Dispatch.BATCH, 30, 3)


@pytest.mark.parametrize("type_id", [CLEANING, None])
def test_other_types_are_offered_as_usual(type_id: UUID | None) -> None:
    assert terms_for(TWO_WAYS, type_id) == TWO_WAYS


def test_terms_by_type_survive_being_stored() -> None:
    assert Policy.model_validate(TWO_WAYS.model_dump(mode="json")) == TWO_WAYS


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        pytest.param("72, 24, 2", (72, 24, 2), id="in a line"),
        pytest.param("2,72", (72, 2), id="in any order"),
        pytest.param("", (), id="none"),
        pytest.param([24, 24], (24,), id="twice"),
    ],
)
def test_reminder_times_may_be_written_in_a_line(written: Any, hours: tuple[int, ...]) -> None:
    assert Policy.model_validate({"reminder_hours": written}).reminder_hours == hours


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param("soon", "must be whole numbers of hours, such as 72, 24, 2", id="words"),
        pytest.param("0", "0 hours is not between 1 and 720", id="at its start"),
        pytest.param("72, 1000", "1000 hours is not between 1 and 720", id="too long before"),
        pytest.param("1, 2, 3, 4, 5, 6", "5 reminders of one visit are the most", id="too many"),
    ],
)
def test_reminder_times_that_make_no_sense_are_refused_with_the_reason(written: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Policy.model_validate({"reminder_hours": written})


def test_reminder_channels_may_be_written_in_a_line_each_once() -> None:
    decided = Policy.model_validate({"reminder_channels": "voice, sms, voice"})
    assert decided.reminder_channels == (Channel.VOICE, Channel.SMS)


def test_nobody_is_called_unless_the_clinic_says_so() -> None:
    assert Channel.VOICE not in Policy().reminder_channels


@pytest.mark.parametrize("written", ["", "pigeon"])
def test_reminders_go_by_a_channel_there_is(written: str) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({"reminder_channels": written})
