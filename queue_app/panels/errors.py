"""Why a panel does not show what it should."""

from __future__ import annotations


class PanelError(Exception):
    """A panel could not be told something.

    Args:
        code: `bad_address`; `unreachable`, `nobody_listens`, `unplugged`, `in_use`, `no_right`, `broken_off`, `no_answer` or
            `garbled`; of content, `too_long`; or what the panel itself answered, a word of `frames.REASONS` in small letters.
        text: one English sentence, with `%(name)s` and `%(name)d` places where values are given; a literal can be translated.
        field: of the address, where that is what is wrong.
        values: what stands in the places.

    Attributes:
        message: the sentence with its places filled in.
    """

    def __init__(self, code: str, text: str, field: str = "", /, **values: object) -> None:
        self.text, self.values = text, values
        self.code, self.message, self.field = code, text % values if values else text, field
        super().__init__(f"{code}: {self.message}")
