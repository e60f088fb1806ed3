"""Measure all servers in all cases, round by round. Runs in the container that ``run`` starts."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.serve import cases, load, memory, plot, report, results, servers

OUTPUT = Path(__file__).parent


def main() -> None:
    command, *arguments = sys.argv[1:]
    if command == "report":
        _report(*arguments)
    else:
        options = _options(arguments)
        if command == "measure":
            sys.stdout.write(_measure(options).to_json())


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bash benchmarks/serve/run", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=_positive, default=3, help="measurements of each (default: %(default)s)")
    parser.add_argument("--seconds", type=_positive, default=5, help="for each measurement (default: %(default)s)")
    parser.add_argument("--cases", type=_keys_of(cases.ALL), default=[*cases.ALL], help=", ".join(cases.ALL))
    parser.add_argument("--servers", type=_keys_of(servers.ALL), default=[*servers.ALL], help=", ".join(servers.ALL))
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _keys_of(known: Collection[str]) -> Callable[[str], list[str]]:
    def keys(text: str) -> list[str]:
        keys = text.split(",")
        if unknown := set(keys) - set(known):
            raise argparse.ArgumentTypeError(f"not known: {', '.join(unknown)}")
        return keys

    return keys


def _measure(options: argparse.Namespace) -> results.Results:
    started = time.monotonic()
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load_before = os.getloadavg()[0]
    compared = [servers.ALL[key] for key in options.servers]
    measured = {
        (case, server): results.Result(case, server.key, server.label) for case in options.cases for server in compared
    }
    for number in range(1, options.rounds + 1):
        for (case, server), result in measured.items():
            newest = load.measure(server, cases.ALL[case], options.seconds)
            result.rounds.append(newest)
            progress = f"{newest.requests_per_second:.0f} requests/s, {newest.failed_requests} failed"
            sys.stderr.write(f"{case}, round {number} of {options.rounds}, {server.label}: {progress}\n")
    conditions = (
        f"Measured on {date} in {(time.monotonic() - started) / 60:.0f} minutes, each {options.rounds} times for "
        f"{options.seconds} s: Python {platform.python_version()}, Linux on {platform.machine()}, "
        f"{os.cpu_count()} cores, load before {load_before:.1f}."
    )
    return results.Results(conditions, [*measured.values()])


def _report(memory_at_rest: str, memory_after_load: str, first_answers: str) -> None:
    """Write files and tables about what was measured, which is read from the standard input."""
    measured = results.from_json(sys.stdin.read())
    starts = [line.split() for line in first_answers.splitlines()]
    at_rest, after_load = map(memory.mebibytes_by_server, (memory_at_rest, memory_after_load))
    for server in dict.fromkeys(result.server for result in measured.results):
        measured.memory[server] = results.Memory(at_rest[server], after_load[server])
        measured.first_answers[server] = [int(milliseconds) for key, milliseconds in starts if key == server]
    (OUTPUT / "results.json").write_text(measured.to_json())
    plot.draw(measured.results, OUTPUT / "serve.png")
    sys.stdout.write(report.markdown(measured))


if __name__ == "__main__":
    main()
