"""Print the tables: `python -m benchmarks [--turns N]`."""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import version

import fastapi
from rich.console import Console
from rich.table import Table
from starlette.background import BackgroundTasks as StarletteTasks

from benchmarks import measure, targets
from typed_bg import BackgroundTasks
from typed_bg.fastapi import CheckedBackgroundTasks

KINDS = (StarletteTasks, BackgroundTasks, fastapi.BackgroundTasks, CheckedBackgroundTasks)


async def async_no_op() -> None:
    """Do nothing."""


def no_op() -> None:
    """Do nothing."""


def _type_checked() -> BackgroundTasks:
    return BackgroundTasks(check_types=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=150, help="how often to measure each call")
    turns = parser.parse_args().turns
    console = Console()
    packages = ", ".join(f"{name} {version(name)}" for name in ("starlette", "fastapi"))
    console.print(f"{platform.python_implementation()} {platform.python_version()}, {packages}\n")

    table = _table("add_task: nanoseconds per call", "ns")
    for subject, call in targets.CALLS.items():
        _row(table, subject, measure.adding(KINDS, call, targets.NAMES, turns), 1e9)
    console.print(table)

    table = Table(
        title="add_task with check_types=True: microseconds per call", title_justify="left"
    )
    for name in ("arguments", "off, µs", "on, µs", "ratio"):
        table.add_column(name, justify="left" if name == "arguments" else "right")
    for subject, call in targets.TYPED_CALLS.items():
        off, on = measure.adding((BackgroundTasks, _type_checked), call, targets.NAMES, turns)
        table.add_row(subject, f"{off * 1e6:.2f}", f"{on * 1e6:.2f}", f"{on / off:.1f}x")
    console.print(table)

    table = _table("await tasks(), 100 at a time: microseconds per task", "µs")
    _row(table, "async def, no-op", measure.running(KINDS, async_no_op, turns * 4), 1e6, digits=2)
    _row(table, "def, no-op", measure.running(KINDS, no_op, turns), 1e6, digits=2)
    console.print(table)

    table = _table("construct, add one, run one: microseconds", "µs")
    _row(table, "async def, no-op", measure.whole(KINDS, async_no_op, turns), 1e6, digits=2)
    console.print(table)

    table = _table("memory: bytes per queued task", "bytes")
    for subject in ("def", "async def", "def, by keyword", "bound method", "partial"):
        call = targets.CALLS[subject]
        _row(table, subject, [measure.memory(kind, call, targets.NAMES) for kind in KINDS], 1)
    console.print(table)


def _table(title: str, unit: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("target")
    for name in ("Starlette", "typed_bg", "FastAPI", "typed_bg.fastapi"):
        table.add_column(f"{name}, {unit}", justify="right")
    table.add_column("vs. Starlette", justify="right")
    table.add_column("vs. FastAPI", justify="right")
    return table


def _row(
    table: Table, subject: str, values: list[float], factor: float, *, digits: int = 0
) -> None:
    starlette, checked, fastapi_s, checked_fastapi = values
    shown = (f"{value * factor:.{digits}f}" for value in values)
    ratios = (f"{checked / starlette:.2f}x", f"{checked_fastapi / fastapi_s:.2f}x")
    table.add_row(subject, *shown, *ratios)


if __name__ == "__main__":
    main()
