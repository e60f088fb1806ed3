"""The process that workers are forked from: libraries loaded, no code of the app, no threads."""

import gc
import signal
import sys
from pathlib import Path

from wsgi_hotreload import debug_session
from wsgi_hotreload.processes import installed
from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.fork_server import ForkServer
from wsgi_hotreload.processes.messages import Import, ImportedAhead, Keep, Message
from wsgi_hotreload.watch.source_tree import SourceTree
from wsgi_hotreload.worker import audit, debugger, environment, kept_modules, main
from wsgi_hotreload.worker.request_server import RequestServer


class Zygote(ForkServer):
    """Imports libraries ahead of time, and so for all workers that are forked later."""

    def obey(self, message: Message) -> None:
        match message:
            case Import(names, variables):
                with environment.applied(variables):
                    thread_starter = installed.import_ahead(names)
                # What is there now stays: forked processes need not look at it, and so not copy it.
                gc.collect()
                gc.freeze()
                self.channel.send(ImportedAhead(thread_starter))
            case Keep(files):
                kept_modules.keep(files)
            case _:
                super().obey(message)


def run(descriptor: int, factory: str, source: Path, address: tuple[str, int], network_card: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the supervisor too, which stops this process
    tree = SourceTree(source)
    kept_modules.install(tree)
    audit.install()
    debug_session.prepare()
    debugger.make_pin(network_card)
    RequestServer(debugger.application, address).server_close()  # what it imports, no worker's needs to
    zygote = Zygote(Channel.of_descriptor(descriptor))
    zygote.run()
    main.run(zygote.channel, factory, tree, address)


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), (sys.argv[4], int(sys.argv[5])), int(sys.argv[6]))
