"""One slip, three forms of bytes, and a picture of each: what is previewed is what is sent."""

from io import BytesIO
from typing import Literal, get_args

from PIL import Image

from printers.escpos_decoder import decode
from printers.escpos_picture import draw_page
from printers.escpos_slip import render_escpos
from printers.pdf_picture import draw_pdf
from printers.pdf_slip import render_pdf
from printers.png_slip import render_png
from printers.profiles import PrinterProfile
from printers.slip import Slip

Form = Literal["escpos", "pdf", "png"]
FORMS: tuple[Form, ...] = get_args(Form)


def render(slip: Slip, form: Form, profile: PrinterProfile, paper: str) -> bytes:
    """Return the bytes that bring the slip to paper.

    Args:
        slip: what stands on the paper.
        form: "escpos" for thermal printers, "pdf" for office printers and archives, "png" for printers that take
            pictures.
        profile: the printer's abilities; "pdf" has no use for them.
        paper: one of `PAPERS`; only "pdf" needs it.

    Raises:
        PrinterError: `unknown_profile` for an unknown paper of a PDF.
    """
    match form:
        case "escpos":
            return render_escpos(slip, profile)
        case "pdf":
            return render_pdf(slip, paper)
        case "png":
            return render_png(slip, profile)


def preview(slip: Slip, form: Form, profile: PrinterProfile, paper: str) -> bytes:
    """Return a PNG of how the paper will look, drawn from the very bytes that `render` returns.

    Args:
        slip, form, profile, paper: as for `render`.

    Raises:
        PrinterError: `unknown_profile` for an unknown paper of a PDF.
    """
    data = render(slip, form, profile, paper)
    match form:
        case "escpos":
            dots_per_unit = profile.dots_per_inch / profile.feed_units_per_inch
            return _png(draw_page(decode(data)[0], profile.width_dots, dots_per_unit))
        case "pdf":
            return _png(draw_pdf(data))
        case "png":
            return data


def _png(image: Image.Image) -> bytes:
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
