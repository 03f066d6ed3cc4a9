"""The environment whose packages a project's code imports."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg._source.file_access import is_file
from typed_bg._source.files import folders_upwards
from typed_bg.check.project.toml_lines import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Where venv, uv, poetry and pdm put an environment into the project itself.
_FOLDERS = (".venv", "venv", "env", ".env")
_PROGRAMS = ("bin/python", "Scripts/python.exe", "python.exe", "bin/python3")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter, and why it is this one.

    Attributes:
        path: The interpreter, absolute, links not followed: a link is what an environment has.
        why: The reason, as a part of a sentence.
    """

    path: Path
    why: str


def find_interpreter(
    root: Path,
    variables: Mapping[str, str],
    named: Path | None = None,
    *,
    untrusted: bool = False,
) -> Interpreter:
    """Choose the environment to check in.

    Args:
        root: The project's root.
        variables: The process's environment variables.
        named: What the user has named: an interpreter, or an environment's folder; from the root
            if it is relative.
        untrusted: Whether to ignore environments in the project.

    Returns:
        The named one; else that of the active environment, `VIRTUAL_ENV` before `CONDA_PREFIX`;
        else the one in the project's folder or above it up to the repository's top; else the one
        that runs this. Under pre-commit, which activates an environment of its own for a hook, the
        one in the project's folder comes first.

    Raises:
        ConfigError: There is no interpreter where the user has named one.
    """
    if named is not None:
        path = root / named
        found = path if is_file(path) else _in(path)
        if found is None:
            message = (
                f"there is no interpreter {path}: pass the environment's interpreter, such as "
                ".venv/bin/python, or its folder"
            )
            raise ConfigError(message)
        return Interpreter(found.absolute(), "it is the one that was named")
    return next(_candidates(root.absolute(), variables, untrusted=untrusted))


def _candidates(
    root: Path, variables: Mapping[str, str], *, untrusted: bool
) -> Iterator[Interpreter]:
    active = _active(variables)
    if untrusted:
        yield from active
        why = "it runs this check: --untrusted ignores environments in the project"
    else:
        own = _own(root)
        yield from (*own, *active) if variables.get("PRE_COMMIT") else (*active, *own)
        why = "it runs this check: the project has no environment"
    yield Interpreter(Path(sys.executable), why)


def _active(variables: Mapping[str, str]) -> Iterator[Interpreter]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        found = _in(Path(variables[variable])) if variables.get(variable) else None
        if found is not None:
            yield Interpreter(found.absolute(), f"{variable} names its environment")


def _own(root: Path) -> Iterator[Interpreter]:
    for folder in folders_upwards(root):
        for name in _FOLDERS:
            found = _in(folder / name)
            if found is not None and is_file(folder / name / "pyvenv.cfg"):
                yield Interpreter(found, f"the project has an environment in {folder / name}")


def _in(environment: Path) -> Path | None:
    return next((p for name in _PROGRAMS if is_file(p := environment / name)), None)
