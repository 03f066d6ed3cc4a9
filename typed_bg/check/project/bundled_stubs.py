"""Stubs of FastAPI, Starlette and typed_bg, for environments in which they are not installed.

Without the signatures of `add_task`, every call in such a project would be unchecked for the same
reason. Each package has a folder of its own, so that no stub takes the place of what is installed.
"""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg._source.file_access import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PACKAGES = ("fastapi", "starlette", "typed_bg")
_STUBS = Path(__file__).parents[1] / "stubs"
_SITE_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")
# The interpreter also finds what `.pth` files and the system's own folders hold.
_FIND = (
    "import importlib.util, sys\n"
    "print(*[it for it in sys.argv[1:] if importlib.util.find_spec(it) is None])"
)
_TIMEOUT = 60


def missing_packages(python: Path, roots: Iterable[Path]) -> tuple[str, ...]:
    """Return which of the packages with stubs a checker cannot find.

    Args:
        python: The environment's interpreter.
        roots: Folders of the project from which it imports modules: FastAPI's own repository
            needs no stub of FastAPI.
    """
    folders = [*roots]
    folders += [path for glob in _SITE_PACKAGES for path in python.parent.parent.glob(glob)]
    absent = [name for name in PACKAGES if not any((folder / name).is_dir() for folder in folders)]
    if not absent:
        return ()
    # -I: nothing is imported from the project.
    command = [str(python), "-I", "-c", _FIND, *absent]
    try:
        done = subprocess.run(  # noqa: S603  # the interpreter that the checkers query as well
            command, check=True, capture_output=True, text=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError):
        return ()  # a checker will say what is wrong with the interpreter
    return tuple(done.stdout.split())


def copy_stubs(packages: Iterable[str]) -> tuple[Path, ...]:
    """Copy the stubs of packages: mypy takes no search path inside its environment's packages.

    Args:
        packages: The packages.

    Returns:
        The folders in which checkers find them, until this process ends.
    """
    return tuple(
        Path(shutil.copytree(_STUBS / name, _copies() / name, dirs_exist_ok=True))
        for name in packages
    )


@cache
def _copies() -> Path:
    folder = tempfile.mkdtemp(prefix="typed_bg_stubs_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def stubs_note(packages: Sequence[str], paths: Iterable[Path]) -> str:
    """Return what the user should know about stubs; empty if nobody imports the packages.

    Args:
        packages: The packages that are not installed.
        paths: The files that contain calls.
    """
    texts = [_text(path) for path in paths] if packages else []
    imported = [name for name in packages if any(_imports(name, text) for text in texts)]
    if not imported:
        # The files with calls import them from other modules of the project.
        imported = [name for name in packages if name != "typed_bg"]
    if not imported:
        return ""
    return (
        f"not installed in that environment: {', '.join(imported)}. Calls are checked against the "
        "signatures that are bundled with typed-bg. To check in another environment, name it with "
        "--python"
    )


def _text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8", "replace")
    except OSError:
        return ""


def _imports(name: str, text: str) -> bool:
    return re.search(rf"^\s*(?:from|import)\s+{name}\b", text, re.MULTILINE) is not None
