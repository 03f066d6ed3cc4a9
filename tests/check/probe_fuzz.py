"""Probe every call, and calls planted at random expressions, in every file of some folders.

`python tests/check/probe_fuzz.py [--seed N] [--planted N] [--minutes N] [--processes N] FOLDER...`:
see `nox -s fuzz`. The exit code is 1 if the copy of any file is wrong. If time runs out, the files
that it took are a random choice.
"""

from __future__ import annotations

import argparse
import functools
import gc
import multiprocessing
import random
import sys
import time
import traceback
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from probe_checks import check_every_call, check_planted, files_of

from typed_bg._source.module import Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = 20


@dataclass(frozen=True)
class Totals:
    """What was tried in a folder."""

    files: int = 0
    unreadable: int = 0
    calls: int = 0
    planted: int = 0
    unprobeable: int = 0
    wrong: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def main() -> int:
    """Try all folders, and print what was tried and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=0, help="decides where calls are planted")
    parser.add_argument("--planted", type=int, default=20, help="how many calls in each file")
    parser.add_argument("--minutes", type=float, help="how long to take for each folder at most")
    parser.add_argument("--processes", type=int, help="how many files at once; one for each core")
    asked = parser.parse_args()
    wrong = 0
    print("| folder | files | unreadable | calls | planted calls | not probed | wrong |")  # noqa: T201
    print("|---|---:|---:|---:|---:|---:|---:|")  # noqa: T201
    for folder in asked.folders:
        found = _try_folder(folder, asked)
        wrong += found.wrong
        counts = (found.files, found.unreadable, found.calls, found.planted, found.unprobeable)
        cells = " | ".join(f"{count:,}" for count in (*counts, found.wrong))
        print(f"| {folder} | {cells} |", flush=True)  # noqa: T201
        if not found.calls or not found.planted:
            print(f"no calls in {folder}")  # noqa: T201
            wrong += 1
    return 1 if wrong else 0


def _try_folder(folder: Path, asked: argparse.Namespace) -> Totals:
    totals = Totals()
    end = None if asked.minutes is None else time.monotonic() + asked.minutes * 60
    attempt = functools.partial(_try_file, seed=asked.seed, planted=asked.planted)
    with multiprocessing.Pool(asked.processes, _leave_garbage) as pool:
        for counts, wrong in pool.imap_unordered(attempt, _files(folder, asked.seed)):
            totals += counts
            if wrong and totals.wrong <= _EXAMPLES:
                print(wrong, file=sys.stderr)  # noqa: T201
            if end is not None and time.monotonic() > end:
                break
    return totals


def _leave_garbage() -> None:
    """Look for garbage after each file only: among large trees, that takes most of the time."""
    gc.freeze()
    gc.disable()


def _try_file(path: Path, seed: int, planted: int) -> tuple[Totals, str]:
    """Return what was tried in a file, and what was wrong."""
    gc.collect()
    module = read(path)
    if isinstance(module, Unreadable):
        return Totals(unreadable=1), ""
    try:
        every = check_every_call(module)
        added = check_planted(module, random.Random(f"{seed} {path}"), planted)  # noqa: S311
    except Exception:  # noqa: BLE001  # whatever it is, the next file is tried
        return Totals(files=1, wrong=1), f"wrong: {path}\n{traceback.format_exc(limit=-3)}"
    unprobeable = every.unprobeable + added.unprobeable
    return Totals(1, 0, every.sites, added.sites, unprobeable), ""


def _files(folder: Path, seed: int) -> Sequence[Path]:
    """Return the files of a folder in a random order."""
    files = files_of(folder)
    random.Random(seed).shuffle(files)  # noqa: S311  # no secret
    return files


if __name__ == "__main__":
    sys.exit(main())
