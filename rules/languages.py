"""What the bot can speak."""

from enum import StrEnum


class Language(StrEnum):
    """Each has a phrases file."""

    ENGLISH = "en"
    SPANISH = "es"
