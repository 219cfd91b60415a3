"""Joining the waitlist from nothing: for whom, and for which visit, asked only where it is open."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic import appointments, conversations, joining, messages, quieting, waitlist, wishes
from clinic.audit import PATIENT
from clinic.phrases import numbered
from clinic.wish import Wish
from handlers import visits, wishing
from handlers.decision import DecisionKind
from handlers.naming import named_type
from handlers.turn import Asking, Reply, Turn, answered, hand_over
from rules.states import UPCOMING_APPOINTMENT, EscalationKind, PromptKind
from storage.tables import Appointment, AppointmentType, Patient, Prompt, WaitlistEntry
from storage.transaction import Tx

SOONER, PATIENT_LINE, TYPE = "move_up", "join", "type"
"""What a line of a numbered list points at: a visit to be had sooner, who joins, or what for."""

WITHOUT_ASKING = "without_asking"
"""Kept beside a question about joining, as the type they named is: they would like to be booked without being
asked, too."""

MOST_LISTED = 5


def start(turn: Turn, patients: Sequence[Patient]) -> Reply | None:
    """Put them on the list: for the type of visit they name; for something sooner than the visit they have; else
    for a visit like their last."""
    coming = _to_be_had_sooner(turn.tx, patients, named_type(turn))
    if len(coming) == 1:
        return sooner(turn, coming[0].id)
    if coming:
        shown = coming[:MOST_LISTED]
        lines = numbered([visits.line(turn, visit) for visit in shown])
        asks = _list(turn, [f"{SOONER}:{visit.id}" for visit in shown])
        return Reply("join_which", {"options": lines}, asks=asks)
    if len(patients) == 1:
        return for_patient(turn, patients[0].id)
    family = patients[:MOST_LISTED]
    names = numbered([patient.first_name for patient in family])
    asks = _list(turn, [f"{PATIENT_LINE}:{patient.id}" for patient in family])
    return Reply("join_who", {"options": names}, asks=asks)


def sooner(turn: Turn, visit_id: UUID) -> Reply | None:
    """They would like to come sooner than this visit."""
    return _join(turn, joining.wish_for(turn.tx.session.get_one(Appointment, visit_id), sooner=True))


def for_patient(turn: Turn, patient_id: UUID) -> Reply | None:
    """This patient joins, with no such visit to come: for the type they named, for one like their last, else they
    are asked what for."""
    kept = _type_kept(turn)
    if kept is not None:
        return _join(turn, Wish(patient_id, kept))
    last = turn.tx.session.scalar(
        select(Appointment)
        .join(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.starts_at <= turn.tx.now,
            AppointmentType.withdrawn_at.is_(None),
        )
        .order_by(Appointment.starts_at.desc())
        .limit(1)
    )
    if last is not None:
        return _join(turn, Wish(patient_id, last.type_id))
    kinds = _types(turn.tx)
    if len(kinds) == 1:
        return _join(turn, Wish(patient_id, kinds[0].id))
    if not kinds:
        return hand_over(turn, EscalationKind.BOOK)
    names = numbered([kind.name for kind in kinds])
    asks = _list(turn, [f"{TYPE}:{kind.id}" for kind in kinds], patient_id=patient_id)
    return Reply("join_what", {"options": names}, asks=asks)


def for_type(turn: Turn, type_id: UUID) -> Reply | None:
    """They said what for; the list they chose from knows for whom."""
    prompt = answered(turn)
    return _join(turn, Wish(prompt.patient_id or turn.patients[0].id, type_id))


def answer(turn: Turn, prompt: Prompt) -> Reply | None:
    """A yes to "Want something sooner or later?", asked about a visit, or to "Want me to add you?"."""
    offers_welcome(turn, ())
    visit = turn.tx.session.get(Appointment, prompt.subject_id) if prompt.subject_id else None
    if visit is None:
        return start(turn, [each for each in turn.patients if prompt.patient_id in (None, each.id)])
    coming = visit.state in UPCOMING_APPOINTMENT and visit.starts_at > turn.tx.now
    return _join(turn, joining.wish_for(visit, sooner=coming))


def for_visit(turn: Turn, visit: Appointment) -> Reply | None:
    """They wait for a visit like this one, which came to nothing."""
    return _join(turn, joining.wish_for(visit, sooner=False))


def offers_welcome(turn: Turn, entries: Sequence[WaitlistEntry]) -> bool:
    """Who asks for something gets offers again, where they had been switched off or paused, and hears so."""
    again = quieting.start_again(turn.tx, turn.conversation, entries, PATIENT)
    if again:
        messages.say(turn.tx, turn.conversation, "offers_again")
    return again


def asked(turn: Turn) -> Prompt | None:
    """The open question whether they would like to join."""
    found = next((one for one in turn.awaited if one.kind is PromptKind.JOIN), None)
    return turn.tx.session.get(Prompt, found.id) if found else None


def _join(turn: Turn, wish: Wish) -> Reply | None:
    """Join with all that was wished: before, when we asked, and in this text. Nobody can wait for a visit
    that is no longer offered: the desk says what there is instead."""
    if turn.tx.session.get_one(AppointmentType, wish.type_id).withdrawn_at is not None:
        return hand_over(turn, EscalationKind.BOOK)
    before = asked(turn)
    said = [wishing.kept_beside(before), wishing.stated_in(turn)]
    without_asking = before is not None and WITHOUT_ASKING in before.options
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.JOIN)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LIST)
    if waitlist.waiting_for(turn.tx, wish.patient_id, wish.type_id):
        return Reply("join_already", {"name": turn.tx.session.get_one(Patient, wish.patient_id).first_name})
    entry = joining.join(turn.tx, turn.conversation, wish, said, PATIENT)
    return wishing.which_provider(turn) or (ask_auto_book([entry]) if without_asking else None)


def ask_auto_book(entries: Sequence[WaitlistEntry]) -> Reply:
    """Whether they are sure to be booked without being asked."""
    ids = tuple(str(entry.id) for entry in entries)
    return Reply("auto_book_check", asks=Asking(PromptKind.AUTO_BOOK, entries[0].id, options=ids))


def _list(turn: Turn, options: Sequence[str], *, patient_id: UUID | None = None) -> Asking:
    """A number is awaited. What was wished in this text is kept beside the question until it is answered."""
    said, without_asking = wishing.stated_in(turn), turn.decision.kind is DecisionKind.AUTO_BOOK
    kind = named_type(turn)
    if said or without_asking or kind:
        besides = [WITHOUT_ASKING] if without_asking else []
        kept = (wishes.to_text(said), *besides, *([f"{TYPE}:{kind.id}"] if kind else []))
        conversations.ask(turn.tx, turn.conversation, PromptKind.JOIN, None, options=kept)
    return Asking(PromptKind.LIST, patient_id=patient_id, options=tuple(options))


def _type_kept(turn: Turn) -> UUID | None:
    """The type of visit named in this text, or when we asked who is to join."""
    kind = named_type(turn)
    if kind is not None:
        return kind.id
    before = asked(turn)
    lines = [option.partition(":") for option in (before.options if before else ())]
    return next((UUID(subject) for line, _, subject in lines if line == TYPE), None)


def _to_be_had_sooner(tx: Tx, patients: Sequence[Patient], kind: AppointmentType | None) -> list[Appointment]:
    """Coming visits, of that type only where one was named, that nobody waits to have sooner yet."""
    coming = appointments.coming(tx, [patient.id for patient in patients])
    if kind is not None:
        coming = [visit for visit in coming if visit.type_id == kind.id]
    return [visit for visit in coming if not waitlist.waiting_for(tx, visit.patient_id, visit.type_id)]


def _types(tx: Tx) -> Sequence[AppointmentType]:
    """What the clinic offers, the first few by name."""
    return tx.session.scalars(
        select(AppointmentType)
        .where(AppointmentType.withdrawn_at.is_(None))
        .order_by(AppointmentType.name)
        .limit(MOST_LISTED)
    ).all()
