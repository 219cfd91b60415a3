"""Every sentence the bot can say, by language and name."""

from pathlib import Path
from string import Formatter

import yaml

from clinic import phrases

ROOT = Path(__file__).parents[2]
SENTENCES: dict[str, dict[str, str]] = {
    language: yaml.safe_load((ROOT / f"clinic/phrases.{language}.yml").read_text(encoding="utf-8"))
    for language in phrases.LANGUAGES
}
EN, ES = SENTENCES["en"], SENTENCES["es"]


def named(sentence: str) -> set[str]:
    """What a sentence has put into it."""
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}
