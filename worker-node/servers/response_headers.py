"""Change the headers of an answer on its way out."""

from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse

ResponseHeaders = list[tuple[str, str]]


def changing_headers(
    start_response: StartResponse, change: Callable[[ResponseHeaders], ResponseHeaders]
) -> StartResponse:
    """A ``start_response`` whose headers go through ``change`` when the answer begins."""

    def start(status: str, headers: ResponseHeaders, exc_info: Any = None, /) -> Callable[[bytes], object]:  # noqa: ANN401 - as in PEP 3333
        return start_response(status, change(headers), exc_info)

    return start


def replaced(headers: ResponseHeaders, name: str, value: str) -> ResponseHeaders:
    """The headers with this one, once, whether it was there or not."""
    return [(other, kept) for other, kept in headers if other.lower() != name.lower()] + [(name, value)]
