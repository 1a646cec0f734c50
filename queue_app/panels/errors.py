"""Why a panel does not show what it should."""

from __future__ import annotations


class PanelError(Exception):
    """A panel could not be told something.

    Args:
        code: `bad_address`; `unreachable`, `nobody_listens`, `unplugged`, `in_use`, `no_right`, `broken_off`, `no_answer` or
            `garbled`; of content, `too_long`; or what the panel itself answered, a word of `frames.REASONS` in small letters.
        message: one English sentence.
        field: of the address, where that is what is wrong.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.field = code, message, field
