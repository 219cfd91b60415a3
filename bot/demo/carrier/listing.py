"""Twilio's list of messages: its few filters, its order, its pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bot.demo.carrier.errors import ApiError
from bot.demo.carrier.messages import API_VERSION, Message

FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
"""All that Twilio can filter by: not the body, not the status, and dates by whole GMT days only."""


@dataclass(frozen=True)
class Page:
    messages: list[Message]
    number: int
    size: int
    next_token: str | None

    def links(self, account_sid: str, query: dict[str, str]) -> dict[str, str | int | None]:
        """Everything in Twilio's answer but the messages."""
        path = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"
        kept = {name: query[name] for name in FILTERS if name in query} | {"PageSize": str(self.size)}

        def link(**extra: str | int) -> str:
            return f"{path}?{urlencode({**kept, **extra})}"

        start = self.number * self.size
        following = link(Page=self.number + 1, PageToken=self.next_token) if self.next_token else None
        return {
            "first_page_uri": link(Page=0),
            "next_page_uri": following,
            "previous_page_uri": link(Page=self.number - 1) if self.number else None,
            "uri": link(Page=self.number),
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": max(start, start + len(self.messages) - 1),
        }


def page(messages: Iterable[Message], query: dict[str, str]) -> Page:
    """One page, newest first. A token names the last message of the page before."""
    days = {name: _day(query[name]) for name in FILTERS if name.startswith("DateSent") and query.get(name)}
    found = sorted((m for m in messages if _fits(m, query, days)), key=lambda m: m.order, reverse=True)
    number, size = _whole(query, "Page", 0), min(max(_whole(query, "PageSize", 50), 1), 1000)
    token = query.get("PageToken", "")
    if number and not token:
        raise ApiError(20001, "PageToken is required for paging.")
    if token:
        sids = [m.sid for m in found]
        found = found[sids.index(token[2:]) + 1 :] if token[2:] in sids else []
    shown = found[:size]
    more = len(found) > size
    return Page(shown, number, size, f"PA{shown[-1].sid}" if more else None)


def _fits(message: Message, query: dict[str, str], days: dict[str, date]) -> bool:
    if query.get("To", message.to) != message.to or query.get("From", message.sender) != message.sender:
        return False
    if not days:
        return True
    if message.sent is None:  # not sent yet: it has no date to be found by
        return False
    sent = message.sent.date()
    return (
        days.get("DateSent", sent) == sent
        and days.get("DateSent<", sent) >= sent
        and days.get("DateSent>", sent) <= sent
    )


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise ApiError(20001, f"Invalid DateSent: {value}") from error


def _whole(query: dict[str, str], name: str, otherwise: int) -> int:
    value = query.get(name, "")
    if not value:
        return otherwise
    if not value.isascii() or not value.isdigit():
        raise ApiError(20001, f"Invalid {name}: {value}")
    return int(value)
