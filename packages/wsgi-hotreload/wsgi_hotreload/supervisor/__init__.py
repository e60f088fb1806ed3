"""The process that owns the listening socket, watches, and decides. It imports nothing of the app's."""
