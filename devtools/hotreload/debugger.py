"""Werkzeug's interactive debugger, one for all workers.

It is made in the zygote, before any worker is forked, so that its PIN, the secret in an open page,
and the count of wrong PINs survive a reload.
"""

from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import NotFound

application = DebuggedApplication(NotFound(), evalex=True, pin_logging=False)
# Made from the network card's number, for which Python takes a random one where it finds none.
PIN = application.pin
