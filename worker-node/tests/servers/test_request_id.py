import re

import pytest

from servers.request_id import accepted_or_new


@pytest.mark.parametrize("sent", ["a", "0b9f-77", "trace:1/2=3.4_5@host", "x" * 128])
def test_a_plain_id_is_kept(sent: str) -> None:
    assert accepted_or_new(sent) == sent


@pytest.mark.parametrize("sent", [None, "", " ", "a b", "a\nb", "a\n", '"', "é", "x" * 129, "<b>", "a,b"])
def test_any_other_is_replaced(sent: str | None) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", accepted_or_new(sent))


def test_new_ids_differ() -> None:
    assert len({accepted_or_new(None) for _ in range(1000)}) == 1000
