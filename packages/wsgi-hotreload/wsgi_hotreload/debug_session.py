"""The session of a debugger (VS Code, or another that speaks the protocol of debugpy), which outlives reloads.

A debugger attaches to a process that does nothing else, and that no reload ends. Each worker joins
its session as if it were its child process, and the debugger follows by itself: see "subprocess
debugging" in https://github.com/microsoft/debugpy/wiki. As a worker joins while it waits, breakpoints
also stop the code that is run at import, and a reload takes no longer.
"""

import json
import os
import subprocess
import sys

# Where workers find the session that they join, as JSON of arguments for ``pydevd.settrace``.
VARIABLE = "HOTRELOAD_DEBUG_SESSION"
# Without these, debugpy warns that it cannot stop in Python's own modules, which nobody wants.
ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def start(address: str) -> subprocess.Popen[str]:
    """Have a debugger attach at ``address`` (``host:port``), from now on until this process ends or closes it.

    Raises:
        SystemExit: debugpy is not installed, or cannot listen there.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "wsgi_hotreload.debug_session", address],
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    session = process.stdout.readline() if process.stdout else ""
    if not session:
        sys.exit(f"No debugger can attach at {address}: see above.")
    os.environ.update(ENVIRONMENT | {VARIABLE: session})
    return process


def is_on() -> bool:
    return VARIABLE in os.environ


def prepare() -> None:
    """Import ahead of time what joining needs."""
    if is_on():
        import debugpy.server.api  # noqa: F401 - which makes pydevd importable


def join() -> None:
    """Let the debugger of the session, if there is one, into this process."""
    if is_on():
        import pydevd

        session = json.loads(os.environ[VARIABLE])
        # As debugpy.connect() does, which accepts no token of a session that it did not start.
        pydevd.settrace(**session, suspend=False, patch_multiprocessing=True, notify_stdin=False)


def main(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        import debugpy  # noqa: T100 - on purpose

        debugpy.listen((host, int(port)))  # noqa: T100
    except (ImportError, RuntimeError, ValueError) as error:
        sys.exit(f"The session for debuggers cannot start: {error}")
    import pydevd  # brought by debugpy, once that is used

    setup = pydevd.SetupHolder.setup
    session = {
        "host": setup["client"],
        "port": setup["port"],
        "access_token": setup["access-token"],
        "ppid": os.getpid(),
    }
    print(json.dumps(session), flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
