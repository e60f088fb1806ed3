"""Serve a repository over HTTPS, by Git's smart protocol, and print the port: REPOSITORY CERTIFICATE KEY."""

import gzip
import ssl
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

REPOSITORY, CERTIFICATE, KEY = sys.argv[1:]


class SmartProtocol(BaseHTTPRequestHandler):
    """See https://git-scm.com/docs/http-protocol ."""

    def do_GET(self) -> None:
        (service,) = parse_qs(urlsplit(self.path).query)["service"]
        announced = f"# service={service}\n".encode()
        refs = self._git(service, "--http-backend-info-refs")
        self._respond(f"{service}-advertisement", b"%04x%s0000%s" % (len(announced) + 4, announced, refs))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        service = self.path.rpartition("/")[2]
        self._respond(f"{service}-result", self._git(service, body=body))

    def log_message(self, *_: object) -> None:
        pass

    def _git(self, service: str, *options: str, body: bytes = b"") -> bytes:
        command = ["git", service.removeprefix("git-"), "--stateless-rpc", *options, REPOSITORY]
        return subprocess.run(command, input=body, stdout=subprocess.PIPE, check=True).stdout

    def _respond(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"application/x-{kind}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("localhost", 0), SmartProtocol)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)  # noqa: T201
server.serve_forever()
