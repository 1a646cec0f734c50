"""gunicorn's log without its access log: that one repeats addresses, in which the tokens of visitors stand."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):
    """What gunicorn says of itself; requests are logged by their route, where that is wanted (`queue_app.request_trace`)."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Say nothing."""
