"""Why a slip, or something that should stand on one, cannot be used."""


class SlipError(ValueError):
    """A slip's description is not usable.

    Attributes:
        code: `not_an_object`, `missing_field`, `unknown_field`, `unknown_block`, `unknown_version`,
            `wrong_type`, `bad_value`, `empty`, `too_long`, `not_a_picture` or `picture_too_large`.
        message: what is wrong and where, in English, for the person who wrote the description.
        text, values: what the message was made from, for whoever says it in another language.
    """

    def __init__(self, code: str, text: str, /, **values: object) -> None:
        """Make the error.

        Args:
            code: one of those above.
            text: a full sentence; a literal with `%(name)s` and `%(name)d` places can be translated.
            values: what stands in the places.
        """
        self.code = code
        self.text, self.values = text, values
        self.message = text % values if values else text
        super().__init__(code, self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
