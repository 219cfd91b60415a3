"""The vendored scripts are those that were looked at."""

import hashlib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "bot/admin/static/vendor"
LISTED = {name: digest for digest, name in map(str.split, (FOLDER / "SHA256SUMS").read_text().splitlines())}


@pytest.mark.parametrize("name", LISTED)
def test_a_vendored_file_is_unchanged(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == LISTED[name]


def test_every_vendored_script_is_listed() -> None:
    assert {path.name for path in FOLDER.glob("*.js")} <= LISTED.keys()
