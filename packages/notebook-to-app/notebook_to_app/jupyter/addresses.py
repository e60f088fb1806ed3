"""A Jupyter server extension: log which addresses to open, once they respond."""

import asyncio
import os
from urllib.parse import urlsplit

from jupyter_server.serverapp import ServerApp

WAIT_SECONDS = 10.0
RETRY_SECONDS = 0.1


def _load_jupyter_server_extension(server: ServerApp) -> None:
    server.io_loop.add_callback(print_addresses, server)


async def print_addresses(server: ServerApp) -> None:
    """Print both addresses, when the app responds or has had the time to."""
    url = os.environ["APP_URL"]
    responds = await _accepts_connections(url)
    app = f"http://localhost:{os.environ['APP_PORT']}/demo"
    lab = f"http://localhost:{os.environ['NOTEBOOKS_PORT']}{server.default_url}?token={server.identity_provider.token}"
    if not responds:
        app += f"  (does not respond yet: see the log of {urlsplit(url).hostname})"
    print(f"\n  The app:     {app}\n  JupyterLab:  {lab}\n", flush=True)  # noqa: T201 - without a prefix, easy to find


async def _accepts_connections(url: str) -> bool:
    parts = urlsplit(url)
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        try:
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError:
            await asyncio.sleep(RETRY_SECONDS)
        else:
            writer.close()
            return True
    return False
