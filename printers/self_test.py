"""The slip that shows what a printer can do: every letter, the width of its paper, and a code to read."""

from collections.abc import Sequence

from printers.profiles import PrinterProfile
from printers.slip import Block, Label, Qr, Rule, Slip, Space, Text

# Each language in its own name, and its whole alphabet.
ALPHABETS: dict[str, str] = {
    "Čeština": "AÁBCČDĎEÉĚFGHIÍJKLMNŇOÓPQRŘSŠTŤUÚŮVWXYÝZŽ aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzž",
    "Slovenčina": "AÁÄBCČDĎEÉFGHIÍJKLĹĽMNŇOÓÔPQRŔSŠTŤUÚVWXYÝZŽ aáäbcčdďeéfghiíjklĺľmnňoóôpqrŕsštťuúvwxyýzž",
    "Polski": "AĄBCĆDEĘFGHIJKLŁMNŃOÓPQRSŚTUVWXYZŹŻ aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "Magyar": "AÁBCDEÉFGHIÍJKLMNOÓÖŐPQRSTUÚÜŰVWXYZ aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz",
    "English": "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz",
    "Ελληνικά": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ ΆΈΉΊΌΎΏΪΫ αβγδεζηθικλμνξοπρσςτυφχψω άέήίόύώϊϋΐΰ",
    "Русский": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "Українська": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "עברית": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "العربية": "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي ة ى ء أ إ آ ؤ ئ لا",
}
DIGITS = "A 0123456789"

_MAX_LINES = 8
_MAX_LINE_LETTERS = 100


def self_test_slip(title: str, lines: Sequence[str], profile: PrinterProfile, language: str) -> Slip:
    """Return the slip that a technician prints to look at a printer.

    Args:
        title: what the slip is, such as "Test slip".
        lines: what else is known: the printer's name, its address, the time; translated by the caller. The first
            eight are printed, a hundred letters of each.
        profile: of the printer; its name and code page are printed.
        language: BCP 47 code of the title and the lines.
    """
    page = profile.code_page.upper() if profile.code_page else "ASCII"
    number = "" if profile.code_page_number is None else f" (ESC\u00a0t\u00a0{profile.code_page_number})"
    known = [line[:_MAX_LINE_LETTERS] for line in lines[:_MAX_LINES]]
    blocks: list[Block] = [Text(title[:_MAX_LINE_LETTERS], "large", bold=True)]
    blocks += [Text(line) for line in known]
    blocks += [
        Text(
            f"{profile.name} · {page}{number} · {profile.width_dots}\u00a0×\u00a0{profile.dots_per_inch}\u00a0dpi",
            "small",
        ),
        Rule(),
        Label(DIGITS),
        Rule(),
    ]
    for name, letters in ALPHABETS.items():
        blocks += [Text(name, "small", bold=True), Text(letters, "small")]
    blocks += [
        Space(2),
        *_ruler(profile),
        Qr(f"{profile.name} {page}{number}"),
    ]
    return Slip(language, tuple(blocks))


def _ruler(profile: PrinterProfile) -> list[Block]:
    """Show where the paper ends on both sides, and where its middle is."""
    columns = profile.columns_font_a
    scale = "".join(str(column // 10 % 10) if column % 10 == 0 else "·" for column in range(1, columns + 1))
    return [
        Text(scale, align="left"),
        Text("|<", bold=True, align="left"),
        Text(">|<", bold=True),
        Text(">|", bold=True, align="right"),
    ]
