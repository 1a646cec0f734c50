"""The bare reference: a Flask application that does nothing, under the same worker."""

from flask import Flask, request
from flask_socketio import SocketIO, join_room

app = Flask(__name__, static_folder="../queue_app/static/vendor")
PAGE = """<!doctype html><title>Bare</title><h1></h1><script type="module">
import { io } from "/vendor/socket.io-4.8.4.esm.min.js";
const socket = io({ transports: ["websocket"] });
socket.on("connect", () => socket.emit("subscribe", {}, () => { document.documentElement.dataset.live = "yes"; }));
socket.on("event", ({ label, counter, call_id }) => {
  document.querySelector("h1").textContent = `${label} ${counter}`;
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark(`call-painted-${call_id}`)));
});
</script>"""
"""The least page that shows who is called."""
socketio = SocketIO(app, async_mode="eventlet", max_http_buffer_size=65536)


@app.get("/noop")
def noop() -> str:
    """Do nothing."""
    return "{}"


@app.get("/page")
def page() -> str:
    """Return the least page."""
    return PAGE


@app.post("/broadcast")
def broadcast() -> str:
    """Send one message of the usual size to everybody in a room."""
    call = request.args.get("call", 1, type=int)
    message = {"channel": "board", "branch": "demo", "revision": 1, "kind": "ticket_called", "at": "2026-01-01T08:00:00.000Z",
               "counter": "1", "label": f"A{call:03}", "service": "id-cards", "from": "waiting", "call_id": call}  # fmt: skip
    socketio.emit("event", message, to="room")
    return "{}"


@socketio.on("subscribe")
def subscribe(_wish: object = None) -> dict[str, bool]:
    """Join the room."""
    join_room("room")
    return {"ok": True}
