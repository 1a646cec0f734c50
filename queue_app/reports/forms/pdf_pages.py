"""The pages of a report on paper: A4 with a footer on each that says its branch, when it was made, and `page 3 of 7`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfdoc import PDFName, PDFStream, PDFZCompress
from reportlab.pdfgen.canvas import Canvas

from printers import fonts
from queue_app.i18n import N_
from queue_app.reports.document import Report
from queue_app.reports.forms.drawing import INK, LINE, SOFT, Box, Drawing, Ink, Palette, Words
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.forms.lettering import shortened, width_of

MARGIN = 42.0
"""Points, 15 mm: what a hole punch and every office printer leave alone."""

_FOOT = 30.0
_SMALL = 7.0


class Pages:
    """The pages under way: a canvas, and `y`, the height above the lower edge down to which the page is full."""

    def __init__(self, report: Report, language: str, file: BinaryIO, made_at: datetime, wide: bool) -> None:
        """Begin the first page.

        Args:
            report: what it is about.
            language: of the document.
            file: where it is written to.
            made_at: aware; when it was made.
            wide: whether the paper lies on its side.
        """
        self.wording = Wording(language, report.setup)
        self.palette = Palette.of(report.setup.accent_colour)
        paper: tuple[float, float] = landscape(A4) if wide else A4
        self.width, self.height = paper
        self.left, self.right = MARGIN, self.width - MARGIN
        self.top, self.bottom = self.height - MARGIN, MARGIN + 18
        self.number = 1
        self.y = self.top
        self.title = self.wording.text(report.title)
        self.canvas = _canvas(file, paper, language, made_at)
        self.canvas.setTitle(f"{self.title} – {self.wording.branch}, {self.wording.period(report)}")
        self.canvas.setAuthor(self.wording.branch)
        self.canvas.setSubject(self.wording.period(report))
        made = self.wording.text(N_("made %(moment)s"), moment=self.wording.moment(made_at))
        self._footer = " · ".join((self.wording.branch, self.title, made))

    @property
    def breadth(self) -> float:
        """The width between the margins, in points."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """How much of the page is free, in points of height."""
        return self.y - self.bottom

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y == self.top

    def turn(self) -> None:
        """Finish this page and begin the next."""
        self._end_page()
        self.number += 1
        self.y = self.top

    def say(
        self, x: float, text: str, size: float, bold: bool = False, colour: str = INK, flush_right: bool = False
    ) -> None:
        """Set one line of words at the height of `y`, from `x` on, or up to it where it is flush right."""
        self.canvas.setFont(fonts.BOLD if bold else fonts.REGULAR, size)
        self.canvas.setFillColor(HexColor(colour))
        (self.canvas.drawRightString if flush_right else self.canvas.drawString)(x, self.y, text)

    def rule(self, x: float, y: float, to: float, width: float, colour: str) -> None:
        """Draw a line across from `x` to `to` at the height `y`, `width` points thick."""
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(width)
        self.canvas.line(x, y, to, y)

    def bookmark(self, text: str) -> None:
        """Name this place in the reader's list of contents."""
        key = f"place-{self.number}-{self.y:.0f}"
        self.canvas.bookmarkHorizontalAbsolute(key, self.y + 20)
        self.canvas.addOutlineEntry(text, key, 0)

    def finish(self) -> None:
        """Finish the last page and write the document."""
        self._end_page()
        for page in range(1, self.number + 1):
            text = self.wording.text(N_("page %(page)s of %(pages)s"), page=page, pages=self.number)
            self.canvas.beginForm(f"page-{page}", 0, 0, self.width, self.height)
            self.canvas.setFont(fonts.REGULAR, _SMALL)
            self.canvas.setFillColor(HexColor(SOFT))
            self.canvas.drawRightString(self.right, _FOOT, text)
            self.canvas.endForm()
        self.canvas.save()

    def _end_page(self) -> None:
        self._foot()
        self.canvas.showPage()
        page = self.canvas._doc.Pages.pages[-1]
        # Packed at once: ReportLab would keep each of a thousand pages at full length until the end.
        page.Contents = PDFStream(content=PDFZCompress.encode(page.stream))
        page.Contents.dictionary["Filter"] = PDFName(PDFZCompress.pdfname)
        page.stream = None

    def _foot(self) -> None:
        self.rule(self.left, _FOOT + 11, self.right, 0.5, LINE)
        self.canvas.setFont(fonts.REGULAR, _SMALL)
        self.canvas.setFillColor(HexColor(SOFT))
        self.canvas.drawString(self.left, _FOOT, shortened(self._footer, self.breadth - 90, _SMALL))
        # How many pages there are is known at the end only: each page refers to a form that is written then.
        self.canvas.doForm(f"page-{self.number}")


def _canvas(file: BinaryIO, paper: tuple[float, float], language: str, made_at: datetime) -> Any:
    # Invariant: the moment it was made is the one we are told, not the machine's.
    canvas = Canvas(file, paper, pageCompression=1, invariant=1, initialFontName=fonts.REGULAR, lang=language)
    canvas._doc._timeStamp.YMDhms = tuple(made_at.astimezone(UTC).timetuple())[:6]
    canvas.setCreator("")
    fonts.begin(canvas._doc)
    return canvas


def draw(canvas: Any, drawing: Drawing, x: float, y: float) -> None:
    """Draw a plot as lines, areas and letters, its upper left corner at (`x`, `y`), in points from the lower left of the page."""
    for mark in drawing.marks:
        if isinstance(mark, Words):
            _words(canvas, mark, x + mark.x, y - mark.y)
        elif isinstance(mark, Box):
            _inked(canvas, mark.ink)
            fill, stroke = mark.ink.fill is not None, mark.ink.stroke is not None
            canvas.rect(x + mark.x, y - mark.y - mark.height, mark.width, mark.height, stroke, fill)
        else:
            _inked(canvas, mark.ink)
            _path(canvas, [(x + across, y - down) for across, down in mark.points], mark.ink, mark.closed)


def _inked(canvas: Any, ink: Ink) -> None:
    if ink.fill:
        canvas.setFillColor(HexColor(ink.fill))
    if ink.stroke:
        canvas.setStrokeColor(HexColor(ink.stroke))
        canvas.setLineWidth(ink.width)
        canvas.setDash(list(ink.dash))


def _path(canvas: Any, points: Sequence[tuple[float, float]], ink: Ink, closed: bool) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    canvas.drawPath(path, stroke=ink.stroke is not None, fill=ink.fill is not None)
    canvas.setDash([])


def _words(canvas: Any, words: Words, x: float, y: float) -> None:
    canvas.setFont(fonts.BOLD if words.bold else fonts.REGULAR, words.size)
    canvas.setFillColor(HexColor(words.colour))
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    back = share * width_of(words.text, words.size, words.bold)
    if not words.turned:
        canvas.drawString(x - back, y, words.text)
        return
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(90)
    canvas.drawString(-back, 0, words.text)
    canvas.restoreState()
