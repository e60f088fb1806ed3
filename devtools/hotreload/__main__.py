"""``python -m hotreload app:create_app --port 7500``."""

import argparse
from pathlib import Path

from hotreload.serving import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hotreload", description="Serve a WSGI app, reloaded on each save.")
    parser.add_argument("factory", help="the function that makes the app, as module:function")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7500)
    parser.add_argument("--source", type=Path, default=Path(), help="the folder to import from and to watch")
    options = parser.parse_args()
    serve(options.factory, host=options.host, port=options.port, source=options.source)


if __name__ == "__main__":
    main()
