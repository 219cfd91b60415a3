"""Standby in this process, reached over HTTP as patients' phones reach it, with the carrier's double."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from rules.states import Channel, ConsentKind
from storage.tables import Clinic, Patient
from storage.transaction import Tx
from tests.channels.house import ANA, BEN, Reached
from tests.channels.mail import MailServer
from tests.chaos.house import LINE, fresh_house
from tests.system import System, running_system


@pytest.fixture(scope="module")
def running_mail() -> Iterator[MailServer]:
    with MailServer.running() as server:
        yield server


@pytest.fixture
def mail(running_mail: MailServer) -> MailServer:
    """A mail server that has had nothing yet, and takes everything."""
    running_mail.reset()
    return running_mail


@pytest.fixture(scope="module")
def system(module_database_url: str, redis_server_url: str, running_mail: MailServer) -> Iterator[System]:
    with running_system(
        module_database_url, redis_server_url, number=LINE, smtp_url=running_mail.url
    ) as running:
        yield running


@pytest.fixture
def reached(system: System, mail: MailServer) -> Reached:
    """Two patients wait; the first is asked first."""
    return Reached(system, fresh_house(system, 2, link_in_offers=True, dispatch="sequential"))


@pytest.fixture
def town(reached: Reached) -> Reached:
    """Two patients who agreed to news and live where it is noon; the clinic has every channel."""
    reached.opens(Channel.EMAIL, Channel.VOICE, Channel.WHATSAPP)
    reached.run(_at_home)
    for patient in (ANA, BEN):
        reached.agrees(patient, ConsentKind.MARKETING_TEXT)
    return reached


def _at_home(tx: Tx) -> None:
    tx.session.get_one(Clinic, tx.clinic_id).address = "12 Lake St, Buffalo, NY 14201"
    for who in tx.session.scalars(select(Patient)):
        who.state = "NY"
