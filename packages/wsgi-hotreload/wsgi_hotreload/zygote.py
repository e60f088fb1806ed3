"""The process that workers are forked from: libraries loaded, no code of the app, no threads."""

import gc
import signal
import sys
from pathlib import Path
from typing import Any

from wsgi_hotreload import bytecode, debug_session, environment, modules, worker
from wsgi_hotreload.channel import Channel
from wsgi_hotreload.forking import Forker


def main(descriptor: int, factory: str, source: str, host: str, port: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the supervisor too, which tells us
    bytecode.install(Path(source))
    debug_session.prepare()
    zygote = Zygote(Channel.of_descriptor(descriptor))
    zygote.run()
    worker.run(zygote.channel, factory, Path(source), (host, port))


class Zygote(Forker):
    """Imports libraries ahead of time, and so for all workers that are forked later."""

    def obey(self, message: dict[str, Any]) -> None:
        if "import" not in message:
            return
        with environment.applied(message["environment"]):
            thread_starter = modules.import_ahead(message["import"])
        # What is there now stays: forked processes need not look at it, and so not copy it.
        gc.collect()
        gc.freeze()
        self.channel.send({"imported": True, "thread_starter": thread_starter})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
