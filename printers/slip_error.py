"""Why a slip, or something that should stand on one, cannot be used."""


class SlipError(ValueError):
    """A slip's description is not usable.

    Attributes:
        code: `not_an_object`, `missing_field`, `unknown_field`, `unknown_block`, `unknown_version`,
            `wrong_type`, `bad_value`, `empty`, `too_long`, `not_a_picture` or `picture_too_large`.
        message: what is wrong and where, in English, for the person who wrote the description.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code, message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
