"""The record of the latest ratios, `benchmarks/RECORD.md`: writes it, and compares with it."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import statistics
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORD = Path(__file__).with_name("RECORD.md")
PACKAGES = ("starlette", "fastapi", "anyio")
TOLERANCE = 1.15
RUNS = 3  # even the shortest time of a thousand turns varies from run to run
_CPU_INFO = Path("/proc/cpuinfo")
_ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<than>[^|]+) \| (?P<ratio>[\d.]+) \|")
_TEXT = """\
# Record of the benchmarks

`{command}` wrote this page. Each figure is the time, or the memory, that typed_bg
takes, divided by what the other package takes in the same run: the median of {runs} runs. In a run,
contestants are measured in turns, and the shortest times count. `nox -s bench -- --check` fails if
a ratio is more than {percent} % above its figure here in {runs} runs. `LONG_RUNS.md` has
the results of runs that take longer and are started by hand.

- Date: {date}
- Machine: {machine}
- Versions: {versions}

| what | compared with | ratio |
|---|---|---:|
{rows}
"""


@dataclass(frozen=True)
class Ratio:
    """How much typed_bg takes, compared with another package.

    Attributes:
        what: What was measured.
        than: The other package.
        value: The ratio. Less is better.
    """

    what: str
    than: str
    value: float


def write(ratios: Sequence[Ratio], command: str) -> None:
    """Replace the record."""
    rows = "\n".join(f"| {each.what} | {each.than} | {each.value:.2f} |" for each in ratios)
    RECORD.write_text(
        _TEXT.format(
            command=command,
            runs=RUNS,
            percent=round((TOLERANCE - 1) * 100),
            date=dt.datetime.now(dt.timezone.utc).date(),
            machine=f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
            versions=versions(*PACKAGES),
            rows=rows,
        ),
        encoding="utf-8",
    )


def read() -> dict[tuple[str, str], float]:
    """Return the recorded ratios by what was measured and what it was compared with."""
    rows = _ROW.finditer(RECORD.read_text("utf-8"))
    return {(row["what"], row["than"]): float(row["ratio"]) for row in rows}


def medians(runs: Sequence[Sequence[Ratio]]) -> list[Ratio]:
    """Return the median of each ratio over several runs."""
    return [
        Ratio(first.what, first.than, statistics.median(each.value for each in (first, *others)))
        for first, *others in zip(*runs, strict=True)
    ]


def worse(
    ratios: Sequence[Ratio], recorded: dict[tuple[str, str], float]
) -> dict[tuple[str, str], str]:
    """Return a line for each ratio that is too far above its record, or is not comparable."""
    measured = {(each.what, each.than) for each in ratios}
    lines = {
        (what, than): f"{what}, compared with {than}: not measured, but in the record"
        for what, than in recorded
        if (what, than) not in measured
    }
    for each in ratios:
        before = recorded.get((each.what, each.than))
        subject = f"{each.what}, compared with {each.than}"
        if before is None:
            lines[each.what, each.than] = f"{subject}: not in the record"
        elif each.value > before * TOLERANCE:
            lines[each.what, each.than] = f"{subject}: {each.value:.2f}, recorded {before:.2f}"
    return lines


def versions(*packages: str) -> str:
    """Return the versions of Python and of some packages."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return ", ".join((python, *(f"{name} {version(name)}" for name in packages)))


def _processor() -> str:
    if sys.platform == "linux" and _CPU_INFO.exists():
        for line in _CPU_INFO.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
