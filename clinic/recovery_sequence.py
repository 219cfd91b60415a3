"""The sequence of touches as a clinic edits it: changed, and looked at as its patients would read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

from clinic import phrases, policies, recovery_words
from clinic.audit import By
from rules.recovery_terms import RecoveryTerms, Touch
from rules.segments import affordable, segments
from rules.states import Channel
from storage.queries import waitlist
from storage.transaction import Tx

SHOWN = 3
SOMEBODY, SOME_PROVIDER = "Anna", "Dr Lee"
"""Who an example is about, and with whom where the clinic has nobody yet."""
KEPT = timedelta(hours=2)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody would read. `segments`: what it costs as a text; None on other channels."""

    text: str
    segments: int | None


def change(tx: Tx, terms: RecoveryTerms, by: By, *, since: str | None = None) -> None:
    """The clinic makes up for lost visits so from now on; every open case is looked at anew by it. The same terms
    once more change nothing. Raises `policies.Overtaken` where the terms are not those marked `since`."""
    decided = policies.to_change(tx)
    if terms == decided.recovery:
        return
    if since not in (None, mark(decided.recovery)):
        raise policies.Overtaken
    policies.change(tx, decided.model_copy(update={"recovery": terms}), by)


def mark(terms: RecoveryTerms) -> str:
    """Which terms these are, for whoever changes them."""
    return policies.mark_of(terms.model_dump(mode="json"))


def ours(opening: str, language: str) -> str:
    """How a text begins where the clinic has no words of its own, its fields as the clinic would write them."""
    fields = {"name": "{first_name}", "when": "{when}", "provider": "{provider}"}
    return phrases.render(recovery_words.OPENS[opening], language, **fields)


def somebody(tx: Tx) -> str:
    """With whom the visits of examples are."""
    providers = waitlist.providers(tx.session)
    return providers[0].name if providers else SOME_PROVIDER


def example(tx: Tx, touch: Touch, opening: str, language: str, who: str, *, first: bool) -> Example:
    """How a touch would read, with made-up times with `who`. `first`: it may be the first text to a number for a
    while, which says how to opt out."""
    clinic = tx.clinic()
    days = islice(_mornings(tx), SHOWN)
    lines = [phrases.part("line", when=phrases.when(at, clinic.timezone), provider=who) for at in days]
    lost: dict[str, phrases.Words] = {
        "name": SOMEBODY,
        "provider": who,
        "when": phrases.when(tx.now, clinic.timezone),
    }
    values = {
        "opening": recovery_words.begun(tx, opening, touch.own(opening, language), lost),
        "options": phrases.numbered(lines),
        "by": phrases.answer_by(tx.now + KEPT, clinic.timezone, tx.now),
        "phone": phrases.phone(clinic.phone),
    }
    if touch.channel is Channel.VOICE:
        return Example(_heard(tx, touch, opening, language, {**lost, "when": _in_full(tx, tx.now)}), None)
    answerable = touch.channel is not Channel.EMAIL
    said = phrases.render("recovery_times" if answerable else "recovery_call", language, **values)
    notice = f" {phrases.render('stop_notice', language)}" if first and answerable else ""
    text = affordable(f"{clinic.short_name}: {said}{notice}")
    return Example(text, segments(text) if touch.channel is Channel.SMS else None)


def _heard(tx: Tx, touch: Touch, opening: str, language: str, lost: Mapping[str, phrases.Words]) -> str:
    """What a call would say."""
    first = next(_mornings(tx))
    said = [
        phrases.render("call_hello", language, clinic=tx.clinic().name),
        phrases.said(recovery_words.begun(tx, opening, touch.own(opening, language), lost), language),
        phrases.render("call_recovery_time", language, when=_in_full(tx, first), provider=lost["provider"]),
    ]
    return " ".join(said)


def _in_full(tx: Tx, moment: datetime) -> phrases.Words:
    return phrases.in_full(moment, tx.clinic().timezone)


def _mornings(tx: Tx) -> Iterator[datetime]:
    """10:00am on each weekday to come."""
    zone = ZoneInfo(tx.clinic().timezone)
    today = tx.now.astimezone(zone).date()
    for ahead in count(1):
        on = today + timedelta(days=ahead)
        if on.weekday() <= FRIDAY:
            yield datetime.combine(on, time(10), zone)
