"""The words of calls: every number, every letter, every counter, held against tables that were written for the test alone."""

from __future__ import annotations

import re
import string
from functools import cache
from itertools import product

import pytest

from queue_app.speech.numbers import LANGUAGES, MOST, number_words
from queue_app.speech.phrases import announcement

# What a listener understands: each word alone, with its value; where words are written together, its parts. Whoever reads the
# words back by these tables gets the number only where every word is there, in its right form and in its right place.
CS = """nula 0 jedna 1 dva 2 tři 3 čtyři 4 pět 5 šest 6 sedm 7 osm 8 devět 9 deset 10 jedenáct 11 dvanáct 12 třináct 13
čtrnáct 14 patnáct 15 šestnáct 16 sedmnáct 17 osmnáct 18 devatenáct 19 dvacet 20 třicet 30 čtyřicet 40 padesát 50 šedesát 60
sedmdesát 70 osmdesát 80 devadesát 90 sto 100 dvě_stě 200 tři_sta 300 čtyři_sta 400 pět_set 500 šest_set 600 sedm_set 700
osm_set 800 devět_set 900"""
SK = """nula 0 jeden 1 dva 2 tri 3 štyri 4 päť 5 šesť 6 sedem 7 osem 8 deväť 9 desať 10 jedenásť 11 dvanásť 12 trinásť 13
štrnásť 14 pätnásť 15 šestnásť 16 sedemnásť 17 osemnásť 18 devätnásť 19 dvadsať 20 tridsať 30 štyridsať 40 päťdesiat 50
šesťdesiat 60 sedemdesiat 70 osemdesiat 80 deväťdesiat 90 sto 100 dvesto 200 tristo 300 štyristo 400 päťsto 500 šesťsto 600
sedemsto 700 osemsto 800 deväťsto 900"""
PL = """zero 0 jeden 1 dwa 2 trzy 3 cztery 4 pięć 5 sześć 6 siedem 7 osiem 8 dziewięć 9 dziesięć 10 jedenaście 11 dwanaście 12
trzynaście 13 czternaście 14 piętnaście 15 szesnaście 16 siedemnaście 17 osiemnaście 18 dziewiętnaście 19 dwadzieścia 20
trzydzieści 30 czterdzieści 40 pięćdziesiąt 50 sześćdziesiąt 60 siedemdziesiąt 70 osiemdziesiąt 80 dziewięćdziesiąt 90 sto 100
dwieście 200 trzysta 300 czterysta 400 pięćset 500 sześćset 600 siedemset 700 osiemset 800 dziewięćset 900"""
HU = """nulla 0 egy 1 kettő 2 három 3 négy 4 öt 5 hat 6 hét 7 nyolc 8 kilenc 9 tíz 10 tizenegy 11 tizenkettő 12 tizenhárom 13
tizennégy 14 tizenöt 15 tizenhat 16 tizenhét 17 tizennyolc 18 tizenkilenc 19 húsz 20 huszonegy 21 huszonkettő 22 huszonhárom 23
huszonnégy 24 huszonöt 25 huszonhat 26 huszonhét 27 huszonnyolc 28 huszonkilenc 29 harminc 30 negyven 40 ötven 50 hatvan 60
hetven 70 nyolcvan 80 kilencven 90 száz 100 kétszáz 200 háromszáz 300 négyszáz 400 ötszáz 500 hatszáz 600 hétszáz 700
nyolcszáz 800 kilencszáz 900"""
EN = """zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14
fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80
ninety 90 one_hundred 100 two_hundred 200 three_hundred 300 four_hundred 400 five_hundred 500 six_hundred 600 seven_hundred 700
eight_hundred 800 nine_hundred 900"""
BETWEEN = {  # what stands between hundreds and the rest, and between tens and ones
    "cs": (" ", " "), "sk": ("", ""), "pl": (" ", " "), "hu": ("", ""), "en": (" and ", "-"),
}  # fmt: skip


@cache
def expected(language: str) -> dict[int, str]:
    """Return all numbers from 0 to 999, spelled by laying every hundred before every ten before every one."""
    words = {"cs": CS, "sk": SK, "pl": PL, "hu": HU, "en": EN}[language].split()
    table = {int(value): word.replace("_", " ") for word, value in zip(words[::2], words[1::2], strict=True)}
    after_hundred, after_ten = BETWEEN[language]
    below = dict(table)
    for ten, one in product(range(20, 100, 10), range(1, 10)):
        below.setdefault(ten + one, f"{table[ten]}{after_ten}{table[one]}")
    return {
        number: below[number]
        if number < 100 or number in table
        else f"{table[number - number % 100]}{after_hundred}{below[number % 100]}"
        for number in range(1000)
    }


# Written by hand, one by one: what a rule is easily wrong about.
TRICKY = {
    "cs": {1: "jedna", 2: "dva", 21: "dvacet jedna", 22: "dvacet dva", 31: "třicet jedna", 100: "sto", 101: "sto jedna",
           111: "sto jedenáct", 200: "dvě stě", 212: "dvě stě dvanáct", 300: "tři sta", 400: "čtyři sta", 500: "pět set",
           640: "šest set čtyřicet", 999: "devět set devadesát devět", 1000: "tisíc", 1001: "tisíc jedna", 1100: "tisíc sto",
           2000: "dva tisíce", 4321: "čtyři tisíce tři sta dvacet jedna", 5000: "pět tisíc", 9999: "devět tisíc devět set devadesát devět"},
    "sk": {1: "jeden", 2: "dva", 21: "dvadsaťjeden", 22: "dvadsaťdva", 31: "tridsaťjeden", 100: "sto", 101: "stojeden",
           111: "stojedenásť", 200: "dvesto", 212: "dvestodvanásť", 300: "tristo", 400: "štyristo", 500: "päťsto",
           640: "šesťstoštyridsať", 999: "deväťstodeväťdesiatdeväť", 1000: "tisíc", 1001: "tisíc jeden", 1100: "tisíc sto",
           2000: "dvetisíc", 4321: "štyritisíc tristodvadsaťjeden", 5000: "päťtisíc", 9999: "deväťtisíc deväťstodeväťdesiatdeväť"},
    "pl": {1: "jeden", 2: "dwa", 21: "dwadzieścia jeden", 22: "dwadzieścia dwa", 31: "trzydzieści jeden", 100: "sto",
           101: "sto jeden", 111: "sto jedenaście", 200: "dwieście", 212: "dwieście dwanaście", 300: "trzysta", 400: "czterysta",
           500: "pięćset", 640: "sześćset czterdzieści", 999: "dziewięćset dziewięćdziesiąt dziewięć", 1000: "tysiąc",
           1001: "tysiąc jeden", 1100: "tysiąc sto", 2000: "dwa tysiące", 4321: "cztery tysiące trzysta dwadzieścia jeden",
           5000: "pięć tysięcy", 9999: "dziewięć tysięcy dziewięćset dziewięćdziesiąt dziewięć"},
    "hu": {1: "egy", 2: "kettő", 20: "húsz", 21: "huszonegy", 22: "huszonkettő", 30: "harminc", 31: "harmincegy", 100: "száz",
           101: "százegy", 110: "száztíz", 111: "száztizenegy", 120: "százhúsz", 200: "kétszáz", 202: "kétszázkettő",
           212: "kétszáztizenkettő", 300: "háromszáz", 400: "négyszáz", 500: "ötszáz", 640: "hatszáznegyven",
           999: "kilencszázkilencvenkilenc", 1000: "ezer", 1001: "ezeregy", 1100: "ezerszáz", 2000: "kétezer", 2001: "kétezer-egy",
           4321: "négyezer-háromszázhuszonegy", 5000: "ötezer", 9999: "kilencezer-kilencszázkilencvenkilenc"},
    "en": {1: "one", 2: "two", 21: "twenty-one", 22: "twenty-two", 31: "thirty-one", 40: "forty", 100: "one hundred",
           101: "one hundred and one", 111: "one hundred and eleven", 200: "two hundred", 212: "two hundred and twelve",
           300: "three hundred", 400: "four hundred", 500: "five hundred", 640: "six hundred and forty",
           999: "nine hundred and ninety-nine", 1000: "one thousand", 1001: "one thousand and one",
           1100: "one thousand one hundred", 2000: "two thousand", 4321: "four thousand three hundred and twenty-one",
           5000: "five thousand", 9999: "nine thousand nine hundred and ninety-nine"},
}  # fmt: skip

HEAD = {"cs": "Číslo", "sk": "Číslo", "pl": "Numer", "hu": "Sorszám:", "en": "Number"}

COUNTERS = {  # each counter's number alone, with the value; 20 to 90 stand with what follows
    "cs": "přepážka {}", "sk": "priehradka číslo {}", "pl": "stanowisko numer {}", "en": "counter {}",
}  # fmt: skip
HUNGARIAN_ONES = ["egyes", "kettes", "hármas", "négyes", "ötös", "hatos", "hetes", "nyolcas", "kilences"]
HUNGARIAN_TENS = [
    "tízes",
    "húszas",
    "harmincas",
    "negyvenes",
    "ötvenes",
    "hatvanas",
    "hetvenes",
    "nyolcvanas",
    "kilencvenes",
]
HUNGARIAN_BEFORE = ["", "tizen", "huszon", "harminc", "negyven", "ötven", "hatvan", "hetven", "nyolcvan", "kilencven"]


def expected_counter(language: str, number: int) -> str:
    """Return where a call goes to, in words."""
    if language == "hu":
        ten, one = divmod(number, 10)
        return f"{HUNGARIAN_BEFORE[ten] + HUNGARIAN_ONES[one - 1] if one else HUNGARIAN_TENS[ten - 1]} ablak"
    words = expected(language)[number]
    if language == "cs" and number % 10 == 2 and number != 12:
        words = re.sub("dva$", "dvě", words)  # přepážka is feminine
    return COUNTERS[language].format(words)


def letters_of(language: str) -> list[str]:
    """Return every letter as it is written for the voice; Polish has two that are prepositions when they stand alone."""
    spelled = {"W": "wu", "Z": "zet"} if language == "pl" else {}
    return [spelled.get(letter, letter) for letter in string.ascii_uppercase]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tricky_numbers_are_said_as_written_down_by_hand(language: str) -> None:
    assert {number: number_words(language, number) for number in TRICKY[language]} == TRICKY[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_from_a_to_z_and_0_to_999_is_said_in_right_words(language: str) -> None:
    wrong = []
    for letter, said in zip(string.ascii_uppercase, letters_of(language), strict=True):
        for number, words in expected(language).items():
            text = announcement(language, f"{letter}{number:03}", "7")
            if text != f"{HEAD[language]} {said}, {words}, {expected_counter(language, 7)}.":
                wrong.append(text)
    assert wrong == []
    assert len(set(expected(language).values())) == 1000, "no two numbers sound the same"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_counter_from_1_to_99_is_said_in_right_words(language: str) -> None:
    head = f"{HEAD[language]} B, {expected(language)[8]}"
    said = {number: announcement(language, "B008", str(number)) for number in range(1, 100)}
    assert said == {number: f"{head}, {expected_counter(language, number)}." for number in range(1, 100)}


def test_whole_announcements_as_offices_say_them() -> None:
    assert [announcement(language, "A017", "5") for language in LANGUAGES] == [
        "Číslo A, sedmnáct, přepážka pět.",
        "Číslo A, sedemnásť, priehradka číslo päť.",
        "Numer A, siedemnaście, stanowisko numer pięć.",
        "Sorszám: A, tizenhét, ötös ablak.",
        "Number A, seventeen, counter five.",
    ]
    assert announcement("cs", "A017", "22") == "Číslo A, sedmnáct, přepážka dvacet dvě."
    assert announcement("sk", "A017", "22") == "Číslo A, sedemnásť, priehradka číslo dvadsaťdva."
    assert announcement("hu", "A017", "40") == "Sorszám: A, tizenhét, negyvenes ablak."


def test_several_letters_no_letter_and_long_numbers() -> None:
    assert announcement("en", "AB017", "1").startswith("Number A, B, seventeen,")
    assert announcement("pl", "w5", "1").startswith("Numer wu, pięć,")
    assert announcement("cs", "017", "1").startswith("Číslo sedmnáct,")
    assert announcement("en", "A12345", "1").startswith("Number A, one two three four five,")


@pytest.mark.parametrize(
    ("language", "counter", "said"),
    [
        ("cs", "Pokladna", "Pokladna"),
        ("cs", "Pokladna 2", "Pokladna dva"),
        ("hu", "Pénztár", "Pénztár"),
        ("en", "Room B", "Room B"),
        ("en", "Room B 12", "Room B, twelve"),
        ("pl", "Sala W", "Sala wu"),
        ("cs", "5A", "přepážka pět A"),
        ("en", "A-3", "counter A, three"),
        ("sk", "007", "priehradka číslo sedem"),
        ("en", "—", "counter"),
    ],
)
def test_counters_with_names(language: str, counter: str, said: str) -> None:
    assert announcement(language, "A1", counter).removesuffix(".").endswith(f", {said}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digit_is_left_to_the_voice(language: str) -> None:
    for number in range(0, MOST + 1, 7):
        assert not re.search(r"\d", announcement(language, f"C{number}", "Hall 3B"))


@pytest.mark.parametrize("label", ["", "A", "A-1", "A1B", "A 1", "A1234567890", "١"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(label)}$"):
        announcement("en", label, "1")


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        announcement("de", "A1", "1")
