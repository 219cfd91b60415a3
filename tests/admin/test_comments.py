"""What staff note beside an entry of the waitlist."""

import pytest

from tests.admin.desk import Desk
from tests.admin.test_waitlist import waits


def test_comments_are_kept_with_who_and_when(desk: Desk) -> None:
    entry_id = waits(desk, "Maria Lopez")
    browser = desk.browser()
    browser.post(f"/waitlist/{entry_id}/comment", data={"comment": "Rang her <twice>"})
    page = browser.get(f"/waitlist/{entry_id}").text
    assert "Rang her &lt;twice&gt;" in page
    assert "Sam Rivera" in page
    assert "entry.commented" in desk.audited()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_comment_is_refused(desk: Desk, text: str) -> None:
    entry_id = waits(desk, "Maria Lopez")
    assert desk.browser().post(f"/waitlist/{entry_id}/comment", data={"comment": text}).status_code == 400
