"""Measures what `typed-bg check` adds to the time of the type checkers, on a third-party package.

Print the tables: `python -m benchmarks.check [--package NAME==VERSION] [--turns N]`. It measures
the values of a row in turns, and shows medians.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from typed_bg._source.files import python_files
from typed_bg.check.calls.project_scan import scan
from typed_bg.check.checker_runs import Part, RunOptions
from typed_bg.check.job import Job
from typed_bg.check.pipeline import check
from typed_bg.check.project.checker_choice import CheckerToRun
from typed_bg.check.reports.json_report import json_report
from typed_bg.checkers import CHECKERS, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PYTHON = Path(sys.executable)
SITES = (10, 100, 1_000, 10_000)
SITES_A_MODULE = 50
MODULE = """\
from starlette.background import BackgroundTasks


def send(to: str, retries: int = 3) -> None: ...


def later(tasks: BackgroundTasks) -> None:
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--package", default="langflow-base==1.13.0", help="the package to check")
    parser.add_argument("--turns", type=int, default=3, help="how often to measure each run")
    parser.add_argument("--checker", action="append", choices=list(CHECKERS), help="default: all")
    asked = parser.parse_args()
    names: list[str] = asked.checker or list(CHECKERS)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as scratch:
        tree = Path(scratch, "package").resolve()
        install(tree, asked.package)
        console.print(f"{asked.package}, {len(python_files(tree).files)} files\n")
        console.print(scanning(tree, asked.turns))
        console.print(reaching(tree, names, asked.turns))
        if "mypy" in names:
            console.print(warm(tree, Path(scratch), asked.turns))
        console.print(whole(tree, names, asked.turns))
        console.print(growing(Path(scratch), names, asked.turns))


def scanning(tree: Path, turns: int) -> Table:
    """Measure how fast calls are found in code with few of them."""
    table = _table("finding calls", "tree", "MB", "calls", "MB/s")
    for name, folder in (("the package", tree), ("stdlib", Path(sysconfig.get_path("stdlib")))):
        paths = [path for path in python_files(folder).files if path.suffix == ".py"]
        size = sum(path.stat().st_size for path in paths) / 1e6
        calls = sum(len(sites) for _, sites in scan(paths).modules)
        seconds = statistics.median(_time(partial(scan, paths)) for _ in range(turns))
        table.add_row(name, f"{size:.1f}", str(calls), f"{size / seconds:.0f}")
    return table


def reaching(tree: Path, names: Sequence[str], turns: int) -> Table:
    """Measure each checker's run without and with probes, both without a cache."""
    table = _table("a checker's run, cold", "checker", "plain, s", "with probes, s", "ratio")
    for name in names:
        plain, probed = in_turns([partial(_plain, tree, name), partial(_probed, tree, name)], turns)
        table.add_row(name, f"{plain:.2f}", f"{probed:.2f}", f"{probed / plain:.2f}x")
    return table


def warm(tree: Path, scratch: Path, turns: int) -> Table:
    """Measure the same for mypy with a warm cache, a separate one for each run."""
    caches = scratch / "plain_cache", scratch / "probed_cache"
    runs = [
        partial(_plain, tree, "mypy", caches[0]),
        partial(_probed, tree, "mypy", caches[1]),
    ]
    for fill in runs:
        fill()
    plain, probed = in_turns(runs, turns)
    table = _table("mypy's run, warm", "checker", "plain, s", "with probes, s", "ratio")
    table.add_row("mypy", f"{plain:.2f}", f"{probed:.2f}", f"{probed / plain:.2f}x")
    return table


def whole(tree: Path, names: Sequence[str], turns: int) -> Table:
    """Measure the whole command with one checker, compared with that checker's plain run."""
    table = _table("the command, cold", "checker", "plain, s", "command, s", "over 1.2 x plain, s")
    for name in names:
        plain, command = in_turns(
            [partial(_plain, tree, name), partial(_command, tree, name)], turns
        )
        table.add_row(name, f"{plain:.2f}", f"{command:.2f}", f"{command - 1.2 * plain:+.2f}")
    return table


def growing(scratch: Path, names: Sequence[str], turns: int) -> Table:
    """Measure the total cost per call for different numbers of calls."""
    name = "ty" if "ty" in names else names[0]
    table = _table(f"cost per call, {name}", "calls", "plain, s", "check, s", "added, ms per call")
    for count in SITES:
        tree = synthetic(scratch / f"calls_{count}", count)
        plain, checked = in_turns([partial(_plain, tree, name), partial(_check, tree, name)], turns)
        added = (checked - plain) / count * 1e3
        table.add_row(f"{count:,}", f"{plain:.2f}", f"{checked:.2f}", f"{added:.2f}")
    return table


def synthetic(root: Path, count: int) -> Path:
    """Write a project with this many calls."""
    root.mkdir()
    for first in range(0, count, SITES_A_MODULE):
        calls = range(first, min(first + SITES_A_MODULE, count))
        body = "".join(
            f'    tasks.add_task(send, "{number}", retries={number})\n' for number in calls
        )
        (root / f"module_{first}.py").write_text(MODULE + body, "utf-8")
    return root.resolve()


def in_turns(contestants: Sequence[Callable[[], float]], turns: int) -> list[float]:
    """Call the contestants in turns, and return the median of each one's results."""
    seconds = [[measure() for measure in contestants] for _ in range(turns)]
    return [statistics.median(measured) for measured in zip(*seconds, strict=True)]


def _plain(tree: Path, name: str, cache: Path | None = None) -> float:
    return run(CHECKERS[name], tree, paths=_paths(name), python=PYTHON, cache_dir=cache).seconds


def _probed(tree: Path, name: str, cache: Path | None = None) -> float:
    """Return the checker's own time in a check, which copies the project with all probes."""
    (ended,) = check(_job(tree, name, cache)).report.runs
    if ended.failure:
        raise RuntimeError(ended.failure)
    return ended.seconds


def _check(tree: Path, name: str) -> float:
    return _time(lambda: json_report(check(_job(tree, name)).report))


def _job(tree: Path, name: str, cache: Path | None = None) -> Job:
    checkers = (CheckerToRun(name),)

    def whole_tree(paths: Sequence[PurePosixPath]) -> Sequence[Part]:
        return [Part(PurePosixPath(), tuple(paths), PYTHON, checkers)]

    return Job(tree, python_files(tree).files, whole_tree, options=RunOptions(cache=cache))


def _paths(name: str) -> tuple[str, ...]:
    return (".",) if name == "mypy" else ()  # as in the command, without a config


def _command(tree: Path, name: str) -> float:
    command = [sys.executable, "-m", "typed_bg", "check", "--no-cache", "--checker", name]
    command += ["--python", sys.executable]

    def start() -> None:
        ended = subprocess.run(  # noqa: S603  # this very interpreter
            command, cwd=tree, capture_output=True, encoding="utf-8", check=False
        )
        if ended.returncode not in {0, 1}:
            raise RuntimeError(ended.stdout + ended.stderr)

    return _time(start)


def _time(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    return table


def install(folder: Path, package: str) -> None:
    """Install a package into a folder without its dependencies."""
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(folder), package]
    subprocess.run(command, check=True)  # noqa: S603  # an installer
    (folder / ".git").mkdir()  # makes it the project's root


if __name__ == "__main__":
    main()
