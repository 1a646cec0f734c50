"""gunicorn's settings for the bare reference: the product's worker, and nothing of the product."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "queue_app.serving.eventlet_worker.EventletWorker"
worker_connections = 4000
keepalive = 75
graceful_timeout = 5
control_socket_disable = True
sendfile = False
wsgi_app = "benchmarks.bare_wsgi:app"
