"""A development server for WSGI app factories: each save is answered by the new code at once.

Four kinds of processes make it fast, and hard to lose:

- the *supervisor* owns the listening socket, watches the source, and decides. It imports nothing
  of the app's, so nothing that the app does ends it;
- the *zygote* has the libraries loaded that the app uses, and none of the app's own code;
- *workers* are forked from the zygote, ahead of time. At a save the next one imports the app and
  takes over; the one before finishes what it has accepted;
- a *layer*, in a large app, is a worker that stopped before the first module that was edited lately.
  The next workers go on from there.

Where processes cannot be forked (macOS, Windows), a portable supervisor starts a new interpreter
for each save instead.
"""
