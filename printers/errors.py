"""What can go wrong between a slip and its paper, in words a clerk understands."""

# Every code there is, and whether the same slip may simply be sent again.
RETRYABLE = {
    "unreachable": True,
    "timed_out": True,
    "refused": True,
    "broken_off": True,
    "not_writable": False,
    "disk_full": True,
    "unknown_profile": False,
    "bad_address": False,
    "bad_slip": False,
    # What the printer itself said: somebody goes there, and then the same slip comes out.
    "paper_out": True,
    "cover_open": True,
    "fault": True,
    "offline": True,
    # A device on USB or a serial line is not there, or went away in the middle of a slip.
    "unplugged": True,
    # Something answered, but not in the language of printers.
    "garbled": True,
    # The slip is fetched: by the printer itself or by the kiosk's browser.
    "not_pushed": False,
    # A print server does not want this slip, or not from us.
    "job_refused": False,
    "not_authorised": False,
}


class PrinterError(Exception):
    """A slip could not be printed.

    Attributes:
        code: one of `RETRYABLE`, stable; for machines and for translated messages.
        message: what happened and what to look at, in plain English for a clerk.
        retryable: trying again later can help without anybody changing a setting.
        text, values: what the message was made from, for whoever says it in another language.
    """

    def __init__(self, code: str, text: str, /, **values: object) -> None:
        """Make the error.

        Args:
            code: one of `RETRYABLE`.
            text: a full sentence or two in plain words, with `%(name)s` places where values are given.
            values: what stands in the places.
        """
        self.retryable: bool = RETRYABLE[code]
        self.code = code
        self.text, self.values = text, values
        self.message = text % values if values else text
        super().__init__(code, self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def bad_address(text: str, /, **values: object) -> PrinterError:
    """Return the error of an address that cannot work; whoever writes addresses reads it in their own language."""
    return PrinterError("bad_address", text, **values)


def unknown_profile(text: str, /, **values: object) -> PrinterError:
    """Return the error of a model or a paper that there is not, likewise."""
    return PrinterError("unknown_profile", text, **values)
