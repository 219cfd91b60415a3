"""The double as a process: it says where it is, says what is wrong, and never outlives its parent."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.demo import carrier as carrier_package
from bot.demo.carrier.client import ACCOUNT_SID, Carrier
from tests.carrier.people import CLINIC
from tests.processes import comes_true, is_running, line, python, running

FOLDER = Path(carrier_package.__file__).parent
WEBHOOK = "http://127.0.0.1:9/webhooks/twilio/message"
PARENT = """
import os, sys, time
from bot.demo.carrier.client import Carrier
with Carrier.start(sys.argv[1], [sys.argv[2]]) as carrier:
    children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    print(children[0], flush=True)
    time.sleep(600)
"""


def test_it_shows_the_phones_and_the_link_it_is_given(tmp_path: Path) -> None:
    phones = [{"number": "+15555550110", "name": "Maria Lopez"}]
    (tmp_path / "phones.json").write_text(json.dumps(phones), encoding="utf-8")
    arguments = ["--phones", str(tmp_path / "phones.json"), "--admin-url", "http://127.0.0.1:8080/admin"]
    with Carrier.start(WEBHOOK, [CLINIC], arguments=arguments) as carrier:
        answer = httpx.get(f"{carrier.url}/_carrier/phones").json()
    assert (answer["phones"], answer["admin_url"]) == (phones, "http://127.0.0.1:8080/admin")


def test_it_ends_with_the_block_that_started_it() -> None:
    with Carrier.start(WEBHOOK, [CLINIC]) as carrier:
        url = carrier.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_ends_with_its_parent_even_by_kill_9() -> None:
    with running(*python(PARENT, WEBHOOK, CLINIC)) as parent:
        child = int(line(parent))
        assert is_running(child)
        parent.kill()
        assert comes_true(lambda: not is_running(child))


def test_ctrl_c_ends_it_without_a_word() -> None:
    command = [sys.executable, "-m", "bot.demo.carrier", f"--account-sid={ACCOUNT_SID}", "--auth-token=t"]
    with running(*command, f"--webhook-url={WEBHOOK}", f"--number={CLINIC}") as process:
        url = line(process).rpartition(" ")[2]
        with httpx.stream("GET", f"{url}/_carrier/events"):  # a page that is open does not hold it up
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = start("--port", str(port), token="t")
    assert (ended.returncode, ended.stderr) == (
        1,
        f"carrier: port {port} cannot be used: Address already in use.\n",
    )


def test_without_a_token_it_does_not_start() -> None:
    ended = start(token="")
    assert ended.returncode == 1
    assert ended.stderr.startswith("carrier: give TWILIO_AUTH_TOKEN")


def test_it_imports_nothing_of_ours_but_itself() -> None:
    ours = {"bot", "cli", "clinic", "handlers", "jobs", "nlu", "rules", "storage", "tests"}
    imported = [
        (file.name, name)
        for file in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in imports(node)
        if name.partition(".")[0] in ours and not name.startswith("bot.demo.carrier")
    ]
    assert imported == []


def imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def start(*arguments: str, token: str) -> subprocess.CompletedProcess[str]:
    """Run it with too little or too much, and wait for it to give up."""
    command = [sys.executable, "-m", "bot.demo.carrier", "--account-sid", ACCOUNT_SID]
    command += ["--webhook-url", WEBHOOK, "--number", CLINIC, *arguments]
    environment = {**os.environ, "TWILIO_AUTH_TOKEN": token}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
