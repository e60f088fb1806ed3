"""``hupper_server.py PORT``: waitress under hupper."""

import sys

import hupper  # type: ignore[import-not-found]
import waitress  # type: ignore[import-untyped, import-not-found, unused-ignore]


def main() -> None:
    # The command line takes whole seconds only, and hupper waits so long between two workers.
    hupper.start_reloader("hupper_server.main", reload_interval=0.1)
    # Under the reloader alone: the monitoring process needs no app.
    from app import create_app

    waitress.serve(create_app(), host="127.0.0.1", port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
