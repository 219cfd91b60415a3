"""Standing wishes in a text: kept on the entries of whom they are about, or asked back where something is open."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from clinic import conversations, declining, wishes
from clinic.audit import PATIENT
from clinic.phrases import every_weekday, numbered
from handlers.turn import Asking, Reply, Turn, hand_over
from handlers.whom import entries_meant
from nlu.preferences import bare_names
from nlu.understanding import Preferences
from nlu.words import words
from rules.facts import TimeWindow
from rules.states import WAITING_ENTRY, EscalationKind, PromptKind
from rules.wishes import Stated
from storage.tables import Offer, Prompt, Provider, WaitlistEntry

ONLY, IF_POSSIBLE, WITHOUT = "only", "prefer", "without"
"""What a line of a list of providers points at: `only:<id>`."""

MOST_LISTED = 5


def stated_in(turn: Turn) -> Stated:
    """What the text says of wishes. A provider whose name fits nobody, or several, is left out."""
    said = turn.read.preferences
    provider, other, only = _wanted(turn, said)
    return Stated(
        weekdays=said.weekdays,
        excluded_weekdays=said.excluded_weekdays,
        times=tuple(TimeWindow(*walls) for walls in said.times),
        excluded_times=tuple(TimeWindow(*walls) for walls in said.excluded_times),
        excluded_day_times=tuple((day, TimeWindow(*walls)) for day, walls in said.excluded_day_times),
        excluded_dates=said.excluded_dates,
        earliest=said.earliest,
        latest=said.latest,
        notice_hours=said.notice_hours,
        again_weekdays=said.again_weekdays,
        again_times=tuple(TimeWindow(*walls) for walls in said.again_times),
        again_day_times=tuple((day, TimeWindow(*walls)) for day, walls in said.again_day_times),
        again_provider_id=_sure(turn, said.again_provider),
        any_day=said.any_day,
        any_time=said.any_time,
        any_provider=said.any_provider,
        provider_id=provider,
        or_provider_id=other,
        only_provider=only and provider is not None,
        excluded_provider_id=_sure(turn, said.excluded_provider),
    )


def names_alone(turn: Turn) -> bool:
    """Whether somebody who waits says nothing but the name of a provider who is here: "Kim only"."""
    said = turn.read.preferences
    return not said and stated_in(turn).provider_id is not None and bool(entries_meant(turn))


def keep(
    turn: Turn, entries: Sequence[WaitlistEntry], *, passing: Offer | None = None, mark: bool = True
) -> Reply | None:
    """Keep what the text wishes on these entries, and ask about what is open. `passing` is declined with it, which
    is a mark against them or not."""
    stated, kept = stated_in(turn), True
    if stated:
        kept = wishes.keep(turn.tx, turn.conversation, entries, stated, PATIENT, passing=passing, mark=mark)
    if passing is not None and not (stated and kept):
        declining.decline(turn.tx, passing, PATIENT, counts=mark)
    if not kept:
        return Reply("wishes_nothing_left", {"wishes": wishes.in_words(turn.tx, stated)})
    return which_provider(turn)


def keep_beside_a_pause(turn: Turn, entries: Sequence[WaitlistEntry]) -> None:
    """Keep what else was wished in a text that asks for a pause; its days are the pause's own."""
    stated = replace(stated_in(turn), earliest=None, excluded_dates=())
    if stated:
        wishes.keep(turn.tx, turn.conversation, entries, stated, PATIENT)


def offer_to_join(turn: Turn, stated: Stated) -> Reply:
    """They wait for nothing: asked whether they would like to, and what they said is kept until they answer."""
    asks = Asking(PromptKind.JOIN, options=(wishes.to_text(stated),) if stated else ())
    if not stated:
        return Reply("join_ask", asks=asks)
    return Reply("join_ask_wishes", {"wishes": wishes.in_words(turn.tx, stated)}, asks=asks)


def kept_beside(prompt: Prompt | None) -> Stated:
    """What had been said when the question was asked."""
    return wishes.from_text(prompt.options[0]) if prompt is not None and prompt.options else Stated()


# A weekday they have passed on twice


def ask_to_leave_out(offer: Offer, weekday: int) -> Reply:
    """Whether such days are never to be offered again."""
    said = wishes.to_text(Stated(excluded_weekdays=frozenset({weekday})))
    asks = Asking(PromptKind.LEAVE_OUT, offer.entry_id, offer.patient_id, options=(said,))
    return Reply("leave_out_check", {"day": every_weekday(weekday)}, asks=asks)


def leave_out(turn: Turn) -> Reply | None:
    """A yes to that: kept like any wish they state themselves."""
    prompt = _leave_out(turn)
    entry = turn.tx.session.get_one(WaitlistEntry, prompt.subject_id)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LEAVE_OUT)
    if entry.state not in WAITING_ENTRY:
        return Reply("not_waiting")
    stated = kept_beside(prompt)
    if wishes.keep(turn.tx, turn.conversation, [entry], stated, PATIENT):
        return None
    return Reply("wishes_nothing_left", {"wishes": wishes.in_words(turn.tx, stated)})


def not_leaving_out(turn: Turn) -> Reply | None:
    """A no to it."""
    (weekday,) = kept_beside(_leave_out(turn)).excluded_weekdays
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LEAVE_OUT)
    return Reply("not_left_out", {"day": every_weekday(weekday)})


def _leave_out(turn: Turn) -> Prompt:
    awaited = turn.decision.awaited
    return turn.tx.session.get_one(Prompt, awaited.id if awaited else None)


# Providers by name


def which_provider(turn: Turn) -> Reply | None:
    """Where a name fits nobody or several: the providers, to choose from; too many of them, and the desk asks."""
    unsure = _unsure(turn)
    if unsure is None:
        return None
    kind, name = unsure
    found = _called(turn, name) or _everybody(turn)
    if not 0 < len(found) <= MOST_LISTED:
        return hand_over(turn, EscalationKind.QUESTION, "question")
    lines = [provider.name for provider in found]
    return Reply(
        "which_provider",
        {"options": numbered(lines)},
        asks=Asking(PromptKind.LIST, options=tuple(f"{kind}:{provider.id}" for provider in found)),
    )


def chosen(turn: Turn, stated: Stated) -> Reply | None:
    """A provider was chosen from that list."""
    entries = entries_meant(turn)
    if not entries:
        return offer_to_join(turn, stated)
    if wishes.keep(turn.tx, turn.conversation, entries, stated, PATIENT):
        return None
    return Reply("wishes_nothing_left", {"wishes": wishes.in_words(turn.tx, stated)})


def only(turn: Turn, provider_id: UUID) -> Reply | None:
    """This provider and nobody else."""
    return chosen(turn, Stated(provider_id=provider_id, only_provider=True))


def if_possible(turn: Turn, provider_id: UUID) -> Reply | None:
    """This provider rather than another."""
    return chosen(turn, Stated(provider_id=provider_id))


def without(turn: Turn, provider_id: UUID) -> Reply | None:
    """Anybody but this provider."""
    return chosen(turn, Stated(excluded_provider_id=provider_id))


def _wanted(turn: Turn, said: Preferences) -> tuple[UUID | None, UUID | None, bool]:
    """The provider wished for, another who will do as well, and whether nobody else will. "Kim only" names a
    provider where one of that name is here. Of two, one who is not known leaves the other."""
    names, only = [name for name in (said.provider, said.or_provider) if name], said.only_provider
    if not names:
        bare, only = bare_names(turn.read.text)
        names = [name for name in bare if _sure(turn, name)]
        only = only and len(names) == len(bare)
    known = [each for each in (_sure(turn, name) for name in names) if each is not None]
    first, second = (*known, None, None)[:2]
    return first, second if second != first else None, only


def _sure(turn: Turn, name: str | None) -> UUID | None:
    found = _called(turn, name) if name else []
    return found[0].id if len(found) == 1 else None


def _unsure(turn: Turn) -> tuple[str, str] | None:
    """The name that was said and fits nobody or several, and what was wished of them."""
    said: Preferences = turn.read.preferences
    for name in (said.provider, said.or_provider):
        if name and _sure(turn, name) is None:
            return ONLY if said.only_provider else IF_POSSIBLE, name
    if said.excluded_provider and _sure(turn, said.excluded_provider) is None:
        return WITHOUT, said.excluded_provider
    return None


def _called(turn: Turn, name: str) -> list[Provider]:
    """Providers of that last name, or called just that."""
    said = words(name)
    return [provider for provider in _everybody(turn) if said and words(provider.name)[-len(said) :] == said]


def _everybody(turn: Turn) -> list[Provider]:
    return list(turn.tx.session.scalars(select(Provider).order_by(Provider.name)))
