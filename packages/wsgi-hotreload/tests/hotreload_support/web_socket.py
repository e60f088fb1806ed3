"""The text of a function by which an app accepts a WebSocket, without a library for it."""

# https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2. It has no braces: tests format it with the rest of an app.
ACCEPT = """\
import base64, hashlib
from flask import request


def accept_web_socket():
    connection = request.environ["werkzeug.socket"]
    key = request.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest())
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
        b"Sec-WebSocket-Accept: " + accept + b"\\r\\n\\r\\n"
    )
    return connection
"""
