"""How long a slip takes to set, for each kind of printer, beside the bare libraries doing the least of it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from statistics import median, quantiles
from time import perf_counter

from escpos.printer import Dummy
from PIL import Image, ImageDraw
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from benchmarks.running import table
from printers import qr
from printers.logo import read_logo
from printers.profiles import get_profile
from printers.rendering import Form, render
from printers.slip import Block, Label, Picture, Qr, Rule, Slip, Space, Text

ROUNDS = 10
SLIPS_A_ROUND = 20
PROFILE = get_profile("generic-80")
URL = "https://fronta.brno-stred.cz/t/Q7MX2K{number:04}"


def slip(number: int, *more: Block) -> Slip:
    """Return a slip like those of a Czech branch; each has a label and a code of its own, as in life."""
    return Slip(
        "cs",
        (
            *more,
            Text("Městský úřad Brno-střed"),
            Text("Občanské průkazy a pasy", "large", bold=True),
            Label(f"A{number:03}"),
            Space(2),
            Text("Před vámi jsou 4 lidé"),
            Text("asi 8–12 minut", bold=True),
            Qr(URL.format(number=number), "Sledujte své pořadí v telefonu"),
            Rule(),
            Text("Připravte si: starý doklad, potvrzení o platbě", "small"),
            Text("středa 4. března 2026 · 10:12", "small"),
        ),
    )


def logo() -> Picture:
    """Return a coat of arms with greys in it."""
    image = Image.new("L", (576, 300), 255)
    draw = ImageDraw.Draw(image)
    for step in range(120):
        draw.ellipse((138 + step, step, 438 - step, 300 - step), fill=40 + step)
    target = BytesIO()
    image.save(target, "PNG")
    return Picture(read_logo(target.getvalue()), 40)


def bare_pdf(number: int) -> bytes:
    """Return what ReportLab needs at least: a page, one text in a built-in font, a code by its own widget."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(227, 400))
    canvas.setFont("Helvetica-Bold", 60)
    canvas.drawCentredString(113, 300, f"A{number:03}")
    drawing = Drawing(100, 100)
    drawing.add(QrCodeWidget(URL.format(number=number)))
    renderPDF.draw(drawing, canvas, 60, 100)
    canvas.save()
    return target.getvalue()


def bare_escpos(number: int) -> bytes:
    """Return what python-escpos needs at least: one text, a code, a cut."""
    printer = Dummy()
    printer.text(f"A{number:03}\n")
    printer.qr(URL.format(number=number), native=True)
    printer.cut()
    return bytes(printer.output)


def slips() -> None:
    """Measure each in turn, round by round, so that the machine's drift touches all; print medians and p99."""
    picture = logo()

    def ours(form: Form, *blocks: Block) -> Callable[[int], bytes]:
        return lambda number: render(slip(number, *blocks), form, PROFILE, "roll80")

    measured: dict[str, tuple[str, Callable[[int], bytes]]] = {
        "bare ReportLab: one text, QR widget": ("PDF", bare_pdf),
        "bare python-escpos: one text, QR": ("ESC/POS", bare_escpos),
        "PDF slip": ("PDF", ours("pdf")),
        "PDF slip with a logo": ("PDF", ours("pdf", picture)),
        "ESC/POS slip": ("ESC/POS", ours("escpos")),
        "ESC/POS slip, one line drawn anew": (
            "ESC/POS",
            lambda number: render(slip(number, Text(f"Дякуємо {number}")), "escpos", PROFILE, ""),
        ),
        "ESC/POS slip, one Arabic line drawn anew": (
            "ESC/POS",
            lambda number: render(slip(number, Text(f"رقمك هو {number}")), "escpos", PROFILE, ""),
        ),
        "ESC/POS slip with a logo": ("ESC/POS", ours("escpos", picture)),
        "PNG slip": ("PDF", ours("png")),
        "PNG slip with a logo": ("PDF", ours("png", picture)),
    }
    times: dict[str, list[float]] = {what: [] for what in measured}
    sizes: dict[str, int] = {}
    # What is made once in a process, fonts above all, is not what a visitor waits for; a hundred to thousands
    # are printed after it.
    for what, (_, make) in measured.items():
        sizes[what] = len(make(999))
    for first in range(0, ROUNDS * SLIPS_A_ROUND, SLIPS_A_ROUND):
        for what, (_, make) in measured.items():
            qr.matrix.cache_clear()  # The same code for all would be made by the first.
            for number in range(first, first + SLIPS_A_ROUND):
                started = perf_counter()
                make(number)
                times[what].append((perf_counter() - started) * 1000)
    bare = {
        "PDF": median(times["bare ReportLab: one text, QR widget"]),
        "ESC/POS": median(times["bare python-escpos: one text, QR"]),
    }
    rows = [
        [
            what,
            f"{median(times[what]):.2f}",
            f"{quantiles(times[what], n=100)[98]:.2f}",
            f"{sizes[what] / 1000:.1f}",
            f"{median(times[what]) / bare[reference]:.2f}",
        ]
        for what, (reference, _) in measured.items()
    ]
    table(["what", "median ms", "p99 ms", "KB", "ratio to bare"], rows)
    print(
        "\nPDF and PNG beside bare ReportLab, ESC/POS beside bare python-escpos. Every slip has a new label and code."
    )
