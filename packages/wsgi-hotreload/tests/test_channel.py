"""What the supervisor and its processes tell each other arrives."""

from wsgi_hotreload.channel import Channel


def test_what_a_process_said_before_it_ended_is_heard_though_it_left_something_unread() -> None:
    ours, theirs = Channel.pair()
    ours.send({"never": "read"})
    theirs.send({"first": 1})
    theirs.send({"last": 2})

    theirs.close()

    assert ours.receive() == ({"first": 1}, None)
    assert ours.receive() == ({"last": 2}, None)
    assert ours.receive() is None
    ours.close()
