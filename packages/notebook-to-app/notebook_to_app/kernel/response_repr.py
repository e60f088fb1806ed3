"""Show the app's traceback where a cell ends in a response that has one, instead of ``<Response [500]>`` alone."""

from http import HTTPStatus
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


def show_errors_of_responses(shell: InteractiveShell) -> None:
    formatter: Any = shell.display_formatter.formatters["text/plain"]  # type: ignore[union-attr]
    # By its name: importing requests would take longer than all else in a kernel's start.
    formatter.for_type_by_name("requests.models", "Response", _show)


def _show(response: Any, printer: Any, _is_cycle: bool) -> None:  # noqa: ANN401, FBT001 - as IPython calls it
    printer.text(repr(response))
    is_text = response.headers.get("Content-Type", "").startswith("text/plain")
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and is_text:
        printer.text(f"\n\n{response.text}")
