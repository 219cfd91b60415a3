"""A browser on a clinic's site, as far as the chat's routes see it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from clinic import policies
from clinic.audit import SYSTEM
from storage.tables import ChatSession
from storage.transaction import Tx
from tests.admin.desk import Desk


@dataclass
class Browser:
    """One visitor. `came_from` is their network address."""

    desk: Desk
    came_from: str = "192.0.2.1"
    token: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.desk.app.test_client()

    def begins(self, slug: str | None = None) -> TestResponse:
        answer = self._open("POST", f"/chat/{slug or self.desk.clinic.slug}/session")
        self.token = answer.json["token"] if answer.status_code == 201 and answer.json else self.token
        return answer

    def says(self, text: object, written: object = None) -> TestResponse:
        return self.posts({"id": str(written or uuid4()), "text": text})

    def posts(self, body: object) -> TestResponse:
        return self._open("POST", "/chat/messages", json=body)

    def reads(self, after: object = "") -> TestResponse:
        return self._open("GET", f"/chat/messages?after={after}")

    def sees(self, after: object = "") -> list[str]:
        """What was said, each after who said it: `visitor: Hello`."""
        said: Any = self.reads(after).json
        return [f"{each['from']}: {each['text']}" for each in said["messages"]]

    def session(self) -> ChatSession:
        from bot.chat.sessions import conversation_of

        found = conversation_of(self.desk.app.extensions["services"], self.token)
        assert found is not None
        return found

    def _open(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(
            path, method=method, headers=headers, environ_base={"REMOTE_ADDR": self.came_from}, **more
        )


def has_a_chat(tx: Tx) -> None:
    policies.change(tx, policies.current(tx).model_copy(update={"chat": True}), SYSTEM)


def told(answer: TestResponse) -> Any:
    """What an answer says, as JSON."""
    return answer.json
