"""The bare reference: a Flask application that does nothing, under the same worker."""

from flask import Flask
from flask_socketio import SocketIO, join_room

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", max_http_buffer_size=65536)


@app.get("/noop")
def noop() -> str:
    """Do nothing."""
    return "{}"


@app.post("/broadcast")
def broadcast() -> str:
    """Send one message of the usual size to everybody in a room."""
    message = {"channel": "board", "branch": "demo", "revision": 1, "kind": "ticket_called", "at": "2026-01-01T08:00:00.000Z",
               "counter": "1", "label": "A017", "service": "id-cards", "from": "waiting", "call_id": 1}  # fmt: skip
    socketio.emit("event", message, to="room")
    return "{}"


@socketio.on("subscribe")
def subscribe(_wish: object = None) -> dict[str, bool]:
    """Join the room."""
    join_room("room")
    return {"ok": True}
