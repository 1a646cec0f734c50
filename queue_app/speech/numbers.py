"""Whole numbers from 0 to 9999 in words, in the form in which each language says the number of a ticket or of a counter."""

from __future__ import annotations

from collections.abc import Callable

MOST = 9999
"""The largest number that is said as one; digits of a longer one are said one by one."""


def _list(words: str) -> list[str]:
    return words.split()


_CS = _list(
    "nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct "
    "sedmnáct osmnáct devatenáct"
)
_CS_TENS = _list("dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát")

_SK = _list(
    "nula jeden dva tri štyri päť šesť sedem osem deväť desať jedenásť dvanásť trinásť štrnásť pätnásť šestnásť "
    "sedemnásť osemnásť devätnásť"
)
_SK_TENS = _list("dvadsať tridsať štyridsať päťdesiat šesťdesiat sedemdesiat osemdesiat deväťdesiat")

_PL = _list(
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście "
    "czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
)
_PL_TENS = _list(
    "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt"
)
_PL_HUNDREDS = _list("sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset")

_HU = _list("nulla egy kettő három négy öt hat hét nyolc kilenc")
_HU_TENS = _list("tizen huszon harminc negyven ötven hatvan hetven nyolcvan kilencven")

_EN = _list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_EN_TENS = _list("twenty thirty forty fifty sixty seventy eighty ninety")


def _below_hundred(number: int, small: list[str], tens: list[str], between: str) -> str:
    if number < 20:
        return small[number]
    ten, one = divmod(number, 10)
    return tens[ten - 2] + (between + small[one] if one else "")


def _czech(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    words = []
    if thousands:
        words.append({1: "tisíc", 2: "dva tisíce", 3: "tři tisíce", 4: "čtyři tisíce"}.get(thousands, ""))
        words[0] = words[0] or f"{_CS[thousands]} tisíc"
    if hundreds:
        words.append({1: "sto", 2: "dvě stě", 3: "tři sta", 4: "čtyři sta"}.get(hundreds) or f"{_CS[hundreds]} set")
    if rest or not words:
        words.append(_below_hundred(rest, _CS, _CS_TENS, " "))
    return " ".join(words)


def _slovak(number: int) -> str:
    """Written together, as Slovak does; thousands stand apart, which long ones may."""
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    words = []
    if thousands:
        words.append({1: "tisíc", 2: "dvetisíc"}.get(thousands) or f"{_SK[thousands]}tisíc")
    below = {0: "", 1: "sto", 2: "dvesto"}.get(hundreds, f"{_SK[hundreds]}sto")
    if rest or not (thousands or hundreds):
        below += _below_hundred(rest, _SK, _SK_TENS, "")
    return " ".join([*words, below] if below else words)


def _polish(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    words = []
    if thousands:
        few = thousands in {2, 3, 4}
        words.append("tysiąc" if thousands == 1 else f"{_PL[thousands]} {'tysiące' if few else 'tysięcy'}")
    if hundreds:
        words.append(_PL_HUNDREDS[hundreds - 1])
    if rest or not words:
        words.append(_below_hundred(rest, _PL, _PL_TENS, " "))
    return " ".join(words)


def _hungarian(number: int) -> str:
    """Written together up to 2000 and in whole thousands, beyond that with a hyphen; 2 is “két” before hundreds and thousands."""
    thousands, rest = divmod(number, 1000)
    below = _hungarian_below_thousand(rest) if rest or not thousands else ""
    if not thousands:
        return below
    before = {1: "", 2: "két"}.get(thousands, _HU[thousands])
    return f"{before}ezer{'-' if thousands > 1 and below else ''}{below}"


def _hungarian_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    before = {0: "", 1: "száz", 2: "kétszáz"}.get(hundreds, f"{_HU[hundreds]}száz")
    ten, one = divmod(rest, 10)
    if not ten:
        return before + (_HU[one] if one or not hundreds else "")
    # Ten and twenty stand in another form where something follows: tíz, tizenegy; húsz, huszonegy.
    last = {1: "tíz", 2: "húsz"}.get(ten, _HU_TENS[ten - 1]) if not one else _HU_TENS[ten - 1] + _HU[one]
    return before + last


def _english(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    words = [f"{_EN[thousands]} thousand"] if thousands else []
    if hundreds:
        words.append(f"{_EN[hundreds]} hundred")
    if rest or not words:
        if words:
            words.append("and")
        words.append(_below_hundred(rest, _EN, _EN_TENS, "-"))
    return " ".join(words)


_WORDS: dict[str, Callable[[int], str]] = {
    "cs": _czech,
    "sk": _slovak,
    "pl": _polish,
    "hu": _hungarian,
    "en": _english,
}

LANGUAGES = tuple(_WORDS)
"""The languages that calls are spoken in."""

_HU_ADJECTIVES = {
    "nulla": "nullás", "egy": "egyes", "kettő": "kettes", "három": "hármas", "négy": "négyes", "öt": "ötös", "hat": "hatos",
    "hét": "hetes", "nyolc": "nyolcas", "kilenc": "kilences", "tíz": "tízes", "húsz": "húszas", "harminc": "harmincas",
    "negyven": "negyvenes", "ötven": "ötvenes", "hatvan": "hatvanas", "hetven": "hetvenes", "nyolcvan": "nyolcvanas",
    "kilencven": "kilencvenes", "száz": "százas", "ezer": "ezres",
}  # fmt: skip
"""How the last part of a number changes where it becomes an adjective: öt, ötös ablak."""


def number_words(language: str, number: int) -> str:
    """Return the number in the basic form, which follows a letter or a noun as its name: A sedmnáct, stanowisko numer dwa.

    Args:
        language: one of `LANGUAGES`.
        number: 0 to `MOST`.

    Raises:
        ValueError: the number is out of range.
    """
    if not 0 <= number <= MOST:
        raise ValueError(number)
    return _WORDS[language](number)


def czech_feminine(number: int) -> str:
    """Return a number in words that agrees with a feminine noun: přepážka jedna, dvě, dvacet dvě."""
    words = number_words("cs", number)
    return words.removesuffix("dva") + "dvě" if words.endswith("dva") else words


def hungarian_adjective(number: int) -> str:
    """Return the adjective of a number, which stands before its noun: ötös ablak, tizenkettes ablak."""
    words = number_words("hu", number)
    last = max((part for part in _HU_ADJECTIVES if words.endswith(part)), key=len)
    return words.removesuffix(last) + _HU_ADJECTIVES[last]
