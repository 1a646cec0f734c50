"""A PDF as a picture: what a reader would show of it."""

import threading

import pypdfium2
from PIL import Image

_DOTS_PER_INCH = 200
_MAX_PIXELS = 40_000_000  # A slip of the largest blocks is metres long; it is shown smaller.
_GAP_DOTS = 12
_GAP_GREY = 176

# PDFium allows one thread at a time in all of it.
_ONE_AT_A_TIME = threading.Lock()


def draw_pdf(data: bytes) -> Image.Image:
    """Return all pages of a PDF in greys, one above the other with a thin gap.

    Args:
        data: a document of our own.
    """
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(data)
        try:
            sizes = [document.get_page_size(number) for number in range(len(document))]
            area = sum(width * height for width, height in sizes) / 72**2
            scale = min(_DOTS_PER_INCH, (_MAX_PIXELS / area) ** 0.5) / 72
            pages: list[Image.Image] = [page.render(scale=scale, grayscale=True).to_pil().copy() for page in document]
        finally:
            document.close()
    if len(pages) == 1:
        return pages[0]
    height = sum(page.height for page in pages) + _GAP_DOTS * (len(pages) - 1)
    paper = Image.new("L", (max(page.width for page in pages), height), _GAP_GREY)
    y = 0
    for page in pages:
        paper.paste(page, (0, y))
        y += page.height + _GAP_DOTS
    return paper
