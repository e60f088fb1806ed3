"""Configuration of every kernel."""

c = get_config()  # noqa: F821 - given by IPython

c.InteractiveShellApp.extensions = ["notebook_to_app"]
