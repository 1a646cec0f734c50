"""The cable between a page and the server, which a test can pull out and put back."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any

HOST = "127.0.0.1"
WHOLE, REFUSED, SILENT = "whole", "refused", "silent"


class Cables:
    """Makes cables; a thread of its own carries what flows through all of them."""

    def __init__(self) -> None:
        """Begin without any."""
        self._laid: list[Cable] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def lay(self, port: int) -> Cable:
        """Lay a cable to the server at `port`."""
        cable = Cable(self, port)
        self.run(cable._listen())
        self._laid.append(cable)
        return cable

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` in the thread of the cables, and wait for its end."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def close(self) -> None:
        """Let everything go."""
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        for cable in self._laid:
            await cable._pull(REFUSED)
            cable._held.close()
        await asyncio.sleep(0.05)  # what was taken just now begins, so that it can end
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for cable in self._laid:
            await cable._reset()
        await asyncio.sleep(0.05)  # nothing stays open behind a closed loop: whatever test runs then would be blamed


class Cable:
    """One cable.

    Attributes:
        port: where the page connects to.
        state: `whole`; `refused`: connections are reset, new ones refused, as when the server's machine is off; `silent`: nothing
            comes through and nobody says so, as when a plug is out somewhere on the way.
    """

    def __init__(self, cables: Cables, target: int) -> None:
        """Lay it, not yet listening."""
        self._cables = cables
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        # Holds the port also while nobody listens there: connections are refused, and nobody else gets it meanwhile.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind((HOST, 0))
        self.port = int(self._held.getsockname()[1])
        self.state = WHOLE

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, HOST, self.port, reuse_port=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        both = {writer, far_writer}
        self._writers |= both
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= both

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def _reset(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _pull(self, state: str) -> None:
        if state == SILENT:
            self._flowing.clear()
        else:
            assert self._server is not None
            # A server that is closed while it takes a connection leaves that one open behind it (asyncio of Python 3.11).
            for listening in self._server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            await asyncio.sleep(0.01)
            self._server.close()
            await self._reset()

    async def _plug_in(self, keep: bool) -> None:
        if not keep:
            await self._reset()
        self._flowing.set()
        if self.state == REFUSED:
            await self._listen()

    def cut(self, state: str) -> None:
        """Cut it: `refused` or `silent`."""
        self._cables.run(self._pull(state))
        self.state = state

    def mend(self, keep: bool = True) -> None:
        """Make it whole again. With `keep`, what a silent one held back comes through late; else its connections are lost."""
        self._cables.run(self._plug_in(keep))
        self.state = WHOLE

    def lead_to(self, port: int) -> None:
        """Let it lead to another server from the next connection on."""
        self._target = port
