"""Whatever is posted, the webhooks never fall over."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webhooks.conftest import LINE, MARIA, Twilio

OFTEN = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PAGES = st.sampled_from(["/message", "/status"])
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain; charset=nonsense",
        "",
    ]
)
ANY_TEXT = st.text(max_size=200)


@OFTEN
@given(page=PAGES, kind=KINDS, body=st.binary(max_size=400))
def test_unsigned_bytes_are_refused(lasting_twilio: Twilio, page: str, kind: str, body: bytes) -> None:
    answer = lasting_twilio.raw(page, data=body, content_type=kind)
    assert answer.status_code == 403


@OFTEN
@given(
    form=st.dictionaries(
        st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "Extra"]), ANY_TEXT
    )
)
def test_any_signed_text_is_answered(lasting_twilio: Twilio, form: Mapping[str, str]) -> None:
    whole = {"MessageSid": uuid4().hex, "From": MARIA, "To": LINE, **form}
    assert lasting_twilio.post("/message", whole).status_code == 200


@OFTEN
@given(body=ANY_TEXT, sid=st.text(min_size=1, max_size=40), kind=ANY_TEXT)
def test_any_text_to_our_line_is_answered(lasting_twilio: Twilio, body: str, sid: str, kind: str) -> None:
    assert lasting_twilio.text(body, MessageSid=sid, OptOutType=kind).status_code == 200


@OFTEN
@given(status=ANY_TEXT, code=ANY_TEXT, sid=ANY_TEXT)
def test_any_signed_callback_is_answered(lasting_twilio: Twilio, status: str, code: str, sid: str) -> None:
    answer = lasting_twilio.status(uuid4(), status, ErrorCode=code, MessageSid=sid)
    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["/message", "/status"])
def test_a_query_that_is_no_text_is_refused(lasting_twilio: Twilio, page: str) -> None:
    answer = lasting_twilio.raw(page, environ_overrides={"QUERY_STRING": "m=\xff\xfe"})
    assert answer.status_code == 403


def test_a_body_beyond_all_measure_is_refused(lasting_twilio: Twilio) -> None:
    assert lasting_twilio.text("x" * 2_000_000).status_code == 413
