"""Close the connections to databases that pools keep idle, so that no two processes ever have one.

A pool opens another when it is asked for one, and may replace them at any time. Both libraries describe this for forks:
https://docs.sqlalchemy.org/en/20/core/pooling.html#using-connection-pools-with-multiprocessing-or-os-fork (to dispose
of the engine before), and redis-py, whose pools look at the pid. Closed before the fork, there is no descriptor that a
driver could use, or close, by mistake. What the app itself keeps in use stays open, and is a hazard like any other.
"""

import contextlib
import sys
from typing import Any

from wsgi_hotreload.worker import app_objects


def close() -> None:
    # They are the app's: if one fails, its connections are found open.
    for engine in _engines():
        with contextlib.suppress(Exception):
            engine.dispose()
    redis_pool = getattr(sys.modules.get("redis"), "ConnectionPool", None)
    for pool in app_objects.find(redis_pool) if redis_pool else []:
        with contextlib.suppress(Exception):
            pool.disconnect(inuse_connections=False)


def _engines() -> list[Any]:
    """Those of SQLAlchemy; not with a database in memory, which goes with its connections and which forks copy."""
    library = sys.modules.get("sqlalchemy")
    if not (engine := getattr(library, "Engine", None)):
        return []
    pools = sys.modules["sqlalchemy.pool"]
    keepers = (pools.SingletonThreadPool, pools.StaticPool)
    return [
        found
        for found in app_objects.find(engine)
        if not isinstance(found.pool, keepers) and not found.dialect.is_async and not _is_in_memory(found)
    ]


def _is_in_memory(engine: Any) -> bool:  # noqa: ANN401 - of a library that may not be there
    """Whether it is SQLite's, and not with a file: https://www.sqlite.org/inmemorydb.html."""
    database, query = engine.url.database or ":memory:", engine.url.query
    return engine.dialect.name == "sqlite" and (":memory:" in database or query.get("mode") == "memory")
