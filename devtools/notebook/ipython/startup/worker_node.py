"""Make the app's source importable in every kernel.

Here and not by PYTHONPATH, which would put modules named ``app`` or ``config`` in the way of
the Jupyter server's own imports too.
"""

import sys

sys.path.insert(0, "/workspace/worker-node")
