"""The results as Markdown."""

import math
import statistics
from collections.abc import Iterable, Sequence

from benchmarks.reload import servers, sources
from benchmarks.reload.measure import NEVER_SECONDS, Result

COLUMNS = ("server", "version", "median, ms", "95th percentile, ms", "failed requests", "idle CPU, %", "memory, MB")
NEVER = "never"


def median(result: Result) -> float:
    """The median of all edits; those that were not answered took infinitely long."""
    return statistics.median(_all_milliseconds(result))


def percentile_95(result: Result) -> float:
    """The time that 95 of 100 edits did not exceed; of less than 20, that is the longest."""
    ordered = sorted(_all_milliseconds(result))
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def _all_milliseconds(result: Result) -> list[float]:
    return [math.inf if milliseconds is None else milliseconds for milliseconds in result.milliseconds]


def markdown(results: Sequence[Result], right: dict[str, dict[str, bool]], conditions: str) -> str:
    """A table for each app, what is served right, and how many times faster this repository's server is."""
    sections = []
    for app in sources.ALL.values():
        of_app = [result for result in results if result.app == app.name]
        if of_app:
            edits = max(len(result.milliseconds) for result in of_app)
            kind = "bodies of functions" if app.is_body else "constants"
            sections.append(f"### {app.title[0].upper()}{app.title[1:]}, {edits} edits of {kind}\n\n{_table(of_app)}")
    titles = [*next(iter(right.values()))]
    rows = [["server", *titles], ["---"] * (len(titles) + 1)]
    rows += [[label, *("yes" if kinds[title] else "no" for title in titles)] for label, kinds in right.items()]
    sections.append(f"### Served as by a fresh interpreter after an edit of this kind\n\n{_lines(rows)}")
    ratios = [line for line in (_ratio_line(results, server) for server in servers.ALL.values()) if line]
    if ratios:
        sections.append("\n".join(ratios))
    return "\n\n".join([*sections, conditions]) + "\n"


def _table(results: Iterable[Result]) -> str:
    rows = [COLUMNS, ("---", "---", *["---:"] * (len(COLUMNS) - 2)), *map(_row, results)]
    return _lines(rows)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.label,
        result.version,
        NEVER if result.never_reloads else _milliseconds(median(result)),
        NEVER if result.never_reloads else _milliseconds(percentile_95(result)),
        "" if result.never_reloads else str(sum(result.failed_requests)),
        "" if result.idle_cpu_percent is None else f"{result.idle_cpu_percent:.1f}",
        "" if result.memory_megabytes is None else f"{result.memory_megabytes:.0f}",
    )


def _milliseconds(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else f"more than {NEVER_SECONDS * 1000:.0f}"


def _ratio_line(results: Iterable[Result], other: servers.Server) -> str | None:
    """How many times faster this repository's server is than another one, app by app."""
    medians = {(result.app, result.server): median(result) for result in results if not result.never_reloads}
    ratios = []
    for app in sources.ALL:
        ours, theirs = medians.get((app, servers.OURS.key)), medians.get((app, other.key))
        if ours and theirs and other is not servers.OURS:
            ratios.append(f"{app} {theirs / ours:.1f}")
    if not ratios:
        return None
    line = f"Times faster than {other.label}: {', '.join(ratios)}"
    return f"- **{line}**" if other is servers.BASELINE else f"- {line}"
