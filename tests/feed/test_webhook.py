"""The address a practice system posts to: signed, stored once, answered at once, whatever comes."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import signatures
from clinic.audit import SYSTEM
from clinic.feed import feeds
from storage.tables import FeedEvent, Patient
from tests.feed.conftest import NOW, TUESDAY, Practice

OFTEN = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VISIT = {"external_id": "v1", "patient": "maria", "provider": "lee", "type": "check", "start": TUESDAY}
BOOKED = {"event_id": "e1", "type": "visit.booked", "visit": VISIT}


def test_a_signed_event_is_stored_and_answered(practice: Practice) -> None:
    answer = practice.post(BOOKED)
    assert (answer.status_code, answer.data) == (200, b"")
    assert practice.events() == [("e1", "waiting")]


def test_a_copy_is_answered_and_not_stored_again(practice: Practice) -> None:
    assert [practice.post(BOOKED).status_code for _ in range(3)] == [200, 200, 200]
    assert practice.events() == [("e1", "waiting")]


@pytest.mark.parametrize(
    "signature",
    ["", "t=1,v1=00", "nonsense", "t=,v1=", "v1=" + "0" * 64, "t=99999999999999999999,v1=0", "t=x,v1=é"],
)
def test_without_the_right_signature_nothing_is_stored(practice: Practice, signature: str) -> None:
    assert practice.post(BOOKED, signature=signature).status_code == 403
    assert practice.events() == []


@pytest.mark.parametrize("minutes", [-6, 6], ids=["old", "from the future"])
def test_a_signature_of_another_time_is_refused(practice: Practice, minutes: int) -> None:
    body = json.dumps(BOOKED).encode()
    then = practice.clock() + timedelta(minutes=minutes)
    answer = practice.post(body, signature=signatures.sign(practice.feed.secret, body, then))
    assert answer.status_code == 403
    assert practice.events() == []


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_that_is_a_little_off_is_no_matter(practice: Practice, minutes: int) -> None:
    body = json.dumps(BOOKED).encode()
    then = practice.clock() + timedelta(minutes=minutes)
    assert practice.post(body, signature=signatures.sign(practice.feed.secret, body, then)).status_code == 200


def test_a_body_changed_after_signing_is_refused(practice: Practice) -> None:
    signature = signatures.sign(practice.feed.secret, json.dumps(BOOKED).encode(), practice.clock())
    assert practice.post({**BOOKED, "event_id": "e2"}, signature=signature).status_code == 403


def test_of_two_signatures_one_has_to_be_right(practice: Practice) -> None:
    body = json.dumps(BOOKED).encode()
    right = signatures.sign(practice.feed.secret, body, practice.clock())
    assert practice.post(body, signature=f"{right},v1={'0' * 64}").status_code == 200


def test_a_feed_that_is_not_there_is_answered_like_a_wrong_signature(practice: Practice) -> None:
    assert practice.post(BOOKED, slug="nobody").status_code == 403


def test_a_feed_that_has_ended_is_not_heard(practice: Practice) -> None:
    practice.run(lambda tx: feeds.end(tx, practice.feed.slug, SYSTEM))
    assert practice.post(BOOKED).status_code == 403
    assert practice.events() == []


def test_the_secret_of_another_feed_does_not_hold(practice: Practice) -> None:
    other = practice.run(lambda tx: feeds.create(tx, "Other", SYSTEM))
    body = json.dumps(BOOKED).encode()
    signature = signatures.sign(other.secret, body, practice.clock())
    assert practice.post(body, signature=signature).status_code == 403


MALFORMED = {
    "no JSON": b"visit booked",
    "no UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "ever deeper": b"[" * 60_000,
    "half a letter": b'{"event_id":"\\ud800","type":"visit.cancelled","visit":{"external_id":"v1"}}',
    "a zero byte": b'{"event_id":"a\\u0000b","type":"visit.cancelled","visit":{"external_id":"v1"}}',
    "no id": {**BOOKED, "event_id": ""},
    "a type nobody knows": {**BOOKED, "type": "visit.dreamt"},
    "no visit": {"event_id": "e1", "type": "visit.cancelled"},
    "no start": {**BOOKED, "visit": {**VISIT, "start": None}},
    "a start that is none": {**BOOKED, "visit": {**VISIT, "start": "soon"}},
    "a start before the calendar": {**BOOKED, "visit": {**VISIT, "start": "0001-01-01T00:00:00+14:00"}},
    "no length": {**BOOKED, "visit": {**VISIT, "minutes": 0}},
    "an id without end": {**BOOKED, "visit": {**VISIT, "patient": "x" * 201}},
}


@pytest.mark.parametrize("event", MALFORMED.values(), ids=MALFORMED)
def test_what_is_signed_and_no_event_is_answered_and_not_stored(practice: Practice, event: object) -> None:
    assert practice.post(event).status_code == 200
    assert practice.events() == []


def test_a_body_beyond_all_measure_is_refused(practice: Practice) -> None:
    assert practice.post(b"x" * 64_001).status_code == 413


def test_names_that_the_sender_adds_are_not_kept(practice: Practice) -> None:
    practice.post({**BOOKED, "visit": {**VISIT, "first_name": "Maria", "reason": "knee"}, "note": "Maria"})
    (event,) = practice.all_of(FeedEvent)
    assert "Maria" not in str(event.payload)
    assert "knee" not in str(event.payload)


def test_what_happens_in_the_future_by_a_fast_clock_happens_now(practice: Practice) -> None:
    practice.post({**BOOKED, "at": (NOW + timedelta(days=400)).isoformat()})
    (event,) = practice.all_of(FeedEvent)
    assert event.at == event.received_at


def test_the_page_takes_posts_only(practice: Practice) -> None:
    assert practice.app.test_client().get(f"/webhooks/schedule/{practice.feed.slug}").status_code == 405


@OFTEN
@given(body=st.binary(max_size=300), signature=st.text(max_size=100))
def test_unsigned_bytes_are_refused(practice: Practice, body: bytes, signature: str) -> None:
    header = signature.encode("utf-8", "ignore").decode("latin-1").replace("\n", "").replace("\r", "")
    assert practice.post(body, signature=header).status_code == 403


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
PART = st.dictionaries(
    st.sampled_from([*VISIT, "minutes", "weekday", "date", "hours", "offer_new_time"]),
    ANYTHING | st.sampled_from([*VISIT.values(), "mon", "2026-12-01", 30]),
)


@OFTEN
@given(
    event=st.fixed_dictionaries(
        {"event_id": st.text(max_size=30), "visit": PART, "availability": PART},
        optional={"at": ANYTHING | st.datetimes().map(str)},
    ),
    kind=st.sampled_from(
        ["visit.booked", "visit.moved", "visit.cancelled", "visit.arrived", "availability.changed"]
    ),
)
def test_any_signed_event_is_answered_and_worked(
    practice: Practice, event: dict[str, object], kind: str
) -> None:
    assert practice.post({**event, "type": kind}).status_code == 200
    practice.work()
    assert {state for _, state in practice.events()} <= {"done", "parked", "clashed"}
    assert len(practice.all_of(Patient)) == 3
