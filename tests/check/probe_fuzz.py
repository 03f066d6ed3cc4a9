"""Probe every call, and calls planted at random expressions, in every file of some folders.

`python tests/check/probe_fuzz.py [--seed N] [--planted N] [--minutes N] FOLDER...`: see
`nox -s fuzz`. The exit code is 1 if the copy of any file is wrong. If time runs out, the files
that it took are a random choice.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from probe_checks import check_every_call, check_planted, files_of

from typed_bg._source.module import Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = 20


@dataclass
class Totals:
    """What was tried in a folder."""

    files: int = 0
    unreadable: int = 0
    calls: int = 0
    planted: int = 0
    unprobeable: int = 0
    wrong: int = 0


def main() -> int:
    """Try all folders, and print what was tried and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0, help="decides where calls are planted")
    parser.add_argument("--planted", type=int, default=20, help="how many calls in each file")
    parser.add_argument("--minutes", type=float, help="how long to take for each folder at most")
    asked = parser.parse_args()
    wrong = 0
    print("| folder | files | unreadable | calls | planted calls | not probed | wrong |")  # noqa: T201
    print("|---|---:|---:|---:|---:|---:|---:|")  # noqa: T201
    for folder in asked.folders:
        found = _try_folder(folder, asked.seed, asked.planted, asked.minutes)
        wrong += found.wrong
        counts = (found.files, found.unreadable, found.calls, found.planted, found.unprobeable)
        cells = " | ".join(f"{count:,}" for count in (*counts, found.wrong))
        print(f"| {folder} | {cells} |", flush=True)  # noqa: T201
        if not found.calls or not found.planted:
            print(f"no calls in {folder}")  # noqa: T201
            wrong += 1
    return 1 if wrong else 0


def _try_folder(folder: Path, seed: int, planted: int, minutes: float | None) -> Totals:
    totals = Totals()
    end = None if minutes is None else time.monotonic() + minutes * 60
    for path in _files(folder, seed):
        if end is not None and time.monotonic() > end:
            break
        module = read(path)
        if isinstance(module, Unreadable):
            totals.unreadable += 1
            continue
        totals.files += 1
        try:
            every = check_every_call(module)
            added = check_planted(module, random.Random(f"{seed} {path}"), planted)  # noqa: S311
        except Exception:  # noqa: BLE001  # whatever it is, the next file is tried
            totals.wrong += 1
            if totals.wrong <= _EXAMPLES:
                print(f"wrong: {path}\n{traceback.format_exc(limit=-3)}", file=sys.stderr)  # noqa: T201
            continue
        totals.calls += every.sites
        totals.planted += added.sites
        totals.unprobeable += every.unprobeable + added.unprobeable
    return totals


def _files(folder: Path, seed: int) -> Sequence[Path]:
    """Return the files of a folder in a random order."""
    files = files_of(folder)
    random.Random(seed).shuffle(files)  # noqa: S311  # no secret
    return files


if __name__ == "__main__":
    sys.exit(main())
