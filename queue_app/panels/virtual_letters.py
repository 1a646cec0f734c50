"""How characters look on seven segments, and on five by seven dots."""

from __future__ import annotations

SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "-": "g", "A": "abcefg", "B": "cdefg", "C": "adef", "D": "bcdeg", "E": "adefg",
    "F": "aefg", "H": "bcefg", "J": "bcde", "L": "def", "N": "ceg", "O": "cdeg", "P": "abefg",
    "R": "eg", "T": "defg", "U": "bcdef", "Y": "bcdfg",
}  # fmt: skip
"""Lit segments by their usual letters: a on top, then clockwise b to f, g in the middle."""

DOTS = {
    character: bytes.fromhex(columns)
    for character, columns in {
        "0": "3E5149453E", "1": "00427F4000", "2": "4261514946", "3": "2141454B31", "4": "1814127F10", "5": "2745454539",
        "6": "3C4A494930", "7": "0171090503", "8": "3649494936", "9": "064949291E", "-": "0808080808",
        "A": "7E1111117E", "B": "7F49494936", "C": "3E41414122", "D": "7F4141221C", "E": "7F49494941", "F": "7F09090901",
        "G": "3E4149497A", "H": "7F0808087F", "I": "00417F4100", "J": "2040413F01", "K": "7F08142241", "L": "7F40404040",
        "M": "7F020C027F", "N": "7F0408107F", "O": "3E4141413E", "P": "7F09090906", "Q": "3E4151215E", "R": "7F09192946",
        "S": "4649494931", "T": "01017F0101", "U": "3F4040403F", "V": "1F2040201F", "W": "3F4038403F", "X": "6314081463",
        "Y": "0708700807", "Z": "6151494543",
    }.items()
}  # fmt: skip
"""Five columns from the left, in each the lowest bit on top."""
