"""The command line is found file by file, and loads only what is used."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from cli import main

COMMANDS = main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_file_holds_a_command_with_help(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert f"Usage: main {name}" in result.output


def test_help_lists_every_command_with_a_line() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    assert [name for name in COMMANDS if f"\n  {name} " not in output] == []


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["dmeo"])
    assert result.exit_code == 2
    assert "No such command 'dmeo'" in result.stderr


def test_the_helpers_are_not_commands() -> None:
    assert not [name for name in COMMANDS if name.startswith("-")]


def test_asking_for_the_version_loads_no_command() -> None:
    script = "import sys, cli; cli.main(['--version'], standalone_mode=False); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "version 0.1.0" in shown
    assert not {"flask", "granian", "rq", "sqlalchemy"} & set(shown.split())
