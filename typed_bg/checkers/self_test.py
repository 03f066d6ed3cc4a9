"""Code whose verdict is known: a checker that gets it wrong is not believed about other code."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers.model import CheckerError
from typed_bg.checkers.runner import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.checkers.base import Checker
    from typed_bg.checkers.model import Profile, Run

_HEAD = '''\
"""A control: what a type checker has to say about this file is known beforehand."""

{imports}


def typed_bg_control(to: str) -> None:
    """Do nothing."""
    print(to)
'''
_UNKNOWN = "typed_bg_unknown"
_IMPORT = "from {module} import BackgroundTasks as Tasks{number}"
_CALL = '''

def call_{number}(tasks: Tasks{number}) -> None:
    """Add a task."""
    tasks.add_task(typed_bg_control, {arguments})
'''


@dataclass(frozen=True, slots=True)
class Controls:
    """The two control files: every call in the one fits, none in the other."""

    good: Path
    bad: Path
    modules: tuple[str, ...]


def write_controls(folder: Path, modules: Sequence[str] = ("starlette.background",)) -> Controls:
    """Write the control files into a folder that is then checked.

    Args:
        folder: Where to write them: best where the checker's config holds for them.
        modules: From where the controls import `BackgroundTasks`, one call for each.
    """
    controls = Controls(
        good=folder.resolve() / "typed_bg_control_good.py",
        bad=folder.resolve() / "typed_bg_control_bad.py",
        modules=tuple(modules),
    )
    controls.good.write_text(_text(modules, '"a"'), encoding="utf-8")
    controls.bad.write_text(_text(modules, '"a", typed_bg_unknown=1'), encoding="utf-8")
    return controls


def judge_controls(checker: Checker, run: Run, controls: Controls) -> None:
    """Compare what a run reports about the controls with what it must report.

    Raises:
        CheckerError: It cannot resolve one of the imports, objects to a good call, or accepts a bad
            one. The kind is `control`.
    """
    said = [entry for entry in run.diagnostics if entry.path in {controls.good, controls.bad}]
    unresolved = [entry for entry in said if entry.rule in checker.unresolved_import]
    errors = [entry for entry in said if entry.severity == "error"]
    wrong = [entry for entry in errors if entry.path == controls.good]
    seen = {entry.line for entry in errors if entry.path == controls.bad}
    missed = [line for line in _bad_lines(controls) if line not in seen]
    if unresolved:
        problem = (
            f"cannot resolve an import, so it checks no call: {unresolved[0].message}. Install the "
            "package into the environment that is checked, or name that environment's interpreter"
        )
    elif wrong:
        problem = f"rejects a correct call: {wrong[0].message} [{wrong[0].rule}]"
    elif missed:
        problem = (
            f"accepts a call with an unknown keyword ({controls.bad.name}:{missed[0]}), so it may "
            "accept other wrong calls. Its config may exclude the file, or not "
            "follow imports"
        )
    else:
        return
    raise CheckerError(
        checker.name,
        "control",
        problem,
        command=run.command,
        returncode=run.returncode,
        stderr="\n".join(run.warnings),
    )


def prove(  # noqa: PLR0913  # each is a setting of its own, given by name
    checker: Checker,
    *,
    python: Path,
    modules: Sequence[str] = ("starlette.background",),
    profile: Profile = "default",
    python_version: str | None = None,
    bases: Sequence[Path] = (),
    timeout: float | None = 600,
) -> Run:
    """Run a checker on the controls alone, in a folder of their own.

    Args:
        checker: The checker.
        python: The interpreter of the environment.
        modules: From where the controls import `BackgroundTasks`.
        profile: The settings that the checker runs with.
        python_version: The version to assume.
        bases: More folders in which the checker looks for modules.
        timeout: How long it may run, in seconds.

    Raises:
        CheckerError: It does not work, or not in this environment.
    """
    with tempfile.TemporaryDirectory(prefix="typed_bg_") as folder:
        controls = write_controls(Path(folder), modules)
        result = run(
            checker,
            Path(folder),
            python=python,
            profile=profile,
            python_version=python_version,
            bases=bases,
            timeout=timeout,
        )
        judge_controls(checker, result, controls)
    return result


def _bad_lines(controls: Controls) -> list[int]:
    lines = controls.bad.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, start=1) if _UNKNOWN in line]


def _text(modules: Sequence[str], arguments: str) -> str:
    imports = "\n".join(_IMPORT.format(module=m, number=n) for n, m in enumerate(modules))
    calls = (_CALL.format(number=n, arguments=arguments) for n in range(len(modules)))
    return _HEAD.format(imports=imports) + "".join(calls)
