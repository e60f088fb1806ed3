"""A development server for WSGI app factories: each save is answered by the new code.

A supervisor owns the listening socket and watches the source; a worker process serves the app.
On a save the supervisor starts a new worker. Code that cannot be loaded is answered with its
traceback, and the next good save mends it; nothing that the app does ends the supervisor.
"""

from hotreload.supervisor import serve

__all__ = ["serve"]
