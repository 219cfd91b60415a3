"""The webhooks on a real database and queue, and a sender who can sign as Twilio does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from bot.app import create_app
from bot.services import Services, build
from rules.states import Direction
from storage.tables import Message
from tests import factories
from tests.databases import empty
from tests.system import settings_for

PUBLIC_URL = "https://standby.example"
LINE = "+12125550100"
MARIA = "+12125550101"
NOBODY_LISTENS = "http://127.0.0.1:1"


@dataclass
class Twilio:
    """Posts to the webhooks, signed unless told otherwise. `clinic_id` is the clinic that `LINE` belongs to."""

    app: Flask
    services: Services
    clinic_id: UUID
    messages_made: int = 0

    def text(self, body: str = "hello", /, **fields: str | None) -> TestResponse:
        """A text from Maria. A field given as None is left out."""
        self.messages_made += 1
        form = {
            "MessageSid": f"SM{self.messages_made:032d}",
            "From": MARIA,
            "To": LINE,
            "Body": body,
            "NumMedia": "0",
            **fields,
        }
        return self.post("/message", {name: value for name, value in form.items() if value is not None})

    def status(self, message_id: object, status: str, **fields: str) -> TestResponse:
        form = {"MessageSid": "SM" + "a" * 32, "MessageStatus": status, **fields}
        return self.post(f"/status?m={message_id}", form)

    def post(self, path: str, form: Mapping[str, str], signature: str | None = None) -> TestResponse:
        signed = signature if signature is not None else self.signature(path, form)
        return self.raw(path, data=dict(form), headers={"X-Twilio-Signature": signed})

    def raw(self, path: str, **request: Any) -> TestResponse:
        return self.app.test_client().post(f"/webhooks/twilio{path}", **request)

    def signature(self, path: str, form: Mapping[str, str]) -> str:
        token = self.services.settings.twilio_auth_token.get_secret_value()
        url = f"{PUBLIC_URL}/webhooks/twilio{path}"
        return str(RequestValidator(token).compute_signature(url, dict(form)))

    def stored(self) -> list[Message]:
        """Every text that came in."""
        with self.services.store.unscoped() as session:
            came_in = select(Message).where(Message.direction == Direction.IN).order_by(Message.id)
            return list(session.scalars(came_in))

    def woken(self) -> int:
        """How many jobs wait for a worker that reads texts."""
        queue = Queue("inbound", connection=self.services.redis, serializer=JSONSerializer)
        return int(queue.count)


@pytest.fixture(scope="session")
def services(lasting_database_url: str, redis_server_url: str) -> Iterator[Services]:
    settings = settings_for(
        lasting_database_url,
        redis_server_url,
        public_url=PUBLIC_URL,
        carrier_url=NOBODY_LISTENS,
        nlu_url=NOBODY_LISTENS,
    )
    built = build(settings)
    yield built
    built.store.engine.dispose()
    built.redis.close()
    built.model.close()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def twilio(app: Flask, services: Services, module_database_url: str) -> Twilio:
    """Twilio, and a clinic that has heard nothing yet."""
    return emptied(app, services)


@pytest.fixture(scope="module")
def lasting_twilio(app: Flask, services: Services, module_database_url: str) -> Twilio:
    """The same for tests that post hundreds of texts and look at the answers only."""
    return emptied(app, services)


def emptied(app: Flask, services: Services) -> Twilio:
    services.redis.flushdb()
    empty(services.store.engine.url)
    with services.store.unscoped() as session:
        clinic_id = factories.clinic(session, services.clock(), line=LINE).id
    return Twilio(app, services, clinic_id)
