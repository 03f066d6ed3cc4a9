"""Measures `typed-bg check` in large trees: its time, its memory and the checker's own time.

Print the table: `python -m benchmarks.scale [--files N] [--calls N] [--checker NAME]`. It generates
trees of a quarter, half and all of the files and calls.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import record
from benchmarks.processes import resident_memory
from typed_bg.checkers import CHECKERS

CALLS_A_FILE = 5
FILES_A_PACKAGE = 50
PLAIN = '''\
"""Reads and writes records."""

from dataclasses import dataclass


@dataclass
class Record{number}:
    name: str
    size: int = {number}

    def larger(self, by: int) -> "Record{number}":
        return Record{number}(self.name, self.size + by)


def largest(records: list[Record{number}]) -> Record{number}:
    return max(records, key=lambda record: record.size)
'''
WITH_CALLS = '''\
"""Handles requests."""

from fastapi import APIRouter, BackgroundTasks

router = APIRouter()


def send_{number}(to: str, retries: int = 3) -> None: ...


'''
HANDLER = """\
@router.get("/{number}/{call}")
async def handler_{call}(tasks: BackgroundTasks) -> None:
    tasks.add_task(send_{number}, "ada@example.org", retries={call})


"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--checker", action="append", choices=list(CHECKERS), help="default: ty")
    asked = parser.parse_args()
    names: list[str] = asked.checker or ["ty"]
    console = Console(width=110)
    console.print(record.versions(*names) + f", {os.cpu_count()} cores\n")
    table = Table(title="typed-bg check, no cache", title_justify="left")
    table.add_column("checker")
    for heading in ("files", "calls", "seconds", "of them checker", "MB", "MB, checker"):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as scratch:
        for share in (4, 2, 1):
            root = Path(scratch, f"tree_{share}").resolve()
            generate(root, asked.files // share, asked.calls // share)
            for name in names:
                row = check(root, name, asked.calls // share)
                table.add_row(name, f"{asked.files // share:,}", f"{asked.calls // share:,}", *row)
    console.print(table)


def generate(root: Path, files: int, calls: int) -> None:
    """Write a project with packages of plain files, and files with calls spread among them."""
    (root / ".git").mkdir(parents=True)  # makes it the project's root
    with_calls = calls // CALLS_A_FILE
    for number in range(files):
        folder = root / f"package_{number // FILES_A_PACKAGE}"
        if number % FILES_A_PACKAGE == 0:
            folder.mkdir()
            (folder / "__init__.py").touch()
        text = PLAIN.format(number=number)
        if number % (files // with_calls) == 0:
            text = WITH_CALLS.format(number=number)
            text += "".join(
                HANDLER.format(number=number, call=call) for call in range(CALLS_A_FILE)
            )
        (folder / f"module_{number}.py").write_text(text, "utf-8")


def check(root: Path, name: str, calls: int) -> list[str]:
    """Run the command, and return its seconds, the checker's, and the most memory of both."""
    command = [sys.executable, "-m", "typed_bg", "check", "--no-cache", "--checker", name]
    command += ["--python", sys.executable, "--format", "json", "--timeout", "3600"]
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  # this very interpreter
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        memory = _Memory(process.pid)
        out, error = process.communicate()
        memory.stop()
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise RuntimeError(out[-2000:] + error)
    report: dict[str, Any] = json.loads(out)
    found = len(report["calls"])
    if found != calls:
        message = f"{found} calls were found, {calls} are there"
        raise RuntimeError(message)
    own = sum(run["seconds"] for run in report["checkers"])
    return [
        *(f"{seconds:.1f}", f"{own:.1f}"),
        *(f"{memory.own / 1e6:,.0f}", f"{memory.others / 1e6:,.0f}"),
    ]


class _Memory:
    """The most memory that a process, and all processes that it starts, take; Linux only."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.own = self.others = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.own = max(self.own, resident_memory(self.process))
            self.others = max(self.others, sum(map(resident_memory, _started_by(self.process))))


def _started_by(process: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *_started_by(child)]
    return found


if __name__ == "__main__":
    main()
