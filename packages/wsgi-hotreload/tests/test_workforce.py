"""What the supervisor hears of its workers, and in which order."""

import selectors
from collections.abc import Iterator
from pathlib import Path

import pytest

from wsgi_hotreload.channel import Channel, Message
from wsgi_hotreload.children import Worker
from wsgi_hotreload.workforce import Workforce


class Listener:
    """Notes what is told, in the place of the supervisor."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def heard(self, worker: Worker, message: Message) -> None:  # noqa: ARG002
        self.events.extend(message)

    def ended(self, worker: Worker, status: int | None) -> None:  # noqa: ARG002
        self.events.append(f"ended: {status}")


class Hearing:
    def __init__(self, source: Path) -> None:
        self.selector = selectors.DefaultSelector()
        self.listener = Listener()
        self.workforce = Workforce("app:create_app", source, ("127.0.0.1", 7500), self.selector, self.listener)

    def hear(self, channel: Channel) -> None:
        """Wait for one message, and pass it on."""
        self.selector.get_key(channel).data(channel)

    def end(self) -> None:
        self.workforce.end()
        for key in self.selector.get_map().values():
            key.fileobj.close()  # type: ignore[union-attr] # all are channels
        self.selector.close()


@pytest.fixture
def hearing(tmp_path: Path) -> Iterator[Hearing]:
    (tmp_path / "app.py").write_text("1 / 0\n")
    hearing = Hearing(tmp_path)
    yield hearing
    hearing.end()


def test_why_a_worker_failed_is_told_before_its_end_though_news_of_the_end_are_there_first(hearing: Hearing) -> None:
    worker = hearing.workforce.next_worker(None, [])
    worker.load([])

    while "ended: 1" not in hearing.listener.events:
        hearing.hear(worker.parent.channel)

    assert hearing.listener.events == ["failed", "ended: 1"]
