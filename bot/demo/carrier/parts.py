"""The double's parts, put together once, and how a view gets at them."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from bot.demo.carrier.inbound import Inbound
from bot.demo.carrier.life import Lives
from bot.demo.carrier.ringing import Ringing
from bot.demo.carrier.scheduler import Scheduler
from bot.demo.carrier.settings import Account, Manners
from bot.demo.carrier.state import State


@dataclass(frozen=True)
class Parts:
    account: Account
    state: State
    scheduler: Scheduler
    lives: Lives
    inbound: Inbound
    ringing: Ringing


def assemble(account: Account, manners: Manners, phones: dict[str, str]) -> Parts:
    state = State(manners, phones)
    scheduler = Scheduler()
    return Parts(
        account,
        state,
        scheduler,
        Lives(account, state, scheduler),
        Inbound(account, state),
        Ringing(account, state, scheduler),
    )


def parts() -> Parts:
    """The parts of the application that answers the present request."""
    return cast(Parts, current_app.extensions["carrier"])
