"""The command: ``wsgi-hotreload app:create_app --port 7500``, or ``python -m wsgi_hotreload``."""

import os
import sys

# `-m` puts the working directory on the path, and it may have modules named like those below.
sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]  # noqa: PTH109

import argparse  # noqa: E402

from wsgi_hotreload import serve  # noqa: E402


def role(text: str) -> tuple[str, str]:
    name, is_there, command = text.partition("=")
    if not (name and is_there and command):
        raise argparse.ArgumentTypeError(f"{text!r} names no role: write NAME=COMMAND")
    return name, command


def main() -> None:
    parser = argparse.ArgumentParser(prog="wsgi-hotreload", description="Serve a WSGI app, reloaded on each save.")
    parser.add_argument("factory", help="the app, or what makes it: app:create_app, app:app, app")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=7500)
    parser.add_argument("--source", default=".", help="the folder to import from and to watch")
    parser.add_argument(
        "--role", action="append", default=[], type=role, help="what runs beside the app: worker='python -m jobs'"
    )
    options = parser.parse_args()
    serve(options.factory, host=options.host, port=options.port, source=options.source, roles=dict(options.role))


if __name__ == "__main__":
    main()
