"""Letters as pages to print: the address where a window envelope shows it, and the words below."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from storage.queries.letters import Sheet
from storage.tables import Clinic

FONT = "DejaVuSans"
"""It has the letters of names in most languages; matplotlib brings it."""

WORDS = ParagraphStyle("words", fontName=FONT, fontSize=11, leading=16, spaceAfter=10)
TITLE = ParagraphStyle("title", parent=WORDS, fontSize=13, leading=18)
SMALL = ParagraphStyle("small", parent=WORDS, fontSize=8, leading=11)

WIDTH, HEIGHT = LETTER
LEFT, RIGHT = 1 * inch, 1 * inch
WINDOW = 2.1 * inch
"""How far below the edge a #10 window envelope shows the address."""


def pages(clinic: Clinic, sheets: Sequence[Sheet], on: date) -> bytes:
    """A PDF with a page for each letter."""
    registerFont(TTFont(FONT, Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=LETTER)
    canvas.setTitle(f"Letters of {clinic.name}")
    for sheet in sheets:
        _page(canvas, clinic, sheet, on)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def _page(canvas: Canvas, clinic: Clinic, sheet: Sheet, on: date) -> None:
    _down(canvas, HEIGHT - 0.6 * inch, SMALL, clinic.name, clinic.address)
    _down(canvas, HEIGHT - WINDOW, WORDS, "\n".join(lines(sheet)))
    _down(canvas, HEIGHT - 3.6 * inch, WORDS, f"{on:%m/%d/%Y}")
    top = _down(canvas, HEIGHT - 4.1 * inch, TITLE, sheet.subject)
    _down(canvas, top - 0.1 * inch, WORDS, *sheet.body.split("\n\n"))


def lines(sheet: Sheet) -> list[str]:
    """The address, line by line."""
    return [sheet.name, sheet.street, f"{sheet.city}, {sheet.state} {sheet.postcode}".replace(",  ", ", ")]


def _down(canvas: Canvas, top: float, style: ParagraphStyle, *paragraphs: str) -> float:
    """Paragraphs from the top down; gives where they end."""
    for words in paragraphs:
        paragraph = Paragraph(escape(words).replace("\n", "<br/>"), style)
        _, height = paragraph.wrap(WIDTH - LEFT - RIGHT, HEIGHT)
        paragraph.drawOn(canvas, LEFT, top - height)
        top -= height + style.spaceAfter
    return top
