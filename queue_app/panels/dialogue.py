"""One frame to a panel and its answer back."""

from __future__ import annotations

from queue_app.panels.deadline import Deadline
from queue_app.panels.driver import Line
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import Frame, Reader, Refused, Taken, encode

ATTEMPTS = 2
"""How often a frame is sent until it is answered: noise may have eaten one."""


def tell(line: Line, frame: Frame, answer_seconds: float) -> None:
    """Send a frame, again with the same number where it is not answered, and return when the panel has taken it.

    Args:
        line: open.
        frame: to send.
        answer_seconds: how long each answer may take.

    Raises:
        PanelError: `broken_off`, `no_answer`, `garbled` (something came, but no answer to this), or the panel's own reason in
            small letters.
    """
    sent, heard = encode(frame), b""
    for _ in range(ATTEMPTS):
        deadline = Deadline(answer_seconds)
        line.write(sent, deadline)
        reader = Reader()
        while data := line.read(deadline):
            heard += data
            for answer in reader.feed(data):
                if (answer.address, answer.number) != (frame.address, frame.number):
                    continue  # of another panel, or too late
                if isinstance(answer.message, Taken):
                    return
                if isinstance(answer.message, Refused):
                    reason = answer.message.reason
                    raise PanelError(reason.lower(), f"Panel {frame.address} refuses: {reason}.")
    # Converters to RS-485 may return what was sent: that is no answer.
    if heard.replace(sent, b"").strip():
        raise PanelError("garbled", f"Panel {frame.address} answers what cannot be understood.")
    raise PanelError("no_answer", f"Panel {frame.address} does not answer.")
