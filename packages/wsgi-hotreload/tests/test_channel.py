"""What the supervisor and its processes send each other arrives."""

from collections.abc import Iterator

import pytest

from wsgi_hotreload.processes.channel import Channel
from wsgi_hotreload.processes.messages import Fork, Loaded, Pin, Taken, UnknownMessageError, decode, encode


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ends = Channel.pair()
    yield ends
    for end in ends:
        end.close()


def test_what_a_process_said_before_it_ended_is_heard_though_it_left_something_unread(
    ends: tuple[Channel, Channel],
) -> None:
    ours, theirs = ends
    ours.send(Fork(1))
    theirs.send(Taken(1))
    theirs.send(Taken(2))

    theirs.close()

    assert ours.receive() == (Taken(1), None)
    assert ours.receive() == (Taken(2), None)
    with pytest.raises(EOFError):
        ours.receive()


def test_a_message_may_be_of_any_length_and_a_short_one_come_in_between(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    long = Loaded([{"rule": "/" + "x" * 100_000, "methods": [], "endpoint": "x"}])

    theirs.send(long)
    theirs.send(Taken(1))

    assert ours.receive() == (long, None)
    assert ours.receive() == (Taken(1), None)


def test_an_open_file_comes_with_its_message(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    theirs.send(Fork(7), theirs.fileno())

    message, descriptor = ours.receive()

    assert message == Fork(7)
    assert descriptor is not None
    Channel.of_descriptor(descriptor).close()


@pytest.mark.parametrize("data", [b'["Nothing", {}]', b'["Fork", {}]', b'["Fork", {"number": 1, "more": 2}]'])
def test_an_unknown_message_is_an_error(data: bytes) -> None:
    with pytest.raises(UnknownMessageError):
        decode(data)


def test_a_message_is_the_same_after_its_way() -> None:
    arrived = decode(encode(Pin("123-456-789")))

    assert isinstance(arrived, Pin)
    assert arrived == Pin("123-456-789")
