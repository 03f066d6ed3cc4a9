"""Runs each checker once over all snippets of a suite, and judges the results."""

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

from typed_bg.checkers import CheckerError, run
from typed_bg.checkers.self_test import judge_controls, write_controls
from typing_tests._checkers import ALL, require_python
from typing_tests._judging import judge
from typing_tests._snippets import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.checkers import Diagnostic, Profile, Run
    from typed_bg.checkers.self_test import Controls
    from typing_tests._judging import Result
    from typing_tests._rules import Rules
    from typing_tests._snippets import Snippet

# Python 3.13 added type parameters with defaults. The checkers get this version explicitly, so the
# results do not depend on the interpreter that runs the suite. pycroscope runs in this version.
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
    """Run each checker in each profile, with one run per processor at a time.

    The checkers run on a copy outside the repository, so they use only the profile's config, and
    the `typed_bg` that is installed in the environment.

    Returns:
        The results, and the errors of the checkers that failed.
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
    checker = ALL[name]
    require_python(checker, python, PYTHON_VERSION)
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
        # Messages are recorded, so they must not contain the path of the copy.
        message = entry.message.replace(f"{copy}{os.sep}", "")
        by_path[entry.path].append(replace(entry, message=message))
    return {
        snippet.name: judge(snippet, outcome.checker, by_path[copy / snippet.path], rules)
        for snippet in snippets
    }
