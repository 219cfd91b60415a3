"""After a day of texts the Cancellations page, its CSV and the API say the same."""

import csv
import io
from typing import Any

import pytest

from bot.app import create_app
from rules.permissions import Role
from storage.tables import Clinic
from tests.admin.desk import Desk
from tests.api.conftest import Program, token
from tests.stories.cast import set_stage
from tests.stories.play import Play
from tests.stories.script import FOLDER, load
from tests.system import System


@pytest.fixture
def desk(system: System) -> Desk:
    """The clinic on the evening of that day."""
    cast = set_stage(system, load(FOLDER / "day_of_cancellations.yml"))
    Play(system, cast).run()
    app = create_app(system.services)
    app.testing = True
    store = system.services.store
    with store.unscoped() as session:
        return Desk(app, store, session.get_one(Clinic, cast.clinic_id))


def told(desk: Desk) -> Any:
    return Program(desk, token(desk)).get("/cancellations/analytics")


def table(desk: Desk, name: str) -> dict[str, dict[str, str]]:
    """One of the page's tables, as its CSV has it, by the first column."""
    written = desk.browser(Role.SUPERVISOR).get(f"/cancellations/{name}.csv").text
    return {row[name]: row for row in csv.DictReader(io.StringIO(written))}


def test_page_csv_and_api_agree_on_a_day_of_texts(desk: Desk) -> None:
    page = desk.browser(Role.SUPERVISOR).get("/cancellations").text
    api, why = told(desk), table(desk, "reason")
    assert (api["all"]["cancelled"], api["all"]["cancelled_late"], api["all"]["no_show"]) == (1, 1, 1)
    assert "3 of 5 visits" in page
    assert api["all"]["rate"] == pytest.approx(3 / 5)
    assert {name: (row["cancelled"], row["cancelled_late"], row["no_show"]) for name, row in why.items()} == {
        "transportation": ("0", "1", "1"),
        "illness": ("1", "0", "0"),
    }
    assert {row["name"]: row["share"] for row in api["tables"]["reason"]} == pytest.approx(
        {name: float(row["rate"]) for name, row in why.items()}, abs=1e-4
    )
