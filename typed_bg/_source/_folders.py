"""Which folders of a project hold code of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

REPOSITORY = (".git", ".hg")
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_GENERATED = frozenset({"build", "dist"})


def left_out(folder: Path | os.DirEntry[str]) -> bool:
    """Tell whether a folder holds no code of the project's: hidden, foreign, or generated."""
    name = folder.name
    if name.startswith(".") or name in _NEVER or name.endswith(".egg-info"):
        return True
    # A project may well have a package that is called `build`.
    return name in _GENERATED and not Path(folder, "__init__.py").is_file()


def is_virtual_environment(folder: Path | os.DirEntry[str]) -> bool:
    """Tell whether a folder is an environment's, whatever its name."""
    return Path(folder, "pyvenv.cfg").is_file() or Path(folder, "conda-meta").is_dir()


def repository_of(root: Path) -> Path:
    """Return the top of the repository that a folder is in; the folder itself outside of one."""
    around = (root, *root.parents)
    return next((f for f in around if any((f / name).exists() for name in REPOSITORY)), root)
