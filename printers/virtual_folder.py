"""What a virtual printer leaves behind: each slip as a text, a picture and a line of the log."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from printers.escpos_ops import Page
from printers.escpos_picture import draw_page
from printers.profiles import PrinterProfile


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One slip that came out of the printer.

    Attributes:
        number: from 1, in the order of completion; continues over a restart in the same folder.
        text: the words on it.
        complete: it ended as a slip should, not in the middle.
        bytes: how many it was made of, without questions about the status.
        last_byte_at: when the last of them arrived, in seconds since 1970.
        page: what was decoded.
        connection: which connection since the start brought it, from 1.
        acknowledged: the sender could know that it was taken: it is complete, and the connection then ended cleanly or
            went on with more. None while the connection stays open and silent.
    """

    number: int
    text: str
    complete: bool
    bytes: int
    last_byte_at: float
    page: Page
    connection: int
    acknowledged: bool | None = None


class SlipFolder:
    """The folder with `0001.txt`, `0001.png` and `log.jsonl`."""

    def __init__(self, path: Path, profile: PrinterProfile) -> None:
        """Make the folder where it is missing.

        Args:
            path: of the folder.
            profile: says how wide the paper is.

        Raises:
            OSError: it cannot be made.
        """
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._profile = profile

    def highest_number(self) -> int:
        """Return the number of the last slip that lies there, 0 without any."""
        numbers = (re.fullmatch(r"(\d{4,})\.txt", file.name) for file in self.path.iterdir())
        return max((int(match[1]) for match in numbers if match), default=0)

    def keep(self, slip: PrintedSlip) -> None:
        """Write the text and the picture of a slip."""
        name = f"{slip.number:04}"
        (self.path / f"{name}.txt").write_text(slip.text + "\n", encoding="utf-8")
        dots_per_unit = self._profile.dots_per_inch / self._profile.feed_units_per_inch
        draw_page(slip.page, self._profile.width_dots, dots_per_unit).save(self.path / f"{name}.png")

    def log(self, slip: PrintedSlip) -> None:
        """Add the line of a slip to the log; its text and picture are there before it."""
        entry = {
            "number": slip.number,
            "bytes": slip.bytes,
            "time": datetime.fromtimestamp(slip.last_byte_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "text": slip.text,
            "complete": slip.complete,
            "last_byte_at": slip.last_byte_at,
            "connection": slip.connection,
            "acknowledged": slip.acknowledged,
        }
        with (self.path / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")
