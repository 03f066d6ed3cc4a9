"""Plant faults into the background-task calls of released packages, and count those reported.

`python -m benchmarks.planted [--write] [--package NAME] [--checker NAME] [--keep FOLDER]`. Without
options, it compares the counts with the table in docs/real-code.md, and fails if they differ or if
a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.planted.faults import KINDS
from benchmarks.planted.packages import RECORDED, Package, environment, unpack
from benchmarks.planted.page import compared
from benchmarks.planted.results import Result, missed, problems, table
from benchmarks.planted.runs import CHECKERS, Bench


def main() -> int:
    """Count, and print or write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table to the page")
    parser.add_argument("--package", action="append", help="default: all")
    parser.add_argument("--checker", action="append", choices=CHECKERS, help="default: all")
    parser.add_argument("--kind", action="append", choices=KINDS, help="default: all")
    parser.add_argument("--keep", type=Path, help="keep packages, reports and caches here")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    packages = [each for each in RECORDED if not asked.package or each.name in asked.package]
    with tempfile.TemporaryDirectory(prefix="typed_bg_planted_") as scratch:
        folder = (asked.keep or Path(scratch)).resolve()
        results = _results(folder, packages, asked)
    for line in missed(results):
        print(line)  # noqa: T201
    if asked.package or asked.checker or asked.kind:
        print(table(results))  # noqa: T201
        return 0
    return compared("planted", table(results), problems(results), write=asked.write)


def _results(folder: Path, packages: list[Package], asked: argparse.Namespace) -> list[Result]:
    python, installed = environment(folder / "environment")
    bench = Bench(folder, python, installed, asked.kind or KINDS, asked.checker or CHECKERS)

    def of_package(package: Package) -> list[Result]:
        tree = unpack(package, folder / "packages")
        found = bench.results(package, tree)
        lines = [json.dumps(result._asdict()) for result in found]
        (folder / f"{package.name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{package.name}: done", file=sys.stderr)  # noqa: T201
        return found

    with ThreadPoolExecutor(asked.jobs) as pool:
        return [result for found in pool.map(of_package, packages) for result in found]


if __name__ == "__main__":
    sys.exit(main())
