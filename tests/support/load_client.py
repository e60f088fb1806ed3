"""Ask a server without pause until it refuses, and say what became of it: ``python load_client.py HOST PORT``.

Runs in a container of its own, with the standard library alone. A line ``serving`` says that all clients
had an answer; the last line is JSON: how many were served, and what went wrong, one text each.
With ``--until-told`` it ends on SIGTERM, and asks again where it is refused. With ``--pause=SECONDS`` no client
asks again sooner than that, and with ``--enough=NUMBER`` each asks but now and then once so many were served.
"""

import argparse
import json
import signal
import socket
import struct
import threading
import time

REQUEST = b"GET /demo HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"
UPLOAD = b"POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello"
TIMEOUT_SECONDS = 30
# Of a client when enough were served.
LONG_PAUSE_SECONDS = 0.2
# Who closes a connection holds its port for a minute (TIME_WAIT), and all 28,000 would be held after some seconds.
# A reset holds none; sent after the whole answer, it loses nothing.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Clients:
    def __init__(self, address: tuple[str, int], enough: float, *, until_told: bool) -> None:
        self.address = address
        self.enough = enough
        self.until_told = until_told
        self.told = False
        self.served = 0
        self.lost: list[str] = []
        self.lock = threading.Lock()

    def ask(self, request: bytes, pause: float, ready: threading.Barrier, *, keep: bool) -> None:
        connection = None
        first = True
        while not self.told:
            uses = 0
            try:
                if connection is None:
                    connection = socket.create_connection(self.address, TIMEOUT_SECONDS)
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            except ConnectionRefusedError as refusal:
                if not self.until_told:
                    return
                self.note(f"refused: {refusal}")
                continue
            except OSError as error:
                self.note(f"no connection: {error!r}")
                return
            try:
                connection.sendall(request)
                headers = read_answer(connection)
                uses += 1
            except OSError as error:
                self.note(f"{'kept' if keep else 'new'} connection after {uses}: {error!r}")
                connection.close()
                connection = None
                continue
            with self.lock:
                self.served += 1
            if not keep or b"connection: close" in headers:
                connection.close()
                connection = None
            if first:
                first = False
                ready.wait()
            self.rest(pause)

    def rest(self, pause: float) -> None:
        if self.served >= self.enough:
            pause = LONG_PAUSE_SECONDS
        if pause:
            time.sleep(pause)

    def stop(self) -> None:
        self.told = True

    def note(self, what: str) -> None:
        with self.lock:
            self.lost.append(what)


def read_answer(connection: socket.socket) -> bytes:
    """The headers of a whole answer with status 200, in lower case.

    Raises:
        OSError: it is another, or not whole.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(connection, data)
    headers, _, body = data.partition(b"\r\n\r\n")
    headers = headers.lower()
    length = int(headers.partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += receive(connection, headers)
    if b" 200 " not in headers[:20]:
        raise OSError(f"answered {headers!r}")
    return headers


def receive(connection: socket.socket, so_far: bytes) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise OSError(f"the end after {so_far!r}")
    return data


def main(host: str, port: int, pause: float, enough: float, *, until_told: bool) -> None:
    clients = Clients((host, port), enough, until_told=until_told)
    if until_told:
        signal.signal(signal.SIGTERM, lambda *_: clients.stop())
    kinds = [
        (REQUEST, 0.0, False),
        (REQUEST, 0.0, True),
        (REQUEST, 0.05, True),
        (UPLOAD, 0.0, True),
        (UPLOAD, 0.01, False),
    ]
    kinds = [kind for kind in kinds for _ in range(4)]
    ready = threading.Barrier(len(kinds) + 1, timeout=TIMEOUT_SECONDS)
    threads = [
        threading.Thread(
            target=clients.ask,
            args=(request, max(pause, own_pause), ready),
            kwargs={"keep": keep},
            daemon=True,  # so that clients without a first answer end with main()
        )
        for request, own_pause, keep in kinds
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    print("serving", flush=True)  # noqa: T201
    for thread in threads:
        thread.join()
    print(json.dumps({"served": clients.served, "lost": clients.lost}), flush=True)  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--until-told", action="store_true")
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--enough", type=float, default=float("inf"))
    main(**vars(parser.parse_args()))
