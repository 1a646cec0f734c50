"""A print server or a printer that speaks IPP: a queue of CUPS, or nearly any office printer."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from printers.deadline import Deadline
from printers.errors import PrinterError
from printers.ipp_client import IppClient
from printers.ipp_encoding import (
    CANCEL_JOB,
    GET_JOB_ATTRIBUTES,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    KEYWORD,
    MIME_TYPE,
    NAME,
    PRINT_JOB,
    Attribute,
)
from printers.status import Status, parse_ipp
from printers.way import N_, Delivered, Field, Values, Way, nothing, seconds

_LOOK_SECONDS = 0.2
_STATUS = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
_FORMATS = {"pdf": "application/pdf", "escpos": "application/vnd.cups-raw"}


@dataclass(frozen=True, slots=True)
class IppTransport:
    """A queue that is given a slip and asked what became of it.

    Args:
        client: to speak with.
        document_format: what the slips are called.
        status: "auto", "always" or "never", as for other ways that can answer.
        answer_timeout_seconds: for one answer.
        write_timeout_seconds: for handing over the slip.
        job_timeout_seconds: from then until the job has ended.
    """

    client: IppClient
    document_format: str
    status: str
    answer_timeout_seconds: float
    write_timeout_seconds: float
    job_timeout_seconds: float

    def send(
        self, data: bytes, job_name: str, ask_first: bool = False, taken: Callable[[], None] = nothing
    ) -> Delivered:
        before = None
        if self.status == "always" or (self.status == "auto" and ask_first):
            before = self.read_status(self.answer_timeout_seconds)
            if refusal := before.refusal():
                raise refusal
        job = self._print(data, job_name)
        confirmed = job is not None and self._follow(job)
        taken()
        return Delivered(before, confirmed)

    def read_status(self, timeout_seconds: float) -> Status:
        asked: Attribute = (KEYWORD, "requested-attributes", _STATUS)
        told = self.client.ask(GET_PRINTER_ATTRIBUTES, [asked], timeout_seconds).printer
        state = _number(told.get("printer-state", ()))
        reasons = [reason for reason in told.get("printer-state-reasons", ()) if isinstance(reason, str)]
        return parse_ipp(state, reasons, told.get("printer-is-accepting-jobs", (True,))[0] is not False)

    def _print(self, data: bytes, job_name: str) -> int | None:
        attributes: list[Attribute] = [
            # A name has room for 255 bytes.
            (NAME, "job-name", [job_name.encode("utf-8", "replace")[:200].decode("utf-8", "ignore") or "slip"]),
            (MIME_TYPE, "document-format", [self.document_format]),
        ]
        answer = self.client.ask(PRINT_JOB, attributes, self.write_timeout_seconds, data)
        return _number(answer.job.get("job-id", ()))

    def _follow(self, job: int) -> bool:
        """Wait for the end of a job; say whether it is known to be printed.

        Raises:
            PrinterError: it was not; what can be taken back is taken back, so that another attempt prints one slip.
        """
        deadline = Deadline(self.job_timeout_seconds)
        asked: list[Attribute] = [(INTEGER, "job-id", [job]), (KEYWORD, "requested-attributes", ["job-state"])]
        while True:
            state = None
            try:
                state = _number(
                    self.client.ask(GET_JOB_ATTRIBUTES, asked, self.answer_timeout_seconds).job.get("job-state", ())
                )
            except PrinterError as error:
                # Queues that forget at once what they have printed do not know the job any more. Any other error may pass:
                # giving up now would print the slip twice.
                if error.code == "bad_address":
                    return False
            match state:
                case 9:  # completed
                    return True
                case 8:  # aborted
                    raise PrinterError("fault", "The printer gave the slip up. Look at its display.")
                case 7:  # canceled
                    raise PrinterError("job_refused", "Somebody took the slip out of the printer's queue.")
            if not deadline.left:
                raise self._take_back(job)
            time.sleep(_LOOK_SECONDS)

    def _take_back(self, job: int) -> PrinterError:
        late = PrinterError(
            "timed_out", "The slip lies in the printer's queue and does not come out. Look at the printer."
        )
        try:
            refusal = self.read_status(self.answer_timeout_seconds).refusal()
            self.client.ask(CANCEL_JOB, [(INTEGER, "job-id", [job])], self.answer_timeout_seconds)
        except PrinterError:
            return late
        return refusal or late


def _number(values: tuple[object, ...]) -> int | None:
    return next((value for value in values if isinstance(value, int)), None)


def _make(values: Values) -> IppTransport:
    return IppTransport(
        IppClient(
            values["uri"],
            values["user"],
            values["password"],
            values["verify_certificate"],
            values["connect_timeout_seconds"],
        ),
        values["document_format"] or _FORMATS[values["form"]],
        values["status"],
        values["answer_timeout_seconds"],
        values["write_timeout_seconds"],
        values["job_timeout_seconds"],
    )


WAY = Way(
    kind="ipp",
    meaning=N_("A queue of CUPS, or a printer that speaks IPP itself."),
    fields=(
        Field(
            "uri",
            "str",
            N_("Where the queue is."),
            required=True,
            pattern=r"ipps?://[^/\s@?#]+(/[^\s?#]*)?",
            example="ipp://192.0.2.7:631/printers/slips",
        ),
        Field("user", "str", N_("Who prints, and with a password also who signs in."), default="queue"),
        Field("password", "str", N_("To sign in with; most queues want none."), default="", secret=True),
        Field("verify_certificate", "bool", N_("With ipps: trust only certificates the system trusts."), default=True),
        Field(
            "document_format",
            "str",
            N_("The name of the slips' format, where the usual one is refused; application/octet-stream as a rule."),
            default="",
            pattern=r"[a-z]+/[A-Za-z0-9.+-]+",
            example="application/octet-stream",
        ),
        Field(
            "status",
            "choice",
            N_("Whether the queue is asked for paper and cover before a slip."),
            default="auto",
            choices=("auto", "always", "never"),
        ),
        seconds("connect_timeout_seconds", 3, N_("How long connecting may take.")),
        seconds("answer_timeout_seconds", 2, N_("How long one answer may take.")),
        seconds("write_timeout_seconds", 10, N_("How long handing over a whole slip may take.")),
        seconds("job_timeout_seconds", 20, N_("How long a slip may take to come out; then it is taken back.")),
    ),
    forms=("pdf", "escpos"),
    make=_make,
)
