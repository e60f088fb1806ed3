"""``jurigged_server.py PORT``: Werkzeug's server without a reloader, with jurigged patching functions in it."""

import sys

import jurigged  # type: ignore[import-not-found]
from werkzeug.serving import run_simple

if __name__ == "__main__":
    # All files below the app's folder; its own pause of 50 ms is for editors that save in pieces.
    jurigged.watch("./*.py", logger=None, debounce=0.001)
    from app import create_app  # only what is imported now is watched

    run_simple("127.0.0.1", int(sys.argv[1]), create_app(), threaded=True)
