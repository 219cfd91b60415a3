"""`standby settings`: the list of settings, as written into docs/settings.md and .env.example."""

import click
from pydantic.fields import FieldInfo

from bot.settings import Settings, name_of

MARKDOWN_HEAD = """# Settings

Environment variables, or lines of a file `.env` in the working directory (the environment wins). A process
refuses to start when one is missing or wrong, and says how to mend it. This page is written by
`standby settings --as markdown`.

| setting | default | what it is |
|---|---|---|
"""
ENV_HEAD = "# Copy to .env and fill in what has no value. Written by `standby settings --as env`.\n"


@click.command()
@click.option("--as", "form", type=click.Choice(["markdown", "env"]), default="markdown", show_default=True)
def command(form: str) -> None:
    """List every setting with its default and meaning."""
    click.echo(as_markdown() if form == "markdown" else as_env(), nl=False)


def as_markdown() -> str:
    rows = (f"| `{name}` | {_default(field)} | {field.description} |" for name, field in _fields())
    return MARKDOWN_HEAD + "\n".join(rows) + "\n"


def as_env() -> str:
    blocks = (f"\n# {field.description}\n{_assignment(name, field)}\n" for name, field in _fields())
    return ENV_HEAD + "".join(blocks)


def _fields() -> list[tuple[str, FieldInfo]]:
    return [(name_of(key), field) for key, field in Settings.model_fields.items()]


def _assignment(name: str, field: FieldInfo) -> str:
    return f"{name}=" if field.is_required() else f"#{name}={_text(field.default)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "not set" if field.default is None else f"`{_text(field.default)}`"


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
