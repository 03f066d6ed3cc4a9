"""`--untrusted`: nothing of a project is executed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.check.project.toml_lines import ConfigError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

# Lists of folders in which the system, Python and Node.js look for code.
_SEARCH_PATHS = ("PATH", "PYTHONPATH", "NODE_PATH", "MYPYPATH")
_ENVIRONMENTS = ("VIRTUAL_ENV", "CONDA_PREFIX")
# Files and options for the programs that checkers start.
_DROPPED = ("PYTHONSTARTUP", "NODE_OPTIONS", "PYRIGHT_PYTHON_NODE_VERSION", "PYREFLY_CONFIG")


def is_inside(path: Path, folder: Path) -> bool:
    """Return whether a path is inside a folder, or leads through it by links."""
    path = path.absolute()
    return any(step.resolve().is_relative_to(folder) for step in (path, *path.parents))


def require_outside(python: Path, folder: Path) -> None:
    """Reject an interpreter that belongs to an untrusted project.

    Raises:
        ConfigError: The interpreter, or the one that runs typed-bg, is inside the project.
    """
    fix = (
        "create the environment outside the project (uv: UV_PROJECT_ENVIRONMENT) and pass it with "
        "--python, or omit --untrusted"
    )
    if is_inside(python, folder):
        message = f"--untrusted: the interpreter {python} is inside the project, {folder}: {fix}"
        raise ConfigError(message)
    if is_inside(Path(sys.executable), folder):
        message = (
            f"--untrusted: typed-bg itself is installed inside the project, as {sys.executable}: "
            "install it elsewhere, for example with pipx or `uv tool install`"
        )
        raise ConfigError(message)


def remove_from_environ(folder: Path, variables: MutableMapping[str, str]) -> None:
    """Remove an untrusted project's folders from the environment variables of this process."""
    for name in _SEARCH_PATHS:
        if name in variables:
            entries = variables[name].split(os.pathsep)
            # An empty or relative entry depends on the folder that a checker runs in.
            kept = [
                entry
                for entry in entries
                if Path(entry).is_absolute() and not is_inside(Path(entry), folder)
            ]
            variables[name] = os.pathsep.join(kept)
    for name in _ENVIRONMENTS:
        if name in variables and is_inside(Path(variables[name]), folder):
            del variables[name]
    for name in _DROPPED:
        variables.pop(name, None)
