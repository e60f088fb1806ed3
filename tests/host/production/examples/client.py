"""Use the three apps at an address, and print what comes of it: ``python client.py HOST:PORT``. Runs in the network."""

import json
import sys
from urllib.request import Request, urlopen

import simple_websocket

address = sys.argv[1]
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    + b"a" * 3_000_000
    + b"\r\n--x--\r\n"
)


def echoed(message: str) -> str:
    websocket = simple_websocket.Client(f"ws://{address}/echo")
    websocket.send(message)
    try:
        return str(websocket.receive(timeout=10))
    finally:
        websocket.close()


seen = {
    "page": urlopen(f"http://{address}/page?name=%3CAda%3E").read().decode(),
    "stylesheet": urlopen(f"http://{address}/static/style.css").read().decode(),
    "upload": json.load(
        urlopen(Request(f"http://{address}/upload", FORM, {"Content-Type": "multipart/form-data; boundary=x"}))
    ),
    "echo": [echoed("small"), echoed("large" * 50_000)[-10:]],
}
sys.stdout.write(json.dumps(seen, indent=1))
