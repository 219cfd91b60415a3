"""Files that a command writes at its end: refused at its beginning where they cannot be written."""

import os
from pathlib import Path

import click


class Written(click.Path):
    """A file of one kind (`.png`), in a folder that is there and may be written to."""

    def __init__(self, suffix: str) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)
        self._suffix = suffix

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() != self._suffix:
            self.fail(f"{path.name!r} does not end in {self._suffix}.", param, ctx)
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            self.fail(f"There is no folder {path.parent} that may be written to.", param, ctx)
        return path


PICTURE, PAGE = Written(".png"), Written(".md")
