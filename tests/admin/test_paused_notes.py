"""What an action says that would send something, while automatic texts or a provider's offers are paused."""

from collections.abc import Mapping

import pytest
from sqlalchemy import delete

from bot.admin.notes import NOTES
from clinic import pausing
from clinic.audit import SYSTEM
from rules.permissions import Role
from storage.tables import Provider, RecoveryAttempt, WaitlistEntry
from tests import factories
from tests.admin.desk import Desk
from tests.admin.lost_visits import Lost
from tests.admin.test_openings import only
from tests.admin.test_today import coming_visit, free_slot

ENDS = "-paused"


def pause(desk: Desk, *, whole: bool) -> None:
    if whole:
        desk.do(lambda tx: pausing.pause_clinic(tx, SYSTEM))
    else:
        desk.do(lambda tx: pausing.pause_provider(tx, tx.session.query(Provider).one().id, SYSTEM))


def note_after(desk: Desk, path: str, data: Mapping[str, str]) -> str:
    location = desk.browser(Role.SUPERVISOR).post(path, data=data).location
    note: str = location.partition("note=")[2].partition("#")[0]
    return note


@pytest.mark.parametrize("whole", [True, False], ids=["the clinic's texts", "the provider's offers"])
@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/openings/{slot}/offer", "offered"),
        ("/openings/{slot}/offer-now", "offering"),
        ("/waitlist/{entry}/offer", "offered"),
        ("/waitlist/match-all", "all-offered"),
    ],
)
def test_an_offer_is_said_to_wait(desk: Desk, path: str, note: str, whole: bool) -> None:
    slot, entry = free_slot(desk), only(desk, WaitlistEntry)
    pause(desk, whole=whole)
    data = {"entry": str(entry), "time": f"opening/{slot}", "line": f"{slot}/{entry}"}
    assert note_after(desk, path.format(slot=slot, entry=entry), data) == f"{note}{ENDS}"
    assert "paused" in NOTES[f"{note}{ENDS}"]


def test_offers_that_are_let_go_on_are_said_to_wait(desk: Desk) -> None:
    slot = free_slot(desk, automatic=False)
    pause(desk, whole=False)
    assert note_after(desk, f"/openings/{slot}/go-on", {}) == "going-on-paused"


def test_an_offer_of_a_provider_who_is_not_paused_is_on_its_way(desk: Desk) -> None:
    slot, entry = free_slot(desk), only(desk, WaitlistEntry)
    desk.do(lambda tx: pausing.pause_provider(tx, factories.provider(tx, "Dr Roy").id, SYSTEM))
    assert note_after(desk, f"/openings/{slot}/offer", {"entry": str(entry)}) == "offered"


@pytest.mark.parametrize(("whole", "note"), [(True, "reminded-paused"), (False, "reminded")])
def test_a_reminder_waits_for_the_clinic_and_not_for_a_provider(desk: Desk, whole: bool, note: str) -> None:
    visit = coming_visit(desk)
    pause(desk, whole=whole)
    assert note_after(desk, f"/visits/{visit}/remind", {}) == note


def test_a_text_about_a_lost_visit_is_said_to_wait(desk: Desk, cases: Lost) -> None:
    desk.do(lambda tx: tx.session.execute(delete(RecoveryAttempt)))
    pause(desk, whole=True)
    assert note_after(desk, f"/recovery/{cases.maria}/text-now", {}) == "recovery-texted-paused"


@pytest.mark.parametrize("note", ["offered-some", "some-offered"])
def test_what_is_done_in_part_is_said_to_wait_too(note: str) -> None:
    assert "until they are resumed" in NOTES[f"{note}{ENDS}"]
