"""The results as Markdown."""

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.serve import cases, servers
from benchmarks.serve.results import Memory, Result, Results

CASE_COLUMNS = ("server", "requests/s", "slowest to fastest round", "99th percentile, ms", "failed requests")
START_COLUMNS = ("server", "first answer, ms", "fastest to slowest start", "times this server's")
MEMORY_COLUMNS = ("server", "at rest, MiB", "after the load, MiB")


def markdown(results: Results) -> str:
    """Tables of cases, starts and memory, and how many times as many requests this repository's server serves."""
    sections = []
    for case in cases.ALL.values():
        of_case = [result for result in results.results if result.case == case.key]
        if of_case:
            table = _table(CASE_COLUMNS, map(_case_row, of_case))
            sections.append(f"### {case.title[0].upper()}{case.title[1:]}\n\n{table}")
    sections.append(f"### First answer after a start\n\n{_table(START_COLUMNS, _start_rows(results.first_answers))}")
    sections.append(f"### Memory\n\n{_table(MEMORY_COLUMNS, _memory_rows(results.memory))}")
    ratios = [line for line in (_ratio_line(results.results, server) for server in servers.ALL.values()) if line]
    if ratios:
        sections.append("\n".join(ratios))
    return "\n\n".join([*sections, results.conditions]) + "\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ("---", *["---:"] * (len(columns) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _case_row(result: Result) -> tuple[str, ...]:
    rates = [load.requests_per_second for load in result.rounds]
    return (
        result.label,
        f"{result.requests_per_second:.0f}",
        f"{min(rates):.0f} to {max(rates):.0f}",
        f"{result.percentile_99_milliseconds:.0f}",
        str(result.failed_requests),
    )


def _memory_rows(memory: dict[str, Memory]) -> Iterable[tuple[str, ...]]:
    for server, of_server in memory.items():
        yield servers.ALL[server].label, f"{of_server.at_rest:.0f}", f"{of_server.after_load:.0f}"


def _start_rows(first_answers: dict[str, list[int]]) -> Iterable[tuple[str, ...]]:
    medians = {server: statistics.median(milliseconds) for server, milliseconds in first_answers.items()}
    ours = medians.get(servers.OURS.key)
    for server, median in medians.items():
        times = first_answers[server]
        ratio = f"{median / ours:.1f}" if ours else ""
        yield servers.ALL[server].label, f"{median:.0f}", f"{min(times)} to {max(times)}", ratio


def _ratio_line(results: Iterable[Result], other: servers.Server) -> str | None:
    """How many times as many requests this repository's server serves as another one, case by case."""
    rates = {(result.case, result.server): result.requests_per_second for result in results}
    ratios = []
    for case in cases.ALL:
        ours, theirs = rates.get((case, servers.OURS.key)), rates.get((case, other.key))
        if ours and theirs and other is not servers.OURS:
            ratios.append(f"{case} {ours / theirs:.1f}")
    if not ratios:
        return None
    line = f"Times the requests/s of {other.label}: {', '.join(ratios)}"
    return f"- **{line}**" if other is servers.BASELINE else f"- {line}"
