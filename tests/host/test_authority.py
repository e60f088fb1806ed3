"""A company's own authority is trusted by builds and containers, given its certificate in the clone."""

import shutil
from pathlib import Path

import pytest

from host.conftest import BASE_IMAGE, Stack, output

# Of an authority, and of a server at localhost that it vouches for.
MAKE_CERTIFICATES = """
cd /certificates
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=A company" \
    -addext keyUsage=critical,keyCertSign \
    -keyout authority.key -out authority.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
printf "%s\\n" subjectAltName=DNS:localhost authorityKeyIdentifier=keyid >names
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names \
    -out server.pem
cat server.key >>server.pem
chmod 644 *
"""
ASK = """
import http.server, ssl, subprocess, sys, threading, urllib.request
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("/certificates/server.pem")
server = http.server.HTTPServer(("localhost", 0), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://localhost:{server.server_port}"
print(urllib.request.urlopen(url).status)
command = ["pip", "download", "--quiet", "--retries=0", "--index-url", url, "nothing"]
print(subprocess.run(command, capture_output=True, text=True).stderr)
"""
# The stages that all others begin with: what they trust, `uv pip install` in the next line does too.
FIRST_STAGES = """
services:
  worker-node: { build: { target: base } }
  production: { build: { target: build } }
"""


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    folder = tmp_path / "certificates"
    folder.mkdir()
    output("docker", "run", "--rm", "--volume", f"{folder}:/certificates", BASE_IMAGE, "sh", "-euc", MAKE_CERTIFICATES)
    return folder


def test_builds_and_containers_trust_it(stack: Stack, certificates: Path) -> None:
    shutil.copy(certificates / "authority.pem", stack.folder / "company.crt")
    stack.environment["CA_CERTIFICATE"] = "company.crt"
    (stack.folder / "first-stages.yaml").write_text(FIRST_STAGES)
    files = ("-f", "compose.yaml", "-f", "first-stages.yaml")
    mounted = ("--volume", f"{certificates}:/certificates:ro", "--entrypoint", "python")

    stack.compose(*files, "build", "worker-node", "production")

    for image in (f"{stack.folder.name}-worker-node", stack.production_image):
        status, _, pip = output("docker", "run", "--rm", *mounted, image, "-c", ASK).partition("\n")
        assert status == "200"
        assert "No matching distribution found for nothing" in pip


def test_a_certificate_that_is_not_there_is_named(stack: Stack) -> None:
    stack.environment["CA_CERTIFICATE"] = "nowhere.crt"

    refused = stack.run("build", "worker-node")

    assert refused.returncode != 0
    assert "nowhere.crt" in refused.stderr
