"""The results as a picture, legible on a light and on a dark page."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.serve import cases, servers
from benchmarks.serve.results import Result
from matplotlib import pyplot as plt  # type: ignore[import-not-found, unused-ignore]
from matplotlib.axes import Axes  # type: ignore[import-not-found, unused-ignore]

OURS_COLOR, OTHER_COLOR, TEXT_COLOR, GRID_COLOR = "#0969da", "#9aa4af", "#1f2328", "#d0d7de"
COLUMNS = 2


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw a panel for each case, the servers in the same order in all of them."""
    shown = [case for case in cases.ALL.values() if any(result.case == case.key for result in results)]
    of_first = (result for result in results if result.case == shown[0].key)
    order = [result.server for result in sorted(of_first, key=lambda result: result.requests_per_second)]
    plt.rcParams.update({"font.size": 11, "text.color": TEXT_COLOR, "axes.labelcolor": TEXT_COLOR})
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    height = 1.2 + rows * (0.8 + 0.42 * len(order))
    figure, grid = plt.subplots(rows, columns, figsize=(3.2 + 4.8 * columns, height), sharey=True, squeeze=False)
    panels = grid.flatten()
    for case, panel in zip(shown, panels, strict=False):
        by_server = {result.server: result for result in results if result.case == case.key}
        panel.set_title(case.title, loc="left", fontweight="bold", fontsize=11)
        _draw_panel(panel, [by_server[server] for server in order])
    for panel in panels[len(shown) :]:
        panel.set_visible(False)
    figure.suptitle("Requests per second", x=0.01, ha="left", fontsize=13)
    figure.supxlabel("median (each panel has its own scale)", fontsize=10)
    figure.tight_layout()
    # Not transparent: the page behind it may be dark.
    figure.savefig(path, dpi=150, facecolor="white")


def _draw_panel(panel: Axes, results: Sequence[Result]) -> None:
    highest = max(result.requests_per_second for result in results)
    for row, result in enumerate(results):
        is_ours = servers.ALL[result.server].is_ours
        rate = result.requests_per_second
        panel.barh(row, rate, color=OURS_COLOR if is_ours else OTHER_COLOR, height=0.68)
        weight = "bold" if is_ours else "normal"
        panel.text(rate + highest * 0.02, row, f"{rate:,.0f}", va="center", fontweight=weight, color=TEXT_COLOR)
    # Room for the numbers on the right.
    panel.set_xlim(0, highest * 1.18)
    panel.set_yticks(range(len(results)), [result.label for result in results])
    panel.locator_params(axis="x", nbins=5)
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.grid(axis="x", color=GRID_COLOR)
    panel.set_axisbelow(True)
    panel.tick_params(length=0, colors=TEXT_COLOR, which="both")
    panel.spines[:].set_visible(False)
