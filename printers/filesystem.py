"""What files and folders have in common: data made durable, and their errors in words."""

import errno
import os
import stat
from pathlib import Path

from printers.errors import PrinterError


def sync(handle: int) -> None:
    """Push the data to the disk; pipes and devices have nothing to push to."""
    if stat.S_ISREG(os.fstat(handle).st_mode) or stat.S_ISDIR(os.fstat(handle).st_mode):
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # Some network folders cannot.
                raise


def file_error(error: OSError, path: Path) -> PrinterError:
    """Return what an error of the system means for slips that go to `path`."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return PrinterError("disk_full", f"There is no room left for slips in {path}.")
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return PrinterError("unreachable", f"There is no printer at {path}. Is it plugged in?")
        case errno.EIO | errno.EPIPE:
            return PrinterError("broken_off", f"The printer at {path} broke off. Check the slip.")
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return PrinterError("not_writable", f"Slips cannot be written to {path}: {reason}.")
