"""Runs the checkers over a suite's snippets, each once for all of them, and judges the outcome."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers import CHECKERS, CheckerError, judge_controls, run, write_controls
from typing_tests._judging import judge
from typing_tests._snippets import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.checkers import Controls, Diagnostic, Profile, Run
    from typing_tests._judging import Result
    from typing_tests._rules import Rules
    from typing_tests._snippets import Snippet

# Type parameters with defaults came with 3.13. All six are told, and none takes it from the
# interpreter, so that results do not depend on the one that runs the suite.
PYTHON_VERSION = "3.13"

_CONTROLLED_MODULES = ("starlette.background", "typed_bg", "fastapi")
_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class Judged:
    """One checker's results in one profile."""

    checker: str
    profile: Profile
    version: str
    seconds: float
    results: dict[str, Result]


def run_suite(  # noqa: PLR0913  # each is a setting of its own, most given by name
    folder: Path,
    snippets: Sequence[Snippet],
    rules: Rules,
    *,
    checkers: Sequence[str],
    profiles: Sequence[Profile],
    python: Path,
) -> tuple[list[Judged], list[CheckerError]]:
    """Run each checker in each profile, as many at a time as there are processors.

    The checkers see a copy without the repository around it: no config but the profile's, and
    `typed_bg` from the environment, where it is installed as it will be for others.

    Returns:
        What was judged, and the errors of the checkers that did not work.
    """
    judged: list[Judged] = []
    failed: list[CheckerError] = []
    with tempfile.TemporaryDirectory(prefix="typing_tests_") as temporary:
        copy = Path(temporary).resolve()
        controls = _copy(folder, copy)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = [
                pool.submit(_run, checker, profile, copy, controls, python)
                for checker, profile in product(checkers, profiles)
            ]
            for (checker, profile), future in zip(product(checkers, profiles), runs, strict=True):
                try:
                    outcome = future.result()
                except CheckerError as error:
                    failed.append(error)
                    continue
                results = _judge(snippets, outcome, copy, rules)
                entry = Judged(checker, profile, outcome.version, outcome.seconds, results)
                judged.append(entry)
    return judged, failed


def _copy(folder: Path, copy: Path) -> Controls:
    for kind in KINDS:
        (copy / kind).mkdir()
        for path in (folder / kind).glob("*.py"):
            shutil.copy(path, copy / kind)
    (copy / "control").mkdir()
    return write_controls(copy / "control", _CONTROLLED_MODULES)


def _run(name: str, profile: Profile, copy: Path, controls: Controls, python: Path) -> Run:
    checker = CHECKERS[name]
    outcome = run(
        checker,
        copy,
        paths=[*(kind for kind in KINDS if any((copy / kind).iterdir())), "control"],
        python=python,
        profile=profile,
        python_version=PYTHON_VERSION,
        timeout=_TIMEOUT,
    )
    judge_controls(checker, outcome, controls)
    return outcome


def _judge(
    snippets: Sequence[Snippet], outcome: Run, copy: Path, rules: Rules
) -> dict[str, Result]:
    by_path: defaultdict[Path, list[Diagnostic]] = defaultdict(list)
    for entry in outcome.diagnostics:
        # Messages are recorded: nothing in them may depend on where the copy was.
        message = entry.message.replace(f"{copy}{os.sep}", "")
        by_path[entry.path].append(replace(entry, message=message))
    return {
        snippet.name: judge(snippet, outcome.checker, by_path[copy / snippet.path], rules)
        for snippet in snippets
    }
