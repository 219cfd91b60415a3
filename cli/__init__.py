"""The `standby` command. Each file of this folder is one command, imported only when it is used.

A command's file is named after it (a hyphen is written `_`, a Python keyword ends in `_`) and holds a click
command or group named `command`. Files whose name begins with `_` are helpers.
"""

import importlib
import pkgutil

import click

from bot.settings import SettingsError


class Refused(click.ClickException):
    """The settings are wrong: a sentence each on stderr, exit code 2, no traceback."""

    exit_code = 2


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """The files of this folder."""
        del ctx
        files = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.rstrip("_").replace("_", "-") for name in files if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = cmd_name.replace("-", "_")
        if module == "import":
            module = "import_"
        found = importlib.import_module(f"{__name__}.{module}").command
        if not isinstance(found, click.Command):
            raise TypeError(f"cli/{module}.py: `command` is not a click command")
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise Refused(str(error)) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="standby")
def main() -> None:
    """Standby: a text-message bot for clinics that fills freed slots from the waitlist."""
