"""Run `typed-bg fix` on released packages, and count the calls that become checked.

`python -m benchmarks.reach [--write] [--package NAME] [--keep FOLDER]`. Without options, it
compares the counts with the table in docs/real-code.md, and fails if they differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.planted.command import json_of
from benchmarks.planted.packages import RECORDED, Package, environment, unpack
from benchmarks.planted.page import compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MODES: tuple[tuple[str, ...], ...] = ((), ("--reveal",), ("--reveal", "--unsafe"))
# The packages with calls that a checker does not check because of their own code. ty is the
# fastest. It checks functions without annotations, which mypy skips.
CHECKERS = {"agent-memory-server": "ty", "fschat": "mypy", "langflow-base": "ty"}
_Place = tuple[str, int]


def main() -> int:
    """Count, and print or write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reach", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table to the page")
    parser.add_argument("--package", action="append", choices=CHECKERS, help="default: all")
    parser.add_argument("--keep", type=Path, help="keep packages and results here")
    asked = parser.parse_args()
    names = asked.package or list(CHECKERS)
    with tempfile.TemporaryDirectory(prefix="typed_bg_reach_") as scratch:
        folder = (asked.keep or Path(scratch)).resolve()
        python, _ = environment(folder / "environment")
        rows = [
            _row(package, unpack(package, folder / "packages"), python)
            for package in RECORDED
            if package.name in names
        ]
    text = _table(rows)
    if asked.package:
        print(text)  # noqa: T201
        return 0
    return compared("reach", text, [], write=asked.write)


def _row(package: Package, tree: Path, python: Path) -> list[str]:
    checker = CHECKERS[package.name]
    results = [_fixes(tree, python, checker, mode) for mode in MODES]
    before = {*gains(results[0]), *_left(results[0])}
    cells = [cell(before, result) for result in results]
    name = f"{package.name} {package.version}"
    return [name, checker, str(len(before)), *cells, reasons_left(results[-1])]


def _fixes(tree: Path, python: Path, checker: str, mode: Sequence[str]) -> dict[str, Any]:
    """Return what the command reports, which changes nothing."""
    options = ["--checker", checker, *mode]
    return json_of("fix", *options, tree=tree, python=python, cache=tree.parent.parent / "cache")


def gains(result: dict[str, Any]) -> dict[_Place, str]:
    """Return the calls that become checked, with their best verdicts."""
    found: dict[_Place, str] = {}
    for fix in result["fixes"]:
        for call in fix["calls"]:
            place = call["path"], call["line"]
            if call["verdict"] is not None and found.get(place) != "checked":
                found[place] = call["verdict"]
    return found


def _left(result: dict[str, Any]) -> set[_Place]:
    return {(call["path"], call["line"]) for call in result["left"]}


def cell(before: set[_Place], result: dict[str, Any]) -> str:
    """Return how many lines become checked, and after a plus those with only names and number.

    The latter are among those that are left.
    """
    names = [*gains(result).values()].count("arity-only")
    return f"{len(before - _left(result))}" + (f" + {names}" if names else "")


def reasons_left(result: dict[str, Any]) -> str:
    """Return how many of the calls that are left have which reasons."""
    counts = Counter(reasons for call in result["left"] for reasons in _codes(call["judgements"]))
    return ", ".join(f"{count} {codes}" for codes, count in sorted(counts.items()))


def _codes(judgements: Iterable[dict[str, Any]]) -> Iterator[str]:
    for judgement in judgements:
        codes = sorted({reason["code"] for reason in judgement["reasons"]})
        yield " and ".join(codes) or "not explained"


def _table(rows: Sequence[Sequence[str]]) -> str:
    checkers = ", ".join(f"{name} {version(name)}" for name in sorted({*CHECKERS.values()}))
    head = ["package", "checker", "not checked"]
    head += [" ".join(("`fix", *mode)) + "`" for mode in MODES]
    lines = [
        f"Measured {dt.datetime.now(tz=dt.timezone.utc).date()} with {checkers}.",
        "",
        f"| {' | '.join(head)} | left with `{' '.join(MODES[-1])}`, by reason |",
        "|---" * (len(head) + 1) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
