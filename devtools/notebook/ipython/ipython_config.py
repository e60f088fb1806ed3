"""Configuration of every kernel: edits of the app's source are seen by the next cell."""

c = get_config()  # noqa: F821 - given by IPython

c.InteractiveShellApp.extensions = ["autoreload", "bring"]
c.InteractiveShellApp.exec_lines = ["%autoreload 2"]
