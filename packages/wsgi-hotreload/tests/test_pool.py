"""What the pool returns about its workers, and in which order."""

import selectors
from collections.abc import Iterator
from pathlib import Path

import pytest

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.messages import LoadFailed, Read
from wsgi_hotreload.supervisor.handles import State
from wsgi_hotreload.supervisor.pool import WorkerPool
from wsgi_hotreload.supervisor.workers import Event, Exited, Said


class Hearing:
    def __init__(self, source: Path) -> None:
        self.selector = selectors.DefaultSelector()
        self.pool = WorkerPool("app:create_app", source, ("127.0.0.1", 7500), self.selector)

    def events_from(self, channel: Channel) -> Iterator[Event]:
        """Wait for one message of a channel, and handle it."""
        yield from self.selector.get_key(channel).data()

    def end(self) -> None:
        self.pool.end()
        for key in self.selector.get_map().values():
            key.fileobj.close()  # type: ignore[union-attr] # all are channels
        self.selector.close()


@pytest.fixture
def hearing(tmp_path: Path) -> Iterator[Hearing]:
    (tmp_path / "app.py").write_text("1 / 0\n")
    hearing = Hearing(tmp_path)
    yield hearing
    hearing.end()


def test_why_a_worker_failed_comes_before_its_end_though_news_of_the_end_are_there_first(hearing: Hearing) -> None:
    hearing.pool.load(None, [])
    worker = hearing.pool.workers.of_app(State.LOADING)
    assert worker

    events: list[Event] = []
    while not (events and isinstance(events[-1], Exited)):
        for event in hearing.events_from(worker.parent.channel):
            events.append(event)
            if isinstance(event, Said) and isinstance(event.message, LoadFailed):  # as the supervisor does
                assert worker.state is State.LOADING
                worker.become(State.RETIRING)

    *said, exited = events
    assert [type(event.message) for event in said if isinstance(event, Said)] == [Read, LoadFailed]
    assert isinstance(exited, Exited)
    assert (exited.state, exited.status) == (State.RETIRING, 1)
