"""The development server: hot reload, from ``devtools/``, which no production image has."""

import sys
from pathlib import Path

from config import ConfigurationError
from servers.address import listen_address

WORKER_NODE = Path(__file__).resolve().parent.parent


def serve() -> None:
    """Serve the app until SIGTERM or Ctrl-C, by the newest code always.

    Raises:
        ConfigurationError: the address is wrong, or the development tools are not here.
    """
    host, port = listen_address(default_host="127.0.0.1")
    # Without Docker, the tools lie beside this folder; in the dev image they are on the path.
    sys.path.append(str(WORKER_NODE.parent / "devtools"))
    try:
        from hotreload.serving import serve as serve_reloading
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"ENVIRONMENT is 'DEV', which needs {error.name}, and it is not installed here: "
            "install requirements-dev.txt, or set ENVIRONMENT to PROD."
        ) from None
    serve_reloading("app:create_app", host=host, port=port, source=WORKER_NODE)
