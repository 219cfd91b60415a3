"""Somebody who chats on the clinic's site, in a story: `Maria in the chat: when is my visit?`."""

import re
from uuid import uuid4

from sqlalchemy import select

from storage.tables import Clinic
from tests.stories.script import BadStory
from tests.system import System

IN_THE_CHAT = " in the chat"
CODE = re.compile(r"(?<=: )\d{6}(?= is your code| es su código)")
THE_CODE = "<code>"


class Chats:
    """A browser for each person who chats. `heard` are answers that no line of the story has named yet."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._tokens: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._code = ""

    def says(self, name: str, text: str) -> None:
        """They write this; everything that follows at once has happened when this returns."""
        body = {"id": str(uuid4()), "text": text.replace(THE_CODE, self._code)}
        answer = self._system.http.post(self._at("messages"), json=body, headers=self._token(name))
        assert answer.status_code == 202, answer.text
        self._system.work()

    def heard(self, name: str) -> list[str]:
        """What they were answered since the last look."""
        after = self._seen.get(name, "")
        said = self._system.http.get(
            self._at("messages"), params={"after": after}, headers=self._token(name)
        ).json()
        if said["messages"]:
            self._seen[name] = said["messages"][-1]["id"]
        return [each["text"] for each in said["messages"] if each["from"] == "clinic"]

    def names(self) -> list[str]:
        return list(self._tokens)

    def without_code(self, text: str) -> str:
        """A text as stories write it: the code in it, which is another each time, is kept for `<code>`."""
        if found := CODE.search(text):
            self._code = found.group()
        return CODE.sub(THE_CODE, text)

    def _token(self, name: str) -> dict[str, str]:
        if name not in self._tokens:
            answer = self._system.http.post(self._at(f"{self._slug()}/session"))
            if answer.status_code != 201:
                raise BadStory("this clinic has no chat: `chat: yes` under `clinic:`")
            self._tokens[name] = answer.json()["token"]
        return {"Authorization": f"Bearer {self._tokens[name]}"}

    def _at(self, path: str) -> str:
        return f"{self._system.services.settings.public_url}/chat/{path}"

    def _slug(self) -> str:
        with self._system.services.store.unscoped() as session:
            return session.scalars(select(Clinic.slug)).one()
