"""Asking for the account: how a caller sees that its credentials are good."""

import httpx

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier


def test_the_account_is_active_for_who_knows_its_token(carrier: Carrier) -> None:
    answer = ask(carrier, AUTH_TOKEN)
    assert answer.json()["status"] == "active"


def test_a_wrong_token_is_refused(carrier: Carrier) -> None:
    assert ask(carrier, "wrong").status_code == 401


def ask(carrier: Carrier, token: str) -> httpx.Response:
    return httpx.get(f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT_SID}.json", auth=(ACCOUNT_SID, token))
