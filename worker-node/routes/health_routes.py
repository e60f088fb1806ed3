"""What orchestrators ask: is the process alive, and may it be sent requests?

The paths are Kubernetes' own names for the two questions:
https://kubernetes.io/docs/reference/using-api/health-checks/
"""

from flask import Blueprint

health = Blueprint("health", __name__)


@health.get("/livez")
def live() -> str:
    """Answer as long as the process can. A failure asks for a restart."""
    return "Ok"


@health.get("/readyz")
def ready() -> str:
    """Answer when requests are welcome. A failure asks to send them elsewhere for now.

    In production, HAProxy does so when it is about to end.
    """
    return "Ok"
