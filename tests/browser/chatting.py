"""A visitor's browser at a clinic's site with a chat, and the clinic's side of it."""

from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import FrameLocator, Locator, Page, Route, expect
from sqlalchemy import select

from bot.queue import chat_channel
from clinic import policies
from clinic.audit import SYSTEM
from rules.states import Direction, MessageClass, OutboxState
from storage.tables import ChatSession, Conversation, Message
from storage.transaction import Tx
from tests.browser.conftest import Site, Visitor
from tests.browser.websites import Website
from tests.processes import comes_true


@dataclass
class Chat:
    """A visitor's browser at the clinic's site."""

    visitor: Visitor
    at: Website

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def button(self) -> Locator:
        return self.page.get_by_role("button", name="Chat with us")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def field(self) -> Locator:
        return self.frame.get_by_label("Write a message")

    @property
    def log(self) -> Locator:
        return self.frame.get_by_role("log")

    def go(self) -> None:
        self.page.goto(self.at.address)
        self.visitor.runs_scripts()

    def open(self) -> None:
        self.go()
        self.button.click()
        expect(self.field).to_be_focused()

    def says(self, words: str) -> None:
        self.field.fill(words)
        self.page.keyboard.press("Enter")

    def has_sent(self, many: int) -> None:
        """Wait until so many messages are known to have arrived."""
        expect(self.frame.locator(".visitor:not(.sending, .failed)")).to_have_count(many)

    def stored(self) -> list[str]:
        """What the clinic has of it."""
        return self.visitor.site.do(
            lambda tx: list(tx.session.scalars(select(Message.body).where(Message.direction == Direction.IN)))
        )

    def begun(self) -> UUID:
        """The conversation, once there is one."""
        site = self.visitor.site
        found: list[UUID] = []

        def there() -> bool:
            found[:] = site.do(lambda tx: list(tx.session.scalars(select(ChatSession.conversation_id))))
            return bool(found)

        assert comes_true(there)
        return found[-1]

    def listens(self) -> None:
        """Wait until the socket hears of the conversation."""
        channel, redis = chat_channel(self.begun()), self.visitor.site.redis
        assert comes_true(lambda: redis.pubsub_numsub(channel)[0][1] > 0)

    def answered(self, words: str) -> None:
        """The clinic says something."""
        talk = self.begun()
        self.visitor.site.do(lambda tx: says(tx, talk, words))

    def has_no_socket(self) -> None:
        self.page.route_web_socket("**/chat/socket", lambda socket: socket.close())


def says(tx: Tx, conversation_id: UUID, words: str) -> None:
    talk = tx.session.get_one(Conversation, conversation_id)
    message = Message(
        conversation_id=talk.id,
        sender_id=talk.sender_id,
        address=talk.address,
        direction=Direction.OUT,
        klass=MessageClass.REPLY,
        outbox_state=OutboxState.SENT,
        body=words,
        created_at=tx.now,
    )
    tx.session.add(message)
    tx.wake("chat", talk.id)


def let(site: Site, at: Website) -> None:
    """The clinic has a chat, on this site."""
    at.slug = site.clinic.slug

    def work(tx: Tx) -> None:
        policy = policies.current(tx).model_copy(update={"chat": True, "chat_origins": (at.address,)})
        policies.change(tx, policy, SYSTEM)

    site.do(work)


def answer_is_lost(route: Route) -> None:
    """The server has it, and the browser does not know."""
    route.fetch()
    route.abort()
