"""The results as a picture, legible on a light and on a dark page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.reload import report, servers, sources
from benchmarks.reload.measure import Result
from matplotlib import pyplot as plt  # type: ignore[import-not-found, unused-ignore]
from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]

OURS_COLOR, OTHER_COLOR, TEXT_COLOR, GRID_COLOR = "#0969da", "#9aa4af", "#1f2328", "#d0d7de"


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw a panel for each app, the servers in the same order in all of them."""
    apps = [app for app in sources.ALL.values() if any(result.app == app.name for result in results)]
    order = sorted((result for result in results if result.app == apps[0].name), key=report.median, reverse=True)
    plt.rcParams.update({"font.size": 11, "text.color": TEXT_COLOR, "axes.labelcolor": TEXT_COLOR})
    height = 1.6 + 0.42 * len(order)
    rows = [row for row in ([app for app in apps if app.is_body is is_body] for is_body in (False, True)) if row]
    columns = max(map(len, rows))
    figure, panels = plt.subplots(
        len(rows),
        columns,
        figsize=(3.2 + 4.2 * columns, height * len(rows)),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for app, panel in ((app, panels[y][x]) for y, row in enumerate(rows) for x, app in enumerate(row)):
        by_server = {result.server: result for result in results if result.app == app.name}
        title = f"{app.title}: a body" if app.is_body else app.title
        panel.set_title(title, loc="left", fontweight="bold", fontsize=11)
        _draw_panel(panel, [by_server[result.server] for result in order])
    figure.suptitle("From saving a file to the first answer by the new code", x=0.01, ha="left", fontsize=13)
    figure.supxlabel("median, milliseconds (logarithmic)", fontsize=10)
    figure.tight_layout()
    # Not transparent: the page behind it may be dark.
    figure.savefig(path, dpi=150, facecolor="white")


def _draw_panel(panel: Axes, results: Sequence[Result]) -> None:
    for row, result in enumerate(results):
        is_ours = result.server == servers.OURS.key
        label: dict[str, Any] = {"va": "center", "fontweight": "bold" if is_ours else "normal", "color": TEXT_COLOR}
        if result.never_reloads:
            panel.text(1.1, row, "never reloads", style="italic", **label)
        else:
            median = report.median(result)
            panel.barh(row, median, color=OURS_COLOR if is_ours else OTHER_COLOR, height=0.68)
            panel.text(median * 1.1, row, f"{median:,.0f}", **label)
    panel.set_xscale("log")
    # Room for the numbers on the right.
    panel.set_xlim(1, 10_000)
    # Also where a row has no bar.
    panel.set_ylim(-0.5, len(results) - 0.5)
    panel.set_yticks(range(len(results)), [result.label for result in results])
    panel.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    panel.grid(axis="x", color=GRID_COLOR)
    panel.set_axisbelow(True)
    panel.tick_params(length=0, colors=TEXT_COLOR, which="both")
    panel.spines[:].set_visible(False)
