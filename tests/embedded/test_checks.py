"""What keeps the demo from starting is said in a sentence."""

import socket
from pathlib import Path

import pytest

from bot.demo import checks
from bot.demo.state import DemoRefused


def test_this_machine_will_do() -> None:
    checks.check_platform()
    checks.check_python()


@pytest.mark.parametrize(
    ("system", "machine"), [("Darwin", "arm64"), ("Linux", "aarch64"), ("Windows", "AMD64")]
)
def test_another_platform_is_refused(system: str, machine: str) -> None:
    with pytest.raises(DemoRefused, match=f"this is {system} {machine}"):
        checks.check_platform(system, machine)


def test_an_old_python_is_refused() -> None:
    with pytest.raises(DemoRefused, match=r"this is 3\.10"):
        checks.check_python((3, 10))


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoRefused, match="make room first"):
        checks.check_disk(tmp_path, needed=10**18)


def test_a_taken_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PORT_FREE_WITHIN", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DemoRefused, match=f"Port {port} is taken"):
            checks.check_port(port)


def test_the_preferred_port_is_kept_where_it_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert checks.free_port(port) == port


def test_another_port_is_found_where_the_preferred_one_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert checks.free_port(port) != port
