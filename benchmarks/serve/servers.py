"""The servers that are compared. What each is, and its settings, is in compose.yaml."""

from dataclasses import dataclass

PORT = 7500


@dataclass(frozen=True)
class Server:
    # Of its service in compose.yaml, which is its host name too.
    key: str
    label: str
    is_ours: bool = False


OURS = Server("worker-node", "worker-node (this repository)", is_ours=True)

# What the others are compared with.
BASELINE = Server("guide", "Flask's server, as in the guide")

ALL = {
    server.key: server
    for server in (
        OURS,
        BASELINE,
        Server("gunicorn-gthread", "gunicorn, gthread"),
        Server("gunicorn-sync", "gunicorn, sync"),
        Server("granian", "granian, WSGI"),
    )
}
