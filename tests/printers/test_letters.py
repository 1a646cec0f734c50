"""Every letter of every alphabet, on every kind of printer: as text where the code page has it, drawn where not."""

import subprocess
import unicodedata
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from printers import fonts
from printers.codepages import encode
from printers.direction import base_direction, has_right_to_left, joined, visual
from printers.escpos_decoder import decode
from printers.escpos_ops import Line, Op, Raster
from printers.escpos_slip import CELLS, render_escpos
from printers.ink import font_of, text_image
from printers.pdf_slip import render_pdf
from printers.profiles import PROFILES, PrinterProfile
from printers.self_test import ALPHABETS
from printers.slip import Slip, Text

# With CP852 by two numbers, with CP1250, with Greek alone, and with none at all.
PRINTERS = [
    PROFILES["generic-80"],
    PROFILES["nt-5890k"],
    PROFILES["tm-t88v"],
    PROFILES["no-codepage"],
    PrinterProfile("windows", 576, 48, "cp1250", 45, native_qr=True, cut=True),
    PrinterProfile("greek", 576, 48, "cp737", 14, native_qr=True, cut=True),
]


def words() -> list[tuple[str, str]]:
    """Return each alphabet in words short enough for any paper, with its language."""
    found = []
    for name, alphabet in ALPHABETS.items():
        for run in [alphabet] if has_right_to_left(alphabet) else alphabet.split():
            found += [(name, run[start : start + 12].strip()) for start in range(0, len(run), 12)]
    return found


def expected_ink(word: str) -> Image.Image:
    """Draw a word as a picture of its line has to show it: with the vendored font, from the left."""
    cell = CELLS["normal"]
    font = font_of(fonts.mono_path(), cell.font_px)
    return text_image(word, font, cell.spacing, cell.height * 4 // 5, 576)


def ink_of(op: Op) -> Image.Image:
    assert isinstance(op, Raster)
    return Image.frombytes("1", (op.width, op.height), op.bits)


@pytest.mark.parametrize("profile", PRINTERS, ids=lambda profile: profile.name)
@pytest.mark.parametrize("name", ALPHABETS)
def test_every_letter_reaches_the_paper(profile: PrinterProfile, name: str) -> None:
    for _, word in (pair for pair in words() if pair[0] == name):
        (page,) = decode(render_escpos(Slip("cs", (Text(word, align="left"),)), profile))
        op = next(op for op in page.ops if isinstance(op, Line | Raster))
        if has_right_to_left(word):
            assert ink_of(op).getbbox()
        elif encode(word, profile.code_page) is not None:
            assert isinstance(op, Line) and op.text == word
        else:
            ink = ink_of(op)
            wanted = expected_ink(word)
            assert ink.crop((0, 0, *wanted.size)).tobytes() == wanted.tobytes()
            assert ink.getbbox() == wanted.getbbox()


def test_czech_slovak_polish_hungarian_and_english_are_text_wherever_there_is_a_page_for_them() -> None:
    for profile in PROFILES.values():
        for name in ("Čeština", "Slovenčina", "Polski", "Magyar", "English"):
            assert encode(ALPHABETS[name], profile.code_page) is not None or profile.code_page is None


def test_no_two_letters_of_an_alphabet_look_the_same_in_a_picture() -> None:
    """A missing glyph would be the same box for every letter, a clipped one would lose its hook."""
    for alphabet in ALPHABETS.values():
        if not has_right_to_left(alphabet):
            letters = set(alphabet.replace(" ", ""))
            assert len({expected_ink(letter).tobytes() for letter in letters}) == len(letters)


def test_the_hook_of_the_last_letter_is_on_the_paper() -> None:
    for letter, bare in (("ď", "d"), ("ľ", "l"), ("ť", "t")):
        hooked, plain = (
            ink_of(
                decode(render_escpos(Slip("sk", (Text(f"te{end}", align="left"),)), PROFILES["no-codepage"]))[0].ops[0]
            )
            if end == letter
            else expected_ink(f"te{end}")
            for end in (letter, bare)
        )
        assert sum(hooked.tobytes()) != sum(plain.tobytes())
        assert hooked.getbbox()[2] > plain.getbbox()[2]  # type: ignore[index]


@pytest.mark.parametrize("paper", ["roll80", "roll58", "a6", "a5", "a4"])
def test_every_letter_comes_back_from_the_pdf(paper: str) -> None:
    slip = Slip("en", tuple(Text(word, "small") for word in dict.fromkeys(word for _, word in words()))[:40])
    rest = Slip("en", tuple(Text(word, "small") for word in dict.fromkeys(word for _, word in words()))[40:80])
    for part in (slip, rest):
        data = render_pdf(part, paper)
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        by_poppler = unicodedata.normalize("NFKC", done.stdout.decode())
        by_pypdf = " ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
        for block in part.blocks:
            assert isinstance(block, Text)
            for letter in block.text.replace(" ", ""):
                assert letter in by_poppler
                assert letter in unicodedata.normalize("NFKC", by_pypdf)
            if not has_right_to_left(block.text):
                assert block.text in by_poppler
                assert block.text in by_pypdf


@pytest.mark.parametrize(("text", "bold"), [("العربية في برنو", False), ("עברית בברנו", True)])
def test_a_line_from_right_to_left_is_drawn_in_the_order_of_paper(text: str, bold: bool) -> None:
    (page,) = decode(render_escpos(Slip("ar", (Text(text, align="left", bold=bold),)), PROFILES["generic-80"]))
    (op,) = (op for op in page.ops if isinstance(op, Raster))
    font = font_of(fonts.path(bold), 24)
    shown = visual(joined(text), base_direction(text))
    wanted = text_image(shown, font, op.height, 27 * 4 // 5, 576)
    assert ink_of(op).crop((0, 0, *wanted.size)).tobytes() == wanted.tobytes()
