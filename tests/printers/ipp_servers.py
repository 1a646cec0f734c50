"""Real servers of IPP: Debian's ippeveprinter, and a CUPS with two queues, each on a port of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

# What the printer does with a job: what the file "do" beside it says, and by default it keeps what it was given.
COMMAND = """#!/bin/sh
here="$(dirname "$0")"
sh "$here/do" >&2 || exit 1
cp "$1" "$here/printed/$$"
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server in a folder of its own; a context manager."""

    def __init__(self) -> None:
        # Short, because the path of a local socket has room for a hundred letters.
        self.folder = Path(tempfile.mkdtemp(prefix="ipp", dir="/tmp"))
        self.port = free_port()
        self._stack = ExitStack()

    def __enter__(self) -> Any:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        raise NotImplementedError

    def _run(self, stack: ExitStack, *command: str, **environment: str) -> None:
        log = stack.enter_context((self.folder / "output.txt").open("ab"))
        process = subprocess.Popen(
            command, cwd=self.folder, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        stack.callback(process.wait, 10)
        stack.callback(process.kill)

    def _wait(self, ready: Any) -> None:
        end = time.monotonic() + 20
        while not ready():
            assert time.monotonic() < end, (self.folder / "output.txt").read_text("utf-8", "replace")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class EvePrinter(Server):
    """An IPP Everywhere printer that takes PDF and bytes."""

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def does(self, script: str = "true") -> None:
        """Say what it does with the jobs from now on; STATE: lines change its reasons."""
        (self.folder / "do").write_text(script)

    def printed(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted((self.folder / "printed").iterdir(), key=os.path.getmtime)]

    def _start(self, stack: ExitStack) -> None:
        (self.folder / "printed").mkdir()
        (self.folder / "print").write_text(COMMAND)
        (self.folder / "print").chmod(0o755)
        self.does()
        # It wants to be announced on the network, and gives up where there is nobody to ask for that.
        bus = f"unix:path={self.folder}/bus"
        self._run(stack, "dbus-daemon", "--session", "--nofork", f"--address={bus}")
        self._wait((self.folder / "bus").exists)
        self._run(
            stack, "ippeveprinter", "-r", "off", "-p", str(self.port), "-n", "localhost", "-c", str(self.folder / "print"),
            "-f", "application/pdf,application/vnd.cups-raw", "-d", str(self.folder), "slips",
            DBUS_SYSTEM_BUS_ADDRESS=bus,
        )  # fmt: skip
        self._wait(self._listens)


class Cups(Server):
    """A CUPS with the raw queue "raw", whose driver keeps in the file "device" what it is given, and the forbidden "closed"."""

    def uri(self, queue: str) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/{queue}"

    @property
    def device(self) -> Path:
        return self.folder / "device"

    def run(self, *command: str) -> None:
        environment = os.environ | {"CUPS_SERVER": f"127.0.0.1:{self.port}"}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=20)

    def _start(self, stack: ExitStack) -> None:
        folder = self.folder
        for name in ("root", "spool", "cache", "state", "spool/tmp", "bin/backend"):
            (folder / name).mkdir(parents=True)
        (folder / "root/cupsd.conf").write_text(
            f"Listen 127.0.0.1:{self.port}\nListen {folder}/sock\nBrowsing Off\nWebInterface No\nDefaultAuthType None\n"
            "LogLevel info\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n"
        )
        (folder / "root/cups-files.conf").write_text(
            f"ServerRoot {folder}/root\nRequestRoot {folder}/spool\nCacheDir {folder}/cache\nStateDir {folder}/state\n"
            f"TempDir {folder}/spool/tmp\nAccessLog {folder}/access.log\nErrorLog {folder}/error.log\n"
            f"PageLog {folder}/page.log\nServerBin {folder}/bin\nUser {'lp' if os.geteuid() == 0 else os.environ.get('USER', 'lp')}\n"
            "SystemGroup root\n"
        )
        (folder / "bin/daemon").symlink_to("/usr/lib/cups/daemon")
        driver = folder / "bin/backend/keep"
        driver.write_text(f'#!/bin/sh\n[ $# -gt 0 ] || exit 0\ncat ${{6:+"$6"}} >> {self.device}\n')
        driver.chmod(0o755)
        folder.chmod(0o755)
        configuration = str(folder / "root")
        self._run(
            stack,
            "/usr/sbin/cupsd",
            "-f",
            "-c",
            f"{configuration}/cupsd.conf",
            "-s",
            f"{configuration}/cups-files.conf",
        )
        self._wait(self._listens)
        self.device.touch()
        self.device.chmod(0o666)
        for queue in ("raw", "closed"):
            self.run("/usr/sbin/lpadmin", "-p", queue, "-E", "-v", "keep:/slips", "-m", "raw")
        self.run("/usr/sbin/lpadmin", "-p", "closed", "-u", "allow:marta")
