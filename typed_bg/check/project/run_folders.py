"""From which folder the checkers are run on a file: the closest one that configures any of them."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.project.checker_configs import find_config
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")
_CONFIGS = ("mypy.ini", ".mypy.ini", "pyrightconfig.json", "ty.toml", "pyrefly.toml")


def run_folders(
    root: Path, paths: Iterable[PurePosixPath]
) -> dict[PurePosixPath, list[PurePosixPath]]:
    """Divide files by the folder to run the checkers in.

    That is the closest folder around a file that has a checker's config; where none has one, the
    outermost that holds a project (`pyproject.toml`, `setup.py`, `setup.cfg`); else the root.

    Args:
        root: The project's root, which no folder is above.
        paths: The files, from the root.

    Returns:
        The folders, from the root, each with its files.
    """
    divided: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    known: dict[PurePosixPath, PurePosixPath] = {}
    for path in paths:
        if path.parent not in known:
            known[path.parent] = _run_folder(root, path.parent)
        divided[known[path.parent]].append(path)
    return dict(sorted(divided.items()))


def _run_folder(root: Path, folder: PurePosixPath) -> PurePosixPath:
    around = (folder, *folder.parents)
    configured = (folder for folder in around if _is_configured(root / folder))
    projects = (folder for folder in reversed(around) if _holds(root / folder, _PROJECTS))
    return next(configured, next(projects, PurePosixPath()))


def _is_configured(folder: Path) -> bool:
    if not _holds(folder, (*_PROJECTS, *_CONFIGS)):
        return False
    for name in CHECKERS:
        # What cannot be read is a template's, or fails where a checker runs into it.
        with contextlib.suppress(ConfigError):
            config = find_config(name, folder)
            if config is not None and config.own and config.path.parent == folder.resolve():
                return True
    return False


def _holds(folder: Path, names: tuple[str, ...]) -> bool:
    return any((folder / name).is_file() for name in names)
