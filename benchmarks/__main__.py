"""Print the tables: `python -m benchmarks [--turns N] [--write | --check]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import fastapi
from rich.console import Console
from rich.table import Table
from starlette.background import BackgroundTask as StarletteTask
from starlette.background import BackgroundTasks as StarletteTasks

from benchmarks import measure, record, targets
from benchmarks.first_checker import checked_project
from benchmarks.record import Ratio
from typed_bg import BackgroundTask, BackgroundTasks
from typed_bg.fastapi import CheckedBackgroundTasks

KINDS = (StarletteTasks, BackgroundTasks, fastapi.BackgroundTasks, CheckedBackgroundTasks)
STARTS = 40  # a process takes a hundred times as long as a turn, and its time varies more


async def async_no_op() -> None:
    """Do nothing."""


def no_op() -> None:
    """Do nothing."""


def _type_checked() -> BackgroundTasks:
    return BackgroundTasks(check_types=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=1_000, help="how often to measure each call")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--write", action="store_true", help=f"write {record.RECORD.name}")
    mode.add_argument("--check", action="store_true", help="fail if a ratio is worse than recorded")
    asked = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(f"{record.versions('starlette', 'fastapi')}\n")

    ratios = _measure(console, asked.turns)
    if asked.write:
        others = [_measure(console, asked.turns) for _ in range(record.RUNS - 1)]
        record.write(record.medians([ratios, *others]), "python -m benchmarks --write")
    elif asked.check:
        recorded = record.read()
        worse = record.worse(ratios, recorded)
        for _ in range(record.RUNS - 1):
            if worse:
                again = record.worse(_measure(console, asked.turns), recorded)
                worse = {subject: line for subject, line in again.items() if subject in worse}
        if worse:
            sys.exit("\n".join(["worse than benchmarks/RECORD.md:", *worse.values()]))
        console.print(f"no ratio is worse than in {record.RECORD.name}")
    else:
        console.print(_types(asked.turns // 10))


def _measure(console: Console, turns: int) -> list[Ratio]:
    """Measure and print what is compared with other packages, and return the ratios."""
    ratios: list[Ratio] = []

    table = _Comparison("add_task", "ns", 1e9, ratios)
    for subject, call in targets.CALLS.items():
        table.row(subject, measure.adding(KINDS, call, targets.NAMES, turns))
    console.print(table.table)

    table = _Comparison("construct", "ns", 1e9, ratios)
    for subject, code in targets.COLLECTIONS.items():
        table.row(subject, measure.making(KINDS, code, targets.NAMES, turns))
    single = measure.making((StarletteTask, BackgroundTask), targets.TASK, targets.NAMES, turns)
    table.row("a BackgroundTask", single)
    console.print(table.table)

    table = _Comparison("run 100", "µs per task", 1e6, ratios, digits=2)
    table.row("async def, no-op", measure.running(KINDS, async_no_op, turns))
    table.row("def, no-op", measure.running(KINDS, no_op, turns // 10))
    console.print(table.table)

    table = _Comparison("construct, add one, run one", "µs", 1e6, ratios, digits=2)
    table.row("async def, no-op", measure.whole(KINDS, async_no_op, turns))
    console.print(table.table)

    table = _Comparison("memory of a queued task", "bytes", 1, ratios)
    for subject in ("def", "async def", "def, by keyword", "bound method", "partial"):
        call = targets.CALLS[subject]
        table.row(subject, [measure.memory(kind, call, targets.NAMES) for kind in KINDS])
    console.print(table.table)

    table = _Comparison("start", "ms", 1e3, ratios)
    imports = [
        [sys.executable, "-c", f"from {module} import BackgroundTasks"]
        for module in ("starlette.background", "typed_bg", "fastapi", "typed_bg.fastapi")
    ]
    table.row("import the package", measure.starting(imports, STARTS))
    console.print(table.table)
    click = [sys.executable, "-c", "import click"]
    command = str(Path(sys.executable).with_name("typed-bg"))
    with checked_project() as root:
        starts = {
            "typed-bg --help": [command, "--help"],
            "typed-bg check, to its first checker": [command, "check", str(root)],
        }
        clicks, *ours = measure.starting([click, *starts.values()], STARTS)
    for subject, seconds in zip(starts, ours, strict=True):
        ratios.append(Ratio(f"start: {subject}", "importing click", seconds / clicks))
        console.print(f"{subject}: {seconds * 1e3:.0f} ms, import click: {clicks * 1e3:.0f} ms")
    console.print()
    return ratios


class _Comparison:
    """A table that compares each of the checked classes with the class that it replaces."""

    def __init__(
        self, title: str, unit: str, factor: float, ratios: list[Ratio], *, digits: int = 0
    ) -> None:
        self.title = title
        self.factor = factor
        self.digits = digits
        self.ratios = ratios
        self.table = Table(title=f"{title}, {unit}", title_justify="left")
        self.table.add_column("subject")
        for name in ("Starlette", "typed_bg", "ratio", "FastAPI", "typed_bg.fastapi", "ratio"):
            self.table.add_column(name, justify="right")

    def row(self, subject: str, values: list[float]) -> None:
        """Add Starlette's value and typed_bg's and, if measured, FastAPI's and its counterpart."""
        cells: list[str] = []
        pairs = zip(("Starlette", "FastAPI"), values[::2], values[1::2], strict=False)
        for than, theirs, ours in pairs:
            self.ratios.append(Ratio(f"{self.title}: {subject}", than, ours / theirs))
            cells += [f"{value * self.factor:.{self.digits}f}" for value in (theirs, ours)]
            cells.append(f"{ours / theirs:.2f}x")
        self.table.add_row(subject, *cells)


def _types(turns: int) -> Table:
    table = Table(
        title="add_task with check_types=True: microseconds per call", title_justify="left"
    )
    for name in ("arguments", "off, µs", "on, µs", "ratio"):
        table.add_column(name, justify="left" if name == "arguments" else "right")
    for subject, call in targets.TYPED_CALLS.items():
        off, on = measure.adding((BackgroundTasks, _type_checked), call, targets.NAMES, turns)
        table.add_row(subject, f"{off * 1e6:.2f}", f"{on * 1e6:.2f}", f"{on / off:.1f}x")
    return table


if __name__ == "__main__":
    main()
