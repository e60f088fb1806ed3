"""Tests of the app, written from cells, and run from a notebook in the app's own environment."""

# The environment variable that tells the plugin which modules are to be hidden.
HIDDEN = "NOTEBOOK_TO_APP_HIDDEN"
