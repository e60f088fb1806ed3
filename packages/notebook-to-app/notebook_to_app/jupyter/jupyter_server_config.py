"""Configuration of the Jupyter server in the notebooks container."""

import os
import re
import secrets
from pathlib import Path

from notebook_to_app.jupyter import contents, saving

c = get_config()  # noqa: F821 - given by Jupyter

STATE = Path(os.environ["STATE_DIRECTORY"])
WORKSPACE = Path("/workspace")
FIRST_NOTEBOOK = Path("notebooks/testing/welcome.ipynb")

# What JupyterLab shows, and opens with.
c.ServerApp.root_dir = str(WORKSPACE)
c.FileContentsManager.preferred_dir = str(WORKSPACE / FIRST_NOTEBOOK.parent)
c.LabApp.default_url = f"/lab/tree/{FIRST_NOTEBOOK}" if (WORKSPACE / FIRST_NOTEBOOK).exists() else "/lab"
c.ServerApp.open_browser = False

# Who may come in: this machine's browser with the token, and the other containers with it.
c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0
c.ServerApp.allow_remote_access = False  # a page of another site, by DNS rebinding, is foreign
c.ServerApp.local_hostnames = ["localhost", "notebooks"]
# What forwards the port under a name of its own, as GitHub Codespaces, changes either Host or Origin on the way.
if forwarded := os.environ.get("FORWARDED_HOST"):
    c.ServerApp.local_hostnames = [*c.ServerApp.local_hostnames, forwarded]
    c.ServerApp.allow_origin_pat = rf"https://{re.escape(forwarded)}$|https?://localhost:8888$"
# Made at the first start, and kept.
token = STATE / "token"
if not token.exists():
    token.touch(mode=0o600, exist_ok=False)
    token.write_text(secrets.token_hex(24))
c.IdentityProvider.token = token.read_text()
# The browser's login depends on this secret: kept, it outlives the container.
c.ServerApp.cookie_secret_file = str(STATE / "cookie-secret")
# Root here is the owner of the checkout, in rootless Docker for example. It has no capabilities.
c.ServerApp.allow_root = True

# Checkpoints beside the token, not in the checkout.
c.ServerApp.contents_manager_class = contents.WorkspaceContents
c.ContentsManager.checkpoints_class = contents.CheckpointsByPath
c.FileCheckpoints.checkpoint_dir = str(STATE / "checkpoints")
# Long output is shown as it comes, instead of being dropped above 1 MB in a second.
c.ZMQChannelsWebsocketConnection.iopub_data_rate_limit = 1e8

# With what cells show, or without: see .env.
c.FileContentsManager.pre_save_hook = saving.pre_save_hook(os.environ.get("NOTEBOOK_OUTPUTS") or "keep")

# Nothing asks the internet, and nothing proposes to rebuild what is an image.
c.LabApp.news_url = None
c.ServerApp.tornado_settings = {"page_config_data": {"buildCheck": False, "buildAvailable": False}}

# Of the log, only what needs a person, and where to go.
c.Application.log_level = "WARN"
c.ServerApp.jpserver_extensions = {
    "notebook_to_app.jupyter.addresses": True,
    "notebook_to_app.jupyter.feed": True,
    "notebook_to_app.jupyter.app_names": True,
}
