"""Three small apps in one: a page, an upload and a WebSocket, as people bring them along."""

from flask import Flask, render_template, request
from flask_sock import Sock
from simple_websocket import Server


def create_app() -> Flask:
    app = Flask(__name__)
    sock = Sock(app)

    @app.get("/page")
    def page() -> str:
        return render_template("page.html", name=request.args.get("name", "nobody"))

    @app.post("/upload")
    def upload() -> dict[str, object]:
        file = request.files["file"]
        return {"name": file.filename, "bytes": len(file.read()), "note": request.form["note"]}

    @sock.route("/echo")  # type: ignore[untyped-decorator]
    def echo(websocket: Server) -> None:
        while True:
            websocket.send(websocket.receive())

    return app
