"""The application that a server (or the `flask` command) runs.

Where eventlet runs underneath, `queue_app.serving.eventlet_worker` has patched the process before this is imported.
"""

from queue_app import create_app
from queue_app.serving import async_mode

app = create_app(async_mode=async_mode())
