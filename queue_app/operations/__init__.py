"""What can be done: one verb is one transaction; knows nothing of HTTP or sockets."""
