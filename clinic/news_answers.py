"""A campaign's email answered by its link: what the same answer by text does (handlers/campaigns.py)."""

from clinic import conversations, handoff, holds, messages, phrases, policies, reaching, recipients
from clinic.messages import About
from clinic.slots import Search
from rules.states import Channel, EscalationKind, Response
from rules.wanted import Wanted
from rules.wishes import Wishes
from storage.tables import Conversation, Message, Patient, Recipient
from storage.transaction import Tx


def interested(tx: Tx, message: Message) -> None:
    """They want to come: three times that suit are texted where they agreed to texts; else, or where there are
    none, the desk finds one. Said again it changes nothing."""
    line = conversations.lock(tx, message.conversation_id)
    recipient = recipients.of_message(tx, message)
    if recipient.response in (Response.INTERESTED, Response.REBOOKED):
        return
    recipient = recipients.interested(tx, recipient.id)
    way = next(iter(reaching.ways_to(tx, recipient.patient_id, [Channel.SMS])), None)
    texted = conversations.lock(tx, way.conversation.id) if way is not None else None
    if texted is None or not _text_times(tx, texted, recipient):
        handoff.escalate(tx, texted or line, EscalationKind.BOOK)


def not_interested(tx: Tx, message: Message) -> None:
    """They would rather not: they are left alone."""
    conversations.lock(tx, message.conversation_id)
    recipients.not_interested(tx, recipients.of_message(tx, message).id)


def _text_times(tx: Tx, line: Conversation, recipient: Recipient) -> bool:
    last = recipients.last_visit(tx, recipient)
    if last is None:
        return False
    wanted = Wanted(wishes=Wishes(preferred_provider_id=last.provider_id))
    kept = holds.show(tx, line, Search(recipient.patient_id, last.type_id, wanted))
    if not kept:
        return False
    about, name = About(recipient.patient_id), tx.session.get_one(Patient, recipient.patient_id).first_name
    messages.say(tx, line, "news_good", {"clinic": tx.clinic().short_name, "name": name}, about=about)
    lines = [phrases.part("line", **holds.words(tx, held)) for held in kept]
    values = {
        "options": phrases.numbered(lines),
        "line": lines[0],
        "minutes": str(policies.current(tx).hold_shown_minutes),
    }
    said = messages.say(tx, line, "times" if len(kept) > 1 else "times_one", values, about=about)
    holds.ask_which(tx, line, recipient.patient_id, kept, said)
    return True
