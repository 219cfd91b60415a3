"""Who calls is whom our own proxy names; what anybody else says of it counts for nothing."""

from typing import Any

import pytest

from bot.proxies import Proxies


def scope(client: str | None, *named: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", each.encode()) for each in named]
    return {"client": (client, 1234) if client else None, "headers": [(b"host", b"x"), *headers]}


OURS = Proxies("127.0.0.1, ::1, 10.0.0.0/8")


@pytest.mark.parametrize(
    ("called", "who"),
    [
        (scope("203.0.113.7"), "203.0.113.7"),
        (scope("127.0.0.1"), "127.0.0.1"),
        (scope("127.0.0.1", "203.0.113.7"), "203.0.113.7"),
        (scope("::1", "203.0.113.7, 10.1.2.3"), "203.0.113.7"),
        (scope("127.0.0.1", "203.0.113.7", "10.1.2.3"), "203.0.113.7"),
        (scope("127.0.0.1", "198.51.100.1, 203.0.113.7"), "203.0.113.7"),
        (scope("203.0.113.7", "198.51.100.1"), "203.0.113.7"),
        (scope("127.0.0.1", "unknown"), "unknown"),
        (scope(None, "203.0.113.7"), ""),
    ],
    ids=[
        "no proxy",
        "this machine",
        "our proxy",
        "two proxies of ours",
        "a header each",
        "what the caller made up",
        "no proxy of ours",
        "no address",
        "no client",
    ],
)
def test_the_caller_is_the_last_that_is_no_proxy_of_ours(called: dict[str, Any], who: str) -> None:
    assert OURS.client_of(called) == who


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        Proxies("proxy.internal")
