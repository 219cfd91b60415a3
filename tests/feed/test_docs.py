"""What docs/integrations.md and docs/imports.md show is what the code does."""

import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from clinic.imports.columns import COLUMNS, Kind
from rules import feed
from rules.states import FeedEventType, NewsKind
from tests.feed.conftest import Practice

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "integrations.md").read_text(encoding="utf-8")
SHOWN = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.S)]


@pytest.mark.parametrize("event", SHOWN[:2], ids=["a visit", "hours"])
def test_an_event_of_the_page_is_one_that_we_read(event: dict[str, Any]) -> None:
    assert feed.read(json.dumps(event).encode()) is not None


@pytest.mark.parametrize("kind", [*FeedEventType, *NewsKind])
def test_every_type_of_event_is_named(kind: str) -> None:
    assert f"`{kind}`" in TEXT


@pytest.mark.parametrize("kind", Kind)
def test_every_column_of_every_file_is_named_in_order(kind: Kind) -> None:
    page = (DOCS / "imports.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{kind}` \| (.*) \|$", page, re.M)
    without_remarks = re.sub(r" or |\(.*?\)|\. .*", lambda found: ", " if found[0] == " or " else "", row)
    named = [name.strip() for name in without_remarks.split(",")]
    assert named == [column.name + ("" if column.required else "?") for column in COLUMNS[kind]]


@pytest.fixture
def address(practice: Practice) -> Any:
    """The feed's address on a real server, with a clock that shows the real time."""
    server = make_server("127.0.0.1", 0, practice.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks/schedule/{practice.feed.slug}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_python_of_the_page_signs_as_we_check(practice: Practice, address: str) -> None:
    from_page: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", TEXT, re.S)[1], from_page)  # type: ignore[index]
    from_page["time"] = ClockOf(practice)
    event = {"event_id": "1", "type": "visit.cancelled", "visit": {"external_id": "v-1042"}}
    assert from_page["send"](address, practice.feed.secret, event) == 200
    assert practice.events() == [("1", "waiting")]


class ClockOf:
    """The `time` that the page's Python imports, at the moment at which the test plays."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def time(self) -> float:
        return self._practice.clock().timestamp()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="no curl or openssl here")
def test_the_shell_of_the_page_signs_as_we_check(practice: Practice, address: str) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    script = next(block for block in blocks if "openssl" in block)
    script = script.replace("now=$(date +%s)", f"now={int(practice.clock().timestamp())}")
    environment = {"PATH": "/usr/bin:/bin", "ADDRESS": address, "SECRET": practice.feed.secret}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("200\n", "")
    assert practice.events() == [("1", "waiting")]
