"""The process that loads the app and serves it, and the snapshots that it leaves on the way."""
