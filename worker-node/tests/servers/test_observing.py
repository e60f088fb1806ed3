from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from servers.observing import Observer


class Recorder(Observer):
    def __init__(self, app: WSGIApplication) -> None:
        super().__init__(app)
        self.statuses: list[int] = []

    def answered(self, environ: WSGIEnvironment, status: int, seconds: float) -> None:  # noqa: ARG002 - the same for all
        assert seconds >= 0
        self.statuses.append(status)


class Answer:
    """Pieces that can be closed; one that is an exception is raised."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def close(self) -> None:
        self.is_closed = True


def app_with(answer: Answer, *headers: tuple[str, str]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:  # noqa: ARG001 - as in PEP 3333
        start_response("201 CREATED", list(headers))
        return answer

    return app


def ask(recorder: Recorder) -> Iterable[bytes]:
    return recorder({}, lambda *_: lambda _: None)


def test_a_whole_answer_is_passed_on_as_a_list_and_has_ended() -> None:
    answer = Answer(b"Ok")

    recorder = Recorder(app_with(answer, ("Content-Length", "2")))
    passed_on = ask(recorder)

    assert passed_on == [b"Ok"]
    assert answer.is_closed
    assert recorder.statuses == [201]


@pytest.mark.parametrize("headers", [(), (("Content-Length", "4"),)], ids=["of unknown length", "in pieces"])
def test_another_answer_ends_when_it_is_closed(headers: tuple[tuple[str, str], ...]) -> None:
    answer = Answer(b"12", b"34")
    recorder = Recorder(app_with(answer, *headers))
    passed_on = ask(recorder)

    assert list(passed_on) == [b"12", b"34"]
    assert recorder.statuses == []

    passed_on.close()  # type: ignore[attr-defined]
    assert answer.is_closed
    assert recorder.statuses == [201]


def test_an_answer_without_a_body_has_ended() -> None:
    answer = Answer()

    recorder = Recorder(app_with(answer, ("Content-Length", "0")))
    passed_on = ask(recorder)

    assert passed_on == [b""]
    assert answer.is_closed
    assert recorder.statuses == [201]


def test_an_app_that_raises_is_told_as_an_error_once() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:  # noqa: ARG001 - as in PEP 3333
        raise ValueError("broken")

    recorder = Recorder(app)
    with pytest.raises(ValueError, match="broken"):
        ask(recorder)

    assert recorder.statuses == [500]


def test_an_answer_that_raises_at_its_beginning_is_closed_and_told_once() -> None:
    answer = Answer(ValueError("broken"))
    recorder = Recorder(app_with(answer, ("Content-Length", "2")))

    with pytest.raises(ValueError, match="broken"):
        ask(recorder)

    assert answer.is_closed
    assert recorder.statuses == [201]
