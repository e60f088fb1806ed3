"""Read what ``docker stats`` says about memory, which ``run`` asks for."""

import re
from collections.abc import Iterator

UNITS = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}
# The container's name, which Compose makes of the project's and the service's.
LINE = re.compile(r"^serve-benchmark-(?P<server>\S+)-1 .* (?P<size>[\d.]+)(?P<unit>\w+) / ", re.MULTILINE)


def mebibytes_by_server(text: str) -> dict[str, float]:
    return dict(_parse(text))


def _parse(text: str) -> Iterator[tuple[str, float]]:
    for match in LINE.finditer(text):
        yield match["server"], float(match["size"]) * UNITS[match["unit"]]
