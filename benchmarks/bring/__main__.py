"""Measure the notebook loop: see README.md."""

import sys

from benchmarks.bring import figures
from benchmarks.bring.kernel import running_kernel


def main() -> None:
    with figures.app_put_back():
        with running_kernel() as kernel:
            measured = figures.bringing(kernel)
        with running_kernel() as kernel:
            measured += figures.edits(kernel)
    measured += figures.starts() + figures.lab()
    sys.stdout.write("| | median | longest | at most |\n| --- | ---: | ---: | ---: |\n")
    sys.stdout.writelines(f"{figure.row}\n" for figure in measured)


if __name__ == "__main__":
    main()
