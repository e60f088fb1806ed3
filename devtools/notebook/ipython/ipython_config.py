"""Configuration of every kernel: see ``devtools/kernel`` and ``devtools/bring``."""

c = get_config()  # noqa: F821 - given by IPython

c.InteractiveShellApp.extensions = ["kernel", "bring"]
