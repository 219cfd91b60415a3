"""What a visitor's browser asks of the chat: beginning, saying something, reading on."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import select

from bot.chat import routes
from bot.queue import chat_channel
from clinic import chats, handoff, messages, policies
from clinic.audit import SYSTEM, by_staff
from rules.channels import CHAT
from rules.states import InboundState, MessageClass, OutboxState
from storage.tables import ChatSession, Conversation, Message
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import Desk
from tests.chat.browser import Browser, told


def stored(desk: Desk) -> list[Message]:
    return desk.do(lambda tx: list(tx.session.scalars(select(Message).order_by(Message.id))))


def test_only_a_hash_of_the_token_is_kept(desk: Desk, browser: Browser) -> None:
    kept = desk.do(lambda tx: tx.session.scalars(select(ChatSession)).one())
    assert kept.token_hash == chats.hash_of(browser.token)
    assert len(browser.token) >= 43  # 256 random bits
    assert browser.token not in str(vars(kept))


def test_nobody_is_known_at_the_beginning(desk: Desk, browser: Browser) -> None:
    talk = desk.do(lambda tx: tx.session.scalars(select(Conversation)).one())
    assert talk.address.startswith(CHAT)
    assert browser.reads().json == {"messages": [], "verified": False}


@pytest.mark.parametrize("slug", ["nowhere", "off"])
def test_without_a_chat_there_is_none_to_begin(desk: Desk, slug: str) -> None:
    def turn_off(tx: Tx) -> str:
        policies.change(tx, policies.current(tx).model_copy(update={"chat": False}), SYSTEM)
        return tx.clinic().slug

    answer = Browser(desk).begins(slug if slug == "nowhere" else desk.do(turn_off))
    assert answer.status_code == 404
    assert told(answer)["detail"] == "There is no chat here."


def test_a_chat_that_is_turned_off_is_over_for_everybody(desk: Desk, browser: Browser) -> None:
    desk.do(lambda tx: policies.change(tx, policies.current(tx).model_copy(update={"chat": False}), SYSTEM))
    assert browser.reads().status_code == 401


def test_what_is_said_is_stored_once_and_seen(desk: Desk, browser: Browser) -> None:
    written = uuid4()
    assert [browser.says("Hello", written).status_code for _ in range(2)] == [202, 202]
    [message] = stored(desk)
    assert (message.body, message.inbound_state, message.segments) == ("Hello", InboundState.UNREAD, 0)
    [seen] = told(browser.reads())["messages"]
    assert seen == {
        "id": str(written),
        "from": "visitor",
        "text": "Hello",
        "at": message.created_at.isoformat(),
    }


def test_two_visitors_may_give_their_messages_the_same_id(desk: Desk, browser: Browser) -> None:
    other, written = Browser(desk), uuid4()
    other.begins()
    browser.says("Hello", written)
    other.says("Good morning", written)
    assert browser.sees() == ["visitor: Hello"]
    assert other.sees() == ["visitor: Good morning"]


def test_what_is_said_is_read_after_the_commit(desk: Desk, browser: Browser, redis_server_url: str) -> None:
    with Redis.from_url(redis_server_url) as redis:
        before = redis.llen("rq:queue:inbound")
        browser.says("Hello")
        assert redis.llen("rq:queue:inbound") == before + 1


@pytest.mark.parametrize("after", ["own", "ours"])
def test_reading_on_begins_after_the_message_named(desk: Desk, browser: Browser, after: str) -> None:
    own = uuid4()
    browser.says("Hello", own)
    ours = answer_by_staff(desk, browser, "Good morning")
    browser.says("Are you open?")
    assert browser.sees(own if after == "own" else ours)[-1] == "visitor: Are you open?"
    assert len(browser.sees(own if after == "own" else ours)) == (2 if after == "own" else 1)


def test_after_a_message_of_another_chat_all_is_told(desk: Desk, browser: Browser) -> None:
    browser.says("Hello")
    assert browser.sees(uuid4()) == ["visitor: Hello"]


def answer_by_staff(desk: Desk, browser: Browser, text: str) -> UUID:
    sam = desk.staff()
    return desk.do(
        lambda tx: handoff.reply_as_staff(tx, browser.session().conversation_id, text, by_staff(sam.id)).id
    )


def test_what_staff_answer_is_there_at_once_and_announced(
    desk: Desk, browser: Browser, redis_server_url: str
) -> None:
    with Redis.from_url(redis_server_url) as redis, redis.pubsub() as listening:
        listening.subscribe(chat_channel(browser.session().conversation_id))
        listening.get_message(timeout=5)
        answer_by_staff(desk, browser, "Good morning")
        heard = listening.get_message(timeout=5)
    assert heard is not None
    assert heard["data"] == b"changed"
    assert browser.sees() == ["clinic: Good morning"]
    [message] = stored(desk)
    assert (message.outbox_state, message.segments) == ("sent", 0)


@pytest.mark.parametrize("token", ["", "nobody's"])
def test_nobody_reads_or_writes_without_a_token_that_is_known(desk: Desk, token: str) -> None:
    stranger = Browser(desk, token=token)
    answers = [stranger.reads(), stranger.says("Hello")]
    assert [each.status_code for each in answers] == [401, 401]
    assert told(answers[0])["detail"] == "This chat is over. Please begin a new one."


def test_after_thirty_days_a_token_opens_nothing(desk: Desk, browser: Browser) -> None:
    def age(tx: Tx) -> None:
        tx.session.scalars(select(ChatSession)).one().expires_at -= chats.LIVES + timedelta(seconds=1)

    desk.do(age)
    assert browser.reads().status_code == 401


def test_a_token_opens_its_own_chat_and_no_other(desk: Desk, browser: Browser) -> None:
    with desk.store.unscoped() as session:
        hillside = factories.clinic(session, desk.store.clock(), name="Hillside")
    browser.says("Hello")
    assert browser.session().clinic_id == desk.clinic.id
    assert desk.do(lambda tx: tx.session.scalars(select(Message)).all(), at=hillside) == []


@pytest.mark.parametrize(
    "text", ["", "  \n ", "x" * 1601, 7, None], ids=["empty", "blank", "long", "no", "none"]
)
def test_what_cannot_be_said_is_refused_with_a_sentence(desk: Desk, browser: Browser, text: object) -> None:
    answer = browser.says(text)
    assert answer.status_code == 422
    assert told(answer)["detail"] == "Please write something, with no more than 1,600 characters."
    assert stored(desk) == []


@pytest.mark.parametrize("body", [{"text": "Hello"}, {"id": "one", "text": "Hello"}, ["Hello"], None])
def test_what_is_no_message_is_told_what_one_is(browser: Browser, body: object) -> None:
    answer = browser.posts(body)
    assert answer.status_code == 422
    assert told(answer)["detail"].startswith("Send JSON such as")


def test_one_chat_can_say_so_much_a_minute(browser: Browser) -> None:
    answers = [browser.says("Hello").status_code for _ in range(routes.MESSAGES_A_MINUTE + 1)]
    assert answers == [202] * routes.MESSAGES_A_MINUTE + [429]


def test_from_one_address_so_many_chats_can_be_begun_an_hour(desk: Desk) -> None:
    begun = [Browser(desk).begins().status_code for _ in range(routes.SESSIONS_AN_HOUR + 1)]
    assert begun == [201] * routes.SESSIONS_AN_HOUR + [429]
    assert Browser(desk, came_from="192.0.2.2").begins().status_code == 201


def test_where_somebody_writes_from_is_kept_as_nothing_that_finds_them(desk: Desk, browser: Browser) -> None:
    browser.came_from = "192.0.2.77"
    browser.says("Hello")
    kept = desk.do(lambda tx: tx.session.scalars(select(ChatSession)).one())
    assert "192.0.2" not in str(vars(kept))
    assert kept.network == chats.network(desk.store._links.signing_key, "192.0.2.77")


def test_no_cookie_is_set(browser: Browser) -> None:
    assert "Set-Cookie" not in browser.says("Hello").headers


def test_what_was_written_early_and_said_late_comes_after_what_was_seen(desk: Desk, browser: Browser) -> None:
    def write(tx: Tx) -> UUID:
        talk = tx.session.scalars(select(Conversation)).one()
        message = messages.write(tx, talk, "Time for a visit?", klass=MessageClass.REPLY)
        message.outbox_state, message.sent_at = OutboxState.QUEUED, None
        return message.id

    waits = desk.do(write)
    seen = uuid4()
    browser.says("Hello", seen)
    assert browser.sees(seen) == []
    desk.do(lambda tx: chats.deliver(tx, tx.session.get_one(Message, waits)))
    assert browser.sees(seen) == ["clinic: Time for a visit?"]
    browser.says("Yes")
    assert browser.sees(waits) == ["visitor: Yes"]
    assert browser.sees() == ["visitor: Hello", "clinic: Time for a visit?", "visitor: Yes"]
