"""Imports of the project's own modules that a checker does not resolve, and where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FROM = re.compile(r"from (?P<module>[\w.]+) import (?P<names>.+)", re.DOTALL)
_IMPORT = re.compile(r"import (?P<module>[\w.]+)")

# What makes each checker look for modules in one more folder, from the folder that it runs in.
_SETTINGS = {
    "mypy": 'set `mypy_path = "{folder}"` in mypy\'s config',
    "zuban": 'set `mypy_path = "{folder}"` in its config',
    "pyright": 'set `extraPaths = ["{folder}"]` in its config',
    "basedpyright": 'set `extraPaths = ["{folder}"]` in its config',
    "ty": 'set `environment.extra-paths = ["{folder}"]` in its config',
    "pyrefly": 'set `search-path = ["{folder}"]` in its config',
}


@dataclass(frozen=True, slots=True)
class OwnModules:
    """The project's own modules.

    Attributes:
        files: Returns its files, from the root. Only what is not resolved needs them.
    """

    files: Callable[[], Sequence[PurePosixPath]]
    _found: dict[tuple[str, PurePosixPath], PurePosixPath | None] = field(
        default_factory=dict[tuple[str, PurePosixPath], "PurePosixPath | None"]
    )

    def file_of(self, name: str, importer: PurePosixPath) -> PurePosixPath | None:
        """Return the file that a module's name means, the one closest to the file that imports it.

        Args:
            name: The dotted name, such as `app.mail`.
            importer: The file that imports it, from the root.
        """
        if (name, importer) not in self._found:
            stem = name.replace(".", "/")
            endings = (f"/{stem}.py", f"/{stem}/__init__.py")
            candidates = [path for path in self.files() if f"/{path.as_posix()}".endswith(endings)]
            best = max(candidates, key=lambda candidate: _common(candidate, importer), default=None)
            self._found[name, importer] = best
        return self._found[name, importer]


def _common(one: PurePosixPath, other: PurePosixPath) -> tuple[int, int]:
    """Rank by the folders that two files share, then by how few others there are."""
    pairs = zip(one.parts, other.parts, strict=False)
    same = next((index for index, (a, b) in enumerate(pairs) if a != b), 0)
    return same, -len(one.parts)


def own_module(
    checker: str, modules: OwnModules, importer: PurePosixPath, text: str
) -> tuple[str, str] | None:
    """Return what to say about an import that is not resolved if it means a file of the project.

    Args:
        checker: The checker's name.
        modules: The project's modules.
        importer: The file that imports, from the root.
        text: The import, as it is written.

    Returns:
        Where the module is, and how to make the checker find it; None for any other module.
    """
    found = _FROM.match(text) or _IMPORT.match(text)
    if found is None or found["module"].startswith("."):
        return None
    name = found["module"]
    path = modules.file_of(name, importer)
    if path is None and "names" in found.groupdict():
        # `from app import mail`, where `app` is a folder without an `__init__.py`.
        first = re.split(r"\W", found["names"].lstrip("( \n"), maxsplit=1)[0]
        name = f"{name}.{first}"
        path = modules.file_of(name, importer)
    if path is None or path == importer:
        return None
    depth = name.count(".") + 1 + (path.name == "__init__.py")
    folder = PurePosixPath(*path.parts[:-depth]).as_posix()
    setting = _SETTINGS[checker].format(folder=folder)
    return (
        f"it is {path}, but {checker} does not look for modules in {_shown(folder)}",
        f"{setting}, or run typed-bg with `--import-root {folder}`",
    )


def _shown(folder: str) -> str:
    return "the project's root" if folder == "." else folder
