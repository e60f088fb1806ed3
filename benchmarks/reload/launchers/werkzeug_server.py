"""``werkzeug_server.py PORT RELOADER``: what ``app.run(debug=True)`` does, with the reloader named."""

import sys

from werkzeug.serving import run_simple

from app import create_app

if __name__ == "__main__":
    run_simple(
        "127.0.0.1",
        int(sys.argv[1]),
        create_app(),
        use_debugger=True,
        use_reloader=True,
        reloader_type=sys.argv[2],
        threaded=True,
    )
