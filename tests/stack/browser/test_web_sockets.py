"""A page's WebSocket is answered by new code after a save."""

import time

from playwright.sync_api import Page, expect

from hotreload_support.web_socket import ACCEPT
from support.editing import Checkout
from support.waiting import wait_for

ROUTES = "routes/general_routes.py"
SOCKET = (
    f"\n\n{ACCEPT}"
    """

@general.get("/socket-of-a-test", websocket=True)
def socket_of_a_test() -> str:
    connection = accept_web_socket()
    while len(frame := connection.recv(200)) > 6:
        mask, masked = frame[2:6], frame[6:]
        answer = "{}, ".encode() + bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))
        connection.sendall(bytes([0x81, len(answer)]) + answer)
    return ""


@general.get("/page-of-a-test")
def page_of_a_test() -> str:
    return "<title>Echo</title><h1></h1>"
"""
)
# As pages do: it connects again, and asks again.
ECHO = """() => {
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/socket-of-a-test`);
    socket.onopen = () => socket.send("echo");
    socket.onmessage = message => (document.querySelector("h1").textContent = message.data);
    socket.onclose = () => setTimeout(connect, 50);
  };
  connect();
}"""


def test_a_web_socket_is_answered_by_new_code(page: Page, app_url: str, source: Checkout) -> None:
    source.append(ROUTES, SOCKET.format("first"))
    wait_for("the route", lambda: page.request.get(f"{app_url}/page-of-a-test").ok)
    page.goto(f"{app_url}/page-of-a-test")
    page.evaluate(ECHO)
    expect(page.locator("h1")).to_have_text("first, echo")

    source.append(ROUTES, SOCKET.format("second"))
    saved = time.monotonic()

    page.wait_for_function("() => document.querySelector('h1').textContent === 'second, echo'")
    print(f"Answered by new code {time.monotonic() - saved:.2f} s after the save")  # noqa: T201 - 1.5 s on a quiet machine
