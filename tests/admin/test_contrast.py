"""Every pair of colours that text is written in is readable (WCAG 2.2 AA), by day and by night."""

import re
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"


def colours_of(style: Path) -> list[dict[str, str]]:
    """By day and by night."""
    blocks = re.findall(r":root \{(.*?)\}", style.read_text(), re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


DAY, NIGHT = colours_of(BOT / "admin/static/desk.css")

TEXT = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "raised"),
    ("ink", "danger-wash"),
    ("ink", "accent-wash"),
    ("soft", "page"),
    ("soft", "surface"),
    ("soft", "raised"),
    ("soft", "danger-wash"),
    ("accent-ink", "page"),
    ("accent-ink", "surface"),
    ("accent-ink", "accent-wash"),
    ("danger-ink", "surface"),
    ("danger-ink", "page"),
    ("danger-ink", "danger-wash"),
    ("warn-ink", "warn-wash"),
    ("on-accent", "accent"),
    ("on-danger", "danger"),
    ("ink", "line"),
]
EDGES = [("edge", "surface"), ("edge", "page"), ("accent", "page"), ("accent", "surface")]


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_and_focus_can_be_seen(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 3


def test_the_chat_has_the_colours_of_these_pages() -> None:
    for chat, pages in zip(colours_of(BOT / "chat/page/frame.css"), [DAY, NIGHT], strict=True):
        assert chat.items() <= pages.items()


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours written as #rrggbb."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
