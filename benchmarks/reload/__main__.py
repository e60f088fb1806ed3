"""Measure all servers with all apps, block by block. Runs in the container that ``run`` starts."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reload import endurance, kinds, plot, report, servers, sources
from benchmarks.reload.measure import Result, measure_block

OUTPUT = Path(__file__).parent
EDITS_PER_BLOCK = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="bash benchmarks/reload/run", description=__doc__)
    parser.add_argument("--rounds", type=int, help="edits for each server and app (default: 15, of larger apps 8)")
    parser.add_argument("--apps", type=_keys_of(sources.ALL), default=[*sources.ALL], help=", ".join(sources.ALL))
    parser.add_argument("--servers", type=_keys_of(servers.ALL), default=[*servers.ALL], help=", ".join(servers.ALL))
    parser.add_argument(
        "--in-a-row", type=int, metavar="N", help="make N edits of each app, and look at our memory only"
    )
    options = parser.parse_args()
    if options.in_a_row:
        for app in options.apps:
            sys.stdout.write(endurance.measure(sources.ALL[app], options.in_a_row))
        return

    started = time.monotonic()
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    loads = [os.getloadavg()[0]]
    results: list[Result] = []
    compared = [servers.ALL[key] for key in options.servers]
    for app in options.apps:
        results += _measure_app(sources.ALL[app], compared, options.rounds)
        loads.append(os.getloadavg()[0])
    right = {server.label: kinds.served_right(server) for server in compared}
    conditions = (
        f"Measured on {date} in {(time.monotonic() - started) / 60:.0f} minutes: Python {platform.python_version()}, "
        f"Linux on {platform.machine()}, {os.cpu_count()} cores, "
        f"load before, between and after {', '.join(f'{load:.1f}' for load in loads)}."
    )
    contents = {"conditions": conditions, "results": [asdict(result) for result in results], "right": right}
    (OUTPUT / "results.json").write_text(json.dumps(contents, indent=2) + "\n")
    plot.draw(results, OUTPUT / "reload.png")
    sys.stdout.write(report.markdown(results, right, conditions))


def _keys_of(known: Collection[str]) -> Callable[[str], list[str]]:
    def keys(text: str) -> list[str]:
        keys = text.split(",")
        if unknown := set(keys) - set(known):
            raise argparse.ArgumentTypeError(f"not known: {', '.join(unknown)}")
        return keys

    return keys


def _measure_app(app: sources.App, compared: list[servers.Server], rounds: int | None) -> list[Result]:
    results = {server.key: Result(app.name, server.key, server.label, _version(server)) for server in compared}
    blocks = [*_blocks(rounds or app.rounds)]
    for index, edits in enumerate(blocks):
        for server in compared:
            result = results[server.key]
            if result.never_reloads:
                continue
            measure_block(server, app, result, edits, is_last=index == len(blocks) - 1)
            newest = ", ".join("-" if ms is None else f"{ms:.0f}" for ms in result.milliseconds[-edits:])
            sys.stderr.write(f"{app.name}, block {index + 1} of {len(blocks)}, {server.label}: {newest} ms\n")
    return [*results.values()]


def _blocks(rounds: int) -> Iterator[int]:
    """The edits in blocks of about the same size."""
    count = -(-rounds // EDITS_PER_BLOCK)
    for index in range(count):
        yield rounds // count + (index < rounds % count)


def _version(server: servers.Server) -> str:
    if not server.package:
        return "this checkout"
    script = f"from importlib.metadata import version; print(version({server.package!r}))"
    return subprocess.run([server.python, "-c", script], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
