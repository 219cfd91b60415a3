"""Inbox: conversations that need a person, the thread, who it is, and answering."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, render_template, request
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import readings
from bot.admin.frame import blueprint, by_me, done, in_clinic, me
from clinic import consent, conversations, corrections, handoff
from rules.permissions import Permission
from rules.states import Holder
from storage.queries import contacts
from storage.queries import inbox as queries
from storage.queries.inbox import Bubble, Card, Line
from storage.tables import ContactPoint, Conversation, Message
from storage.transaction import Tx

LONGEST_REPLY = 1600
"""Characters the carrier takes in one message."""

pages = blueprint("inbox")


@dataclass(frozen=True, slots=True)
class Lists:
    """What the list shows: those that need somebody, then the newest of the others."""

    needing: list[Line]
    others: list[Line]


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation that is open on the screen. `point` is None for a number we know nothing of."""

    line: Line
    thread: list[Bubble]
    cards: list[Card]
    point: ContactPoint | None

    @property
    def mine(self) -> bool:
        return self.line.conversation.staff_id == me().id

    @property
    def somebody_elses(self) -> bool:
        return self.line.conversation.staff_id is not None and not self.mine

    @property
    def with_bot(self) -> bool:
        return self.line.conversation.holder is Holder.BOT


@pages.get("/inbox")
@needs(Permission.REPLY)
def page() -> str:
    return render_template("inbox.html", lists=in_clinic(_lists), open=None)


@pages.get("/inbox/list")
@needs(Permission.REPLY)
def list_fragment() -> str:
    chosen = request.args.get("chosen", "")
    return render_template("inbox_list.html", lists=in_clinic(_lists), chosen=chosen)


@pages.get("/inbox/count")
@needs(Permission.REPLY)
def count_fragment() -> str:
    return render_template("inbox_count.html")


@pages.get("/inbox/<uuid:conversation_id>")
@needs(Permission.REPLY)
def conversation(conversation_id: UUID) -> str:
    """Opening a conversation stops its alerts: somebody is looking."""

    def work(tx: Tx) -> tuple[Lists, Open]:
        tx.session.get_one(Conversation, conversation_id)
        handoff.opened_by_staff(tx, conversation_id, by_me())
        tx.session.flush()
        return _lists(tx), _open(tx, conversation_id)

    lists, opened = in_clinic(work)
    return render_template("inbox.html", lists=lists, open=opened, draft="")


@pages.get("/inbox/<uuid:conversation_id>/thread")
@needs(Permission.REPLY)
def thread_fragment(conversation_id: UUID) -> str:
    """The open conversation, brought up to date. Stops no alerts: a screen may stand there with nobody at it."""
    return render_template(
        "conversation.html", open=in_clinic(lambda tx: _open(tx, conversation_id)), draft=""
    )


@pages.post("/inbox/<uuid:conversation_id>/seen")
@needs(Permission.REPLY)
def seen(conversation_id: UUID) -> Response:
    def work(tx: Tx) -> None:
        tx.session.get_one(Conversation, conversation_id)
        handoff.opened_by_staff(tx, conversation_id, by_me())

    in_clinic(work)
    return _back(conversation_id, "seen")


@pages.post("/inbox/<uuid:conversation_id>/take-over")
@needs(Permission.REPLY)
def take_over(conversation_id: UUID) -> Response:
    in_clinic(lambda tx: handoff.take_over(tx, conversation_id, by_me()))
    return _back(conversation_id, "taken")


@pages.post("/inbox/<uuid:conversation_id>/hand-back")
@needs(Permission.REPLY)
def hand_back(conversation_id: UUID) -> Response:
    in_clinic(lambda tx: handoff.hand_back(tx, conversation_id, by_me()))
    return _back(conversation_id, "handed-back")


@pages.post("/inbox/<uuid:conversation_id>/stop-texts")
@needs(Permission.REPLY)
def stop_texts(conversation_id: UUID) -> Response:
    """They said so on the phone or at the desk: as good as a STOP."""
    in_clinic(lambda tx: consent.opt_out(tx, conversations.lock(tx, conversation_id), by_me()))
    return _back(conversation_id, "texts-stopped")


@pages.post("/inbox/<uuid:conversation_id>/texts-welcome")
@needs(Permission.REPLY)
def texts_welcome(conversation_id: UUID) -> Response:
    """They said that texts are welcome again. What the carrier blocks only their own phone lifts."""
    lifted = in_clinic(lambda tx: consent.opt_in(tx, conversations.lock(tx, conversation_id), by_me()))
    return _back(conversation_id, "texts-welcome" if lifted else "texts-blocked")


@pages.post("/inbox/<uuid:conversation_id>/reply")
@needs(Permission.REPLY)
def reply(conversation_id: UUID) -> Response | tuple[str, int]:
    text = request.form.get("text", "").strip().replace("\r\n", "\n")[:LONGEST_REPLY]
    if not text:
        return _back(conversation_id, "empty")
    if in_clinic(lambda tx: _reply(tx, conversation_id, text)):
        return _back(conversation_id, "sent")

    def work(tx: Tx) -> tuple[Lists, Open]:
        return _lists(tx), _open(tx, conversation_id)

    lists, opened = in_clinic(work)
    return render_template("inbox.html", lists=lists, open=opened, draft=text), 409


@pages.post("/inbox/<uuid:conversation_id>/texts/<uuid:message_id>/meant")
@needs(Permission.REPLY)
def meant(conversation_id: UUID, message_id: UUID) -> Response:
    """Staff say what a text meant that was understood wrongly; nothing chosen takes that back."""
    chosen = request.form.get("meant", "")
    if chosen and chosen not in readings.TEACHABLE:
        abort(400)

    def work(tx: Tx) -> None:
        if tx.session.get_one(Message, message_id).conversation_id != conversation_id:
            raise NoResultFound
        if chosen:
            corrections.correct(tx, message_id, chosen, by_me())
        else:
            corrections.take_back(tx, message_id, by_me())

    try:
        in_clinic(work)
    except corrections.NotReadByTheBot:
        abort(400)
    return _back(conversation_id, "marked" if chosen else "unmarked")


def _reply(tx: Tx, conversation_id: UUID, text: str) -> bool:
    """Answer, unless a colleague has the conversation by now."""
    try:
        handoff.reply_as_staff(tx, conversation_id, text, by_me())
    except handoff.TakenByAnother:
        return False
    return True


def _back(conversation_id: UUID, note: str) -> Response:
    return done("inbox.conversation", note, conversation_id=conversation_id)


def _lists(tx: Tx) -> Lists:
    return Lists(queries.needing_somebody(tx.session), queries.with_the_bot(tx.session, tx.now))


def _open(tx: Tx, conversation_id: UUID) -> Open:
    found = tx.session.get_one(Conversation, conversation_id)
    patients = conversations.patients_on(tx, found.address)
    return Open(
        line=queries.line(tx.session, found),
        thread=queries.thread(tx.session, conversation_id),
        cards=queries.cards(tx.session, patients, found.address, tx.now),
        point=contacts.point_of(tx, found.address),
    )
