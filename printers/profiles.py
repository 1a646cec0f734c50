"""What a model of thermal printer can do, by name."""

from dataclasses import dataclass

from printers.errors import unknown_profile


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """The abilities of one model of ESC/POS printer.

    Args:
        name: how settings call it.
        width_dots: the printable width in dots.
        columns_font_a: letters of 12 × 24 dots on a line.
        code_page: Python's name of the page that is used for every slip; None for ASCII only.
        code_page_number: what `ESC t` calls that page on this model.
        native_qr: draws QR codes itself (`GS ( k`); otherwise they are sent as pictures.
        cut: has a cutter; otherwise paper is fed to the tear bar.
        dots_per_inch: dots per inch, both ways.
        feed_units_per_inch: the unit of vertical motion in `ESC 3` and `ESC J`, per inch.
        two_byte_start: wakes up in a Chinese two-byte mode that swallows letters above 127 in pairs.
        smoothing: rounds the steps of enlarged letters (`GS b`).
        set_units: tell the printer its unit of vertical motion (`GS P`), where models of a series differ.
        picture_label: draw the ticket's label as a picture (smooth, but 14 KB) instead of with enlarged
            letters.
    """

    name: str
    width_dots: int
    columns_font_a: int
    code_page: str | None
    code_page_number: int | None
    native_qr: bool
    cut: bool
    dots_per_inch: int = 203
    feed_units_per_inch: int = 203
    two_byte_start: bool = False
    smoothing: bool = False
    set_units: bool = False
    picture_label: bool = False


def _epson_203(name: str) -> PrinterProfile:
    return PrinterProfile(name, 576, 48, "cp852", 18, native_qr=True, cut=True, smoothing=True, set_units=True)


_BUILT_IN = (
    PrinterProfile("generic-80", 576, 48, "cp852", 18, native_qr=True, cut=True, two_byte_start=True),
    PrinterProfile("generic-58", 384, 32, "cp852", 18, native_qr=True, cut=False, two_byte_start=True),
    PrinterProfile("nt-5890k", 384, 32, "cp852", 54, native_qr=False, cut=False, two_byte_start=True),
    PrinterProfile("zj-5870", 384, 32, "cp852", 18, native_qr=False, cut=False, two_byte_start=True),
    PrinterProfile("sunmi-v2", 384, 32, "cp852", 18, native_qr=True, cut=False, two_byte_start=True),
    PrinterProfile(
        "tm-t88v",
        512,
        42,
        "cp852",
        18,
        native_qr=True,
        cut=True,
        dots_per_inch=180,
        feed_units_per_inch=360,
        smoothing=True,
    ),
    _epson_203("tm-t20"),
    _epson_203("tm-m30"),
    _epson_203("tm-l90"),
    PrinterProfile("rp-f10", 576, 48, "cp852", 18, native_qr=True, cut=True),
    PrinterProfile("no-codepage", 576, 48, None, None, native_qr=False, cut=True),
)
PROFILES = {profile.name: profile for profile in _BUILT_IN}


def get_profile(name: str) -> PrinterProfile:
    """Return the profile of that name.

    Raises:
        PrinterError: `unknown_profile`; the message lists the names there are.
    """
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(PROFILES)
        raise unknown_profile(
            "There is no printer model %(model)s. Known: %(known)s.", model=repr(name), known=known
        ) from None
